"""Expected output against what was printed. ``…`` in a line is any text, ``…`` alone any lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, takewhile

from banc.runs.align import ANYTHING, Pair, aligned, is_gap

CONTEXT = 3
"""Lines shown before the first difference."""

LOOKED_AT = 20
"""Lines by which the place is judged that an output which differs comes nearest to."""

SHOWN = 7
"""Lines shown of each side where they come in any order."""

AFTER = 7
"""Lines shown from the first difference on."""

CELLS = 250_000
"""Pairs of lines that are compared to tell which stands for which: a fraction of a second's work."""

LEGEND = "(- expected, + printed, ← what … stands for)"

UNORDERED_LEGEND = "(- expected and not printed, + printed and not expected; in any order)"

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
    wanted, got = trimmed(expected), trimmed(actual.split("\n"))
    place = _first_difference(wanted, got)
    return None if place is None else _account(wanted, got, *place)


def mismatch_unordered(expected: Sequence[str], actual: str) -> str | None:
    """The same for lines that may come in any order. ``…`` alone is any number of further lines.

    An empty line may come last like any other, where it does not count; so it never counts.

    Returns:
        None where they agree; else the expected lines that did not come, and those that came unexpected.
    """
    wanted, got = (list(filter(None, trimmed(lines))) for lines in (expected, actual.split("\n")))
    patterns = [line for line in wanted if not is_gap(line)]
    taken = paired(patterns, got)
    missing = [line for index, line in enumerate(patterns) if index not in taken.values()]
    extra = [] if len(patterns) < len(wanted) else [line for index, line in enumerate(got) if index not in taken]
    if not missing and not extra:
        return None
    return "\n".join([UNORDERED_LEGEND, *_side("-", missing), *_side("+", extra)])


def paired(patterns: Sequence[str], got: Sequence[str]) -> dict[int, int]:
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


def trimmed(lines: Sequence[str]) -> list[str]:
    """An output's lines without what does not count: spaces at their ends, empty lines at its end."""
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
        if is_gap(line):
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
    """Which line met which, from a little before the first that found no partner; ``^`` where the two part."""
    if len(wanted) * len(got) <= CELLS:
        return _aligned_account(wanted, got, [])
    before = [f"  {_visible(line)}" for line in got[max(0, place - CONTEXT) : place]]
    most = CELLS // 1000
    return _aligned_account(wanted[index : index + most], got[place : place + 1000], before)


def _aligned_account(wanted: Sequence[str], got: Sequence[str], before: Sequence[str]) -> str:
    pairs = aligned(wanted, got, line_matches)
    first = next(index for index, pair in enumerate(pairs) if not pair.agrees)
    shown = [*before, *(_partners(pair, wanted, got) for pair in pairs[max(0, first - CONTEXT) : first])]
    lines = [LEGEND, *shown, *_parting(pairs, first, wanted, got)]
    rest = pairs[first + 1 :]
    told: list[str] = []
    for count, pair in enumerate(rest):
        if len(told) >= AFTER:
            return "\n".join([*lines, *told, _left(rest[count:])])
        told += [_partners(pair, wanted, got)] if pair.agrees else _sides(pair, wanted, got)
    return "\n".join([*lines, *told])


def _partners(pair: Pair, wanted: Sequence[str], got: Sequence[str]) -> str:
    """An expected line that found its partner; with what stands for its wildcards."""
    assert pair.expected is not None  # what agrees was expected
    line = wanted[pair.expected]
    if is_gap(line):
        count = len(pair.printed)
        return f"  {ANYTHING}  ← {count or 'no'} line{'' if count == 1 else 's'}"
    told = f"  {_visible(line)}"
    return told if ANYTHING not in line else f"{told}  ← {_visible(got[pair.printed.start])}"


def _sides(pair: Pair, wanted: Sequence[str], got: Sequence[str]) -> list[str]:
    """Two lines that do not agree, or the one that has no partner."""
    expected = [] if pair.expected is None else [f"- {_visible(wanted[pair.expected])}"]
    return [*expected, *(f"+ {_visible(got[place])}" for place in pair.printed)]


def _parting(pairs: Sequence[Pair], first: int, wanted: Sequence[str], got: Sequence[str]) -> list[str]:
    """The first lines that do not agree, pointed at."""
    pair = pairs[first]
    if pair.expected is None:
        behind = "" if any(other.expected is not None for other in pairs[first:]) else ": the expected output ends here"
        return [*_sides(pair, wanted, got), f"  ^ not expected{behind}"]
    if not pair.printed:
        behind = "" if any(other.printed for other in pairs[first:]) else ": the output ends here"
        return [*_sides(pair, wanted, got), f"  ^ not printed{behind}"]
    pattern, line = wanted[pair.expected], got[pair.printed.start]
    column = _reach(pattern, line) or 0
    cut = max(0, column - WIDTH // 2)
    ahead = 0 if ANYTHING in pattern else cut  # a pattern's columns are not those of the line
    pointer = " " * (2 + bool(cut) + len(_visible(line[cut:column]))) + "^"
    return [f"- {_from(pattern, ahead)}", f"+ {_from(line, cut)}", pointer]


def _left(pairs: Sequence[Pair]) -> str:
    sides = (
        (sum(pair.expected is not None for pair in pairs), "expected"),
        (sum(len(p.printed) for p in pairs), "printed"),
    )
    return f"  ({', '.join(f'{count} more {side}' for count, side in sides if count)})"


def _side(sign: str, lines: Sequence[str]) -> list[str]:
    """Some lines of one side."""
    left = len(lines) - SHOWN
    return [*(f"{sign} {_visible(line)}" for line in lines[:SHOWN]), *([f"{sign} ({left} more)"] if left > 0 else [])]


def _from(line: str, cut: int) -> str:
    """A line without what stands before the cut."""
    return (ANYTHING if cut else "") + _visible(line[cut:])


def _visible(line: str) -> str:
    """A line with what cannot be seen written out, and no longer than can be read."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"
