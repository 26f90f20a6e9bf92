"""The site with badges, outputs, schematics and hooks, against the bare one; both warm."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import ROOT, Measure, Sides, command

_OURS = re.compile(
    r"^hooks:\n(?:  .*\n)+|^  custom_dir: .*\n|^  - banc(?:\.\w+)?(?::\n(?:      .*\n)+|\n)", re.MULTILINE
)


_ASKED = "verification."  # by mkdocs.yml: comes first


def bare(config: str) -> str:
    """A mkdocs.yml without all that is ours."""
    return _OURS.sub("", config)


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    with tempfile.TemporaryDirectory() as name:
        folders = [_project(Path(name) / kind, size) for kind in ("whole", "bare")]
        whole, without = folders
        config = without / "mkdocs.yml"
        config.write_text(bare(config.read_text(encoding="utf-8")), encoding="utf-8")
        mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
        yield Sides(
            lambda: command(mkdocs, whole, NO_MKDOCS_2_WARNING="1"),
            lambda: command(mkdocs, without, NO_MKDOCS_2_WARNING="1"),
            f"{len(list((whole / 'docs').glob('*.md')))} pages",
        )


def _project(folder: Path, size: int) -> Path:
    """The course in a folder of its own, with some of its pages."""
    folder.mkdir()
    for name in ("diagrams", "hooks", "overrides", "src", "tests"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs")
    pages = sorted((folder / "docs").glob("*.md"), key=lambda path: (not path.name.startswith(_ASKED), path.name))
    for page in pages[size:]:
        page.unlink()
    return folder


MEASURE = Measure(
    "site",
    "mkdocs build, figures drawn before",
    "the same without our plugin, extensions and hooks",
    goal=1.05,
    sides=_sides,
    size=1000,
    tiny=4,
    rounds=7,
    docker=False,
)
