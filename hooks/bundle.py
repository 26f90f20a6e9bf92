"""One style sheet and one script of the course's own, where it has several of each: fewer requests, lighter pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

STYLES, SCRIPT = "assets/course.css", "assets/course.js"
"""The files, below the site."""

_parts: dict[str, list[str]] = {STYLES: [], SCRIPT: []}


@event_priority(-100)  # when plugins and hooks have named theirs
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Have pages load the two. With several languages this is asked once for each, of one configuration."""
    for whole, named in ((STYLES, config.extra_css), (SCRIPT, config.extra_javascript)):
        parts = _parts[whole]
        parts += [str(name) for name in named if str(name) not in (whole, *parts)]
        named[:] = [whole]
    return config


@event_priority(-350)  # when all have written theirs
def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the two, and take away what they are made of."""
    i18n: Any = config.plugins.get("i18n")
    if i18n and i18n.building:
        return  # one language of several: the files are written again for the next
    site = Path(config.site_dir)
    for whole, parts in _parts.items():
        texts = [(site / part).read_text(encoding="utf-8") for part in parts]
        (site / whole).write_text("\n".join(texts), encoding="utf-8")
        for part in parts:
            (site / part).unlink()
