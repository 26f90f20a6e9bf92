"""The MkDocs plugin ``banc``: tells the Markdown extension which page comes next, and brings what browsers need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.base import LegacyConfig
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

STYLES, SCRIPT = "assets/banc.css", "assets/banc.js"
"""Where the style sheet and the script are on the site."""

_HERE = Path(__file__).parent


class BancPlugin(BasePlugin[LegacyConfig]):  # type: ignore[no-untyped-call]
    """Everything else is the extension's, ``banc.fences``, which needs no MkDocs."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Link style sheet and script, before the site's own, which may change what they do."""
        if STYLES not in config.extra_css:  # plugins that build a site in several languages ask once for each
            config.extra_css.insert(0, STYLES)
            config.extra_javascript.insert(0, SCRIPT)
        return config

    @event_priority(-200)  # after plugins that sort files by language: this one has none
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Put both among the site's files."""
        for name in (STYLES, SCRIPT):
            files.append(File.generated(config, name, abs_src_path=str(_HERE / Path(name).name)))
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Tell the extension the page, its language, and where the snapshots lie."""
        options = config.mdx_configs.setdefault("banc.fences", {})
        language = getattr(page.file, "locale", None) or config.theme.get("language") or config.theme.get("locale")
        folder = Path(config.config_file_path).parent / options.get("snapshots", "tests/snapshot")
        options.update(page=page.file.src_uri, language=str(language or "en")[:2], snapshots=str(folder))
        return markdown
