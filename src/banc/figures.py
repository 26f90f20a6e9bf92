"""Puts schematics on a page: an image whose source is a Python script becomes what the script draws.

A Python-Markdown extension. ``![What it shows](diagrams/pont.py "Caption")``, alone in its paragraph, is
the picture that the script draws in the page's language, as SVG inside the page: its words can be searched,
its colours follow the style sheet. The path is the same on all pages: from the folder of mkdocs.yml. A
script that fails is reported in its place and to the log, and the rest of the page stands::

    hooks: [hooks/figures.py]                     # holds: from banc.figures import on_page_markdown
    markdown_extensions:
      - banc.figures
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from difflib import get_close_matches
from html import escape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from banc.schematics.drawing import DrawingError, draw

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "failed": "Ce schéma n’a pas pu être dessiné",
        "enlarge": "Agrandir",
        "close": "Fermer",
        "move": "Faites glisser pour voir la suite",
    },
    "en": {
        "failed": "This schematic could not be drawn",
        "enlarge": "Enlarge",
        "close": "Close",
        "move": "Swipe to see the rest",
    },
}
"""What is said around a schematic, by language; a language that is missing is spoken to in English."""

NARROW = 370
"""The widest picture that a phone shows whole, in pixels: figures.css makes it hardly smaller. A wider one is moved."""


class Figures(Extension):
    """The Markdown extension."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "root": [".", "Folder that the paths of scripts begin in; the MkDocs hook sets it to that of mkdocs.yml"],
            "cache": [".cache/figures", "Folder of the pictures drawn before, below root"],
            "page": ["", "Path of the page, for messages; the MkDocs hook sets it"],
            "language": ["en", "Language of the page; the MkDocs hook sets it"],
            "logger": [__name__, "Logger that hears of each schematic that cannot be drawn"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Register with Python-Markdown."""
        # After attr_list (8), which may name the figure; before MkDocs (0), which would miss the script in docs/.
        md.treeprocessors.register(_Images(md, self), "banc-figures", 4)


class _Images(Treeprocessor):
    """Replaces images that are scripts."""

    def __init__(self, md: Markdown, extension: Figures) -> None:
        super().__init__(md)
        self.options = extension.getConfigs()

    def run(self, root: Element) -> None:
        """Replace them, each numbered for the ids in it."""
        number = 0
        for parent in list(root.iter()):
            for image in [child for child in parent if child.tag == "img"]:
                if image.get("src", "").endswith(".py"):
                    number += 1
                    self._replace(parent, image, number)

    def _replace(self, parent: Element, image: Element, number: int) -> None:
        alone = len(parent) == 1 and not (parent.text or "").strip() and not (image.tail or "").strip()
        try:
            if parent.tag == "p" and not alone:
                raise DrawingError(f"{image.get('src')} stands within a text: leave an empty line before and after it")
            html = figure(self._draw(image.get("src", "")), image.attrib, number, self.options["language"])
        except DrawingError as error:
            logging.getLogger(self.options["logger"]).error("%s: %s", self.options["page"] or "a page", error)
            html = _failure(str(error), self.options["language"])
        index = list(parent).index(image)
        place = Element("div")  # a block: Python-Markdown puts the stashed HTML in its stead
        place.text, place.tail = self.md.htmlStash.store(html), image.tail
        parent.remove(image)
        parent.insert(index, place)
        if parent.tag == "p":
            parent.tag = "div"
            parent.set("class", "banc-figures")

    def _draw(self, source: str) -> str:
        root = Path(self.options["root"])
        script = root / source
        if not script.is_file():
            others = [path.relative_to(root).as_posix() for path in script.parent.glob("*.py")]
            near = get_close_matches(source, others, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else "write that script, with its path from the folder of mkdocs.yml"
            )
            raise DrawingError(f"there is no {source}: {hint}")
        return draw(script, self.options["language"], root / self.options["cache"])


def figure(picture: str, attributes: Mapping[str, str], number: int, language: str) -> str:
    """Make a picture part of a page.

    Args:
        picture: An SVG element with title and description.
        attributes: Those of the image in its place: alt (the picture's own title counts where it is empty),
            title (a caption), id, class.
        number: Which figure of the page it is: its ids are then unique.
        language: Two letters.
    """
    name, words = f"banc-figure-{number}", _words(language)
    width, height = _size(picture)
    if attributes.get("alt"):
        title = escape(attributes["alt"], quote=False)
        picture = re.sub(r"(?<=<title>).*?(?=</title>)", lambda _: title, picture, count=1, flags=re.DOTALL)
    for tag in ("title", "desc"):
        picture = picture.replace(f"<{tag}>", f'<{tag} id="{name}-{tag}">', 1)
    references = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
    picture = picture.replace("<svg ", f'<svg {references} width="{width:g}" height="{height:g}" ', 1)
    identity = f' id="{escape(attributes["id"])}"' if "id" in attributes else ""
    names = " ".join(
        ["banc-figure", *(["banc-figure--wide"] if width > NARROW else []), *attributes.get("class", "").split()]
    )
    caption = f"<figcaption>{escape(attributes['title'])}</figcaption>" if "title" in attributes else ""
    # The button is for docs/assets/figures.js, which shows it.
    return (
        f'<figure{identity} class="{escape(names)}">'
        f'<div class="banc-figure__scroll" role="group" aria-labelledby="{name}-title" tabindex="0">{picture}</div>'
        f'<p class="banc-figure__more" data-search-exclude>'
        f'<span class="banc-figure__hint" aria-hidden="true">{words["move"]}</span>'
        f'<button type="button" id="{name}-enlarge" aria-labelledby="{name}-enlarge {name}-title" hidden'
        f' data-close="{words["close"]}">{words["enlarge"]}</button></p>'
        f"{caption}</figure>"
    )


def _size(picture: str) -> tuple[float, float]:
    """Width and height of the picture at its natural size, in pixels."""
    found = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', picture)
    if found is None:
        raise DrawingError("the picture has no viewBox: give it one, so that its size is known")
    return float(found[1]), float(found[2])


def _words(language: str) -> Mapping[str, str]:
    return WORDS.get(language, WORDS["en"])


def _failure(text: str, language: str) -> str:
    title = f'<p class="admonition-title">{escape(_words(language)["failed"])}</p>'
    return f'<div class="admonition failure banc-figure-failure">{title}<p>{escape(text)}</p></div>'


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """MkDocs hook: tell the extension which page comes next, in which language, and whom to tell of failures."""
    options = config.mdx_configs.setdefault("banc.figures", {})
    language = getattr(page.file, "locale", None) or config.theme.get("language") or config.theme.get("locale")
    options.update(
        root=str(Path(config.config_file_path).parent),
        page=page.file.src_uri,
        language=str(language or "en")[:2],
        logger="mkdocs.banc.figures",
    )
    return markdown


def makeExtension(**kwargs: Any) -> Figures:  # noqa: N802 (the name is Python-Markdown's)
    """Make the extension, as Python-Markdown asks."""
    return Figures(**kwargs)
