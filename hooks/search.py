"""An index of the search for each language, in which a glossary's terms lead to the passages that teach them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from banc import glossary

READING = "course"
"""How words of either language are read: overrides/assets/javascripts/lunr/min/lunr.course.min.js."""

_log = get_plugin_logger(__name__)

_UNSEARCHED = re.compile(
    r'<div class="banc-badge [^>]*>.*?</div>|<details class="banc-captured".*?</details>'
    r"|<path [^>]*>|<polygon [^>]*>|<rect [^>]*>|</?(?:svg|g|tspan)\b[^>]*>",
    re.DOTALL,
)
"""What the index leaves out in any case, or has no words: the theme would take two fifths more time to read it."""

_whole: dict[str, str] = {}


@event_priority(100)  # before the theme reads it
def _lend(context: TemplateContext, /, *, page: Page, **_: Any) -> TemplateContext:
    """Let the theme read of a page what can be found."""
    _whole[page.url] = page.content or ""
    page.content = _UNSEARCHED.sub("", _whole[page.url])
    return context


@event_priority(-10)  # after it
def _give_back(context: TemplateContext, /, *, page: Page, **_: Any) -> TemplateContext:
    """Give the page all that it has."""
    page.content = _whole.pop(page.url)
    return context


on_page_context = CombinedEvent(_lend, _give_back)


@event_priority(-200)  # after static-i18n has put the entries of all languages into one index
def on_post_build(*, config: MkDocsConfig) -> None:
    """Split the index by language."""
    i18n: Any = config.plugins["i18n"]
    if i18n.building:
        return  # one language of several
    site = Path(config.site_dir)
    whole = site / "search" / "search_index.json"
    index = json.loads(whole.read_text(encoding="utf-8"))
    index["config"]["lang"] = [READING]
    index["config"]["fields"]["tags"] = index["config"]["fields"]["title"]  # they count alike
    folders = {f"{language}/": language for language in i18n.build_languages if language != i18n.default_language}
    for folder, language in {**folders, "": i18n.default_language}.items():
        mine = [entry for entry in index["docs"] if entry["location"].startswith(folder)]
        index["docs"] = [entry for entry in index["docs"] if not entry["location"].startswith(folder)]
        docs = [{**entry, "location": entry["location"].removeprefix(folder)} for entry in mine]
        tag(docs, _terms(config, language))
        path = site / folder / "search" / "search_index.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {**index, "docs": docs}
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def tag(docs: Iterable[dict[str, Any]], terms: Iterable[glossary.Term]) -> None:
    """Give the entries of an index the terms that they teach, as tags, which the search shows and counts as titles."""
    entries = {entry["location"]: entry for entry in docs}
    for term in terms:
        place = term.taught.replace(".md", ".html")
        if place in entries:
            entries[place].setdefault("tags", []).append(term.title)
        elif place:
            _log.warning("the search has no %s, where the glossary says that %s is explained", place, term.title)


def _terms(config: MkDocsConfig, language: str) -> Iterable[glossary.Term]:
    """What the glossary in a language holds; nothing where the site has none."""
    original = Path(config.docs_dir) / config.mdx_configs.get("banc.glossary", {}).get("page", "")
    translation = original.with_suffix(f".{language}.md")
    page = translation if translation.is_file() else original
    return glossary.read(page.read_text(encoding="utf-8")) if page.is_file() else ()
