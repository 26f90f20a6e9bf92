"""Mend the theme's markup: names for readers who do not see it, headers that head nothing, what is not HTML."""

from __future__ import annotations

import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

_DIALOG = '<div class="md-search" data-md-component="search" role="dialog"'
_SWITCH = re.compile(r'(<input class="md-toggle" data-md-toggle="\w+" type="checkbox" id="\w+") autocomplete="off">')
_WAY = re.compile(r'(class="md-footer__link md-footer__link--(?:prev|next)" aria-label="[^":]+): ')
_NAMES = {"fr": "Recherche", "en": "Search"}


def on_post_page(output: str, *, config: MkDocsConfig, **_: Any) -> str:
    """Mend a page."""
    return _mended(output, str(config.theme["language"]))


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Mend the error page; one that is left to another language is empty."""
    return _mended(output, str(config.theme["language"])) if template_name == "404.html" and output else output


def _mended(html: str, language: str) -> str:
    """Name the search dialog (https://www.w3.org/TR/wai-aria-1.2/#dialog); make empty header cells plain ones.

    The theme's two switches have an attribute that no checkbox may have
    (https://html.spec.whatwg.org/multipage/input.html#concept-input-apply).

    Raises:
        PluginError: The theme has no such dialog or switches any more.
    """
    html, found = _SWITCH.subn(r"\1>", html)
    if found != 2:
        raise PluginError(
            "the theme's two switches, for menu and search, are not what they were: see base.html of the installed "
            "Material, and hooks/markup.py, which takes out of them what is not HTML"
        )
    name = _NAMES.get(language, _NAMES["en"])
    html, found = re.subn(f"{re.escape(_DIALOG)}>", f'{_DIALOG} aria-label="{name}">', html)
    if found != 1:
        raise PluginError(
            "the theme's search dialog is not what it was: see partials/search.html of the installed Material, "
            "and name it in hooks/markup.py, or take the hook out if it has a name now"
        )
    if language == "fr":
        html, found = _WAY.subn("\\1\u00a0: ", html)  # as French has it
        if found != html.count('class="md-footer__link '):
            raise PluginError(
                "the theme's links to the page before and after are not what they were: see partials/footer.html of "
                "the installed Material, and hooks/markup.py, which gives French the space it has before a colon"
            )
    return html.replace("<th></th>", "<td></td>")
