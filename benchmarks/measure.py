"""What a measure is, and how it is taken: two sides in turn, several times, in one run."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Sides:
    """The two things that are compared; each is done once per call, and gives its seconds."""

    ours: Callable[[], float]
    beside: Callable[[], float]
    note: str = ""  # what was compared exactly, where that depends on the course or the machine


def ratio(ours: float, beside: float) -> float:
    """How many times longer ours took."""
    return ours / beside


@dataclass(frozen=True, slots=True)
class Measure:
    """One question about the bench's cost."""

    name: str
    ours: str  # what is done on our side
    beside: str  # what that is compared with
    goal: float  # the figure that it should not exceed
    sides: Callable[[int], AbstractContextManager[Sides]]  # prepares them, for a size; cleans up at the end
    size: int  # how much is done in a round of a real run
    tiny: int  # how much to see that it works
    rounds: int = 5
    warm: bool = True  # each side is done once before it counts
    figure: Callable[[float, float], float] = ratio  # of a round's two times
    unit: str = ""  # of the figure
    docker: bool = True  # needs a daemon that may start labs


@dataclass(slots=True)
class Taken:
    """What the rounds of a measure gave, in seconds."""

    measure: Measure
    ours: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def figures(self) -> list[float]:
        """The figure of each round."""
        return [self.measure.figure(*times) for times in zip(self.ours, self.beside, strict=True)]

    @property
    def met(self) -> bool:
        """Whether the goal is met, by the median."""
        return median(self.figures) <= self.measure.goal

    def __str__(self) -> str:
        goal = f"goal ≤ {self.measure.goal:g}{self.measure.unit}, {'met' if self.met else 'MISSED'}"
        return f"{median(self.figures):.3g}{self.measure.unit} ({goal})"


def take(measure: Measure, size: int, rounds: int) -> Taken:
    """Take a measure.

    Args:
        measure: What to measure.
        size: How much to do in a round.
        rounds: How often to do it on each side, in turn.
    """
    with measure.sides(size) as sides:
        taken = Taken(measure, note=sides.note)
        if measure.warm:
            sides.ours()
            sides.beside()
        for _ in range(rounds):
            taken.ours.append(sides.ours())
            taken.beside.append(sides.beside())
    return taken


def timed(doing: Callable[[], object]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    doing()
    return time.perf_counter() - began


def command(argv: Sequence[str | Path], folder: Path, **environment: str) -> float:
    """Seconds that a command takes.

    Raises:
        RuntimeError: It failed; the end of what it printed is in the message.
    """
    import os

    began = time.perf_counter()
    ended = subprocess.run(argv, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if ended.returncode != 0:
        printed = "\n".join(f"{ended.stdout}\n{ended.stderr}".strip().splitlines()[-20:])
        raise RuntimeError(f"{' '.join(map(str, argv))} ended with status {ended.returncode}:\n{printed}")
    return seconds


def table(taken: Sequence[Taken]) -> str:
    """All figures beside their goals, as text."""
    heads = ("measure", "ours", "beside", "figure", "of rounds", "goal", "")
    rows = [heads, *(_row(one) for one in taken)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    told = [f"{one.measure.name}: {_sentence(one)}" for one in taken]
    return "\n".join([*lines, "", *told])


def _sentence(taken: Taken) -> str:
    note = f" ({taken.note})" if taken.note else ""
    return f"{taken.measure.ours}, beside {taken.measure.beside}{note}"


def _row(taken: Taken) -> tuple[str, ...]:
    measure, figures = taken.measure, taken.figures
    return (
        measure.name,
        _seconds(median(taken.ours)),
        _seconds(median(taken.beside)),
        f"{median(figures):.3g}{measure.unit}",
        f"{min(figures):.3g} to {max(figures):.3g}",
        f"≤ {measure.goal:g}{measure.unit}",
        "met" if taken.met else "MISSED",
    )


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.2f} ms"
