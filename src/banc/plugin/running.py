"""A page and its execution: the bench that a run shares, the lab that a page has, the outcomes so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from banc import blocks, engines, plan, results, run, site, translation
from banc.errors import BenchError
from banc.lab import Bench, Lab
from banc.plugin.python import PythonBlocks
from banc.results import Image, PageRun


class Benches:
    """The run's bench: none until a page needs one; one clear reason where it cannot be had."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._bench: Bench | None = None
        self._broken: BenchError | None = None

    def lab(self, *, online: bool) -> Lab:
        """A fresh lab.

        Raises:
            BenchError: The bench is broken; the reason stays the same for the whole run.
        """
        if self._broken:
            raise self._broken
        try:
            self._bench = self._bench or Bench(
                self._say, self._config.getoption("--images"), engine=self._config.getoption("--engine")
            )
        except BenchError as error:
            self._broken = error
            raise
        return self._bench.lab(online=online)

    def _say(self, text: str) -> None:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        capture = self._config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(f"banc: {text}")

    def close(self) -> None:
        """Remove labs, network and mirror."""
        if self._bench:
            self._bench.close()
            self._bench = None


class Page:
    """What is known of a page before it runs."""

    def __init__(self, path: Path, engine: str) -> None:
        """Read and plan a page, for the engine that is asked for by name."""
        self.path = path
        self.engine = engine
        self.site = site.configuration(path)
        self.name = self.site.page
        self.snapshots = engines.snapshots(self.site.snapshots, engine) if self.site.snapshots else None
        extracted = blocks.load(path)
        self.counted = sum(block.kind in results.COUNTED for block in extracted.blocks)
        self.plan = plan.plan(extracted)
        original = translation.original_of(path) if self.site.docs else None
        self.follows = site.configuration(original).page if original else ""
        self.differences = translation.compared(original, path) if original else {}


class Running:
    """A page being executed: outcomes so far, and the lab while it lives."""

    def __init__(self, page: Page, benches: Benches, file: pytest.File) -> None:
        self.page = page
        self._file = file
        self._python: PythonBlocks | None = None
        self.images: tuple[Image, ...] = ()
        self.engine = ""
        self._outcomes: dict[str, run.Outcome] = {}
        self._broken: BenchError | None = None
        self._lab: Lab | None = None
        self._steps = self._followed() if page.follows else self._executed(benches)

    def _executed(self, benches: Benches) -> Iterator[run.Outcome]:
        self._lab = benches.lab(online=self.page.plan.network)
        self.engine = self._lab.engine
        self._python = PythonBlocks(self._file, self._lab, self._item)
        yield from run.execute(self.page.plan, self._lab, self._python)

    def _followed(self) -> Iterator[run.Outcome]:
        for step in run.ordered(self.page.plan):
            yield translation.outcome(step, self.page.differences)

    def outcome(self, block: str, item: pytest.Item) -> run.Outcome:
        """What a block gave; runs the page as far as that block.

        Args:
            block: Its name.
            item: The test that asks; fixtures of Python blocks live as long as it.

        Raises:
            BenchError: The bench is broken; the page could not be run so far.
        """
        self._asking = item
        while block not in self._outcomes:
            if self._broken:
                raise self._broken
            try:
                outcome = next(self._steps)
            except BenchError as error:
                self._broken = error
                raise
            self._outcomes[outcome.block.name] = outcome
        return self._outcomes[block]

    def inventory(self) -> None:
        """Note which images the page ran on; to be called before the lab is gone."""
        if self._lab and not self._broken:
            self.images = self._lab.images()

    def _item(self) -> pytest.Item:
        return self._asking

    def close(self, update: bool) -> None:
        """End the page: its teardown blocks, its snapshot, its lab."""
        try:
            self._steps.close()  # type: ignore[attr-defined]  # a generator: runs the teardown blocks
            complete = len(self._outcomes) == len(self.page.plan.steps) and not self._broken
            if update and complete and self.page.snapshots:
                self._save(self.page.snapshots)
        finally:
            if self._python:
                self._python.close()
            if self._lab:
                self._lab.close()

    def _save(self, folder: Path) -> None:
        if any(outcome.failure for outcome in self._outcomes.values()):
            return
        self.inventory()
        given = tuple(outcome.result for outcome in self._outcomes.values())
        if self.page.engine != engines.DEFAULT:  # how each block ended is all that is told of it
            given = tuple(replace(result, output="") for result in given)
        fresh = PageRun(self.page.name, self.engine, self.images, given, self.page.follows)
        try:
            committed = results.load(folder, self.page.name)
        except results.SnapshotError:
            committed = None  # damaged, or of an older version: written anew
        results.save(folder, results.merged(committed, fresh))
