"""Offer with the site the editions that were made before it (EDITIONS=dist): the zip, and a PDF a language."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

FOLDER = "editions"
"""Where they are on the site."""

_NAMES = {
    "fr": {"zip": "Le site, à ouvrir sans réseau (zip)", "pdf": "Le cours en un livre (PDF)"},
    "en": {"zip": "The site, to open without a network (zip)", "pdf": "The course as a book (PDF)"},
}


@dataclass(frozen=True)
class Edition:
    """What a reader can take along."""

    name: str
    url: str
    size: str
    """In millions of bytes, as the language writes it."""


def _made(config: MkDocsConfig) -> list[Path]:
    """The files, none where no edition is asked for.

    Raises:
        PluginError: They are asked for, and were not made.
    """
    if not config.extra["editions"]:
        return []
    folder = Path(config.config_file_path).parent / config.extra["editions"]
    found = sorted([*folder.glob("*.zip"), *folder.glob("*.pdf")])
    if sorted("".join(path.suffixes) for path in found) != [".en.pdf", ".fr.pdf", ".zip"]:
        held = ", ".join(path.name for path in found) or "nothing"
        raise PluginError(
            f"{folder} is to hold a zip and a PDF a language, and holds {held}: empty it, make offline pdf"
        )
    return found


def on_page_context(context: dict[str, Any], *, page: Page, config: MkDocsConfig, **_: Any) -> dict[str, Any]:
    """Tell the home page of them."""
    language = cast(Any, config.plugins["i18n"]).current_language
    made = _made(config) if page.is_homepage or page.file.name == "index" else []
    mine = [path for path in made if path.suffix == ".zip" or path.name.endswith(f".{language}.pdf")]
    context["editions"] = [_edition(path, language) for path in mine]
    return context


def _edition(path: Path, language: str) -> Edition:
    size = f"{path.stat().st_size / 1e6:.1f}"
    size = f"{size.replace('.', ',')}\u00a0Mo" if language == "fr" else f"{size}\u00a0MB"
    return Edition(_NAMES[language][path.suffix[1:]], f"{FOLDER}/{path.name}", size)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Put them beside the pages."""
    for path in _made(config):
        into = Path(config.site_dir, FOLDER, path.name)
        into.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, into)
