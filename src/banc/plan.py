"""Blocks → steps: what to write, to type, to expect, to skip. Every author's mistake is found here."""

from __future__ import annotations

from dataclasses import dataclass

from banc.blocks import Block


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of the author's, at its line, with the way to mend it."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a part must print: literal lines, ``…`` in a line for any text, ``…`` alone for any lines."""

    line: int  # of the first expected line in the source
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Lines typed one after another, and what they must print (None: anything)."""

    lines: tuple[tuple[int, str], ...]  # source line, text
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """Type the parts in the page's terminal."""

    block: Block
    parts: tuple[Part, ...]
    exit: int | None = 0  # what the last command must end with; None: anything
    timeout: float = 120.0  # seconds, for the block


@dataclass(frozen=True, slots=True)
class Write:
    """Write a file in the terminal's current folder; ``build`` a Dockerfile that no later block builds."""

    block: Block
    path: str
    text: str
    build: bool = False
    timeout: float = 120.0


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not run; the author says why."""

    block: Block
    reason: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Cannot be run: the author's mistakes, found before anything ran."""

    block: Block
    problems: tuple[Problem, ...]


Step = Type | Write | Skip | Wrong


@dataclass(frozen=True, slots=True)
class Plan:
    """One step for each counted block of a page, in the page's order."""

    steps: tuple[Step, ...]
    warnings: tuple[Problem, ...] = ()  # on blocks that are not counted
    problems: tuple[Problem, ...] = ()  # of the page itself: front matter, fences that open nothing
