"""What an edition bears and holds."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from editions import build, offline

MARCH = 1772366400  # 2026-03-01, noon


def test_the_day_is_that_of_the_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MARCH))
    assert build.day(build.moment(tmp_path)) == "2026-03-01"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(build.EditionError, match="SOURCE_DATE_EPOCH"):
        build.moment(tmp_path)


def test_a_site_that_cannot_be_built_gives_no_edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MARCH))
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nplugins: [unheard-of]\n")
    with pytest.raises(build.EditionError, match="unheard-of"):
        offline.make(tmp_path / "dist", tmp_path)
    assert list((tmp_path / "dist").glob("*.zip")) == []


def test_a_zip_holds_what_readers_need_and_nothing_of_the_moment(tmp_path: Path) -> None:
    kept = {"index.html", "en/index.html", "search/search_index.js"}
    for name in (*kept, "404.html", "sitemap.xml", "search/search_index.json", "a.js.map"):
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(name)
    packed = tmp_path / "cours.zip"
    offline.pack(tmp_path / "site", packed, MARCH)
    first = packed.read_bytes()
    (tmp_path / "site/index.html").touch()
    offline.pack(tmp_path / "site", packed, MARCH)
    assert packed.read_bytes() == first
    with zipfile.ZipFile(packed) as archive:
        assert set(archive.namelist()) == {f"cours/{name}" for name in kept}
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(2026, 3, 1)}
