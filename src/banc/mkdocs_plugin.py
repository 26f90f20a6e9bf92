"""The MkDocs plugin ``banc``: tells the Markdown extension which page comes next, and brings what browsers need."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from banc.handouts import Handout, archive, as_event, offer
from banc.mkdocs_verification import Verification

STYLES, SCRIPT = "assets/banc.css", "assets/banc.js"
"""Where the style sheet and the script are on the site."""

_HERE = Path(__file__).parent


class Options(Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say of the plugin."""

    verification = Type(str, default="")
    """A page of the course on which all is told that is known of its blocks; none where it is empty."""

    handouts = Type(bool, default=True)
    """Whether pages offer their commands as a script, and the files that they have readers create as an archive."""


class BancPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Everything else is the extension's, ``banc.fences``, which needs no MkDocs."""

    _verification: Verification | None = None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Link style sheet and script, before the site's own, which may change what they do."""
        if STYLES not in config.extra_css:  # plugins that build a site in several languages ask once for each
            config.extra_css.insert(0, STYLES)
            config.extra_javascript.insert(0, SCRIPT)
        return config

    @event_priority(-200)  # after plugins that sort files by language: these need no sorting
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Put style sheet and script among the site's files, and the pages on which all is told of others' blocks."""
        for name in (STYLES, SCRIPT):
            files.append(File.generated(config, name, abs_src_path=str(_HERE / Path(name).name)))
        page = self.config.verification
        if page and files.get_file_from_path(page) is None:
            raise PluginError(f"verification: {page} is no page of {config.docs_dir}: write it, or take the line out")
        cache = Path(config.config_file_path).parent / ".cache" / "verification"
        self._verification = Verification(page, _snapshots(config), cache) if page else None
        if self._verification:
            self._verification.add_pages(files, config.site_dir)
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Tell the extension the page, its language, where the snapshots lie, and where all is told of its blocks."""
        options = config.mdx_configs.setdefault("banc.fences", {})
        options.update(page=page.file.src_uri, language=_language(page, config), snapshots=str(_snapshots(config)))
        self._handout = Handout(PurePosixPath(page.url.rstrip("/") or "index").name.removesuffix(".html"))
        options["handout"] = self._handout
        if self._verification:
            options.update(told=self._verification.told, verification=self._verification.address(page, files))
        return markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Offer what the page hands out, below its title, and write it beside the page."""
        name = self._handout.name
        for path, output in self._handout.outputs.items():
            _write_beside(page, path, output.encode(), files)
        made = offer(self._handout, str(page.title), _language(page, config)) if self.config.handouts else None
        if made is None:
            return html
        taken = {f"{name}.sh": made.script.encode(), f"{name}.sh.js": as_event(made.script).encode()}
        if made.files:
            taken[f"{name}.zip"] = archive(made.files)
        for path, data in taken.items():
            _write_beside(page, path, data, files)
        before, title, after = html.partition("</h1>")
        return f"{before}{title}{made.html}{after}" if title else made.html + html

    def on_env(self, env: Any, *, files: Files, **_: Any) -> Any:
        """Note that all pages have been rendered."""
        if self._verification:
            self._verification.know(files)
        return env

    @event_priority(-50)  # after plugins that read pages for a search, or hand them something else to read
    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Tell what is known of every block, on the pages that do so."""
        if self._verification:
            self._verification.fill_in(page, nav, _language(page, config))
        return context


def _language(page: Page, config: MkDocsConfig) -> str:
    language = getattr(page.file, "locale", None) or config.theme.get("language") or config.theme.get("locale")
    return str(language or "en")[:2]


def _snapshots(config: MkDocsConfig) -> Path:
    folder: str = config.mdx_configs.get("banc.fences", {}).get("snapshots", "tests/snapshot")
    return Path(config.config_file_path).parent / folder


def _write_beside(page: Page, name: str, data: bytes, files: Files) -> None:
    """Write one more file of the site into its page's folder."""
    if files.get_file_from_path(str(PurePosixPath(page.file.dest_uri).parent / name)):
        raise PluginError(f"{page.file.src_uri}: its {name} would replace the site's own; rename that one")
    target = Path(page.file.abs_dest_path).parent / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
