"""Engines side by side: what each block gave, and the lines that they printed otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from banc.reports import compare
from banc.reports.record import BlockRecord, PageRecord, Record
from banc.results import Kind, Status

OLD, NEW = ("debian-12", "20.10.24"), ("debian-13", "26.1.5")


def block(name: str, output: str = "", status: Status = Status.PASSED, **more: Any) -> BlockRecord:
    return BlockRecord(name, 1, Kind.SHELL, "1", "x", status, output=output, **more)


def page(name: str, engine: tuple[str, str], *blocks: BlockRecord, **more: Any) -> PageRecord:
    asked, version = engine
    return PageRecord(name, f"docs/{name}", len(blocks), version, asked, blocks=blocks, **more)


def run(*pages: PageRecord) -> Record:
    return Record("0.1.0", "2026-11-25T10:00:00+00:00", 1.0, pages)


def row(first: BlockRecord, second: BlockRecord) -> compare.Row:
    (found,) = compare.compared(run(page("a.md", OLD, first), page("a.md", NEW, second))).rows
    return found


def test_every_block_is_a_row_and_every_engine_a_cell() -> None:
    found = compare.compared(
        run(
            page("a.md", OLD, block("one"), block("two")),
            page("a.md", NEW, block("one"), block("three")),
            page("b.md", NEW, block("four")),
            page("a.en.md", ("", ""), block("one"), follows="a.md"),
        )
    )
    assert found.engines == ("debian-12 (20.10.24)", "debian-13 (26.1.5)")
    assert [(row.page, row.block, [cell is not None for cell in row.cells]) for row in found.rows] == [
        ("a.md", "one", [True, True]),
        ("a.md", "two", [True, False]),
        ("a.md", "three", [False, True]),
        ("b.md", "four", [False, True]),
    ]


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        (block("x", "same"), block("x", "same", seconds=9.0), False),
        (block("x", "took 1.5s, id 0123456789ab"), block("x", "took 2.5s, id ba9876543210"), False),
        (block("x", "one"), block("x", "other"), True),
        (block("x", exit=0), block("x", exit=1), True),
        (block("x", status=Status.SKIPPED), block("x", "something"), True),
        (block("x", status=Status.SKIPPED), block("x", status=Status.SKIPPED), False),
    ],
)
def test_status_exit_and_normalised_output_count(first: BlockRecord, second: BlockRecord, differs: bool) -> None:
    assert row(first, second).differs is differs


def test_the_differing_lines_are_told_against_the_first_engine_that_ran_the_block() -> None:
    assert row(block("x", "a\nb\nc"), block("x", "a\nB\nc")).differences == ("", "-b\n+B")
    assert row(block("x", status=Status.SKIPPED), block("x", "a")).differences == ("", "")


def test_the_text_has_what_differs_and_counts_the_rest() -> None:
    long = "\n".join(f"line {letter}" for letter in "abcdefghijkl")
    skipped = block("new", status=Status.SKIPPED, reason="Docker >=23")
    told = compare.text(
        run(
            page("a.md", OLD, block("same", "x"), skipped, block("l")),
            page("a.md", NEW, block("same", "x"), block("new", "x", seconds=1.25, exit=3), block("l", long)),
        )
    )
    assert told.splitlines() == [
        "",
        "debian-12 (20.10.24) against debian-13 (26.1.5)",
        "  a.md::new  skipped, 0.0 s (Docker >=23) | passed, exit 3, 1.2 s",
        "  a.md::l  passed, 0.0 s | passed, 0.0 s",
        "    debian-13 (26.1.5) printed otherwise:",
        *(f"      +line {letter}" for letter in "abcdefgh"),
        "      … 4 more lines",
        "1 of 3 blocks are alike on all engines",
    ]


def test_one_engine_alone_is_not_compared() -> None:
    assert compare.text(run(page("a.md", NEW, block("x")), page("a.en.md", ("", ""), follows="a.md"))) == ""


def test_an_engine_whose_labs_never_started_is_named_as_it_was_asked_for() -> None:
    broken = page("a.md", ("29.0", ""), broken="Docker Hub does not answer")
    also_broken = page("b.md", ("debian-13", ""), broken="the disk is full")
    both = compare.compared(run(broken, page("a.md", NEW, block("x")), also_broken))
    assert both.engines == ("29.0", "debian-13 (26.1.5)")
