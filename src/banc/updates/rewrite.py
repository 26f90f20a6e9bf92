"""A page's text, and what its blocks print now → the text that says so. Pure.

What still holds stays as it is written, wildcards included; outside of the outputs no byte changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from banc.pages.blocks import Block
from banc.pages.plan import Expected
from banc.results import Kind
from banc.runs.align import ANYTHING, aligned, is_gap, words, words_of
from banc.runs.match import line_matches, paired, trimmed

Lines = tuple[int | str, ...]
"""Lines of an output: the index of one that stays as it stands, or the text of a new one."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_FENCE = re.compile(r"(?P<prefix>\ufeff?[> \t]*)(?P<mark>`{3,}|~{3,})(?P<info>[^\r\n]*)(?P<end>[\r\n]+)")


MOST = 4_000_000
"""Pairs of an expected and a printed line that are looked at to write an output anew: some seconds' work."""


class RewriteError(ValueError):
    """An output cannot be written into its page; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Some lines of a block's code are to become others."""

    start: int  # index of the first of them, from 0
    count: int
    lines: Lines  # the indices are those of the block's code


# --- what an output becomes ------------------------------------------------------------------------------


def edit(block: Block, expected: Expected, printed: str) -> Edit:
    """What makes an output say what was printed.

    Args:
        block: The fence that it stands in.
        expected: The output, as it stands there.
        printed: Plain text without tabs.

    Raises:
        RewriteError: It is far too long for a page.
    """
    wanted, lines = trimmed(expected.lines), trimmed(printed.split("\n"))
    if (len(wanted) + 1) * len(lines) > MOST:
        how_many = f"line {expected.line}: {len(lines)} lines were printed, too many to compare"
        raise RewriteError(f"{how_many}; write the output by hand, with a line of {ANYTHING} for those to leave out")
    renewed = renewed_unordered(wanted, lines) if expected.unordered else renewed_lines(wanted, lines)
    if block.kind is Kind.CONSOLE:
        renewed = tuple(_unlike_a_command(line) if isinstance(line, str) else line for line in renewed)
    return placed(block, expected, len(wanted), renewed)


def placed(block: Block, expected: Expected, count: int, lines: Lines) -> Edit:
    """The edit that puts lines in the place of an output's first ones."""
    start = expected.line - block.code_line
    if block.kind is Kind.CONSOLE and not expected.lines:
        start += 1  # behind the command
    return Edit(start, count, tuple(line + start if isinstance(line, int) else line for line in lines))


def _unlike_a_command(line: str) -> str:
    """A printed line that a console block would take for a command of its own."""
    return ANYTHING + line[1:] if line.startswith("$ ") or line == "$" else line


def renewed_lines(wanted: Sequence[str], printed: Sequence[str]) -> Lines:
    """The lines that say what was printed, with as many as possible of those that are there."""
    lines: list[int | str] = []
    for pair in aligned(wanted, printed, line_matches):
        if pair.expected is None:
            lines += [printed[place] for place in pair.printed]
        elif pair.agrees:
            gap_before = lines and isinstance(lines[-1], int) and is_gap(wanted[lines[-1]])
            if not (gap_before and is_gap(wanted[pair.expected]) and not is_gap(wanted[pair.expected - 1])):
                lines.append(pair.expected)  # else what stood between two gaps is gone, and one is enough
        elif pair.printed:
            lines.append(reworded(wanted[pair.expected], printed[pair.printed.start]))
    return tuple(lines)


def renewed_unordered(wanted: Sequence[str], printed: Sequence[str]) -> Lines:
    """The same for lines in any order: those that are still printed keep their places."""
    printed = [line for line in printed if line]
    patterns = [index for index, line in enumerate(wanted) if line and not is_gap(line)]
    taken = paired([wanted[index] for index in patterns], printed)
    found = {patterns[pattern] for pattern in taken.values()}
    left = [line for index, line in enumerate(printed) if index not in taken]
    lines: list[int | str] = []
    for index, line in enumerate(wanted):
        if index in found or index not in patterns:
            lines.append(index)
        elif left:
            nearest = max(left, key=lambda other: len(words_of(line) & words_of(other)))
            left.remove(nearest)
            lines.append(reworded(line, nearest))
    return tuple(lines) if any(map(is_gap, wanted)) else (*lines, *left)


def reworded(pattern: str, line: str) -> str:
    """A line as it is printed now, with those wildcards of the old one that still stand for something."""
    if ANYTHING not in pattern:
        return line
    for agrees in (_is_or_spaces, str.__eq__):
        told = _reworded(words(pattern), words(line), agrees)
        if line_matches(told, line) and not is_gap(told):
            return told
    return line


def _reworded(pattern: Sequence[str], line: Sequence[str], agrees: Callable[[str, str], bool]) -> str:
    kept: list[str] = []
    for pair in aligned(pattern, line, agrees, _sort_of_word):
        if pair.expected is not None and pair.agrees:
            kept.append(pattern[pair.expected])
        else:
            kept += [line[place] for place in pair.printed]
    return re.sub(f"{ANYTHING}{{2,}}", ANYTHING, "".join(kept))


def _is_or_spaces(pattern: str, word: str) -> bool:
    """A space beside a wildcard may be one of many, as in a table whose columns have grown."""
    return pattern == word or (pattern == " " and word.isspace())


def _sort_of_word(word: str) -> frozenset[str]:
    """By what two words are like each other: another name has a name's place, a number a number's."""
    if word.isspace():
        return frozenset({"space"})
    if word.isdigit():
        return frozenset({"number"})
    if word[:1].isalpha():
        return frozenset({"word", "capital" if word[0].isupper() else "small"})
    return frozenset({"sign", word})


def recoded(code: str, edits: Sequence[Edit]) -> str:
    """A block's code after its edits, which are in order."""
    return "\n".join(_edited(code.split("\n") if code else [], edits, str))


def _edited(old: Sequence[str], edits: Sequence[Edit], new: Callable[[str], str]) -> Iterator[str]:
    """A block's lines after its edits; what is new in them as it is to be written."""
    position = 0
    for change in edits:
        yield from old[position : change.start]
        yield from (old[line] if isinstance(line, int) else new(line) for line in change.lines)
        position = change.start + change.count
    yield from old[position:]


# --- where it stands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, line by line, each with its end as it is."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Source:
        """Split a text."""
        return cls(tuple(_LINE.findall(text)))

    def has(self, block: Block, at: int) -> bool:
        """Tell whether a block's fence opens at a line (its index), with the block's very code."""
        opening = _FENCE.fullmatch(self.lines[at]) if at < len(self.lines) else None
        if not opening or opening["info"].split() != block.info.split():
            return False
        code = self.lines[at + 1 : self._closing(block, at)]
        return "\n".join(map(_bare, code)).strip("\n") == "\n".join(map(_bare, block.code.split("\n"))).strip("\n")

    def _closing(self, block: Block, at: int) -> int:
        """Index of the line that closes a block's fence; of the opening one where there is none."""
        opening = _FENCE.fullmatch(self.lines[at])
        assert opening is not None  # the caller has looked
        length = block.code.count("\n") + 1
        for closing in (at + 1 + length,) if block.code else (at + 1, at + 2):  # an empty line is no code either
            if closing < len(self.lines) and self.lines[closing].strip("> \t\r\n") == opening["mark"]:
                return closing
        return at

    def renewed(self, block: Block, at: int, edits: Sequence[Edit]) -> tuple[int, list[str]]:
        """The lines of a block with its code changed, and its fence made longer where a new line would close it.

        Args:
            block: It opens at that line; see `has`.
            at: Index of its opening line.
            edits: Of its code, in order.

        Returns:
            The index of the line behind the block as it is, and the lines from its opening to its closing one.
        """
        opening = _FENCE.fullmatch(self.lines[at])
        assert opening is not None  # the caller has looked
        closing = self._closing(block, at)
        prefix, end = opening["prefix"].removeprefix("\ufeff"), opening["end"]
        code = list(_edited(self.lines[at + 1 : closing], edits, lambda line: (prefix + line).rstrip(" \t") + end))
        mark = _long_enough(opening["mark"], code)
        first, last = (self.lines[index].replace(opening["mark"], mark, 1) for index in (at, closing))
        return closing + 1, [first, *code, last]


def _bare(line: str) -> str:
    """A line of code without what indentation and tabs make of it."""
    return "".join(line.lstrip("> \t").split())


def _long_enough(mark: str, code: Sequence[str]) -> str:
    """Fence characters that no line of the code begins with."""
    runs = (re.match(rf"[> \t]*({mark[0]}*)", line) for line in code)
    longest = max((len(run[1]) for run in runs if run), default=0)
    return mark if longest < len(mark) else mark[0] * (longest + 1)
