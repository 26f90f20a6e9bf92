"""Where a page belongs: the mkdocs.yml above it, its Markdown extensions, its folder of snapshots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from mkdocs.config import Config, config_options
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

FENCES = "banc.fences"
FIGURES = "banc.figures"
GLOSSARY = "banc.glossary"
QUESTIONS = "banc.questions"
"""The site's own Markdown extensions of the bench: they show things, and find no blocks."""

EXTENSIONS: Sequence[str] = (
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.superfences",
    "pymdownx.tabbed",
)
"""What a page outside any MkDocs project is read with."""

CONFIGS: Mapping[str, Mapping[str, Any]] = {"pymdownx.tabbed": {"alternate_style": True}}


class SiteError(ValueError):
    """A mkdocs.yml cannot be used; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of a page from the project it lies in."""

    page: str  # path below the docs folder, with "/"; outside of one, the file's name
    docs: Path | None = None  # the docs folder, where the page lies in one
    snapshots: Path | None = None  # folder of the committed results, where the site shows them
    extensions: Sequence[str] = EXTENSIONS
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: CONFIGS)


def configuration(page: Path) -> Site:
    """Find out how a page is rendered, from the nearest mkdocs.yml above it.

    Raises:
        SiteError: The mkdocs.yml cannot be read.
    """
    page = page.resolve()
    for folder in page.parents:
        for name in ("mkdocs.yml", "mkdocs.yaml"):
            if (folder / name).is_file():
                return _within(page, folder / name)
    return Site(page.name)


def _within(page: Path, file: Path) -> Site:
    config = _read(file, file.stat().st_mtime_ns)
    extensions, configs = config.markdown_extensions, config.mdx_configs
    docs = (file.parent / config.docs_dir).resolve()
    if not page.is_relative_to(docs):
        return Site(page.name, extensions=extensions, configs=configs)
    shown = FENCES in extensions
    snapshots = file.parent / configs.get(FENCES, {}).get("snapshots", "tests/snapshot") if shown else None
    return Site(page.relative_to(docs).as_posix(), docs, snapshots, extensions, configs)


class _Config(Config):  # type: ignore[no-untyped-call]
    """The part of a mkdocs.yml that decides which blocks a page has. No plugin is started for it."""

    docs_dir = config_options.Type(str, default="docs")
    markdown_extensions = config_options.MarkdownExtensions(builtins=["toc", "tables", "fenced_code"])
    mdx_configs = config_options.Private[dict[str, dict[str, Any]]]()


@lru_cache(maxsize=32)
def _read(file: Path, changed: int) -> _Config:  # noqa: ARG001 (part of the cache's key)
    """Read a mkdocs.yml once for each time it changed."""
    config = _Config(config_file_path=str(file))
    try:
        with file.open(encoding="utf-8-sig") as stream:
            values = yaml_load(stream, get_yaml_loader(config=config))  # type: ignore[arg-type]
    except (ConfigurationError, OSError, UnicodeDecodeError) as error:
        raise SiteError(f"{file}: cannot be read ({error}); correct it until `mkdocs build` takes it") from error
    config.load_dict({key: values[key] for key in ("docs_dir", "markdown_extensions") if key in values})
    errors, _ = config.validate()
    if errors:
        told = "; ".join(f"{key}: {error}" for key, error in errors)
        raise SiteError(f"{file}: {told}; correct it until `mkdocs build` takes it")
    _anchor_snippets(config.mdx_configs, file.parent)
    return config


def _anchor_snippets(configs: dict[str, dict[str, Any]], folder: Path) -> None:
    """Snippets are looked up from where MkDocs is started: the folder of its mkdocs.yml, whoever asks here."""
    snippets = configs.setdefault("pymdownx.snippets", {})
    given = snippets.get("base_path", ["."])
    paths = [given] if isinstance(given, str) else given
    snippets["base_path"] = [str(folder / path) if isinstance(path, str) else path for path in paths]
