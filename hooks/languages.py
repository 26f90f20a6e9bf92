"""Two languages side by side: what static-i18n leaves undone.

A page that is not translated says so, and counts as the page it repeats; each language has its error page.
What becomes of the search is in hooks/search.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page


def _i18n(config: MkDocsConfig) -> Any:
    return config.plugins["i18n"]


def _folder(config: MkDocsConfig) -> str:
    """Where the language that is being built is, below the site: "en/", for example; the first one is in no folder."""
    i18n = _i18n(config)
    return "" if i18n.is_default_language_build else f"{i18n.current_language}/"


def _untranslated(page: Page) -> bool:
    """Tell whether the page shows another language's text, for want of a translation."""
    file = cast(Any, page.file)  # static-i18n's additions
    return bool(file.locale != file.locale_alternate_of)


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Keep an untranslated page out of the search, and name the original as its true address."""
    file = cast(Any, page.file)
    if _untranslated(page):
        page.meta["search"] = {"exclude": True}
        if config.site_url:
            page.canonical_url = urljoin(config.site_url, file.alternates[file.locale].url)
    return markdown


def on_page_context(context: dict[str, Any], *, page: Page, config: MkDocsConfig, **_: Any) -> dict[str, Any]:
    """Tell the templates what language the text is in, and which translations there are."""
    file = cast(Any, page.file)
    translations = {lang: other.url for lang, other in file.alternates.items() if other.locale == lang}
    context["text_language"] = file.locale if _untranslated(page) else ""
    context["translations"] = translations if len(translations) > 1 else {}
    context["folder"] = _folder(config)
    return context


def on_template_context(
    context: dict[str, Any], *, template_name: str, config: MkDocsConfig, **_: Any
) -> dict[str, Any]:
    """Tell the error page in which folders the languages are."""
    if template_name == "404.html":
        i18n = _i18n(config)
        folders = {name: "" if name == i18n.default_language else f"{name}/" for name in i18n.build_languages}
        context["folder"] = folders[i18n.current_language]
        context["folders"] = [folder for folder in folders.values() if folder]
        # As the template finds it: static-i18n sets an attribute for each page, beside the key of that name.
        for other in getattr(config.extra, "alternate", config.extra["alternate"]):
            other["link"] = f"{folders[other['lang']]}index.html"
    return context


@event_priority(-150)  # when the page is as it will be, policy and all
def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Put each further language's error page into its folder; MkDocs has one place for all."""
    if template_name != "404.html":
        return output
    output = _without_alternates(output)
    if not _folder(config):
        return output
    path = Path(config.site_dir, _folder(config), template_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(output, encoding="utf-8")
    return ""


def on_post_page(output: str, **_: Any) -> str:
    """Replace the theme's own list of translations: overrides/main.html has a true one."""
    return _without_alternates(output)


def _without_alternates(html: str) -> str:
    return re.sub(r' *<link rel="alternate" href="[^"]*" hreflang="[^"]*">\n?', "", html)
