"""What hooks/weight.py takes out of a page, and what it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from hooks.weight import lightened, on_post_build, on_post_template


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<ul>\n\n    <li>\n      one\n  </li>\n</ul>", "<ul>\n<li>\none\n</li>\n</ul>"),
        ("<p>two  spaces, and\u00a0\n\u00a0these</p>", "<p>two  spaces, and\u00a0\n\u00a0these</p>"),
        ('<code>ls<span class="w"> </span>-l</code>', "<code>ls -l</code>"),
        ('<code><span class="n">a</span><span class="p">:</span> 1</code>', "<code>a: 1</code>"),
        ('<p data-search-exclude="">a</p><p data-search-exclude>b</p>', "<p>a</p><p>b</p>"),
        ('<link rel="next" href="b.html"><link rel="icon" href="c.svg">', '<link rel="icon" href="c.svg">'),
        ('{"a": {"clipboard.copy": "C", "search.one": "1", "select.version": "S"}}', '{"a": {"search.one": "1"}}'),
        ('<code>ls<span class="nv">$w</span></code>', '<code>ls<span class="nv">$w</span></code>'),
    ],
)
def test_what_no_reader_sees_goes(written: str, read: str) -> None:
    assert lightened(written) == read


@pytest.mark.parametrize("element", ["pre", "script", "style", "textarea"])
def test_what_is_shown_or_run_as_written_stays(element: str) -> None:
    written = f"<{element}>\n  if\n\n    so\n</{element}>"
    assert lightened(f"<p>\n  a</p>\n  {written}\n  <p>\n  b</p>") == f"<p>\na</p>\n{written}\n<p>\nb</p>"


def test_code_keeps_its_indents_without_the_spans_round_them() -> None:
    assert lightened('<pre>if\n<span class="w">  </span>so\n</pre>') == "<pre>if\n  so\n</pre>"


def test_of_templates_only_the_error_page_is_html() -> None:
    assert on_post_template("<a>\n  ", template_name="404.html") == "<a>\n"
    assert on_post_template("<a>\n  ", template_name="sitemap.xml") == "<a>\n  "


def test_a_theme_that_loads_its_index_otherwise_stops_the_build(tmp_path: Path) -> None:
    config = MkDocsConfig()
    config.site_dir = str(tmp_path)
    script = tmp_path / "assets/javascripts/bundle.1.min.js"
    script.parent.mkdir(parents=True)
    script.write_text('load(of(location.protocol!=="file:"),opened)')
    on_post_build(config=config)
    assert script.read_text() == "load(of(false),opened)"
    with pytest.raises(PluginError, match=r"bundle\.1\.min\.js no longer says"):
        on_post_build(config=config)
