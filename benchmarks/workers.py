"""Two workers, against the best that two can do: half of one's time, or the longest page."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from banc.reports import record
from benchmarks.measure import ROOT, Measure, Sides, command


def shortest(count: int) -> list[str]:
    """So many of the course's pages, the shortest texts first."""
    pages = [path for path in (ROOT / "docs").glob("*.md") if not path.name.endswith(".en.md")]
    pages.sort(key=lambda path: path.stat().st_size)
    return [str(path.relative_to(ROOT)) for path in pages[:count]]


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    pages = shortest(size)
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--fresh", *pages]
    with tempfile.TemporaryDirectory() as name:
        told = Path(name) / "record.json"

        def best() -> float:
            whole = command([*pytest, "--record", told], ROOT)
            return max(whole / 2, *(page.seconds for page in record.load(told).pages))

        yield Sides(lambda: command([*pytest, "-n", "2"], ROOT), best, f"{len(pages)} pages")


MEASURE = Measure(
    "workers",
    "pytest -n 2",
    "the larger of half of one worker's time and the longest page",
    goal=1.15,
    sides=_sides,
    size=13,  # pages: the shortest, so that it takes ten minutes and not hours
    tiny=2,
    rounds=3,
    warm=False,
)
