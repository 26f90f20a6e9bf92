"""Expected output against what was printed. ``…`` in a line is any text, ``…`` alone any lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, takewhile

ANYTHING = "…"

CONTEXT = 3
"""Lines shown before the first difference."""

LOOKED_AT = 20
"""Lines by which the place is judged that an output which differs comes nearest to."""

SHOWN = 7
"""Lines shown of each side, from the first difference on."""

LEGEND = "(- expected, + printed)"

WIDTH = 150
"""Characters shown of a line."""


def mismatch(expected: Sequence[str], actual: str) -> str | None:
    """Compare an output with what the page expects.

    Spaces at the ends of lines and empty lines at the end do not count. All else is literal.

    Args:
        expected: The page's lines, with ``…`` where anything may stand.
        actual: What was printed, as plain text.

    Returns:
        None where they agree; else a short account of the first difference.
    """
    wanted, got = _lines(expected), _lines(actual.split("\n"))
    place = _first_difference(wanted, got)
    return None if place is None else _account(wanted, got, *place)


def mismatch_unordered(expected: Sequence[str], actual: str) -> str | None:
    """The same for lines that may come in any order. ``…`` alone is any number of further lines.

    An empty line may come last like any other, where it does not count; so it never counts.

    Returns:
        None where they agree; else the expected lines that did not come, and those that came unexpected.
    """
    wanted, got = (list(filter(None, _lines(lines))) for lines in (expected, actual.split("\n")))
    patterns = [line for line in wanted if line.strip() != ANYTHING]
    taken = _paired(patterns, got)
    missing = [line for index, line in enumerate(patterns) if index not in taken.values()]
    extra = [] if len(patterns) < len(wanted) else [line for index, line in enumerate(got) if index not in taken]
    if not missing and not extra:
        return None
    return "\n".join([LEGEND, *(_side("-", missing) if missing else ()), *(_side("+", extra) if extra else ())])


def _paired(patterns: Sequence[str], got: Sequence[str]) -> dict[int, int]:
    """As many pairs as possible of a printed line and a pattern that it agrees with: index of line → of pattern.

    Kuhn's algorithm: a pattern may take the line of another one that finds itself a different line.
    """
    taken: dict[int, int] = {}

    def take(pattern: int, tried: set[int]) -> bool:
        for line, text in enumerate(got):
            if line not in tried and line_matches(patterns[pattern], text):
                tried.add(line)
                if line not in taken or take(taken[line], tried):
                    taken[line] = pattern
                    return True
        return False

    for pattern in range(len(patterns)):
        take(pattern, set())
    return taken


def _lines(lines: Sequence[str]) -> list[str]:
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


# --- comparing -------------------------------------------------------------------------------------------


def line_matches(pattern: str, line: str) -> bool:
    """Tell whether one line is what its pattern says."""
    return pattern == line if ANYTHING not in pattern else _reach(pattern, line) is None


def _reach(pattern: str, line: str) -> int | None:
    """How far a line agrees with its pattern, in characters; None where it does to the end."""
    first, *middle = pattern.split(ANYTHING)
    if not middle:
        return None if pattern == line else _common(pattern, line)
    if not line.startswith(first):
        return _common(first, line)
    *middle, last = middle
    position = len(first)
    for piece in middle:
        found = line.find(piece, position)
        if found < 0:
            return position
        position = found + len(piece)
    return None if line.endswith(last) and len(line) - len(last) >= position else position


def _common(one: str, other: str) -> int:
    """Length of what two texts have in common at their start."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _segments(wanted: Sequence[str]) -> list[tuple[int, Sequence[str]]]:
    """The runs of lines between lines of ``…`` alone, each with its place among the expected lines."""
    segments: list[tuple[int, Sequence[str]]] = []
    start = 0
    for index, line in enumerate([*wanted, ANYTHING]):
        if line.strip() == ANYTHING:
            segments.append((start, wanted[start:index]))
            start = index + 1
    return segments


def _first_difference(wanted: Sequence[str], got: Sequence[str]) -> tuple[int, int] | None:
    """Where the two part, as indices into both; None where they do not.

    Each run is looked for at the first place where it fits, the last one at the end: with nothing
    but such gaps, an earlier fit never spoils a later one.
    """
    (start, head), *rest = _segments(wanted)
    agreed = _agreement(head, got, 0)
    if agreed < len(head) or (not rest and len(got) > len(head)):
        return start + agreed, agreed
    if not rest:
        return None
    *middle, (tail_start, tail) = rest
    position = len(head)
    for start, run in middle:
        place, agreed = _search(run, got, position)
        if agreed < len(run):
            return start + agreed, place + agreed
        position = place + len(run)
    place = max(position, len(got) - len(tail))
    agreed = _agreement(tail, got, place)
    return None if agreed == len(tail) else _closest(tail_start, tail, got, position, place)


def _agreement(run: Sequence[str], got: Sequence[str], position: int) -> int:
    """How many lines of a run agree with what was printed from a position on."""
    pairs = enumerate(zip(run, islice(got, position, None), strict=False))
    return next((n for n, (one, other) in pairs if not line_matches(one, other)), min(len(run), len(got) - position))


def _search(run: Sequence[str], got: Sequence[str], position: int) -> tuple[int, int]:
    """The first place where a run fits, else the one where most of its first lines do; and how many do."""
    literal = list(takewhile(lambda line: ANYTHING not in line, run))
    for place in range(position, len(got) - len(run) + 1):
        if got[place : place + len(literal)] == literal and _agreement(run, got, place) == len(run):
            return place, len(run)
    places = range(position, len(got) + 1)
    place = max(places, key=lambda place: _agreement(run[:LOOKED_AT], got, place))
    return place, _agreement(run, got, place)


def _closest(start: int, tail: Sequence[str], got: Sequence[str], position: int, place: int) -> tuple[int, int]:
    """Where the last run parts from the output: at its end, or after a better fit before that."""
    found, agreed = _search(tail, got, position)
    at_end = _agreement(tail, got, place)
    return (start + at_end, place + at_end) if at_end >= agreed else (start + agreed, found + agreed)


# --- telling ---------------------------------------------------------------------------------------------


def _account(wanted: Sequence[str], got: Sequence[str], index: int, place: int) -> str:
    """The lines round the first difference: ``-`` expected, ``+`` printed, ``^`` where the line parts."""
    shown = [f"  {_visible(line)}" for line in got[max(0, place - CONTEXT) : place]]
    if index == len(wanted) or place == len(got):
        missing = _side("-", wanted[index:], "the expected output ends here")
        return "\n".join([LEGEND, *shown, *missing, *_side("+", got[place:], "the output ends here")])
    column = _reach(wanted[index], got[place]) or 0
    cut = max(0, column - WIDTH // 2)
    ahead = 0 if ANYTHING in wanted[index] else cut  # a pattern's columns are not those of the line
    pointer = " " * (2 + bool(cut) + len(_visible(got[place][cut:column]))) + "^"
    minus, plus = _side("-", wanted[index:], cut=ahead), _side("+", got[place:], cut=cut)
    return "\n".join([LEGEND, *shown, *minus, plus[0], pointer, *plus[1:]])


def _side(sign: str, lines: Sequence[str], nothing: str = "", cut: int = 0) -> list[str]:
    """Some lines of one side; of the first, what stands before the cut is left out."""
    if not lines:
        return [f"{sign} ({nothing})"]
    first = (ANYTHING if cut else "") + _visible(lines[0][cut:])
    shown = [f"{sign} {first}", *(f"{sign} {_visible(line)}" for line in lines[1:SHOWN])]
    left = len(lines) - SHOWN
    return [*shown, f"{sign} ({left} more lines)"] if left > 0 else shown


def _visible(line: str) -> str:
    """A line with what cannot be seen written out, and no longer than can be read."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"
