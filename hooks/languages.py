"""Two languages side by side: what static-i18n leaves undone.

A page that is not translated says so, and counts as the page it repeats; the error page is in the site's
first language. What becomes of the search is in hooks/search.py.
"""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page


def _i18n(config: MkDocsConfig) -> Any:
    return config.plugins["i18n"]


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
    context["search_base"] = "" if _i18n(config).is_default_language_build else f"{_i18n(config).current_language}/"
    return context


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Leave the error page to the default language; each further language would overwrite it."""
    if template_name == "404.html":
        return _without_alternates(output) if _i18n(config).is_default_language_build else ""
    return output


def on_post_page(output: str, **_: Any) -> str:
    """Replace the theme's own list of translations: overrides/main.html has a true one."""
    return _without_alternates(output)


def _without_alternates(html: str) -> str:
    return re.sub(r' *<link rel="alternate" href="[^"]*" hreflang="[^"]*">\n?', "", html)
