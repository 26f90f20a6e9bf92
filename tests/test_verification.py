"""What is told of all blocks: the summary of a course, and the table of a page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import BuildError, PluginError

from banc.fences import Record, Said, State
from banc.results import Image, PageRun, Result, Status, digest, save
from banc.verification import Told, details, summary

ONE = Result("lire", "d1", Status.PASSED, exit=0, seconds=0.17, date="2026-11-24")
RECORD = Record(
    engine="26.1.5",
    images=(Image("busybox:latest", "sha256:" + "0" * 64, "offline kit"),),
    others={"20.10.24": {"lire": ONE, "2": replace(ONE, block="2", status=Status.FAILED), "3": ONE}},
)
PAGE = Told(
    "Les <images>",
    "images.html",
    "verification/images.html",
    (
        Said("lire", State.VERIFIED, ONE),
        Said("bloc-2", State.FAILS, replace(ONE, block="2", exit=3, seconds=72, date="2026-11-25")),
        Said("bloc-3", State.SKIPPED, Result("3", "", Status.SKIPPED, reason="il faut <deux> machines")),
        Said("bloc-4", State.STALE, Result("4", "", Status.NOT_REACHED)),
        Said("bloc-5", State.NEVER, Result("5", "", Status.NOT_REACHED)),
    ),
    RECORD,
)


def text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_the_summary_counts_and_tells_what_is_not_run() -> None:
    html = summary([PAGE, replace(PAGE, title="Sans bloc", said=())], "fr")
    assert "5 blocs sur 1 page\u00a0: 2 vérifiés, dont 1 en échec prévu\u202f; " in text(html)
    assert "1 non exécuté, avec sa raison\u202f; 2 à vérifier." in text(html)
    assert "Moteur Docker 26.1.5\u202f; résultats obtenus du 24 novembre 2026 au 25 novembre 2026" in text(html)
    assert "1\u00a0min\u00a012\u00a0s d’exécution" in text(html)
    assert '<a href="verification/images.html">Les &lt;images&gt;</a>' in html
    assert '<a href="images.html#bloc-3">bloc-3</a>\u00a0: il faut &lt;deux&gt; machines' in html
    assert "kit hors ligne (remplaçante)" in html
    assert "Sans bloc" not in html


def test_the_table_of_a_page_has_a_row_for_each_block_engine_by_engine() -> None:
    html = details(replace(PAGE, address="../images.html"), "en", "../verification.html")
    rows = {name: text(row) for name, row in re.findall(r'<tr id="([^"]+)">(.*?)</tr>', html)}
    assert list(rows) == ["lire", "bloc-2", "bloc-3", "bloc-4", "bloc-5"]
    assert rows["lire"] == "lire✓ Verifiedverified24 November 20260.17\u00a0s"
    assert "fails as intended (exit 3)failed25 November" in rows["bloc-2"]
    assert "Not run: il faut &lt;deux&gt; machines" in rows["bloc-3"]
    assert "Not verified since it changed" in rows["bloc-4"]
    assert "Never run" in rows["bloc-5"]
    assert "Docker 20.10.24" in html
    assert '<a href="../images.html#bloc-2">bloc-2</a>' in html
    assert '<a href="../verification.html">All pages</a>' in html
    assert '<h1 id="verification">Verification of “Les &lt;images&gt;”</h1>' in html


def test_the_words_agree_in_number() -> None:
    one = replace(PAGE, said=PAGE.said[:1])
    assert "1 bloc sur 1 page\u00a0: 1 vérifié" in text(summary([one], "fr"))


def course(
    folder: Path, *, text: str = "# All\n\n<!-- verification -->\n", page: str = "all.md", urls: bool = True
) -> Path:
    (folder / "docs" / "part").mkdir(parents=True)
    (folder / "docs" / "all.md").write_text(text, encoding="utf-8")
    run = Result("1", digest("echo 1"), Status.PASSED, exit=0, date="2026-11-24")
    for name in ("part/a.md", "index.md"):
        (folder / "docs" / name).write_text("# A page\n\n```bash\necho 1\n```\n", encoding="utf-8")
        save(folder / "tests" / "snapshot", PageRun(name, "26.1.5", results=(run,)))
    (folder / "mkdocs.yml").write_text(
        f"site_name: x\nuse_directory_urls: {str(urls).lower()}\nplugins: [{{banc: {{verification: {page}}}}}]\n"
        "markdown_extensions: [banc.fences]\n"
    )
    build(load_config(str(folder / "mkdocs.yml"), site_dir=str(folder / "site")))
    return folder / "site"


@pytest.mark.parametrize(
    ("urls", "page", "row", "whole"),
    [
        (True, "part/a/index.html", "../../all/pages/part/a/#bloc-1", "all/pages/part/a/index.html"),
        (False, "part/a.html", "../all/pages/part/a.html#bloc-1", "all/pages/part/a.html"),
    ],
)
def test_a_badge_leads_to_its_row_whatever_addresses_look_like(
    tmp_path: Path, urls: bool, page: str, row: str, whole: str
) -> None:
    site = course(tmp_path, urls=urls)
    assert f'<strong><a href="{row}"><span' in (site / page).read_text(encoding="utf-8")
    told = (site / whole).read_text(encoding="utf-8")
    assert '<tr id="bloc-1">' in told
    assert "<title>Verification of “A page” - x</title>" in told
    summary = site / ("all/index.html" if urls else "all.html")
    assert summary.read_text(encoding="utf-8").count('<tr><th scope="row">') == 2  # the page on index.md is elsewhere


def test_a_page_that_does_not_say_where_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((BuildError, PluginError, SystemExit)):
        course(tmp_path, text="# All\n")


def test_a_page_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((BuildError, PluginError, SystemExit)):
        course(tmp_path, page="none.md")


def test_a_course_without_such_a_page_has_badges_without_a_link(tmp_path: Path) -> None:
    site = course(tmp_path, page="''")
    assert '<strong><span aria-hidden="true">' in (site / "part/a/index.html").read_text(encoding="utf-8")
