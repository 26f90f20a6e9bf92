"""hooks/icons.py: the theme's icons, in a style sheet."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from mkdocs.config.base import load_config
from mkdocs.exceptions import PluginError

from hooks import icons

ONE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M3 6h18v2H3z"/></svg>'
OTHER = ONE.replace("M3 6h18v2H3z", "M7 9v1")
FIGURE = '<svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M1 1"/></svg>'


@pytest.fixture(autouse=True)
def none() -> None:
    icons.on_startup()


def test_each_icon_has_a_name_and_is_drawn_once(tmp_path: Path) -> None:
    html = icons.on_post_page(f"<p>{ONE}{OTHER}{ONE}</p>{FIGURE}")
    first, other, again = re.findall(r'<svg class="course-icon (\w+)" viewBox="0 0 24 24"></svg>', html)
    assert first == again != other
    assert FIGURE in html
    assert "M3 6" not in html
    (tmp_path / "site/assets").mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    (tmp_path / "docs").mkdir()
    config = load_config(str(tmp_path / "mkdocs.yml"), site_dir=str(tmp_path / "site"))
    assert icons.on_config(icons.on_config(config)).extra_css == [icons.SHEET]
    icons.on_post_build(config=config)
    sheet = (tmp_path / "site" / icons.SHEET).read_text()
    drawn = dict(re.findall(r'\.(\w+) \{\n  mask-image: url\("data:image/svg\+xml,([^"]+)"\)', sheet))
    assert drawn.keys() == {first, other}
    path = ElementTree.fromstring(unquote(drawn[other])).find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    assert path.get("d") == "M7 9v1"


def test_a_theme_that_draws_them_in_another_way_is_an_error() -> None:
    with pytest.raises(PluginError, match="how they are drawn now"):
        icons.on_post_page("<p>no icon</p>")


def test_two_icons_of_one_name_are_an_error() -> None:
    alike = (ONE.replace("M3 6h18v2H3z", f"M{number}") for number in range(2_000))  # of 65,536 names
    with pytest.raises(PluginError, match=r"two icons have the name i[0-9a-f]{4}: have"):
        icons.on_post_page("".join(alike))


def test_of_templates_only_the_error_page_has_icons() -> None:
    assert "course-icon" in icons.on_post_template(ONE, template_name="404.html")
    assert icons.on_post_template("", template_name="404.html") == ""
    assert icons.on_post_template(ONE, template_name="sitemap.xml") == ONE
