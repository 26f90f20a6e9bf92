"""A page in a second language is compared with its original, not run: its blocks must be the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Comment  # type: ignore[import-untyped]

from banc import shell
from banc.blocks import Block, Problem, load
from banc.plan import Skip, Step, Wrong
from banc.results import COUNTED, SHELLS, Kind, Result, Status
from banc.run import Outcome
from banc.verdict import planned

Differences = Mapping[str | None, Sequence[Problem]]
"""What is wrong with a translation, by the name of its block; under None, of the page itself."""


def original_of(page: Path) -> Path | None:
    """The page that a page translates: of ``images.en.md`` it is ``images.md``, where that is a file."""
    match = re.fullmatch(r"(.+)\.[a-z]{2,3}(?:[-_]\w{2,8})?\.md", page.name)
    original = page.with_name(f"{match[1]}.md") if match else page
    return original if match and original.is_file() else None


def compared(original: Path, translation: Path) -> Differences:
    """Compare the files of two pages; see `differences`.

    Raises:
        OSError: One of them is not there.
        SiteError: The site's mkdocs.yml cannot be read.
    """
    return differences(load(original).blocks, load(translation).blocks, original.name, translation.name)


def outcome(step: Step, wrong: Differences) -> Outcome:
    """What a translation's block gave: passed where it is its original's, whose results stand for it."""
    problems = [*(step.problems if isinstance(step, Wrong) else ()), *wrong.get(step.block.name, ())]
    result = Result(step.block.name, step.block.digest, Status.PASSED)
    if problems:
        return Outcome(step.block, Result(result.block, result.digest, Status.FAILED), planned(problems))
    if isinstance(step, Skip):
        result = Result(result.block, result.digest, Status.SKIPPED, reason=step.reason)
    return Outcome(step.block, result)


def differences(
    original: Sequence[Block], translation: Sequence[Block], original_name: str, translation_name: str
) -> Differences:
    """Find where a translation's blocks are not those of its original.

    Blocks that count, and outputs, are the same but for their comments and the reasons given for
    not running them. Prose blocks are free.

    Args:
        original: All blocks of the original.
        translation: All blocks of the translation.
        original_name: What to call the original in messages.
        translation_name: What to call the translation in messages.
    """
    comparison = _Comparison(
        [_Compared(block, _essence(block)) for block in original if _is_compared(block)],
        [_Compared(block, _essence(block)) for block in translation if _is_compared(block)],
        original_name,
        translation_name,
    )
    wrong: dict[str | None, list[Problem]] = {}
    for block, problem in comparison.problems():
        wrong.setdefault(block, []).append(problem)
    return wrong


@dataclass(frozen=True, slots=True)
class _Compared:
    """A block, and what of it must be the same in both languages."""

    block: Block
    essence: tuple[object, ...]


def _is_compared(block: Block) -> bool:
    return block.kind in COUNTED or block.kind is Kind.OUTPUT


def _essence(block: Block) -> tuple[object, ...]:
    keys = sorted((key, value) for key, value in block.attributes.keys.items() if key != "reason")
    classes = sorted(block.attributes.classes)
    return block.kind, block.language.lower(), block.attributes.label, classes, keys, uncommented(block)


def uncommented(block: Block) -> list[str]:
    """A block's lines of code without comments, empty lines and spaces at the ends of lines."""
    if block.kind is Kind.OUTPUT:
        return block.code.rstrip().split("\n")
    if block.kind is Kind.CONSOLE or block.language.lower() in SHELLS:
        code = shell.comments_stripped(block.code)
    else:
        code = "".join(_without_comments(block))
    return [line.rstrip() for line in code.split("\n") if line.strip()]


_DIRECTIVE = re.compile(r"#\s*(syntax|escape|check)\s*=", re.IGNORECASE)


def _without_comments(block: Block) -> Iterator[str]:
    try:
        lexer = get_lexer_by_name(block.language or "text", stripnl=False)
    except ValueError:  # a language that Pygments does not know: nothing in it is known for a comment
        yield block.code
        return
    for kind, text in lexer.get_tokens(block.code):
        comment = kind in Comment and kind not in (Comment.Preproc, Comment.PreprocFile, Comment.Hashbang)
        if not comment or (block.kind is Kind.DOCKERFILE and _DIRECTIVE.match(text)):
            yield text
        else:
            yield "\n" * text.count("\n")


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two pages side by side."""

    original: Sequence[_Compared]
    translation: Sequence[_Compared]
    original_name: str
    translation_name: str

    def problems(self) -> Iterator[tuple[str | None, Problem]]:
        """What differs, with the name of the translation's counted block that it concerns."""
        for tag, start, end, first, last in self._opcodes():
            if tag == "equal":
                for one, other in zip(self.original[start:end], self.translation[first:last], strict=True):
                    yield from self._same(one.block, other.block)
                continue
            theirs, ours = list(self.original[start:end]), list(self.translation[first:last])
            while theirs and ours and not self._moved(ours[0]):
                yield self._at(ours[0].block, self._changed(theirs.pop(0).block, ours.pop(0).block))
            for one in ours:
                yield self._at(one.block, self._added(one))
            for one in theirs:
                if not any(other.essence == one.essence for other in self.translation):
                    yield self._missing(one.block, first)

    def _opcodes(self) -> list[tuple[str, int, int, int, int]]:
        one, other = ([repr(item.essence) for item in side] for side in (self.original, self.translation))
        return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())

    def _moved(self, item: _Compared) -> Block | None:
        """The original's block that stands elsewhere there."""
        return next((other.block for other in self.original if other.essence == item.essence), None)

    def _same(self, one: Block, other: Block) -> Iterator[tuple[str | None, Problem]]:
        """Blocks alike must also have the same name, under which the original's results are found."""
        if one.name != other.name and other.kind in COUNTED:
            message = (
                f"the block is number {other.name} here and {one.name} in {self.original_name}:{one.line}, since the "
                "two pages have not the same fences before it; give it a label in both: {#label}"
            )
            yield other.name, Problem(other.line, message)

    def _changed(self, one: Block, other: Block) -> Problem:
        where = f"{self.original_name}:{one.line}"
        if one.language.lower() != other.language.lower():
            what = f"the language is {one.language!r} there and {other.language!r} here"
        elif one.info != other.info and _essence(one)[2:5] != _essence(other)[2:5]:
            what = f"the attributes are {_braces(one)} there and {_braces(other)} here"
        else:
            return self._changed_code(one, other, where)
        return Problem(other.line, f"the block differs from its original, {where}: {what}; make them the same")

    def _changed_code(self, one: Block, other: Block, where: str) -> Problem:
        lines = zip([*uncommented(one), ""], [*uncommented(other), ""], strict=False)
        there, here = next(((a, b) for a, b in lines if a != b), ("", ""))
        number = next((n for n, text in enumerate(other.code.split("\n")) if here and text.startswith(here)), None)
        line = other.line if number is None else other.code_line + number
        return Problem(
            line,
            f"the code differs from its original, {where}: {there.strip()!r} there, {here.strip()!r} here; only "
            "comments may differ",
        )

    def _added(self, item: _Compared) -> Problem:
        line = item.block.line
        moved = self._moved(item)
        if moved:
            where = f"{self.original_name}:{moved.line}"
            return Problem(line, f"the block stands in another order than in its original, {where}; move it")
        return Problem(line, f"{self.original_name} has no such block; take it out, or add it there as well")

    def _missing(self, block: Block, place: int) -> tuple[str | None, Problem]:
        """A block that the translation lacks is told with the one before its place, else the one behind."""
        message = f"here the block of {self.original_name}:{block.line} is missing ({block.info or 'no language'}); "
        message += f"add it to {self.translation_name}"
        near = [*reversed(self.translation[:place]), *self.translation[place:]]
        if not near:
            return None, Problem(1, message)
        name, problem = self._at(near[0].block, Problem(near[0].block.line, message))
        return name, problem

    def _at(self, block: Block, problem: Problem) -> tuple[str | None, Problem]:
        """Outputs are no tests of their own: what is wrong with one is told with the block it belongs to."""
        before = [item.block for item in self.translation if item.block.ordinal <= block.ordinal]
        after = [item.block for item in self.translation if item.block.ordinal > block.ordinal]
        counted = [other for other in [*reversed(before), *after] if other.kind in COUNTED]
        return (counted[0].name if counted else None), problem


def _braces(block: Block) -> str:
    attributes = block.info.removeprefix(block.language).strip()
    return attributes or "none"
