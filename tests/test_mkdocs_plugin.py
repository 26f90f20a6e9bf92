"""The MkDocs plugin, with the theme that MkDocs brings and the configuration of the stranger's course."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from banc.mkdocs_plugin import SCRIPT, STYLES
from banc.results import PageRun, Result, Status, digest, save

COURSE = Path(__file__).parent / "stranger"
PAGE = "# Page\n\n```bash\necho 1\n```\n"


def built(folder: Path, config: str, pages: dict[str, str]) -> Path:
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    for name, text in pages.items():
        (folder / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    config_file = str(folder / "mkdocs.yml")
    build(load_config(config_file, site_dir=str(folder / "site")))
    return folder / "site"


@pytest.fixture
def plain(tmp_path: Path) -> str:
    """The stranger's configuration; the results of a page below a folder are kept."""
    run = Result("1", digest("echo 1"), Status.PASSED, exit=0, output="1", date="2026-11-24")
    save(tmp_path / "tests" / "snapshot", PageRun("part/page.md", "26.1.5", results=(run,)))
    return (COURSE / "mkdocs.yml").read_text(encoding="utf-8")


def test_each_page_shows_its_own_results(tmp_path: Path, plain: str) -> None:
    site = built(tmp_path, plain, {"part/page.md": PAGE, "other.md": PAGE})
    assert "banc-badge--verified" in (site / "part" / "page" / "index.html").read_text(encoding="utf-8")
    assert "banc-badge--never" in (site / "other" / "index.html").read_text(encoding="utf-8")


def test_the_words_are_in_the_language_of_the_theme(tmp_path: Path, plain: str) -> None:
    site = built(tmp_path, f"{plain}theme: {{name: mkdocs, locale: fr}}\n", {"part/page.md": PAGE})
    assert "Vérifié" in (site / "part" / "page" / "index.html").read_text(encoding="utf-8")


def test_style_sheet_and_script_come_with_the_package_and_before_the_sites_own(tmp_path: Path, plain: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "mine.css").write_text("p {}")
    (tmp_path / "docs" / "mine.js").write_text("1")
    site = built(tmp_path, f"{plain}extra_css: [mine.css]\nextra_javascript: [mine.js]\n", {"index.md": PAGE})
    html = (site / "index.html").read_text(encoding="utf-8")
    assert 0 < html.index(f'href="{STYLES}"') < html.index('href="mine.css"')
    assert 0 < html.index(f'src="{SCRIPT}"') < html.index('src="mine.js"')
    assert ".banc-badge" in (site / STYLES).read_text(encoding="utf-8")
    assert "clipboard" in (site / SCRIPT).read_text(encoding="utf-8")


def test_snapshots_elsewhere(tmp_path: Path, plain: str) -> None:
    shutil.move(tmp_path / "tests" / "snapshot", tmp_path / "kept")
    elsewhere = plain.replace("[banc.fences]", "[{banc.fences: {snapshots: kept}}]")
    site = built(tmp_path, elsewhere, {"part/page.md": PAGE})
    assert "banc-badge--verified" in (site / "part" / "page" / "index.html").read_text(encoding="utf-8")


TAKEN = """# Taken

```bash
mkdir work
cd work
```

```text title="a.txt"
one
```
"""


@pytest.mark.parametrize(("urls", "page"), [("true", "part/taken/index.html"), ("false", "part/taken.html")])
def test_a_pages_script_and_files_lie_beside_it(tmp_path: Path, plain: str, urls: str, page: str) -> None:
    site = built(tmp_path, f"{plain}use_directory_urls: {urls}\n", {"part/taken.md": TAKEN, "index.md": PAGE})
    html = (site / page).read_text(encoding="utf-8")
    assert html.index("</h1>") < html.index('class="banc-handout"') < html.index("<pre>")
    assert re.findall(r'href="(taken[^"]*)" download', html) == ["taken.sh", "taken.zip"]
    folder = (site / page).parent
    assert "cat > a.txt <<'EOF'\none\nEOF" in (folder / "taken.sh").read_text(encoding="utf-8")
    assert zipfile.ZipFile(folder / "taken.zip").namelist() == ["work/a.txt"]
    assert "banc-handout" not in (site / "index.html").read_text(encoding="utf-8")
    first = (folder / "taken.zip").read_bytes()
    built(tmp_path, f"{plain}use_directory_urls: {urls}\n", {})
    assert (folder / "taken.zip").read_bytes() == first


def test_a_site_can_do_without(tmp_path: Path, plain: str) -> None:
    off = plain.replace("banc]", "banc: {handouts: false}]")
    site = built(tmp_path, off, {"taken.md": TAKEN})
    assert "banc-handout" not in (site / "taken" / "index.html").read_text(encoding="utf-8")
    assert not list(site.rglob("taken.*"))


def test_no_file_of_the_sites_own_is_replaced(tmp_path: Path, plain: str, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "taken.sh").write_text("mine")
    with pytest.raises(Abort):
        built(tmp_path, f"{plain}use_directory_urls: false\n", {"taken.md": TAKEN})
    assert "taken.md: its taken.sh would replace the site's own; rename that one" in caplog.text


def test_an_output_that_is_too_long_for_its_page_lies_whole_beside_it(tmp_path: Path, plain: str) -> None:
    run = Result("1", digest("echo 1"), Status.PASSED, exit=0, output="\x1b[31mline ’\n" * 100_000, date="2026-11-24")
    save(tmp_path / "tests" / "snapshot", PageRun("part/page.md", "26.1.5", results=(run,)))
    folder = built(tmp_path, plain, {"part/page.md": PAGE}) / "part" / "page"
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert '<a href="page-bloc-1.txt">the whole output</a>' in html
    assert len(html) < 200_000
    assert (folder / "page-bloc-1.txt").read_text(encoding="utf-8") == "line ’\n" * 100_000
