"""Mend what the theme's markup lacks for readers who do not see it: names, and headers that head nothing."""

from __future__ import annotations

import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

_DIALOG = '<div class="md-search" data-md-component="search" role="dialog"'
_NAMES = {"fr": "Recherche", "en": "Search"}


def on_post_page(output: str, *, config: MkDocsConfig, **_: Any) -> str:
    """Mend a page."""
    return _mended(output, str(config.theme["language"]))


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Mend the error page; one that is left to another language is empty."""
    return _mended(output, str(config.theme["language"])) if template_name == "404.html" and output else output


def _mended(html: str, language: str) -> str:
    """Name the search dialog (https://www.w3.org/TR/wai-aria-1.2/#dialog); make empty header cells plain ones.

    Raises:
        PluginError: The theme has no such dialog any more.
    """
    name = _NAMES.get(language, _NAMES["en"])
    html, found = re.subn(f"{re.escape(_DIALOG)}>", f'{_DIALOG} aria-label="{name}">', html)
    if found != 1:
        raise PluginError(
            "the theme's search dialog is not what it was: see partials/search.html of the installed Material, "
            "and name it in hooks/markup.py, or take the hook out if it has a name now"
        )
    return html.replace("<th></th>", "<td></td>")
