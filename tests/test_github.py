"""What GitHub is told: marks that it understands, and a summary that says what it should and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from banc.pages.blocks import Problem
from banc.reports import github, report
from banc.reports.record import BlockRecord, PageRecord, Record
from banc.results import Kind, Status
from banc.runs.verdict import Failure

COMMAND = re.compile(r"::error file=(?P<file>[^,:]*),line=(?P<line>\d+),title=(?P<title>[^,:]*)::(?P<message>.*)")


def read(annotations: str) -> list[dict[str, str]]:
    """What GitHub understands: it undoes the percent signs that it knows, which are all there may be."""
    found = [COMMAND.fullmatch(line) for line in annotations.split("\n")]
    return [{name: unquote(value) for name, value in one.groupdict().items()} for one in found if one]


def test_an_annotation_stands_on_the_line_that_is_wrong() -> None:
    wrong = Failure(12, "the command ended with status 1, expected 0", "write {exit=1}")
    assert github.annotation("docs/a.md", "lire", wrong) == (
        "::error file=docs/a.md,line=12,title=block lire::"
        "the command ended with status 1, expected 0%0A  to mend it: write {exit=1}"
    )


def test_it_says_what_the_report_says() -> None:
    wrong = Failure(
        3, "it differs", "compare", command="cat <<X\n50 %\nX", screen="out", diff="-a\n+b", earlier="one failed before"
    )
    (told,) = read(github.annotation("a.md", "b", wrong))
    first, *rest = report.failure("a.md", "b", wrong).split("\n")
    assert first == f"{told['file']}:{told['line']}: {told['title']}: it differs"
    assert told["message"].split("\n") == ["it differs", *rest]


def test_each_further_mistake_has_its_own_line() -> None:
    wrong = Failure(3, "one", "mend it", others=(Problem(4, "two"), Problem(9, "three")))
    told = read(github.annotation("a.md", "", wrong))
    assert [(one["line"], one["title"], one["message"]) for one in told] == [
        ("3", "page", "one\n  to mend it: mend it"),
        ("4", "page", "two"),
        ("9", "page", "three"),
    ]


@pytest.mark.parametrize("text", ["50 %", "100%0A", "a,b", "c:d", "e::f", "::error::g", "{}", "h\r\ni", "état…"])
def test_no_text_ends_the_command_or_reads_as_another(text: str) -> None:
    (told,) = read(github.annotation(text, text, Failure(1, text)))
    assert told == {"file": text, "line": "1", "title": f"block {text}", "message": text}


def test_a_message_keeps_its_colons_and_commas() -> None:
    assert github.annotation("a.md", "b", Failure(1, "c: d, e")).endswith("::c: d, e")


def page(name: str = "a.md", *blocks: BlockRecord, **more: Any) -> PageRecord:
    return PageRecord(name, f"docs/{name}", len(blocks), blocks=blocks, **more)


def block(name: str, status: Status = Status.PASSED, **more: Any) -> BlockRecord:
    return BlockRecord(name, 4, Kind.SHELL, "1", "cat x", status, **more)


def record(*pages: PageRecord) -> Record:
    return Record("0.1.0", "2026-11-25T10:00:00+00:00", 1.0, pages)


def test_the_summary_of_a_job_begins_with_what_is_to_be_mended() -> None:
    wrong = Failure(7, "it failed", "mend it")
    text = github.summary(
        record(
            page("a.md", block("one", seconds=1.25), block("two", Status.FAILED, failure=wrong), engine="26.1.5"),
            page("a.en.md", block("one"), follows="a.md", problems=(Failure(1, "no such key"),)),
            page("b.md", block("one", Status.NOT_REACHED), broken="no daemon"),
        )
    )
    assert text.replace("\\", "").split("\n") == [
        "### Blocks: 2 passed, 1 failed, 1 not reached",
        "",
        "- docs/a.md:7: block two: it failed<br>to mend it: mend it",
        "- docs/a.en.md:1: no such key",
        "- docs/b.md: the bench is broken, which says nothing of the page: no daemon",
        "",
        "| page | passed | failed | skipped | not reached | seconds | engine |",
        "| --- | --: | --: | --: | --: | --: | --- |",
        "| a.md | 1 | 1 | 0 | 0 | 1.2 | 26.1.5 |",
        "| a.en.md | 1 | 0 | 0 | 0 | 0.0 | follows a.md |",
        "| b.md | 0 | 0 | 0 | 1 | 0.0 | not run |",
        "",
    ]


def test_a_summary_shows_texts_as_they_are() -> None:
    evil = "<script>x</script> | a `b` *c* _d_ [e](f) \\ ![g](h)\n\n# i &amp; \x1b[31mj"
    wrong = Failure(7, evil, evil)
    text = github.summary(record(page(evil, block(evil, Status.FAILED, failure=wrong))))
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert html.count("<tr>") == 2
    assert not re.search("<(script|em|code|a|img|h1)", html)
    assert html.count(r"&lt;script&gt;x&lt;/script&gt; | a `b` *c* _d_ [e](f) \ ![g](h) # i &amp;amp; j") == 5


def test_a_summary_lists_so_many_failures() -> None:
    failed = [block(str(number), Status.FAILED, failure=Failure(number, "no")) for number in range(60)]
    lines = github.summary(record(page("a.md", *failed))).split("\n")
    assert sum(line.startswith("- ") for line in lines) == github.FAILURES + 1
    assert "- … and 10 more" in lines


def test_it_is_added_where_github_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "summary"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    monkeypatch.setenv("GITHUB_ACTIONS", "false")
    github.summarise(record(page()))
    assert file.read_text() == "before\n"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    github.summarise(record(page()))
    assert file.read_text() == "before\n" + github.summary(record(page())) + "\n"
    github.summarise(record())
    assert file.read_text().count("### ") == 1
