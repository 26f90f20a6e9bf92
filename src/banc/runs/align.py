"""Expected against printed, whole: which of the one stands for which of the other, at the least cost. Pure.

The same for lines (``…`` alone is any lines) and for the words of a line (``…`` is any words).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ANYTHING = "…"

_ADDED = 2  # something printed has no partner
_REPLACED = 5  # something stands for something else that has nothing in common with it; less where it has
_LOST = 6  # something expected has no partner: dearer than any partner, for an output is not to lose its lines

_WORD = re.compile(r"\d+|[^\W\d]+|\s+|.")


@dataclass(frozen=True, slots=True)
class Pair:
    """Something expected and what was printed for it."""

    expected: int | None  # its index; None: nothing like it was expected
    printed: range  # indices: one, none, or for a gap any number
    agrees: bool  # the one is what the other says


Agrees = Callable[[str, str], bool]
Features = Callable[[str], frozenset[str]]


def words(line: str) -> list[str]:
    """A line's words, numbers, spaces and signs, wildcards among them."""
    return _WORD.findall(line)


def words_of(line: str) -> frozenset[str]:
    """By what two lines are like each other."""
    return frozenset(words(line))


def is_gap(text: str) -> bool:
    """Tell whether an expected line stands for any lines, or an expected word for any words."""
    return text.strip() == ANYTHING


def aligned(
    expected: Sequence[str], printed: Sequence[str], agrees: Agrees, features: Features = words_of
) -> list[Pair]:
    """Pair the two, in order, so that as much as possible of what is expected finds what it says.

    Args:
        expected: Lines or words, with gaps among them.
        printed: Lines or words.
        agrees: Tells whether something printed is what something expected says.
        features: By what two are like each other that do not agree.

    Returns:
        Each index of both exactly once, in order. Where the two agree as a whole, every pair does.
    """
    head = _same_head(expected, printed)
    tail = _same_head(expected[head:][::-1], printed[head:][::-1])
    one, other = expected[head : len(expected) - tail], printed[head : len(printed) - tail]
    pairs = [Pair(index, range(index, index + 1), agrees=True) for index in range(head)]
    for pair in _backwards(one, other, _costs(one, other, agrees, features), agrees):
        index = None if pair.expected is None else pair.expected + head
        pairs.append(Pair(index, range(pair.printed.start + head, pair.printed.stop + head), pair.agrees))
    for index in range(tail, 0, -1):
        place = len(printed) - index
        pairs.append(Pair(len(expected) - index, range(place, place + 1), agrees=True))
    return pairs


def _same_head(one: Sequence[str], other: Sequence[str]) -> int:
    """How many the two have in common at their start, gaps apart."""
    same = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours or ANYTHING in mine:
            break
        same += 1
    return same


def _costs(expected: Sequence[str], printed: Sequence[str], agrees: Agrees, features: Features) -> list[list[int]]:
    """The least cost of each beginning of the one against each beginning of the other."""
    theirs = [features(text) for text in printed]
    costs = [[_ADDED * count for count in range(len(printed) + 1)]]
    for text in expected:
        above, gap = costs[-1], is_gap(text)
        row = [above[0] + (0 if gap else _LOST)]
        mine = features(text)
        for index, line in enumerate(printed):
            if gap:
                row.append(min(above[index + 1], row[index]))
            else:
                partner = above[index] + (0 if agrees(text, line) else _replacing(mine, theirs[index]))
                row.append(min(partner, above[index + 1] + _LOST, row[index] + _ADDED))
        costs.append(row)
    return costs


def _replacing(mine: frozenset[str], yours: frozenset[str]) -> int:
    """The cost of two that do not agree, by what they share."""
    together = len(mine) + len(yours)
    return _REPLACED - (8 * len(mine & yours)) // (together or 1)


def _backwards(
    expected: Sequence[str], printed: Sequence[str], costs: Sequence[Sequence[int]], agrees: Agrees
) -> list[Pair]:
    """The pairs that make the least cost, read from its end."""
    pairs: list[Pair] = []
    row, column = len(expected), len(printed)
    while row or column:
        cost = costs[row][column]
        if row and is_gap(expected[row - 1]):
            first = column
            while first and costs[row - 1][first] != cost and costs[row][first - 1] == cost:
                first -= 1
            pairs.append(Pair(row - 1, range(first, column), agrees=True))
            row, column = row - 1, first
            continue
        if row and column:
            same = agrees(expected[row - 1], printed[column - 1])
            if same and costs[row - 1][column - 1] == cost:
                pairs.append(Pair(row - 1, range(column - 1, column), agrees=True))
                row, column = row - 1, column - 1
                continue
        if row and costs[row - 1][column] + _LOST == cost:
            pairs.append(Pair(row - 1, range(column, column), agrees=False))
            row -= 1
        elif column and costs[row][column - 1] + _ADDED == cost:
            pairs.append(Pair(None, range(column - 1, column), agrees=False))
            column -= 1
        else:
            pairs.append(Pair(row - 1, range(column - 1, column), agrees=False))
            row, column = row - 1, column - 1
    return pairs[::-1]
