"""What a block costs that does nothing: the bench's own time, and byexample's."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Measure, Sides, command

BYEXAMPLE = Path(sys.prefix) / "byexample" / "bin" / "byexample"
"""In an environment of its own: it wants older versions of what the bench uses (`make bench` installs it)."""


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    if not BYEXAMPLE.exists():
        raise RuntimeError(f"{BYEXAMPLE} is missing: run `make bench`, which installs it")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = 1, size + 1
        for count in (few, many):
            (folder / f"bash{count}.md").write_text("```bash\ntrue\n```\n\n" * count)
            (folder / f"shell{count}.md").write_text("```shell\n$ true\n```\n\n" * count)

        def bench(count: int) -> float:
            return command([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"bash{count}.md"], folder)

        def byexample(count: int) -> float:
            return command([BYEXAMPLE, "-l", "shell", "--no-progress-bar", f"shell{count}.md"], folder)

        yield Sides(
            lambda: (bench(many) - bench(few)) / size,
            lambda: (byexample(many) - byexample(few)) / size,
            f"{size} blocks of `true`, less the run of a single one",
        )


MEASURE = Measure(
    "blocks",
    "pytest, a block in a lab",
    "byexample, a block on this machine",
    goal=5,
    sides=_sides,
    size=1000,
    tiny=3,
    rounds=3,
    warm=False,
    figure=lambda ours, _: ours * 1000,
    unit=" ms",
)
