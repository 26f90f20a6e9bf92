"""hooks/policy.py: what pages and headers allow; hooks/markup.py: what is mended in the theme's markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from hooks import markup, policy

PAGE = """<!doctype html><html><head><meta charset="utf-8">
<script type="application/json">{"not": "run"}</script><script src="a.js"></script>
</head><body><input class="md-toggle" data-md-toggle="drawer" type="checkbox" id="__drawer" autocomplete="off">
<input class="md-toggle" data-md-toggle="search" type="checkbox" id="__search" autocomplete="off">
<div class="md-search" data-md-component="search" role="dialog"><table><th></th></table></div>
</body></html>
"""


@pytest.fixture
def config(tmp_path: Path) -> MkDocsConfig:
    (tmp_path / "docs").mkdir()
    written = tmp_path / "mkdocs.yml"
    written.write_text("site_name: x\ntheme: {name: material, language: fr}\n")
    config = load_config(str(written))
    config.site_dir = str(tmp_path)
    return config


@pytest.fixture(autouse=True)
def built() -> None:
    policy.on_startup(command="build")


def test_a_page_allows_the_site_s_own_scripts_and_no_others() -> None:
    html = policy.on_post_page(PAGE)
    told = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert told
    assert "script-src 'self';" in told[1]
    assert "unsafe" not in told[1]
    assert html.index("Content-Security-Policy") < html.index("<script")  # what comes before it is not held by it


def test_a_script_within_a_page_is_an_error() -> None:
    with pytest.raises(PluginError, match=r"forbids: 'first\(\)'; put it into a file"):
        policy.on_post_page(PAGE.replace("<script type", "<script>first()</script><script type"))


def test_the_headers_say_the_same_and_what_only_they_can(config: MkDocsConfig) -> None:
    policy.on_post_build(config=config)
    for name in ("_headers", ".htaccess"):
        headers = Path(config.site_dir, name).read_text()
        assert "script-src 'self';" in headers
        assert "frame-ancestors 'none'" in headers
        assert "nosniff" in headers


def test_an_author_s_page_may_be_reloaded_by_a_script_of_mkdocs() -> None:
    policy.on_startup(command="serve")
    assert policy.on_post_page(PAGE) == PAGE


def test_a_page_without_a_place_for_the_policy_is_an_error() -> None:
    with pytest.raises(PluginError, match="look at base"):
        policy.on_post_page("<html></html>")


def test_the_search_dialog_has_a_name_and_no_header_is_empty(config: MkDocsConfig) -> None:
    html = markup.on_post_page(PAGE, config=config)
    assert "autocomplete" not in html
    assert 'role="dialog" aria-label="Recherche">' in html
    assert "<th></th>" not in html


def test_a_theme_without_that_dialog_is_an_error(config: MkDocsConfig) -> None:
    with pytest.raises(PluginError, match="name it in hooks/markup"):
        markup.on_post_page(PAGE.replace(' role="dialog"', ""), config=config)
    with pytest.raises(PluginError, match="what is not HTML"):
        markup.on_post_page("<html></html>", config=config)


def test_french_has_a_no_break_space_before_a_colon(config: MkDocsConfig) -> None:
    way = '<a class="md-footer__link md-footer__link--next" aria-label="Suivant: Images">'
    assert 'aria-label="Suivant\u00a0: Images"' in markup.on_post_page(PAGE + way, config=config)
    with pytest.raises(PluginError, match="before a colon"):
        markup.on_post_page(PAGE + way.replace("aria-label", "title"), config=config)


def test_the_error_page_left_to_another_language_stays_empty(config: MkDocsConfig) -> None:
    assert (
        policy.on_post_template(
            markup.on_post_template("", template_name="404.html", config=config), template_name="404.html"
        )
        == ""
    )
