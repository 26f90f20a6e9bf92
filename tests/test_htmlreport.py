"""The HTML report: complete, well-formed, escaped, bounded, and with nothing to fetch."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from banc.pages.blocks import Problem
from banc.reports import htmlreport
from banc.reports.record import BlockRecord, Left, PageRecord, Record
from banc.results import Image, Kind, Status
from banc.runs.verdict import Failure

EVIL = "<script>alert(1)</script>\"'&\x1b[31m<b>\x1b]0;t\x07\x00"


class Reader(HTMLParser):
    """Reads a page, and sees that what is opened is closed."""

    EMPTY = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def block(name: str = "one", status: Status = Status.PASSED, **more: Any) -> BlockRecord:
    return BlockRecord(name, 4, Kind.SHELL, "2", "cat x", status, **more)


def record(*blocks: BlockRecord, **more: Any) -> Record:
    page = PageRecord("a.md", "docs/a.md", len(blocks), engine="26.1.5", blocks=blocks, **more)
    return Record("0.1.0", "2026-11-25T10:00:00+00:00", 61.0, (page,))


def test_it_says_what_the_record_says() -> None:
    wrong = Failure(
        5, "it failed", "mend it so", "cat y", "no y", "- a\n+ b", "one failed before", (Problem(6, "2nd"),)
    )
    page = Reader(
        htmlreport.page(
            record(
                block(output="plain \x1b[31mred\x1b[0m", exit=0, seconds=0.25),
                block("two", Status.FAILED, failure=wrong, exit=1, output="before\nno y"),
                block("three", Status.SKIPPED, reason="it would leave the machine"),
                images=(Image("busybox:latest", "sha256:1", "offline kit"),),
                problems=(Failure(1, "no such key"),),
                left=(Left("one", "container cours-web"),),
                network=True,
                cached="2026-11-25 01:10",
                host="ssh://other",
            )
        )
    )
    for text in (
        *("1 passed", "1 failed", "1 skipped", "1 min 1 s", "2026-11-25 10:00:00", "banc 0.1.0"),
        *("docs/a.md:5", "it failed", "To mend it: mend it so", "cat y", "no y", "- a\n+ b", "one failed before"),
        *("docs/a.md:6", "2nd", "docs/a.md:1", "no such key", "leaves behind: container cours-web"),
        *("busybox:latest", "offline kit", "sha256:1", "may reach the Internet", "nothing has changed", "ssh://other"),
        *("terminal 2", "line 4", "exit 1", "0.2 s", "it would leave the machine", "Docker 26.1.5"),
    ):
        assert text in page.text.replace("\n ", " "), text
    assert page.text.count("no y") == 1
    assert {"class": "banc-fg-1"} in page.all("span")
    folds = {attributes["id"]: "open" in attributes for attributes in page.all("details") if "id" in attributes}
    assert folds == {"page-1-block-1": True, "page-1-block-2": True, "page-1-block-3": False}
    targets = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {str(attributes["href"]).removeprefix("#") for attributes in page.all("a")}
    assert links == {"page-1", "page-1-block-2"}
    assert links <= targets


def test_a_failure_says_what_code_and_output_do_not_say() -> None:
    wrong = Failure(5, "it failed", command="cat x", screen="no such file")
    page = Reader(htmlreport.page(record(block(status=Status.FAILED, failure=wrong, output="first\nno such file"))))
    assert (page.text.count("cat x"), page.text.count("no such file")) == (1, 1)
    wrong = replace(wrong, command="cat y")
    page = Reader(htmlreport.page(record(block(status=Status.FAILED, failure=wrong))))
    assert (page.text.count("cat x"), page.text.count("cat y"), page.text.count("no such file")) == (1, 1, 1)


def evil(of: Any) -> Any:
    """The same with all its texts replaced."""
    names = [name for name in of.__dataclass_fields__ if type(getattr(of, name)) is str]
    return replace(of, **dict.fromkeys(names, EVIL))


def test_nothing_that_a_page_or_a_program_says_becomes_html() -> None:
    wrong = replace(evil(Failure(5, "")), others=(evil(Problem(6, "")),))
    blocks = tuple(evil(block(status=status, failure=wrong)) for status in Status)
    page = replace(
        evil(record(*blocks).pages[0]),
        images=(evil(Image("", "", "")),),
        problems=(wrong,),
        left=(evil(Left("", "")),),
    )
    text = htmlreport.page(replace(evil(record()), pages=(page,)))
    read = Reader(text)
    assert not {"script", "b", "img", "link", "iframe"} & {tag for tag, _ in read.tags}
    assert read.text.count("<script>alert(1)</script>") > 30
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)


def test_it_needs_nothing_from_elsewhere() -> None:
    text = htmlreport.page(record(block()))
    page = Reader(text)
    policy = [attributes["content"] for attributes in page.all("meta") if attributes.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert not re.search(r"(?i)https?:|url\(|@import|\bsrc=", re.sub(r'content="[^"]*"', "", text))
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize(
    ("output", "first", "last"),
    [
        ("\n".join(f"line {number}" for number in range(10_000)), "… 9700 lines before are in the record", "line 9999"),
        ("x" * 1_000_000, "…", "x" * htmlreport.CHARACTERS),
    ],
)
def test_of_a_long_output_the_end_is_shown(output: str, first: str, last: str) -> None:
    text = htmlreport.page(record(block(output=output)))
    assert len(text) < 100_000
    shown = text.partition("<samp>")[2].partition("</samp>")[0].split("\n")
    assert (shown[0], shown[-1]) == (first, last)


def test_it_is_written_whatever_a_program_printed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    htmlreport.save(path, record(block(output="\udc80é")))
    assert "<samp>\ufffdé</samp>" in path.read_text(encoding="utf-8")


def test_a_run_without_pages_is_a_page_too() -> None:
    assert "no block" in Reader(htmlreport.page(Record("0.1.0", "", 0.0))).text


def two_engines(first: BlockRecord, second: BlockRecord) -> Record:
    pages = tuple(
        PageRecord("a.md", "docs/a.md", 2, version, asked, blocks=(block("same"), different))
        for asked, version, different in (("debian-12", "20.10.24", first), ("debian-13", "26.1.5", second))
    )
    return Record("0.1.0", "2026-11-25T10:00:00+00:00", 61.0, pages)


def test_engines_are_compared_block_by_block() -> None:
    compared = two_engines(block("x", Status.SKIPPED, reason="Docker >=23"), block("x", exit=3, output=EVIL))
    reader = Reader(htmlreport.page(compared))
    assert "1 of 2 blocks are alike on all engines." in reader.text
    rows = [line for line in reader.text.splitlines() if line.startswith("a.md::")]
    assert rows == ["a.md::xskipped, 0.0 s (Docker >=23)passed, exit 3, 0.0 s", "a.md::samepassed, 0.0 spassed, 0.0 s"]
    heads = reader.text.partition("alike on all engines")[2]
    assert "blockdebian-12 (20.10.24)debian-13 (26.1.5)" in heads


def test_the_lines_that_an_engine_printed_otherwise_are_shown_and_escaped() -> None:
    page = htmlreport.page(two_engines(block("x", output="one\nboth"), block("x", output=f"{EVIL}\nboth")))
    assert '<pre tabindex="0">-one\n+&lt;script&gt;' in page
    assert not Reader(page).all("script")


def test_one_engine_alone_has_no_comparison() -> None:
    assert "Engines" not in Reader(htmlreport.page(record(block()))).text
