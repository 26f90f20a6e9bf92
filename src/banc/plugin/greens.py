"""The last green runs of pages, as a run of pytest uses them: what stands for a new run, what is kept, what is lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from banc import results
from banc.errors import BenchError
from banc.labs.lab import Lab, image_name
from banc.pages import plan
from banc.pages.plan import Python
from banc.plugin.running import Benches, Page, Running
from banc.results import PageRun
from banc.reuse import cache, imports
from banc.reuse.cache import Green


class Greens:
    """What is known of earlier runs. Where pytest keeps no cache, nothing is."""

    def __init__(self, config: pytest.Config, benches: Benches) -> None:
        self._config = config
        self._benches = benches
        self._is_blind = False  # what pages would be run on cannot be found out
        self._keys: dict[Path, str] = {}  # of the pages of this run, as they were when they began

    def of(self, page: Page) -> tuple[Green | None, str]:
        """The green run that stands for a new one, or None where the page must be run; and what is to be said of it."""
        file = self._file(page)
        if file is None:
            return None, ""
        key = self._keys[page.path] = self._key(page)
        if self._config.getoption("--fresh"):
            return None, ""
        try:
            green = cache.load(file)
        except cache.DamagedError as error:
            file.unlink()
            return None, f"its last green run was thrown away and the page run again: {error}"
        holds = green and green.key == key and self._is_captured(page, green.run) and self._holds(green, file)
        return (green if holds else None), ""

    def _holds(self, green: Green, file: Path) -> bool:
        """Tell whether the page would be run on the same engine and images."""
        if self._is_blind:
            return False
        try:
            survey = self._benches.survey()
            holds = survey.holds(green, {image.name for image in cache.images(file.parent)})
        except BenchError:  # who runs the page will say so
            self._is_blind = True
            return False
        if holds and green.kit != survey.kit:  # made anew, and its images are the same
            cache.save(file, replace(green, kit=survey.kit))
        return holds

    def keep(self, page: Page, running: Running) -> None:
        """Note that a page was run and is green."""
        file, lab = self._file(page), running.lab
        if file is None or lab is None or _lacks_images(page, lab):
            return
        key = self._key(Page(page.path, page.engine))
        if key == self._keys[page.path]:  # else it changed while it ran, or was given new outputs
            date = datetime.now().isoformat(" ", "minutes")
            with suppress(OSError):  # no room for it, or no right: the page is run the next time, too
                cache.save(file, Green(key, lab.image, lab.kit, date, running.given()))

    def lose(self, page: Page) -> None:
        """Note that a page was run and is not green."""
        file = self._file(page)
        if file:
            file.unlink(missing_ok=True)

    def _file(self, page: Page) -> Path | None:
        """Where the page's last green run is kept; None where it has none that could stand for a new one."""
        store: pytest.Cache | None = getattr(self._config, "cache", None)
        if store is None or page.follows or page.plan.network:
            return None
        engine = store.mkdir("banc-green") / image_name(page.engine).rpartition("/")[2].replace(":", "-")
        return cache.file(engine, os.path.relpath(page.path, self._config.rootpath))

    def _key(self, page: Page) -> str:
        return cache.key(page.blocks, page.front.values.get("banc"), self._python(page))

    def _python(self, page: Page) -> Sequence[str]:
        """What a page's Python blocks rest on: the project's files that they import, Python, and what is installed."""
        code = [step.block.code for step in page.plan.steps if isinstance(step, Python)]
        if not code:
            return ()
        root = self._config.rootpath
        folders = [Path(entry) for entry in sys.path if _is_ours(Path(entry), root)]
        fixtures = [folder / "conftest.py" for folder in page.path.parents if folder.is_relative_to(root)]
        own = [path for path in fixtures if path.is_file()]
        found = set(own).union(*(imports.files(text, folders) for text in [*code, *(one.read_text() for one in own)]))
        texts = [f"{path}\0{path.read_text(encoding='utf-8', errors='replace')}" for path in sorted(found)]
        return [*texts, sys.version, *sorted(one.name for entry in sys.path for one in Path(entry).glob("*.dist-info"))]

    def _is_captured(self, page: Page, run: PageRun) -> bool:
        """Tell whether `--update`, where it is asked for, would find nothing to write."""
        if not self._config.getoption("--update") or page.snapshots is None:
            return True
        return results.is_current(results.committed(page.snapshots, page.name), page.captured(run))


def _lacks_images(page: Page, lab: Lab) -> bool:
    """Tell whether blocks were skipped for an image that could not be had, as it may tomorrow."""
    return plan.suited(page.plan, lab.engine, lab.missing) != plan.suited(page.plan, lab.engine, {})


def _is_ours(folder: Path, root: Path) -> bool:
    return folder.is_relative_to(root) and "site-packages" not in folder.parts
