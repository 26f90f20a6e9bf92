from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from banc import report
from banc.blocks import Problem
from banc.verdict import Failure

COMMAND = re.compile(r"::error file=(?P<file>[^,:]*),line=(?P<line>\d+),title=(?P<title>[^,:]*)::(?P<message>.*)")


def read(annotations: str) -> list[dict[str, str]]:
    """What GitHub understands: it undoes the percent signs that it knows, which are all there may be."""
    found = [COMMAND.fullmatch(line) for line in annotations.split("\n")]
    return [{name: unquote(value) for name, value in one.groupdict().items()} for one in found if one]


def test_an_annotation_stands_on_the_line_that_is_wrong() -> None:
    wrong = Failure(12, "the command ended with status 1, expected 0", "write {exit=1}")
    assert report.annotation("docs/a.md", "lire", wrong) == (
        "::error file=docs/a.md,line=12,title=block lire::"
        "the command ended with status 1, expected 0%0A  to mend it: write {exit=1}"
    )


def test_it_says_what_the_report_says() -> None:
    wrong = Failure(
        3, "it differs", "compare", command="cat <<X\n50 %\nX", screen="out", diff="-a\n+b", earlier="one failed before"
    )
    (told,) = read(report.annotation("a.md", "b", wrong))
    first, *rest = report.failure("a.md", "b", wrong).split("\n")
    assert first == f"{told['file']}:{told['line']}: {told['title']}: it differs"
    assert told["message"].split("\n") == ["it differs", *rest]


def test_each_further_mistake_has_its_own_line() -> None:
    wrong = Failure(3, "one", "mend it", others=(Problem(4, "two"), Problem(9, "three")))
    told = read(report.annotation("a.md", "", wrong))
    assert [(one["line"], one["title"], one["message"]) for one in told] == [
        ("3", "page", "one\n  to mend it: mend it"),
        ("4", "page", "two"),
        ("9", "page", "three"),
    ]


@pytest.mark.parametrize("text", ["50 %", "100%0A", "a,b", "c:d", "e::f", "::error::g", "{}", "h\r\ni", "état…"])
def test_no_text_ends_the_command_or_reads_as_another(text: str) -> None:
    (told,) = read(report.annotation(text, text, Failure(1, text)))
    assert told == {"file": text, "line": "1", "title": f"block {text}", "message": text}


def test_a_message_keeps_its_colons_and_commas() -> None:
    assert report.annotation("a.md", "b", Failure(1, "c: d, e")).endswith("::c: d, e")
