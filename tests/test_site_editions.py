"""What the home page offers to take along."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.exceptions import PluginError

from hooks import editions

NAMES = ["cours-2026-03-01.en.pdf", "cours-2026-03-01.fr.pdf", "cours-2026-03-01.zip"]


def settings(root: Path, folder: str, language: str = "fr") -> Any:
    return SimpleNamespace(
        config_file_path=str(root / "mkdocs.yml"),
        site_dir=str(root / "site"),
        extra={"editions": folder},
        plugins={"i18n": SimpleNamespace(current_language=language)},
    )


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    (tmp_path / "site").mkdir()
    for name in NAMES:
        (tmp_path / "dist" / name).write_bytes(b"x" * 1_234_567)
    return tmp_path / "dist"


HOME: Any = SimpleNamespace(is_homepage=True, file=SimpleNamespace(name="index"))
OTHER: Any = SimpleNamespace(is_homepage=False, file=SimpleNamespace(name="images"))


@pytest.mark.parametrize(("language", "size"), [("fr", "1,2\u00a0Mo"), ("en", "1.2\u00a0MB")])
def test_each_language_offers_its_book_and_the_zip(dist: Path, language: str, size: str) -> None:
    config = settings(dist.parent, "dist", language)
    offered = editions.on_page_context({}, page=HOME, config=config)["editions"]
    assert [(one.url, one.size) for one in offered] == [
        (f"editions/cours-2026-03-01.{language}.pdf", size),
        ("editions/cours-2026-03-01.zip", size),
    ]
    assert editions.on_page_context({}, page=OTHER, config=config)["editions"] == []
    editions.on_post_build(config=config)
    assert sorted(path.name for path in (dist.parent / "site/editions").iterdir()) == NAMES


def test_without_being_asked_it_offers_nothing(dist: Path) -> None:
    config = settings(dist.parent, "")
    assert editions.on_page_context({}, page=HOME, config=config)["editions"] == []
    editions.on_post_build(config=config)
    assert list((dist.parent / "site").iterdir()) == []


@pytest.mark.parametrize("change", ["missing", "older"])
def test_what_is_missing_or_twice_there_is_told(dist: Path, change: str) -> None:
    if change == "missing":
        (dist / NAMES[0]).unlink()
    else:
        (dist / "cours-2026-02-01.zip").touch()
    with pytest.raises(PluginError, match=r"dist is to hold .* and holds cours-.*: empty it, make offline pdf"):
        editions.on_post_build(config=settings(dist.parent, "dist"))
