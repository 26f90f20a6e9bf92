"""Explains words where they first stand on a page, with what the course's glossary says of them.

A Python-Markdown extension. The glossary is a page like any other; each entry is a heading of the second level
with the class ``term``, a paragraph about the word (its equivalent, where it is taught), and its definition::

    ## Couche { #couche .term }

    *layer* · [Images](images.md)

    Ensemble des fichiers qu’une instruction ajoute, change ou efface.

On the other pages the first occurrence of each word, in the plural too, becomes a link to its entry. All definitions
lie beside the glossary's page, as a script that another one loads to show them.

``data-forms="construction|-par construction"`` behind the class names what is looked for in the title's stead (exactly
so where it has capitals), and, after a hyphen, where the word means something else; an empty one, nothing.

A site of MkDocs needs::

    hooks: [hooks/glossary.py]           # holds: from banc.glossary import on_page_markdown, on_post_page
    markdown_extensions:
      - banc.glossary: {page: glossaire.md}
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

_ENTRY = re.compile(r'^## (?P<title>.+?) \{ #(?P<id>\S+) \.term(?: data-forms="(?P<forms>[^"]*)")? \}$', re.MULTILINE)
_LINK = re.compile(r"\]\((?P<address>[^)\s]+)\)")
_MARKUP = re.compile(r"\[(?P<link>[^\]]*)\]\([^)]*\)|`(?P<code>[^`]*)`|\*{1,2}(?P<emphasis>[^*]+)\*{1,2}")

_SKIPPED = frozenset({"a", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "label", "pre", "summary", "th"})
_SKIPPED_CLASSES = frozenset({"abstract", "admonition-title"})  # the box that opens a page says what it will explain


class GlossaryError(ValueError):
    """An entry of the glossary is not as it must be; the message says which and what is missing."""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a glossary."""

    id: str
    title: str
    about: str  # Markdown: the equivalent in the other language, and the page that teaches it
    definition: str  # plain text
    forms: Sequence[str]  # what is looked for on pages
    others: Sequence[str] = ()  # what holds one of these, and means something else

    @property
    def taught(self) -> str:
        """Where the term is taught, as the glossary's first link says: ``images.md#id``; empty where none does."""
        link = _LINK.search(self.about)
        return link["address"] if link else ""


def read(text: str) -> Sequence[Term]:
    """Read the entries of a glossary, from the page's Markdown.

    Raises:
        GlossaryError: An entry has no definition.
    """
    return tuple(_entries(text))


def _entries(text: str) -> Iterator[Term]:
    found = list(_ENTRY.finditer(text))
    ends = [*(entry.start() for entry in found[1:]), len(text)]
    for entry, end in zip(found, ends, strict=True):
        about, _, definition = text[entry.end() : end].strip().partition("\n\n")
        if not definition:
            raise GlossaryError(
                f"the glossary's entry {entry['title']} has no definition; write a paragraph about the word, "
                "an empty line, and what the word means"
            )
        named = entry["title"].lower() if entry["forms"] is None else entry["forms"]
        said = [form for form in named.split("|") if form]
        forms = tuple(form for form in said if not form.startswith("-"))
        others = tuple(form[1:] for form in said if form.startswith("-"))
        yield Term(entry["id"], entry["title"], about, _plain(definition), forms, others)


def _plain(markdown: str) -> str:
    """The text of a paragraph without its markup."""
    text = _MARKUP.sub(lambda match: next(group for group in match.groups() if group is not None), markdown)
    return re.sub(r"[ \n]+", " ", text)  # no-break spaces stay


class Finder:
    """Finds a glossary's terms in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        forms: list[tuple[str, Term | None]] = [(form, term) for term in terms for form in term.forms]
        forms += [(other, None) for term in terms for other in term.others]
        # By their first letter, so that few are tried at each word; of those with one letter the longest first.
        forms.sort(key=lambda pair: (pair[0][0].lower(), -len(pair[0])))
        self._terms = [term for _, term in forms]
        letters = [
            f"(?={re.escape(letter)})(?:{'|'.join(f'({_inflected(form)})' for form, _ in some)})"
            for letter, some in groupby(forms, key=lambda pair: pair[0][0].lower())
        ]
        self._pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(letters) or '(?!)'})(?![\w-])", re.IGNORECASE)

    def find(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Where terms stand in a text; a term within a longer one is not found."""
        for match in self._pattern.finditer(text):
            if term := self._terms[(match.lastindex or 1) - 1]:
                yield match.start(), match.end(), term


def _inflected(form: str) -> str:
    """A form with each word in the singular or the plural: couche and couches, registry and registries."""
    words = r"\s".join(
        f"{re.escape(word[:-1])}(?:y|ies)" if re.search("[^aeiou]y$", word) else f"{re.escape(word)}[sx]?"
        for word in form.split()
    )
    return words if form == form.lower() else f"(?-i:{words})"


class Glossary(Extension):
    """The Markdown extension."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "page": ["glossaire.md", "The glossary's page, below the docs folder"],
            "source": ["", "Its file in the page's language; the MkDocs hook sets it. Without it no word is explained"],
            "shown": ["", "The page that is rendered, below the docs folder; the MkDocs hook sets it"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Register with Python-Markdown."""
        # After attr_list (8), which gives classes; before MkDocs (0), which makes addresses of the links.
        md.treeprocessors.register(_Explaining(md, self), "banc-glossary", 3)


class _Explaining(Treeprocessor):
    """Makes links of the words that the glossary explains."""

    def __init__(self, md: Markdown, extension: Glossary) -> None:
        super().__init__(md)
        self._options = extension.getConfigs()

    def run(self, root: Element) -> None:
        """Explain each term once, where the page's text has it first."""
        page, shown = self._options["page"], self._options["shown"]
        if not self._options["source"] or page == shown:
            return
        source = Path(self._options["source"])
        self._finder = _finder(source, source.stat().st_mtime_ns)
        self._address = posixpath.relpath(page, posixpath.dirname(shown) or ".")
        self._explained: set[str] = set()
        self._explain(root)

    def _explain(self, element: Element) -> None:
        if element.tag in _SKIPPED or not _SKIPPED_CLASSES.isdisjoint(element.get("class", "").split()):
            return
        children = list(element)
        self._put(element, None, element.text)
        for child in children:
            self._explain(child)
            self._put(element, child, child.tail)

    def _put(self, parent: Element, before: Element | None, text: str | None) -> None:
        """Replace the text behind a child, or the one that an element begins with, by text and links."""
        if not text or isinstance(text, AtomicString):
            return
        place = 0 if before is None else list(parent).index(before) + 1
        done = 0
        for start, end, term in self._finder.find(text):
            if term.id in self._explained:
                continue
            self._explained.add(term.id)
            _append(parent, before, text[done:start])
            before = Element("a", {"class": "banc-term", "href": f"{self._address}#{term.id}"})
            before.text = AtomicString(text[start:end])
            parent.insert(place, before)
            place, done = place + 1, end
        _append(parent, before, text[done:])


def _append(parent: Element, before: Element | None, text: str) -> None:
    """Set the text that follows a child, or that an element begins with."""
    if before is None:
        parent.text = text
    else:
        before.tail = text


@lru_cache(maxsize=8)
def _finder(source: Path, changed: int) -> Finder:  # noqa: ARG001 (part of the cache's key)
    """What finds the terms of a glossary, read once for each time that it changed."""
    return Finder(read(source.read_text(encoding="utf-8")))


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """MkDocs hook: tell the extension which page comes next, and where the glossary in its language is."""
    options: dict[str, Any] = config.mdx_configs.setdefault("banc.glossary", {})
    original = Path(config.docs_dir) / options.get("page", "glossaire.md")
    translation = original.with_suffix(f".{getattr(page.file, 'locale', None)}.md")
    source = translation if translation.is_file() else original
    options.update(source=str(source) if source.is_file() else "", shown=_name(page.file.src_uri, page.file))
    return markdown


def on_post_page(output: str, *, page: Any, config: Any, **_: Any) -> str:
    """MkDocs hook: write the definitions beside the glossary's page, as an event named ``banc-definitions``.

    A script, and not data: pages that are opened from a folder may load no other file. ``glossary.html`` has
    ``glossary.js`` beside it, ``glossary/`` has ``glossary/index.js``.
    """
    if _name(page.file.src_uri, page.file) == config.mdx_configs.get("banc.glossary", {}).get("page", "glossaire.md"):
        definitions = {term.id: term.definition for term in read(Path(page.file.abs_src_path).read_text("utf-8"))}
        script = Path(page.file.abs_dest_path).with_suffix(".js")
        script.parent.mkdir(parents=True, exist_ok=True)
        event = f'new CustomEvent("banc-definitions", {{ detail: {json.dumps(definitions, ensure_ascii=False)} }})'
        script.write_text(f"dispatchEvent({event});\n", encoding="utf-8")
    return output


def _name(path: str, file: Any) -> str:
    """A page's path without the language in it, by which links name it."""
    return re.sub(rf"\.{file.locale}\.md$", ".md", path) if getattr(file, "locale", None) else path


def makeExtension(**kwargs: Any) -> Glossary:  # noqa: N802 (the name is Python-Markdown's)
    """Make the extension, as Python-Markdown asks."""
    return Glossary(**kwargs)
