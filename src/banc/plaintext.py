"""A page's Markdown as a reader wants it, without what only the bench and the site understand.

Fences lose their braces and keep language and title; blocks that are not shown are left out; attribute lists and
the ``div`` elements that lay a page out go; a schematic becomes its title and its description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

WORDS: Mapping[str, str] = {"fr": "Schéma\u00a0: ", "en": "Schematic: "}
"""What a described schematic begins with, by language; a language that is missing is spoken to in English."""

_OPENING = re.compile(r"(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<language>[^\s{`]*)(?P<rest>[^`]*)$")
_TITLE = re.compile(r"""\btitle=("[^"]*"|'[^']*')""")
_UNSEEN = re.compile(r"\.(?:setup|teardown)\b")
_FIGURE = re.compile(r"!\[[^\]]*\]\([^)\s]+\.py(?:\s+\"[^\"]*\")?\)")
_LAYOUT = re.compile(r"\s*</?div\b[^>]*>\s*$")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_ATTRIBUTES = re.compile(r"[ \t]?(?<!\{)\{:?[ \t]*[#.][^{}]*\}|<span class=\"[^\"]*\">|</span>|<!--.*?-->")
_DRAWN = re.compile(r"<title\b[^>]*>(?P<title>.*?)</title>\s*<desc\b[^>]*>(?P<text>.*?)</desc>", re.DOTALL)


def readable(markdown: str, html: str = "", language: str = "en") -> str:
    """Give a page's text for readers of Markdown.

    Args:
        markdown: The page, without its front matter.
        html: What it became: the words of its schematics are taken from there, in their order.
        language: Two letters.
    """
    figures = iter([_told(match, language) for match in _DRAWN.finditer(html)])
    text = "\n".join(_lines(markdown.split("\n"), figures))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _told(drawn: re.Match[str], language: str) -> str:
    title, text = (unescape(" ".join(drawn[part].split())) for part in ("title", "text"))
    return f"**{WORDS.get(language, WORDS['en'])}{title.rstrip('.')}.** {text}"


def _lines(lines: Sequence[str], figures: Iterator[str]) -> Iterator[str]:
    fence, seen = None, True
    for line in lines:
        if fence:
            if seen:
                yield line
            if re.fullmatch(rf"[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*", line):
                fence = None
        elif opening := _OPENING.match(line):
            fence, seen = opening["ticks"], not _UNSEEN.search(opening["rest"])
            if seen:
                title = _TITLE.search(opening["rest"])
                yield opening["indent"] + fence + opening["language"] + (f" {title[0]}" if title else "")
        elif not _LAYOUT.match(line):
            yield _prose(line, figures)


def _prose(line: str, figures: Iterator[str]) -> str:
    """A line without attribute lists, with words for its schematic; what stands in code is code."""

    def plain(text: str) -> str:
        return _ATTRIBUTES.sub("", _FIGURE.sub(lambda found: next(figures, found[0]), text))

    kept: list[str] = []
    end = 0
    for code in _CODE.finditer(line):
        kept += [plain(line[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*kept, plain(line[end:])]).rstrip()
