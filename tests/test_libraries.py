"""The smallest systems: libraries that Graphviz counts on are had without root, or it is said how."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from banc.schematics import debian, layout, libraries

DOT = 'digraph { a -> b [id="ab"] }'


def lacking(monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
    """Let Graphviz lack a library of the system, so many times."""
    left = [ImportError("libgobject-2.0.so.0: cannot open shared object file")] * failures

    def importing(name: str) -> ModuleType:
        if left:
            raise left.pop()
        return import_module(name)

    monkeypatch.setattr(layout, "import_module", importing)


def test_libraries_are_supplied_where_graphviz_lacks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    supplied: list[Path] = []
    lacking(monkeypatch, 1)
    monkeypatch.setattr(libraries, "supply", supplied.append)
    assert list(layout.layout(DOT).routes) == ["ab"]
    assert supplied == [Path(sys.prefix) / "share/graphviz-libraries"]


def test_what_is_still_lacking_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lacking(monkeypatch, 1)
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setattr(debian, "is_at_hand", lambda: False)
    with pytest.raises(layout.GraphvizError, match=r"lacks .*libgobject.*: install GLib .*apt-get install libglib2"):
        layout.layout(DOT)


def test_they_are_downloaded_once_below_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def unpack(packages: list[str], folder: Path) -> None:
        asked.append(packages)
        if "libglib2.0-0t64" in packages:  # as Debian 12 says it
            raise debian.UnpackError("`apt-get download` failed.\n    E: Unable to locate package libglib2.0-0t64")
        folder.mkdir()

    monkeypatch.setattr(debian, "unpack", unpack)
    monkeypatch.setattr(debian, "is_at_hand", lambda: True)
    for _ in range(2):
        libraries.supply(tmp_path / "libraries")
    assert [packages[-1] for packages in asked] == ["libglib2.0-0t64", "libglib2.0-0"]


def test_a_download_that_fails_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unpack(packages: list[str], folder: Path) -> None:
        raise debian.UnpackError("`apt-get download` failed.\n    no lists")

    monkeypatch.setattr(debian, "unpack", unpack)
    monkeypatch.setattr(debian, "is_at_hand", lambda: True)
    with pytest.raises(libraries.LibrariesError, match=r"^install GLib .*; to have them without, .*\n    no lists$"):
        libraries.supply(tmp_path / "libraries")


def test_nothing_is_put_into_the_systems_own_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.prefix", sys.base_prefix)
    with pytest.raises(libraries.LibrariesError, match="install GLib"):
        libraries.supply(tmp_path / "libraries")
