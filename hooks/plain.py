"""Each page's Markdown beside its HTML (images.md beside images.html), and llms.txt, which lists them."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from banc.plaintext import readable

LIST = "llms.txt"
"""https://llmstxt.org/"""

_WORDS = {
    "fr": "Chaque page du cours est ici en Markdown, à côté de sa page HTML.",
    "en": "Each page of the course is here as Markdown, beside its HTML page.",
}


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Write the page's Markdown; one that is not translated has none in this language."""
    if _translated(page):
        path = Path(config.site_dir, _beside(page))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(readable(page.markdown or "", html, cast(Any, page.file).locale), encoding="utf-8")
    return html


def on_page_context(context: dict[str, Any], *, page: Page, **_: Any) -> dict[str, Any]:
    """Tell the template of it."""
    context["markdown_page"] = posixpath.basename(_beside(page)) if _translated(page) else ""
    return context


def _beside(page: Page) -> str:
    return page.file.dest_uri.removesuffix(".html") + ".md"


def _translated(page: Page) -> bool:
    """Tell whether the page shows its own language's text."""
    file = cast(Any, page.file)  # static-i18n's additions
    return bool(file.locale == file.locale_alternate_of)


_menus: dict[str, Navigation] = {}


def on_nav(nav: Navigation, *, config: MkDocsConfig, **_: Any) -> Navigation:
    """Note the menu of the language that is built."""
    _menus[cast(Any, config.plugins["i18n"]).current_language] = nav
    return nav


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the list of the language that was built."""
    i18n = cast(Any, config.plugins["i18n"])
    language = i18n.current_language
    folder = "" if i18n.is_default_language_build else f"{language}/"
    Path(config.site_dir, folder, LIST).write_text(_list(_menus[language], folder, language, config), encoding="utf-8")


def _list(menu: Navigation, folder: str, language: str, config: MkDocsConfig) -> str:
    lines = [f"# {config.site_name}", "", f"> {config.site_description}", "", _WORDS[language], "", "## Pages", ""]
    for page in filter(_translated, menu.pages):
        uri = _beside(page)
        address = urljoin(config.site_url, uri) if config.site_url else posixpath.relpath(uri, folder or ".")
        description = page.meta.get("description")
        lines.append(f"- [{page.title}]({address})" + (f": {description}" if description else ""))
    return "\n".join([*lines, ""])
