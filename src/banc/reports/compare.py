"""The same pages on several engines, block by block: how each ended, and what it printed otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

from banc.reports.record import BlockRecord, PageRecord, Record
from banc.results import Status, normalised

_LINES = 8  # of a difference between two outputs that are shown


@dataclass(frozen=True, slots=True)
class Row:
    """One block on all engines."""

    page: str
    block: str
    cells: tuple[BlockRecord | None, ...]  # in the order of the engines; None where the page has no such block
    differences: tuple[str, ...]  # lines of a unified diff for each engine against the first that ran the block

    @property
    def differs(self) -> bool:
        """Whether the engines do not agree."""
        ends = {(cell.status, cell.exit) if cell else None for cell in self.cells}
        return len(ends) > 1 or any(self.differences)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All blocks of the pages that were run on more than one engine."""

    engines: tuple[str, ...]  # as they were asked for, with the version that they turned out to be
    rows: tuple[Row, ...]


def compared(record: Record) -> Comparison:
    """Compare what a record has of several engines. Translations are not run, and so not compared."""
    pages: dict[str, dict[str, PageRecord]] = {}
    versions: dict[str, str] = {}
    for page in record.pages:
        if not page.follows:
            pages.setdefault(page.page, {})[page.asked] = page
            versions[page.asked] = page.engine or versions.get(page.asked, "")
    names = sorted(versions)
    rows = [row for page, runs in pages.items() for row in _rows(page, [runs.get(name) for name in names])]
    titles = (f"{name} ({versions[name]})" if versions[name] else name for name in names)
    return Comparison(tuple(titles), tuple(rows))


def _rows(page: str, runs: list[PageRecord | None]) -> Iterator[Row]:
    blocks = [{block.name: block for block in run.blocks} if run else {} for run in runs]
    for name in dict.fromkeys(name for run in blocks for name in run):
        cells = tuple(run.get(name) for run in blocks)
        yield Row(page, name, cells, _differences(cells))


def _differences(cells: tuple[BlockRecord | None, ...]) -> tuple[str, ...]:
    """How the output of each differs from that of the first engine that ran the block."""
    ran = (Status.PASSED, Status.FAILED)
    outputs = [normalised(cell.output) if cell and cell.status in ran else None for cell in cells]
    first = next((output for output in outputs if output is not None), None)
    return tuple("" if output is None or first is None else _diff(first, output) for output in outputs)


def _diff(one: str, other: str) -> str:
    lines = unified_diff(one.splitlines(), other.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def text(record: Record) -> str:
    """The comparison as a terminal shows it: the blocks on which engines do not agree, and how many do.

    Empty where there is one engine alone.
    """
    comparison = compared(record)
    if len(comparison.engines) < 2:
        return ""
    differing = [row for row in comparison.rows if row.differs]
    lines = ["", " against ".join(comparison.engines)]
    for row in differing:
        lines.append(f"  {row.page}::{row.block}  {' | '.join(map(told, row.cells))}")
        for title, difference in zip(comparison.engines, row.differences, strict=True):
            if difference:
                lines += [f"    {title} printed otherwise:", *_cut(difference.splitlines())]
    alike = len(comparison.rows) - len(differing)
    lines.append(f"{alike} of {len(comparison.rows)} blocks are alike on all engines")
    return "\n".join(lines) + "\n"


def told(block: BlockRecord | None) -> str:
    """How a block ended on one engine; None: the page has no such block there."""
    if block is None:
        return "not there"
    ended = "" if block.exit in (None, 0) else f", exit {block.exit}"
    return f"{block.status}{ended}, {block.seconds:.1f} s" + (f" ({block.reason})" if block.reason else "")


def _cut(lines: list[str]) -> list[str]:
    rest = [f"      … {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return [f"      {line}" for line in lines[:_LINES]] + rest
