"""A page and its execution: the bench that a run shares, the lab that a page has, the outcomes so far."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pytest

from banc import results
from banc.errors import BenchError
from banc.labs import engines
from banc.labs.lab import Bench, Lab
from banc.labs.pool import Pool, share
from banc.pages import blocks, plan, site
from banc.pages.blocks import Extracted
from banc.plugin.progress import hidden
from banc.plugin.python import PythonBlocks
from banc.plugin.updating import Written, refused, written
from banc.results import Image, PageRun, Status
from banc.reuse.cache import Green
from banc.reuse.survey import Survey
from banc.runs import leaks, run, translation
from banc.runs.leaks import Leak
from banc.updates import update
from banc.updates.rewrite import RewriteError


class Benches:
    """The run's labs: none until a page needs one, the next page's started while the one before it runs."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._hosts: list[str] = config.getoption("--docker-host")
        self._worker: str = getattr(config, "workerinput", {}).get("workerid", "")  # of pytest-xdist: "gw0" …
        self._pool = Pool(self._open, share(self._hosts, int(self._worker.removeprefix("gw") or 0)), self._say)
        self._survey: Survey | None = None
        self.next: Page | None = None
        """The page that will need a lab next, as far as that is known."""

    def _open(self, host: str | None) -> Bench:
        lenders = [other for other in self._hosts if other != host]
        images, engine = self._config.getoption("--images"), self._config.getoption("--engine")
        return Bench(self._say, images, engine=engine, docker_host=host, lenders=lenders)

    def survey(self) -> Survey:
        """What pages would be run on now. What is missing for it is made; no lab is started.

        Raises:
            BenchError: It cannot be found out.
        """
        if self._survey is None:
            survey = self._surveyed()
            if not survey.complete:
                survey.close()
                self._pool.open()
                survey = self._surveyed()
            self._survey = survey
        return self._survey

    def _surveyed(self) -> Survey:
        images, engine = self._config.getoption("--images"), self._config.getoption("--engine")
        return Survey(images, engine=engine, docker_host=self._pool.first)

    def lab(self, *, online: bool) -> Lab:
        """A fresh lab.

        Raises:
            BenchError: The bench is broken.
        """
        return self._pool.lab(online=online)

    @property
    def host(self) -> str:
        """The address of the Docker host that labs come from at present."""
        return self._pool.host

    def prepare(self) -> None:
        """Start the lab of the page that comes next, in the background."""
        if self.next:
            self._pool.prepare(online=self.next.plan.network)

    def explained(self, error: BenchError) -> BenchError:
        """Why a lab is of no more use."""
        return self._pool.explained(error)

    def _say(self, text: str) -> None:
        capture = self._config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled(), hidden(self._config):
            if self._worker:  # nobody hears its terminal reporter
                print(f"banc: {self._worker}: {text}", file=sys.stderr, flush=True)
                return
            reporter = self._config.pluginmanager.getplugin("terminalreporter")
            reporter.ensure_newline()
            reporter.write_line(f"banc: {text}")

    def close(self) -> None:
        """Remove labs, network and mirror."""
        if self._survey:
            self._survey.close()
            self._survey = None
        self._pool.close()


Read = Callable[[Path], Extracted]
"""Reads a page, perhaps from memory: a page is read for itself, and for its translations."""


class Page:
    """What is known of a page before it runs."""

    def __init__(self, path: Path, engine: str, *, update: bool = False, read: Read = blocks.load) -> None:
        """Read and plan a page, for the engine that is asked for by name, perhaps to write its outputs anew."""
        self.path = path
        self.engine = engine
        self.site = site.configuration(path)
        self.name = self.site.page
        self.snapshots = engines.snapshots(self.site.snapshots, engine) if self.site.snapshots else None
        extracted = read(path)
        self.blocks, self.front = extracted.blocks, extracted.front
        self.counted = sum(block.kind in results.COUNTED for block in extracted.blocks)
        self.plan = plan.plan(extracted)
        original = translation.original_of(path) if self.site.docs else None
        self.follows = site.configuration(original).page if original else ""
        """The page with which it is compared instead of being run in a lab."""
        self.update = update
        self.writes = update and engine == engines.DEFAULT  # on other engines a page is to hold as it is
        self.differences: translation.Differences = {}
        if original:
            self.differences = translation.differences(
                read(original).blocks, self.blocks, original.name, path.name, outputs=not self.writes
            )

    @cached_property
    def committed(self) -> PageRun | None:
        """What the site shows of the page, as it was when first asked for; None where it shows nothing.

        Raises:
            SnapshotError: It cannot be read.
        """
        return results.load(self.snapshots, self.name) if self.snapshots else None

    def captured(self, run: PageRun) -> PageRun:
        """What the snapshot keeps of a run: of engines that the site does not speak of only how each block ended."""
        if self.engine == engines.DEFAULT:
            return run
        return replace(run, results=tuple(replace(result, output="") for result in run.results))


class RuinedError(Exception):
    """A page has made its lab unusable; the message says how."""


class Running:
    """A page being executed: outcomes so far, and the lab while it lives. Or one whose last green run stands for it."""

    def __init__(self, page: Page, benches: Benches, file: pytest.File, green: Green | None = None) -> None:
        self.page = page
        self.green = green
        self._file = file
        self._python: PythonBlocks | None = None
        self.images: tuple[Image, ...] = ()
        self.engine = ""
        self.host = ""
        self._benches = benches
        self._outcomes: dict[str, run.Outcome] = {}
        self._leaks: list[Leak] = []
        self._is_unsure = False  # what the page leaves: nobody could tell
        self._broken: BenchError | None = None
        self._lab: Lab | None = None
        if green:
            self._steps = self._replayed(green.run)
        else:
            self._steps = self._followed() if page.follows else self._executed()

    def _executed(self) -> Iterator[run.Outcome]:
        self._lab = self._benches.lab(online=self.page.plan.network)
        self.engine, self.host = self._lab.engine, self._benches.host
        self._benches.prepare()
        self._python = PythonBlocks(self._file, self._lab, self._item)
        yield from run.execute(self.page.plan, self._lab, self._python)

    def _replayed(self, green: PageRun) -> Iterator[run.Outcome]:
        self.engine, self.images = green.engine, green.images
        given = {result.block: result for result in green.results}
        for step in run.ordered(plan.suited(self.page.plan, green.engine, {})):
            elsewhere = isinstance(step, plan.Skip) and step.elsewhere
            yield run.Outcome(step.block, given[step.block.name], elsewhere=elsewhere)

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
                if self._lab:
                    self._benches.prepare()
                outcome = next(self._steps)
            except BenchError as error:
                self._broken = self._benches.explained(error)
                raise self._broken from error
            self._outcomes[outcome.block.name] = outcome.with_drifts_accepted() if self.page.writes else outcome
        return self._outcomes[block]

    def leaks(self, item: pytest.Item) -> list[Leak]:
        """What the page leaves behind; runs it to its end.

        Args:
            item: The test that asks.

        Raises:
            BenchError: The bench is broken, and no block has said so.
        """
        if self._broken:
            return []
        for step in run.ordered(self.page.plan):
            self.outcome(step.block.name, item)
        self._benches.prepare()
        given = self._outcomes.values()
        ran = [(one.began, one.block) for one in given if one.result.status in (Status.PASSED, Status.FAILED)]
        try:
            self._leaks = leaks.leaks(self._lab.inventory(), ran) if self._lab else []
        except BenchError:
            self._is_unsure = True
            how = self._lab and self._lab.ruined()
            if not how:
                raise
            raise RuinedError(f"the page {how}: nobody can tell what else it leaves") from None
        return self._leaks

    def inventory(self) -> None:
        """Note which images the page ran on; to be called before the lab is gone."""
        if self._lab and not self._broken:
            try:
                self.images = self._lab.images()
            except BenchError:
                if not self._lab.ruined():  # then the page's blocks have said so
                    raise

    def _item(self) -> pytest.Item:
        return self._asking

    def close(self) -> Written | None:
        """End the page: its teardown blocks, its lab; with `--update` its outputs and its snapshot.

        Returns:
            What became of the page, where it was to be updated and the bench is not broken.
        """
        try:
            self._steps.close()  # type: ignore[attr-defined]  # a generator: runs the teardown blocks
            return self._update() if self.page.update and not self._broken else None
        finally:
            if self._python:
                self._python.close()
            if self._lab:
                with suppress(BenchError) if self._broken else nullcontext():  # once is enough
                    self._lab.close()

    @property
    def lab(self) -> Lab | None:
        """The lab in which the page was run; None where it was not."""
        return self._lab

    def given(self) -> PageRun:
        """What the page's blocks gave so far."""
        given = tuple(outcome.result for outcome in self._outcomes.values())
        return PageRun(self.page.name, self.engine, self.images, given, self.page.follows)

    def _update(self) -> Written:
        """Write what the page gave, if all of it is right but for outputs."""
        page, config = self.page, self._file.config
        folder = str(page.snapshots or "")
        if len(self._outcomes) != len(page.plan.steps):
            why = "only some of its blocks were run; run the whole page"
            return Written(str(page.path), left=refused(page.path, config, why))
        wrong = page.plan.problems or page.differences.get(None) or self._leaks or self._is_unsure
        if wrong or any(outcome.failure for outcome in self._outcomes.values()):
            why = "it is wrong in more than outputs; mend that, and run again"
            return Written(str(page.path), left=refused(page.path, config, why))
        if page.follows:  # its original may still be running
            return Written(str(page.path), folder)
        drifts = {outcome.block.ordinal: outcome.drifts for outcome in self._outcomes.values() if outcome.drifts}
        try:
            diff = written(update.drifted(page.path, page.blocks, drifts), config) if drifts else ""
        except (RewriteError, OSError) as error:
            return Written(str(page.path), left=refused(page.path, config, str(error)), is_fault=True)
        if page.snapshots:
            self._save(page.snapshots)
        return Written(str(page.path), folder, diff)

    def _save(self, folder: Path) -> None:
        self.inventory()
        fresh = self.page.captured(self.given())
        rewritten = {outcome.block.name for outcome in self._outcomes.values() if outcome.drifts}
        if rewritten:  # the text of console blocks has changed
            digests = {block.name: block.digest for block in blocks.load(self.page.path).blocks}
            fresh = replace(fresh, results=tuple(replace(one, digest=digests[one.block]) for one in fresh.results))
        results.save(folder, results.merged(results.committed(folder, self.page.name), fresh, rewritten))
