"""All schematics in both languages, drawn from nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from banc.schematics.drawing import draw
from benchmarks.measure import ROOT, Measure, Sides, timed


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    scripts = [path for path in sorted((ROOT / "diagrams").glob("*.py")) if path.name != "look.py"][:size]

    def draw_all(cache: Path | None) -> None:
        for script in scripts:
            for language in ("fr", "en"):
                draw(script, language, cache)

    with tempfile.TemporaryDirectory() as name:
        yield Sides(
            lambda: timed(lambda: draw_all(None)),
            lambda: timed(lambda: draw_all(Path(name))),
            f"{len(scripts)} schematics in two languages",
        )


MEASURE = Measure(
    "figures",
    "all schematics, drawn from nothing",
    "the same, kept from before",
    goal=5,
    sides=_sides,
    size=1000,
    tiny=1,
    rounds=5,
    figure=lambda ours, _: ours,
    unit=" s",
    docker=False,
)
"""The second side draws once, in the round that does not count."""
