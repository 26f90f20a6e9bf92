"""A page → the passages that its readers read, each with the source lines it comes from.

A passage is the text of one paragraph, list item, table cell, heading or label of a schematic. Code within it
is one character, ``CODE``, so that the sentence around it stays whole; blocks of code are no passages.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from markdown import Markdown
from mkdocs.utils.yaml import yaml_load

from banc.pages import blocks, frontmatter
from banc.pages.site import FIGURES, QUESTIONS, configuration

CODE = "\ufffc"
"""Stands for a piece of code within a passage (Unicode's object replacement character)."""


Lines = Sequence[tuple[int, int]]
"""Where a passage stands in its file: from which offset on it is on which line, ascending."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text that is read in one go."""

    text: str
    path: str = ""  # of the file that it is written in, from the project's folder
    lines: Lines = ((0, 1),)
    foreign: Sequence[tuple[int, int]] = ()  # offsets of what is in italics: words of the other language may be there
    drawn: bool = False  # a label or the description of a schematic

    def place(self, offset: int) -> tuple[str, int]:
        """The file and the line of a character."""
        part = bisect_right(self.lines, offset, key=lambda part: part[0])
        return self.path, self.lines[max(0, part - 1)][1]

    def is_foreign(self, start: int, end: int) -> bool:
        """Whether some characters are in italics."""
        return any(first <= start and end <= last for first, last in self.foreign)


def of_page(page: Path, project: Path) -> list[Passage]:
    """Read a page as its readers do: its description first, then its text from top to bottom.

    Args:
        page: A file below the project's folder.
        project: The folder of its mkdocs.yml.

    Raises:
        OSError, SiteError: The page or the mkdocs.yml cannot be read.
    """
    body, offset, front = frontmatter.split(page.read_text(encoding="utf-8"))
    path = page.relative_to(project).as_posix()
    prose = list(_prose_lines(page, body, offset))
    places = _Places(prose)
    scripts = [match[1] for _, line in prose for match in _DRAWING.finditer(line)]
    found = []
    if description := front.values.get("description"):
        found.append(Passage(str(description), path, ((0, front.lines["description"]),)))
    for text, foreign, drawing in texts(_html(page, body)):
        script = scripts[drawing - 1] if 0 < drawing <= len(scripts) else ""
        if script and (lines := _Places(_numbered(project / script)).find(text)):
            found.append(Passage(text, script, lines, drawn=True))
        else:
            found.append(Passage(text, path, places.of(text), foreign, drawn=bool(script)))
    return found


def texts(html: str) -> list[tuple[str, list[tuple[int, int]], int]]:
    """The passages of a page's HTML: each one's text, where italics are in it, and the number of its drawing or 0."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def of_configuration(project: Path, language: str) -> list[Passage]:
    """Read what the mkdocs.yml of a project says to readers: the site's name, what it is, titles in the menu."""
    file = project / "mkdocs.yml"
    config = yaml_load(file.read_text(encoding="utf-8"))
    if language == "en":
        [config] = [other for other in config["plugins"][1]["i18n"]["languages"] if other["locale"] == "en"]
    titles = config.get("nav_translations", {}).values() if language == "en" else _titles(config["nav"])
    texts = [config["site_name"], config["site_description"], *titles, *config.get("extra", {}).values()]
    places = _Places(_numbered(file))
    return [Passage(said, "mkdocs.yml", places.of(said)) for said in texts if isinstance(said, str)]


def _titles(nav: Sequence[Any]) -> Iterator[str]:
    """The titles in a menu, those of its groups among them."""
    for item in nav:
        for title, target in item.items() if isinstance(item, dict) else ():
            yield title
            if isinstance(target, list):
                yield from _titles(target)


def _numbered(file: Path) -> list[tuple[int, str]]:
    return list(enumerate(file.read_text(encoding="utf-8").split("\n"), start=1))


def language(page: Path) -> str:
    """The language of a page, by its name: ``x.en.md`` is English, any other French."""
    return "en" if page.name.endswith(".en.md") else "fr"


def _html(page: Path, body: str) -> str:
    site = configuration(page)
    options = {name: dict(value) for name, value in site.configs.items()}
    if FIGURES in site.extensions and site.docs:
        options.setdefault(FIGURES, {}).update(root=str(site.docs.parent), page=site.page, language=language(page))
    if QUESTIONS in site.extensions:
        options.setdefault(QUESTIONS, {}).update(page=site.page, source=str(page), language=language(page))
    return Markdown(extensions=list(site.extensions), extension_configs=options).convert(body)


_DRAWING = re.compile(r"!\[[^\]]*\]\((\S+\.py)\b")


def _prose_lines(page: Path, body: str, offset: int) -> Iterator[tuple[int, str]]:
    """The page's lines outside of fences, with their numbers."""
    code: set[int] = set()
    for block in blocks.load(page).blocks:
        code |= set(range(block.line, block.code_line + block.code.count("\n") + 2))
    for number, line in enumerate(body.split("\n"), start=offset + 1):
        if number not in code:
            yield number, line


# --- from HTML -------------------------------------------------------------------------------------------

_INLINE = frozenset(
    {"a", "abbr", "b", "br", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "small", "span"}
    | {"strong", "sub", "sup", "u", "wbr"}
)
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "source", "track", "wbr"})
_UNREAD = frozenset({"pre", "samp", "script", "style"})
_UNREAD_CLASSES = frozenset({"banc-badge", "headerlink", "highlight"})
_CODE = frozenset({"code", "kbd"})
_BLANKS = re.compile(r"[ \t\n\r]+")  # the no-break ones stay
_TYPED = re.compile(
    r"""(?<![^\s(«“’])(?:
      \.(?![^\s,])                          # the current folder
    | -{1,2}[a-zA-Z][\w=-]*                 # an option
    | \.{1,2}/                             # a folder
    | (?=\S*[/_*=@:.]\w) \.?[\w~$*/-][\w~$*/=@:.-]*[\w*/]     # a path, a file, an image, a variable
    | (?=\S*\d)(?=\S*[A-Za-z]) [\w-]+      # eth0, a digest
    )(?=[\s,;:.!?)»”]|$)""",
    re.VERBOSE,
)
"""What a drawing has of commands, where there is no mark-up to tell."""


@dataclass
class _Reader(HTMLParser):
    """Collects passages."""

    found: list[tuple[str, list[tuple[int, int]], int]] = field(default_factory=list)  # text, italics, drawing

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text = ""
        self._foreign: list[tuple[int, int]] = []
        self._italics: list[int] = []  # where those begin that are open
        self._drawings = 0  # so far
        self._within = False  # a drawing
        self._unread: list[str] = []  # the elements that are open, from the first unread one on

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self._void(tag, dict(attrs))
        elif self._unread:
            self._unread.append(tag)
        elif tag in _CODE:
            self._text += CODE
            self._unread.append(tag)
        elif tag in _UNREAD or not _UNREAD_CLASSES.isdisjoint((dict(attrs).get("class") or "").split()):
            self._flush(tag)
            self._unread.append(tag)
        else:
            self._flush(tag)
            if tag == "svg":
                self._drawings, self._within = self._drawings + 1, True
            if tag in ("em", "i"):
                self._italics.append(len(self._text))

    def _void(self, tag: str, attributes: dict[str, str | None]) -> None:
        if not self._unread and tag == "img" and attributes.get("alt"):
            self.found.append((str(attributes["alt"]), [], 0))
        if not self._unread and tag == "br":
            self._text += " "

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            if tag in self._unread:
                del self._unread[len(self._unread) - 1 - self._unread[::-1].index(tag) :]
            return
        if tag in ("em", "i") and self._italics:
            self._foreign.append((self._italics.pop(), len(self._text)))
        self._flush(tag)
        if tag == "svg":
            self._within = False

    def handle_data(self, data: str) -> None:
        if not self._unread:
            text = _BLANKS.sub(" ", data)
            self._text += text.lstrip(" ") if self._text[-1:] in ("", " ") else text

    def close(self) -> None:
        super().close()
        self._flush("p")

    def _flush(self, tag: str) -> None:
        """End the passage, unless the element is a part of one."""
        if tag in _INLINE:
            return
        if self._within:
            self._text = re.sub(rf"{CODE}( {CODE})+", CODE, _TYPED.sub(CODE, self._text))
        if self._text.strip(f" {CODE}"):
            self.found.append((self._text.rstrip(), self._foreign, self._drawings if self._within else 0))
        self._text, self._foreign, self._italics = "", [], []


# --- to the source ---------------------------------------------------------------------------------------

_WORD = re.compile(r"\w+")
_GAP = 40  # words of the source that may stand between two words that are read: an address, attributes


class _Places:
    """Finds passages in the source, by their words and in their order."""

    def __init__(self, lines: Sequence[tuple[int, str]]) -> None:
        self._words = [(word, number) for number, line in lines for word in _WORD.findall(line)]
        self._next = 0

    def of(self, text: str) -> Lines:
        """The source lines of a passage; the line of the passage before it where its words stand nowhere."""
        if lines := self.find(text):
            return lines
        return ((0, self._words[max(0, self._next - 1)][1] if self._words else 1),)

    def find(self, text: str) -> Lines:
        """The source lines of a passage; none where its words do not follow one another."""
        words = [(match[0], match.start()) for match in _WORD.finditer(text)]
        for begin in (self._next, 0):
            if found := self._find([word for word, _ in words], begin):
                self._next = found[-1] + 1
                return self._lines([offset for _, offset in words], found)
        return ()

    def _lines(self, offsets: Sequence[int], found: Sequence[int]) -> Lines:
        lines: list[tuple[int, int]] = []
        for offset, index in zip(offsets, found, strict=True):
            line = self._words[index][1]
            if not lines or lines[-1][1] != line:
                lines.append((offset, line))
        return tuple(lines)

    def _find(self, words: Sequence[str], begin: int) -> Sequence[int]:
        """The indices of a passage's words in the source; none where they do not all follow one another."""
        if not words:
            return ()
        for start in range(begin, len(self._words)):
            if self._words[start][0] == words[0] and (found := self._follow(words, start)):
                return found
        return ()

    def _follow(self, words: Sequence[str], start: int) -> Sequence[int]:
        found = [start]
        for word in words[1:]:
            window = range(found[-1] + 1, min(found[-1] + 1 + _GAP, len(self._words)))
            index = next((index for index in window if self._words[index][0] == word), None)
            if index is None:
                return ()
            found.append(index)
        return found
