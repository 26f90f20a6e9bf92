"""The theme's French, as overrides/partials/language.html mends it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from mkdocs.utils import get_theme_dir

ROOT = Path(__file__).parents[1]
THEME = Path(get_theme_dir("material"))
KEYS = re.findall(r'^  "([\w.]+)":', (THEME / "partials/languages/en.html").read_text(encoding="utf-8"), re.MULTILINE)
MENDED = re.findall(
    r'^  "([\w.]+)":', (ROOT / "overrides/partials/language.html").read_text(encoding="utf-8"), re.MULTILINE
)
SLIPS = re.compile("['\"]|\\bE[dc]|Meta|papier\\b|\\.\\.\\.|[0-9#] |[A-Za-zéè]\u00a0*[:;!?]|document")


def word(key: str, language: str, *, mended: bool) -> str:
    """What the theme says, as it comes or as the course mends it."""
    folders = [ROOT / "overrides", THEME] if mended else [THEME]
    environment = Environment(loader=FileSystemLoader(folders), autoescape=False)
    template = environment.from_string('{% import "partials/language.html" as lang with context %}{{ lang.t(key) }}')
    return template.render(key=key, config={"theme": {"language": language}})


def test_the_themes_french_has_no_slip() -> None:
    assert len(KEYS) > 40
    words = {key: word(key, "fr", mended=True) for key in KEYS if not re.match(r"search\.config|direction", key)}
    assert {key: text for key, text in words.items() if SLIPS.search(text)} == {}


@pytest.mark.parametrize("key", MENDED)
def test_what_is_mended_needs_it(key: str) -> None:
    assert key in KEYS
    assert word(key, "fr", mended=True) != word(key, "fr", mended=False)
    assert word(key, "en", mended=True) == word(key, "en", mended=False)
