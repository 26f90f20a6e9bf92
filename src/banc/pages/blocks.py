"""A page's text → its fenced blocks as the site renders them, each with its source lines.

What a reader sees is what Python-Markdown makes of the page with the site's own extensions. So the page
is rendered, with a formatter that puts a mark where each fence would stand: the marks in the final HTML
are the blocks. Fences in comments and in indented code lose theirs on the way.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from pymdownx.superfences import SuperFencesBlockPreprocessor  # type: ignore[import-untyped]

from banc.pages import frontmatter
from banc.pages.frontmatter import FrontMatter
from banc.pages.grammar import Attributes, GrammarError, parse
from banc.pages.site import FENCES, FIGURES, GLOSSARY, QUESTIONS, Site, SiteError, configuration
from banc.results import Kind, digest, kind_of, path_of

__all__ = ["Attributes", "Block", "Extracted", "Problem", "Site", "SiteError", "configuration", "load", "read_page"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of the author's, at its line, with the way to mend it."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page, as the site renders it."""

    ordinal: int  # among the page's rendered fences, from 1
    line: int  # of the opening fence in the source, from 1
    code_line: int  # of the first line of code
    language: str  # as written
    info: str  # all that stands behind the fence characters
    attributes: Attributes
    kind: Kind
    code: str
    problems: tuple[Problem, ...] = ()  # what is wrong with the fence itself
    indented: bool = False  # in a list, a tab, an admonition

    @property
    def name(self) -> str:
        """The label, else the ordinal: the block's identity within its page."""
        return self.attributes.label or str(self.ordinal)

    @property
    def digest(self) -> str:
        """Fingerprint of what the block does."""
        return digest(self.code, path_of(self.kind, self.attributes.keys.get("title", "")))


@dataclass(frozen=True, slots=True)
class Extracted:
    """All that a page says to the bench."""

    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = ()  # of the page itself: what opens no block although it looks like it
    front: FrontMatter = field(default_factory=FrontMatter)


def load(page: Path) -> Extracted:
    """Read a page's file with the configuration of the site it belongs to.

    A page that is no UTF-8 is a problem of the page, not an exception.

    Raises:
        OSError: There is no such file.
        SiteError: The site's mkdocs.yml cannot be read.
    """
    site = configuration(page)
    data = page.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the page as UTF-8 text"
        return Extracted(problems=(Problem(line, message),))
    return read_page(text, site.extensions, site.configs)


def read_page(text: str, extensions: Sequence[str], configs: Mapping[str, Mapping[str, Any]]) -> Extracted:
    """Find a page's blocks.

    Args:
        text: The page, front matter included.
        extensions: Names of the Markdown extensions it is rendered with.
        configs: Their options, by name.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    body, offset, front = frontmatter.split(text)
    problems = []
    if front.error:
        line, message = front.error
        problems.append(Problem(line, f"the front matter cannot be read ({message}); the site prints it as text"))
    renderer = _renderer(extensions, configs)
    try:
        page = renderer.rendered(body, offset)
    except Exception as error:  # an extension, which may be anyone's, refuses the page: so will the site's build
        message = f"the page cannot be rendered ({type(error).__name__}: {error}); `mkdocs build` will tell more"
        return Extracted((), (*problems, Problem(1, message)), front)
    problems += dict.fromkeys(page.stray())
    return Extracted(tuple(page.blocks()), tuple(problems), front)


# --- rendering -------------------------------------------------------------------------------------------

_MARK = "\x02fence:{}\x03"  # Python-Markdown takes these control characters out of every page: none can be forged
_MARKS = re.compile(r"<!--.*?-->|\x02fence:(\d+)\x03", re.DOTALL)


@dataclass(slots=True)
class _Fence:
    """A fence that superfences took for one."""

    start: int  # index of its opening line
    end: int  # index of the line after its closing one
    language: str
    title: str
    classes: list[str]
    label: str
    code: str


class _Line(str):
    """A line of a page that knows its index, as long as no extension changes it."""

    place: int


class _Tagging(Preprocessor):
    """Before any other extension: gives a page's lines their indices."""

    def run(self, lines: list[str]) -> list[str]:
        tagged: list[str] = []
        for index, text in enumerate(lines):
            line = _Line(text)
            line.place = index
            tagged.append(line)
        return tagged


class _Origins(Preprocessor):
    """After snippets were inserted: notes which line of the page each line comes from.

    What was inserted comes from the line that asked for it, the one after the last that is still there.
    """

    origins: Sequence[int] = ()
    lines: Sequence[str] = ()

    def run(self, lines: list[str]) -> list[str]:
        origins: list[int] = []
        last = -1
        for line in lines:
            if isinstance(line, _Line):
                last = line.place
                origins.append(last)
            else:
                origins.append(last + 1)
        self.origins, self.lines = origins, lines
        return lines

    def of(self, lines: Sequence[str], tab: int) -> Sequence[int]:
        """The origin of each line that superfences was given, where extensions may have removed some."""
        if len(lines) == len(self.lines) + 2:  # Python-Markdown puts two empty lines at the end
            return [*self.origins, len(self.lines), len(self.lines)]
        origins: list[int] = []
        matcher = difflib.SequenceMatcher(None, [line.expandtabs(tab) for line in self.lines], lines, autojunk=False)
        for tag, start, end, first, last in matcher.get_opcodes():
            if tag == "equal":
                origins += self.origins[start:end]
            else:
                origins += [self.origins[min(start, len(self.lines) - 1)]] * (last - first)
        return origins


class _Renderer:
    """Python-Markdown with a site's extensions, that tells which fences it meets where."""

    def __init__(self, extensions: Sequence[str], configs: Mapping[str, Mapping[str, Any]]) -> None:
        # They make no fence, and take time.
        names = [name for name in extensions if name not in (FENCES, FIGURES, GLOSSARY, QUESTIONS)]
        options = {name: dict(value) for name, value in configs.items()}
        self._md = Markdown(extensions=names, extension_configs=options)
        if not isinstance(self._md.preprocessors["fenced_code_block"], SuperFencesBlockPreprocessor):
            self._md.registerExtensions(["pymdownx.superfences"], options)
        self._lines: list[str] = []  # as superfences was given them
        self._ranges: list[tuple[int, int]] = []
        self._fences: list[_Fence] = []
        self._origins = _Origins()
        self._md.preprocessors.register(_Tagging(), "banc-tagging", 10_000)
        self._md.preprocessors.register(self._origins, "banc-origins", 31.5)  # snippets come at 32
        self._watch(self._md.preprocessors["fenced_code_block"])

    def _watch(self, superfences: Any) -> None:
        """Note the lines that superfences is given, and what it takes for a fence in them."""
        search, process = superfences.search_nested, superfences.process_nested_block
        ordinary = superfences.extension.superfences[0]  # fences with a formatter of their own (diagrams) are no code

        def search_nested(lines: list[str]) -> list[str]:
            self._lines = list(lines)
            found: list[str] = search(lines)
            return found

        def process_nested_block(ws: str, content: str, start: int, end: int) -> None:
            self._ranges.append((start, end))
            process(ws, content, start, end)

        def formatter(
            *, src: str, language: str, options: dict[str, Any], classes: list[str], id_value: str, **_: Any
        ) -> str:
            title = options.get("title", "")
            self._fences.append(_Fence(*self._ranges[-1], language or "", title, list(classes), id_value, src))
            return _MARK.format(len(self._fences) - 1)

        superfences.search_nested = search_nested
        superfences.process_nested_block = process_nested_block
        ordinary["formatter"] = formatter

    def rendered(self, body: str, offset: int) -> _Rendered:
        """Render one page, whose first line is line ``offset + 1`` of its file."""
        self._lines, self._ranges, self._fences, self._origins.lines = [], [], [], ()
        html = self._md.reset().convert(body)
        origins = self._origins.of(self._lines, self._md.tab_length)
        return _Rendered(html, self._lines, self._ranges, self._fences, [origin + offset + 1 for origin in origins])


_renderers: dict[str, _Renderer] = {}


def _renderer(extensions: Sequence[str], configs: Mapping[str, Mapping[str, Any]]) -> _Renderer:
    """The one renderer of a configuration: making one takes as long as rendering many pages."""
    key = repr((list(extensions), configs))
    if key not in _renderers:
        _renderers[key] = _Renderer(extensions, configs)
    return _renderers[key]


# --- what was rendered -----------------------------------------------------------------------------------

_OPENING = re.compile(
    r"(?P<indent>[> ]*)(?P<item>(?:[-*+]|\d{1,9}[.)]) +)?(?P<fence>`{3,}|~{3,})(?P<info>.*)", re.DOTALL
)
_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INLINE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\1).)*\1(?!`)")


@dataclass(frozen=True, slots=True)
class _Rendered:
    """One page as superfences saw it, and its final HTML."""

    html: str
    lines: Sequence[str]
    ranges: Sequence[tuple[int, int]]  # of all fences, indices of the opening line and of the line after the closing
    fences: Sequence[_Fence]
    origins: Sequence[int]  # source line of each line, from 1

    def blocks(self) -> Iterator[Block]:
        """The fences that the final HTML shows, in its order."""
        marks = [mark for mark in _MARKS.findall(self.html) if mark]
        for ordinal, mark in enumerate(dict.fromkeys(marks), start=1):
            yield self._block(ordinal, self.fences[int(mark)])

    def _block(self, ordinal: int, fence: _Fence) -> Block:
        opening = _opening(self.lines[fence.start])
        line = self.origins[fence.start]
        problems = list(self._swallowed(fence))
        try:
            language, attributes = parse(opening["info"], line)
        except GrammarError as error:
            problems.insert(0, Problem(line, error.message))
            language = fence.language
            attributes = Attributes(
                fence.label, frozenset(fence.classes), {"title": fence.title} if fence.title else {}
            )
        kind = kind_of(language, attributes.keys.get("title", ""), attributes.classes)
        return Block(
            ordinal,
            line,
            self.origins[fence.start + 1],
            language,
            opening["info"].strip(),
            attributes,
            kind,
            fence.code,
            tuple(problems),
            bool(opening["indent"] or opening["item"]),
        )

    def _swallowed(self, fence: _Fence) -> Iterator[Problem]:
        """A fence in a block's code that would open a block: the block itself was not closed in time."""
        mark = _opening(self.lines[fence.start])["fence"]
        opens = re.compile(rf"[> ]*{mark}[`~]* *\w[\w-]*( *\{{.*\}}| +title=.*)?$")
        inner = next((n for n in range(fence.start + 1, fence.end - 1) if opens.match(self.lines[n])), None)
        if inner is not None and not self._follows_stray(fence.start):
            message = f"this block is not closed before another fence opens (line {self.origins[inner]}); "
            yield Problem(self.origins[fence.start], message + f"close it with {mark} alone on a line")

    def _follows_stray(self, start: int) -> bool:
        """Tell whether something that looks like a fence, and opens none, comes just before a fence."""
        before = max((end for _, end in self.ranges if end <= start), default=0)
        return any(self._looks_like_fence(index) for index in range(before, start))

    def _looks_like_fence(self, index: int) -> bool:
        match = _OPENING.match(self.lines[index])
        return match is not None and not (match["fence"].startswith("`") and "`" in match["info"])

    def stray(self) -> Iterator[Problem]:
        """Lines that look like the opening of a fence, and are none for the site."""
        inside = {index for start, end in self.ranges for index in range(start, end)}
        candidates = [
            index for index in range(len(self.lines)) if index not in inside and self._looks_like_fence(index)
        ]
        if not candidates:
            return
        shown = self._shown_or_hidden(inside)
        walls: dict[int, int] = {}  # line that breaks off a fence: that fence
        found = False
        for index in candidates:
            match = _opening(self.lines[index])
            wall = self._broken_off(index, match)
            if wall is not None:
                walls.setdefault(wall, index)
            if index in shown or self.lines[index].strip() in shown:
                continue
            if found and (not match["info"].strip() or (index in walls and _is_readable(match["info"]))):
                continue  # a consequence of the one before
            found = True
            yield self._why_stray(index, match, walls.get(index), wall)
            if match["item"] or not _is_readable(match["info"]):
                yield from self._lost_with(index)
            if self._is_unclosed(match, wall):
                return  # the rest of the page is within it

    def _lost_with(self, index: int) -> Iterator[Problem]:
        """More such lines in the block that the closing line of one opens: all are told at once."""
        start, end = next(((start, end) for start, end in sorted(self.ranges) if start > index), (index, index))
        if start == index or _opening(self.lines[start])["info"].strip():
            return
        for within in range(start + 1, end - 1):
            match = _OPENING.match(self.lines[within])
            if match and not _is_readable(match["info"]):
                yield self._why_stray(within, match.groupdict(default=""), None, None)

    def _shown_or_hidden(self, inside: set[int]) -> set[int | str]:
        """Lines that are no fences because they are shown as code, or are in a comment."""
        texts = (unescape(_TAG.sub("", text)) for text in _CODE.findall(self.html))
        code = {line.strip() for text in texts for line in text.splitlines()}
        plain = "\n".join("" if index in inside else _INLINE.sub("", line) for index, line in enumerate(self.lines))
        hidden: set[int | str] = set(code)
        for comment in _COMMENT.finditer(plain):
            first = plain.count("\n", 0, comment.start())
            hidden |= set(range(first, first + comment[0].count("\n") + 1))
        return hidden

    def _why_stray(self, index: int, match: Mapping[str, str], opened: int | None, wall: int | None) -> Problem:
        """Why a line opens no block."""
        line = self.origins[index]
        if match["item"]:
            return Problem(line, _ON_ITEM.format(**match))
        try:
            parse(match["info"], line)
        except GrammarError as error:
            return Problem(line, f"{error.message} (as it stands the site shows no block here)")
        if opened is not None:
            return Problem(line, f"no block opens here: the one of line {self.origins[opened]} waits for its end")
        if wall is None:
            return Problem(line, f"this fence is never closed; add {match['fence']} alone on a line, as indented")
        return Problem(line, f"this fence is broken off by line {self.origins[wall]}, {_LESS_INDENTED}")

    def _is_unclosed(self, match: Mapping[str, str], wall: int | None) -> bool:
        """Tell whether superfences looks for a fence's end as far as the page's."""
        return wall is None and not match["item"] and _is_readable(match["info"])

    def _broken_off(self, index: int, match: Mapping[str, str]) -> int | None:
        """The line whose indentation ends a fence before its closing line does, if the fence opens at all."""
        if match["item"] or not _is_readable(match["info"]):
            return None
        depth, quoted = len(match["indent"]), ">" in match["indent"]
        for later in range(index + 1, len(self.lines)):
            line = self.lines[later]
            prefix = len(line) - len(line.lstrip("> " if quoted else " "))
            if line.strip("> ") and prefix < depth:
                return later
        return None


_ON_ITEM = (
    "a fence cannot open on the line of a list item; put {fence}{info} on a line of its own, "
    "four spaces further in than the item"
)
_LESS_INDENTED = "which is less indented; indent all lines of the block as far as its fence"


def _is_readable(info: str) -> bool:
    try:
        parse(info, 0)
    except GrammarError:
        return False
    return True


def _opening(line: str) -> Mapping[str, str]:
    match = _OPENING.match(line)
    assert match is not None  # superfences took this line for the opening of a fence
    return match.groupdict(default="")
