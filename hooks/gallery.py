"""A page for authors with every schematic on it: docs/schemas.md, in neither the menu nor the search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

HERE = "<!-- diagrams -->"
"""What a page says where the schematics are to stand."""

NOWHERE = {"fr": "sur aucune page", "en": "on no page"}


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str | None:
    """Put each schematic there, with the line that asks for it and the pages that have it."""
    if HERE not in markdown:
        return None
    scripts = sorted((Path(config.config_file_path).parent / "diagrams").glob("*.py"))
    pictures = [
        path for path in scripts if re.search(r"^with Schematic\(", _read(path), re.MULTILINE)
    ]  # the others are what these import
    language = cast(Any, page.file).locale
    texts = _texts(Path(config.docs_dir), language)
    sections = (_section(f"diagrams/{path.name}", texts, language) for path in pictures)
    return markdown.replace(HERE, "\n\n".join(sections))


def _texts(docs: Path, language: str) -> dict[str, str]:
    """The pages of a language, by the address that links give them."""
    return {
        path.relative_to(docs).as_posix().replace(".en.md", ".md"): _read(path)
        for path in sorted(docs.rglob("*.md"))
        if path.name.endswith(".en.md") == (language == "en")
    }


def _section(script: str, texts: dict[str, str], language: str) -> str:
    pages = ", ".join(_pages(script, texts)) or NOWHERE[language]
    return f"## {Path(script).stem}\n\n`![…]({script})` → {pages}\n\n![]({script})"


def _pages(script: str, texts: dict[str, str]) -> Iterator[str]:
    """Links to the pages that show what a script draws."""
    for address, text in texts.items():
        if f"]({script}" in text:
            title = re.search(r"^# (.+?)(?: \{.*\})?$", text, re.MULTILINE)
            yield f"[{title[1] if title else Path(address).stem}]({address})"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
