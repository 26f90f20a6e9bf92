from __future__ import annotations

import pytest

from banc.pages.blocks import Problem
from banc.reports import report
from banc.reports.record import PageRecord
from banc.runs.verdict import Failure


def numbered(name: str, lines: int) -> str:
    return "\n".join(f"{name} {number}" for number in range(lines))


def test_a_failure_says_first_how_to_mend_it_and_ends_with_the_screen() -> None:
    wrong = Failure(3, "it failed", "mend it", numbered("command", 2), numbered("screen", 2), numbered("diff", 1))
    assert report.failure("a.md", "b", wrong).split("\n") == [
        "a.md:3: block b: it failed",
        "  to mend it: mend it",
        "    $ command 0",
        "    > command 1",
        "    screen 0",
        "    screen 1",
        "    diff 0",
    ]


@pytest.mark.parametrize("command", [0, 1, 50])
@pytest.mark.parametrize("screen", [0, 5, 50])
@pytest.mark.parametrize("diff", [0, 5, 50])
@pytest.mark.parametrize("others", [0, 50])
def test_a_failure_is_under_25_lines_whatever_it_shows(command: int, screen: int, diff: int, others: int) -> None:
    wrong = Failure(
        3,
        "it failed",
        "mend it",
        numbered("command", command),
        numbered("screen", screen),
        numbered("diff", diff),
        "one failed before",
        tuple(Problem(line, "another") for line in range(others)),
    )
    lines = report.failure("a.md", "b", wrong).split("\n")
    assert len(lines) < 25
    assert len(lines) == 24 or 50 not in (screen, diff), "there is room for more"
    assert [line for line in lines if line.startswith(("  to mend it: ", "  note: "))] == [
        "  to mend it: mend it",
        "  note: one failed before",
    ]
    assert (f"    screen {screen - 1}" in lines) == bool(screen)
    assert ("    diff 0" in lines) == bool(diff)
    assert ("    $ command 0" in lines) == bool(command)


def test_what_is_left_out_of_a_failure_is_counted() -> None:
    wrong = Failure(3, "it failed", "", screen=numbered("screen", 30))
    _first, omitted, *shown = report.failure("a.md", "b", wrong).split("\n")
    assert omitted == f"    … {30 - len(shown)} lines before"
    assert shown == [f"    screen {number}" for number in range(30 - len(shown), 30)]


def test_a_failure_shows_neither_escapes_nor_lines_without_end() -> None:
    text = report.failure("a.md", "b", Failure(3, "it failed", "", screen="\x1b[31mred\x1b[0m\x07\n" + "x" * 1000))
    assert text.splitlines()[1] == "    red"
    assert len(text.splitlines()[2]) <= 4 + report.COLUMNS


def test_the_table_names_the_docker_hosts_where_there_are_several() -> None:
    page = PageRecord("a.md", "a.md", 1, engine="26.1.5", host="unix:///a.sock")
    other = PageRecord("b.md", "b.md", 1, engine="26.1.5", host="tcp://b:2375")
    follower = PageRecord("c.md", "c.md", 1, follows="a.md")
    lines = report.table([page, other, follower]).splitlines()
    assert lines[0].endswith("seconds  engine  host")
    assert [line.partition("0.0  ")[2] for line in lines[1:4]] == [
        "26.1.5  unix:///a.sock",
        "26.1.5  tcp://b:2375",
        "follows a.md",
    ]
    assert "unix" not in report.table([page, follower])


def test_the_table_lists_what_reaches_the_internet() -> None:
    pages = [
        PageRecord("a.md", "docs/a.md", 0, network=True),
        PageRecord("b.md", "docs/b.md", 0, network=True),
        PageRecord("b.en.md", "docs/b.en.md", 0, network=True, follows="b.md"),
        PageRecord("c.md", "docs/c.md", 0),
    ]
    assert "may reach the Internet (2): a.md, b.md" in report.table(pages).split("\n")
    assert "Internet" not in report.table(pages[3:])
