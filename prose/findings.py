"""What may be wrong with a text, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prose.passages import CODE, Passage

AROUND = 30  # characters of context on each side


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader may stumble over."""

    path: str  # of the file to mend, from the project's folder
    line: int
    language: str  # fr or en
    rule: str  # the name by which it can be allowed
    text: str  # what is found fault with
    message: str
    suggestions: Sequence[str] = ()
    context: str = ""  # with what stands around it

    def __str__(self) -> str:
        """One line that an editor can jump to, and the words in their context."""
        better = f" → {' or '.join(shown(text) for text in self.suggestions)}" if self.suggestions else ""
        told = f"{self.path}:{self.line}: {shown(self.text)}{better}: {self.message} [{self.rule}]"
        return f"{told}\n    {self.context.replace(CODE, _NAMES[CODE])}"


@dataclass(frozen=True, slots=True)
class Remark:
    """The same within a passage: what a checker knows."""

    start: int
    end: int
    rule: str
    message: str
    suggestions: Sequence[str] = ()


def found(passage: Passage, remark: Remark, language: str) -> Finding:
    """Put a remark in its place."""
    start, end = max(0, remark.start - AROUND), remark.end + AROUND
    context = f"{'…' if start else ''}{passage.text[start:end]}{'…' if end < len(passage.text) else ''}"
    text = passage.text[remark.start : remark.end]
    path, line = passage.place(remark.start)
    return Finding(path, line, language, remark.rule, text, remark.message, tuple(remark.suggestions), context)


_NAMES = {"\u00a0": "[U+00A0]", "\u202f": "[U+202F]", CODE: "[code]"}  # what looks like nothing


def shown(text: str) -> str:
    """A piece of text in quotes, with all that is in it to be seen."""
    for sign, name in _NAMES.items():
        text = text.replace(sign, name)
    return f"“{text}”"
