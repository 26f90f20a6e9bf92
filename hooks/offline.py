"""The edition that is opened from a folder (`make offline`, OFFLINE=1): search without a server."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

SHIM = "assets/offline.js"
"""What stands in for the worker that browsers do not start from a folder."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load it before the theme's script."""
    if config.extra["offline"]:
        config.extra["polyfills"] = [SHIM]
    return config


@event_priority(-300)  # after hooks/search.py has given each language its index
def on_post_build(*, config: MkDocsConfig) -> None:
    """Put each index beside itself as a script, which the theme loads from a folder: it may not fetch there."""
    if not config.extra["offline"]:
        return
    indexes = list(Path(config.site_dir).rglob("search_index.json"))
    if not indexes:
        raise PluginError("the offline edition would have no search: no search_index.json was built")
    for index in indexes:
        text = index.read_text(encoding="utf-8")
        index.with_suffix(".js").write_text(f"var __index={text}", encoding="utf-8")
