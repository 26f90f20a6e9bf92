"""A run in which nothing changed, against a cold one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measure import ROOT, Measure, Sides, command
from benchmarks.workers import shortest

PYTEST = (sys.executable, "-m", "pytest", "-q")  # with its cache, where green runs are kept


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    pages = shortest(size)
    yield Sides(
        lambda: command([*PYTEST, *pages], ROOT),
        lambda: command([*PYTEST, "--fresh", *pages], ROOT),
        f"{len(pages)} pages",
    )


MEASURE = Measure(
    "unchanged",
    "pytest where nothing changed",
    "pytest --fresh",
    goal=0.01,
    sides=_sides,
    size=100,  # pages: all of them. Of a few, the start of pytest would be most of what is measured
    tiny=1,
    rounds=2,
)
