"""Draw the theme's icons from a style sheet, which is loaded once, and not from every page that shows them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

SHEET = "assets/icons.css"
"""The style sheet, below the site."""

# One path in the text's colour: what all of the theme's icons are.
_ICON = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="(?P<box>0 0 24 24)">(?P<path><path [^>]*/>)</svg>'
)

_ALL = """\
.course-icon {
  background: currentcolor;
  mask: center / contain no-repeat;
}

@media (forced-colors: active) {
  .course-icon {
    forced-color-adjust: none;
    background: ButtonText;
  }
}
"""

_drawn: dict[str, str] = {}


def on_startup(**_: Any) -> None:
    """Begin with none."""
    _drawn.clear()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Have pages load the style sheet."""
    if SHEET not in config.extra_css:
        config.extra_css.append(SHEET)
    return config


@event_priority(-40)
def on_post_page(output: str, **_: Any) -> str:
    """Name a page's icons."""
    return named(output)


@event_priority(-40)
def on_post_template(output: str, *, template_name: str, **_: Any) -> str:
    """Name the error page's icons."""
    return named(output) if template_name == "404.html" and output else output


def named(html: str) -> str:
    """A page with the names of its icons in their place.

    Raises:
        PluginError: There is none: the theme draws them in another way; or two would have one name.
    """
    html, found = _ICON.subn(_name, html)
    if not found:
        raise PluginError(
            "no icon of the theme was found on a page: see .icons in the installed Material for how they are drawn "
            "now, and hooks/icons.py, which puts them into a style sheet"
        )
    return html


def _name(match: re.Match[str]) -> str:
    name = "i" + hashlib.sha256(match["path"].encode()).hexdigest()[:4]
    if _drawn.setdefault(name, match["path"]) != match["path"]:
        raise PluginError(f"two icons have the name {name}: have _name in hooks/icons.py take more digits")
    return f'<svg class="course-icon {name}" viewBox="{match["box"]}"></svg>'


def sheet() -> str:
    """The style sheet of all icons that were named."""
    return _ALL + "".join(
        f'\n.{name} {{\n  mask-image: url("data:image/svg+xml,{_data(path)}");\n}}\n'
        for name, path in sorted(_drawn.items())
    )


def _data(path: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{path}</svg>'.replace('"', "'")
    return quote(svg, safe=" ='/:")


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the style sheet."""
    (Path(config.site_dir) / SHEET).write_text(sheet(), encoding="utf-8")
