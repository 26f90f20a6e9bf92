"""A page in a second language is compared with its original, not run: its blocks must be the same."""

from __future__ import annotations

import glob
import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Comment  # type: ignore[import-untyped]

from banc.pages import shell
from banc.pages.blocks import Block, Problem, load
from banc.pages.plan import Skip, Step, Wrong, commands_in, outputs_in
from banc.results import COUNTED, SHELLS, Kind, Result, Status
from banc.runs.run import Outcome
from banc.runs.verdict import planned

Differences = Mapping[str | None, Sequence[Problem]]
"""What is wrong with a translation, by the name of its block; under None, of the page itself."""


def original_of(page: Path) -> Path | None:
    """The page that a page translates: of ``images.en.md`` it is ``images.md``, where that is a file."""
    match = re.fullmatch(r"(.+)\.[a-z]{2,3}(?:[-_]\w{2,8})?\.md", page.name)
    original = page.with_name(f"{match[1]}.md") if match else page
    return original if match and original.is_file() else None


def translations_of(page: Path) -> list[Path]:
    """The pages that translate a page."""
    return sorted(path for path in page.parent.glob(f"{glob.escape(page.stem)}.*.md") if original_of(path) == page)


def compared(original: Path, translation: Path, *, outputs: bool = True) -> Differences:
    """Compare the files of two pages; see `differences`.

    Raises:
        OSError: One of them is not there.
        SiteError: The site's mkdocs.yml cannot be read.
    """
    one, other = load(original).blocks, load(translation).blocks
    return differences(one, other, original.name, translation.name, outputs=outputs)


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
    original: Sequence[Block],
    translation: Sequence[Block],
    original_name: str,
    translation_name: str,
    *,
    outputs: bool = True,
) -> Differences:
    """Find where a translation's blocks are not those of its original.

    Blocks that count, and outputs, are the same but for their comments, the reasons given for not
    running them, and locales (``fr_FR.UTF-8``). Only where locales differ may the words of an output
    differ too: its lines, and in them the numbers, paths and wildcards, stay the same. Prose blocks
    are free.

    Args:
        original: All blocks of the original.
        translation: All blocks of the translation.
        original_name: What to call the original in messages.
        translation_name: What to call the translation in messages.
        outputs: Compare what outputs say, too; else only that they are there.
    """
    view = _View(outputs, words=in_other_words(original, translation))
    comparison = _Comparison(
        [_Compared(block, view.essence(block)) for block in original if is_compared(block)],
        [_Compared(block, view.essence(block)) for block in translation if is_compared(block)],
        original_name,
        translation_name,
        view,
    )
    wrong: dict[str | None, list[Problem]] = {}
    for block, problem in comparison.problems():
        wrong.setdefault(block, []).append(problem)
    return wrong


def in_other_words(original: Sequence[Block], translation: Sequence[Block]) -> bool:
    """Tell whether the outputs of a translation may have other words: its commands ask for another locale."""
    return _locales(original) != _locales(translation)


def same_but_for_words(one: str, other: str) -> bool:
    """Tell whether two lines of an output differ in their words alone."""
    return _facts(one) == _facts(other)


def is_compared(block: Block) -> bool:
    """Tell whether a block must be the same in both languages."""
    return block.kind in COUNTED or block.kind is Kind.OUTPUT


# --- what must be the same -------------------------------------------------------------------------------

_LOCALE = re.compile(
    r"""\b(?P<name>LANG|LANGUAGE|LC_[A-Z]+)(?P<is>[= ]["']?)[\w.@:-]+ | \b[a-z]{2,3}_[A-Z]{2}(\.[\w-]+)?(@\w+)?\b""",
    re.VERBOSE,
)
_FACT = re.compile(r"[\d/_=]|…")


def _locales(blocks: Sequence[Block]) -> list[str]:
    asking = [block for block in blocks if block.kind in COUNTED and _LOCALE.search(block.code)]  # few do
    lines = [line for block in asking for line in _lines(block) if not line.printed]
    return [found[0] for line in lines for found in _LOCALE.finditer(line.text)]


def _any_locale(line: str) -> str:
    return _LOCALE.sub(lambda found: f"{found['name'] or ''}{found['is'] or ''}<locale>", line)


def _facts(line: str) -> list[str]:
    """What of a printed line no language changes: numbers, paths, assignments, wildcards."""
    words = (word.strip(".,;:!?()[]'\"’«»").replace(",", ".") for word in line.split())
    return [word for word in words if _FACT.search(word)]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block that is compared."""

    text: str
    printed: bool = False


def _lines(block: Block) -> list[_Line]:
    """A block's lines without comments, empty lines of code, and spaces at the ends of lines."""
    if block.kind is Kind.OUTPUT:
        return [_Line(line.rstrip(), printed=True) for line in block.code.rstrip().split("\n")]
    if block.kind is Kind.CONSOLE:
        lines: list[_Line] = []
        for command, output in zip(commands_in(block), outputs_in(block), strict=True):
            lines += [_Line(line) for line in _code(f"$ {shell.comments_stripped(command)}")]
            lines += [_Line(line.rstrip(), printed=True) for line in output.lines]
        return lines
    if block.language.lower() in SHELLS:
        return [_Line(line) for line in _code(shell.comments_stripped(block.code))]
    is_dockerfile = block.kind is Kind.DOCKERFILE
    text = _without_comments(block.language or "text", block.code, is_dockerfile=is_dockerfile)
    return [_Line(line) for line in _code(text)]


def _code(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@dataclass(frozen=True, slots=True)
class _View:
    """What of a block is looked at."""

    outputs: bool  # what outputs say
    words: bool  # may be other ones in outputs

    def essence(self, block: Block) -> tuple[object, ...]:
        """What of a block must be the same in both languages."""
        keys = sorted((key, value) for key, value in block.attributes.keys.items() if key != "reason")
        classes = sorted(block.attributes.classes)
        lines = [self.of(line) for line in self.lines(block)]
        return block.kind, block.language.lower(), block.attributes.label, classes, keys, lines

    def lines(self, block: Block) -> list[_Line]:
        """The lines of a block that are looked at."""
        return [line for line in _lines(block) if self.outputs or not line.printed]

    def of(self, line: _Line) -> object:
        """What of a line must be the same."""
        if line.printed:
            return _facts(line.text) if self.words else line.text
        return _any_locale(line.text)


@cache
def _lexer(language: str) -> Any:
    """What tells comments from code; None for a language that Pygments does not know."""
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ValueError:
        return None


_DIRECTIVE = re.compile(r"#\s*(syntax|escape|check)\s*=", re.IGNORECASE)


@lru_cache(maxsize=512)  # of two languages, nearly all blocks are the same
def _without_comments(language: str, code: str, *, is_dockerfile: bool) -> str:
    lexer = _lexer(language)
    if lexer is None:  # nothing in it is known for a comment
        return code
    kept: list[str] = []
    for kind, text in lexer.get_tokens(code):
        comment = kind in Comment and kind not in (Comment.Preproc, Comment.PreprocFile, Comment.Hashbang)
        stays = not comment or (is_dockerfile and _DIRECTIVE.match(text))
        kept.append(text if stays else "\n" * text.count("\n"))
    return "".join(kept)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A block, and what of it must be the same in both languages."""

    block: Block
    essence: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two pages side by side."""

    original: Sequence[_Compared]
    translation: Sequence[_Compared]
    original_name: str
    translation_name: str
    view: _View

    def problems(self) -> Iterator[tuple[str | None, Problem]]:
        """What differs, with the name of the translation's counted block that it concerns."""
        pairs = dict(self._same())
        moved = dict(self._moved(pairs))
        changed = dict(self._changed(pairs, moved))
        found = [
            *self._told_of_moved(pairs, moved),
            *self._told_of_added(pairs, {*pairs.values(), *moved.values(), *changed.values()}),
            *self._told_of_missing(pairs, {*pairs, *moved, *changed}),
        ]
        found += [
            self._at(mine, self._difference(self.original[one].block, self.translation[mine].block))
            for one, mine in changed.items()
        ]
        # A block too many shifts the numbers of all that follow: to say so of each would bury the cause.
        yield from found or self._numbered(pairs)

    # Which block stands for which: indices into the original and into the translation.

    def _same(self) -> Iterator[tuple[int, int]]:
        """The blocks alike, in the order of both pages."""
        one, other = ([repr(item.essence) for item in side] for side in (self.original, self.translation))
        for start, first, size in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
            yield from zip(range(start, start + size), range(first, first + size), strict=True)

    def _left(self, *pairs: Mapping[int, int]) -> tuple[list[int], list[int]]:
        """The blocks of each page that have no partner yet."""
        mine = {index for found in pairs for index in found.values()}
        theirs = {index for found in pairs for index in found}
        return (
            [index for index in range(len(self.original)) if index not in theirs],
            [index for index in range(len(self.translation)) if index not in mine],
        )

    def _moved(self, pairs: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """The blocks alike that stand elsewhere."""
        theirs, ours = self._left(pairs)
        for one in theirs:
            mine = next((mine for mine in ours if self.translation[mine].essence == self.original[one].essence), None)
            if mine is not None:
                ours.remove(mine)
                yield one, mine

    def _changed(self, pairs: Mapping[int, int], moved: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """The blocks that differ, with the one each is meant to be: by its label, else by its kind and place."""
        theirs, ours = self._left(pairs, moved)
        for is_partner in (self._has_the_label, self._has_the_place(pairs)):
            for one in list(theirs):
                mine = next((mine for mine in ours if is_partner(one, mine)), None)
                if mine is not None:
                    theirs.remove(one)
                    ours.remove(mine)
                    yield one, mine

    def _has_the_label(self, one: int, mine: int) -> bool:
        label = self.original[one].block.attributes.label
        return bool(label) and label == self.translation[mine].block.attributes.label

    def _has_the_place(self, pairs: Mapping[int, int]) -> Callable[[int, int], bool]:
        """Tells whether two blocks of a kind stand between the same blocks alike."""
        theirs, ours = list(pairs), list(pairs.values())

        def is_partner(one: int, mine: int) -> bool:
            is_of_a_kind = self.original[one].block.kind is self.translation[mine].block.kind
            return is_of_a_kind and bisect_left(theirs, one) == bisect_left(ours, mine)

        return is_partner

    # What is said of them.

    def _told_of_moved(
        self, pairs: Mapping[int, int], moved: Mapping[int, int]
    ) -> Iterator[tuple[str | None, Problem]]:
        theirs = list(pairs)
        for one, mine in moved.items():
            if self._goes_with_the_one_before(self.original, one, moved):
                continue
            before = _last_before(theirs, one)
            place = (
                "before all others" if before is None else f"behind line {self.translation[pairs[before]].block.line}"
            )
            where = f"{self.original_name}:{self.original[one].block.line}"
            message = f"the block stands in another order than in its original, {where}; move it {place}"
            yield self._at(mine, Problem(self.translation[mine].block.line, message))

    def _told_of_added(self, pairs: Mapping[int, int], known: set[int]) -> Iterator[tuple[str | None, Problem]]:
        partners = {mine: one for one, mine in pairs.items()}
        ours = list(partners)
        added = {mine for mine in range(len(self.translation)) if mine not in known}
        for mine in sorted(added):
            if self._goes_with_the_one_before(self.translation, mine, added):
                continue
            before = _last_before(ours, mine)
            line = 1 if before is None else self.original[partners[before]].block.line
            message = f"{self.original_name} has no such block behind {self.original_name}:{line}; take it out, or add "
            yield self._at(mine, Problem(self.translation[mine].block.line, message + "it there as well"))

    def _told_of_missing(self, pairs: Mapping[int, int], known: set[int]) -> Iterator[tuple[str | None, Problem]]:
        """A block that the translation lacks is told with the one before its place, else the one behind."""
        theirs = list(pairs)
        missing = {one for one in range(len(self.original)) if one not in known}
        for one in sorted(missing):
            if self._goes_with_the_one_before(self.original, one, missing):
                continue
            block = self.original[one].block
            message = (
                f"here the block of {self.original_name}:{block.line} is missing ({block.info or 'no language'}); "
            )
            message += f"add it to {self.translation_name}"
            before = _last_before(theirs, one)
            near = 0 if before is None else pairs[before]
            if self.translation:
                yield self._at(near, Problem(self.translation[near].block.line, message))
            else:
                yield None, Problem(1, message)

    def _goes_with_the_one_before(self, side: Sequence[_Compared], index: int, same: Container[int]) -> bool:
        """Tell whether a block is the output of one of which the same is said: once is enough."""
        return side[index].block.kind is Kind.OUTPUT and index - 1 in same

    def _numbered(self, pairs: Mapping[int, int]) -> Iterator[tuple[str | None, Problem]]:
        """Blocks alike must also have the same name, under which the original's results are found."""
        shift = 0
        for one, other in ((self.original[one].block, self.translation[mine].block) for one, mine in pairs.items()):
            before, shift = shift, other.ordinal - one.ordinal
            if one.name != other.name and other.kind in COUNTED and shift != before:
                message = (
                    f"the block is number {other.name} here and {one.name} in {self.original_name}:{one.line}, since "
                    "the two pages have not the same fences before it; give it a label in both: {#label}"
                )
                yield other.name, Problem(other.line, message)

    def _difference(self, one: Block, other: Block) -> Problem:
        where = f"{self.original_name}:{one.line}"
        if one.language.lower() != other.language.lower():
            what = f"the language is {one.language!r} there and {other.language!r} here"
        elif one.info != other.info and self.view.essence(one)[2:5] != self.view.essence(other)[2:5]:
            what = f"the attributes are {_braces(one)} there and {_braces(other)} here"
        else:
            return self._difference_of_code(one, other, where)
        return Problem(other.line, f"the block differs from its original, {where}: {what}; make them the same")

    def _difference_of_code(self, one: Block, other: Block, where: str) -> Problem:
        end = _Line("")
        pairs = zip([*self.view.lines(one), end], [*self.view.lines(other), end], strict=False)
        there, here = next(((a, b) for a, b in pairs if self.view.of(a) != self.view.of(b)), (end, end))
        texts = other.code.split("\n")
        number = next((n for n, text in enumerate(texts) if here.text and text.startswith(here.text)), None)
        line = other.line if number is None else other.code_line + number
        told = f"differs from its original, {where}: {there.text.strip()!r} there, {here.text.strip()!r} here; "
        if there.printed or here.printed:
            return Problem(line, f"the output {told}make it the same, or let --update do so")
        return Problem(line, f"the code {told}only comments may differ")

    def _at(self, index: int, problem: Problem) -> tuple[str | None, Problem]:
        """Outputs are no tests of their own: what is wrong with one is told with the block it belongs to."""
        counted = [item.block for item in [*self.translation[index::-1], *self.translation[index:]]]
        return next((block.name for block in counted if block.kind in COUNTED), None), problem


def _last_before(indices: Sequence[int], index: int) -> int | None:
    """The last of some indices, in order, that comes before another; None where none does."""
    place = bisect_left(indices, index)
    return indices[place - 1] if place else None


def _braces(block: Block) -> str:
    attributes = block.info.removeprefix(block.language).strip()
    return attributes or "none"
