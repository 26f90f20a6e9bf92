"""What pytest collects: pages, and their blocks as tests."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from banc import results
from banc.errors import BenchError
from banc.labs import engines
from banc.pages import plan, site
from banc.plugin.greens import Greens
from banc.plugin.running import Benches, Page, Read, RuinedError, Running
from banc.plugin.updating import Written
from banc.reports import record, report
from banc.reports.record import BlockRecord, Left, PageRecord
from banc.results import Result, Status
from banc.reuse.cache import Green
from banc.runs import run, verdict
from banc.runs.leaks import Leak

LEAKS = "@leaks"
"""Name of the test of what a page leaves; no label can be called so."""

_LEAKS_SHOWN = 8

BENCH = pytest.StashKey[Benches]()
GREENS = pytest.StashKey[Greens]()
READ = pytest.StashKey[Read]()


class PageWarning(UserWarning):
    """Something on a page that looks like a mistake, on a block that is not run."""


class PageWrongError(Exception):
    """The page is wrong: what a failed block's report says."""

    def __init__(self, block: str, failure: verdict.Failure) -> None:
        """Take the name of the block (empty: the page itself) and what is wrong with it."""
        super().__init__(failure.headline)
        self.block = block
        self.failure = failure


class LeftError(Exception):
    """The page leaves something behind: what the report of its `LeaksItem` says."""

    def __init__(self, leaks: list[Leak]) -> None:
        super().__init__(f"{len(leaks)} things are left")
        self.leaks = leaks


class NotReachedError(Exception):
    """A block that could not be run because of an earlier one, or of the bench."""


class PageFile(pytest.File):
    """One page. Its items are its blocks, in the order in which they are run."""

    running: Running | None = None
    written: Written | None = None  # what --update did to the page, at its end
    _awaited = 0  # tests that have yet to be green for the page to be so
    _is_wrong = False

    @cached_property
    def green(self) -> tuple[Green | None, str]:
        """The green run that stands for a new one, if any, and what is to be said of it; found out once."""
        return self.config.stash[GREENS].of(self.page)

    @property
    def needs_lab(self) -> bool:
        """Whether the page's blocks are run, neither compared with those of another one nor as in their last run."""
        return not self.page.follows and self.green[0] is None

    def collect(self) -> Iterator[pytest.Item]:
        """Read and plan the page."""
        try:
            update = self.config.getoption("--update")
            engine, read = self.config.getoption("--engine"), self.config.stash[READ]
            self.page = Page(self.path, engine, update=update, read=read)
        except site.SiteError as error:
            raise self.CollectError(str(error)) from error
        for problem in self.page.plan.warnings:
            warnings.warn_explicit(PageWarning(problem.message), None, str(self.path), problem.line)
        for problem in (*self.page.plan.problems, *self.page.differences.get(None, ())):
            self._awaited += 1
            yield PageItem.from_parent(self, name=f"line-{problem.line}", problem=problem)
        for step in run.ordered(self.page.plan):
            self._awaited += 1
            yield BlockItem.from_parent(self, name=step.block.name, step=step)
        if self.page.plan.steps and not self.page.follows:
            self._awaited += 1
            yield LeaksItem.from_parent(self, name=LEAKS)

    def outcome(self, block: str, item: pytest.Item) -> run.Outcome:
        """What a block gave; runs the page as far as that block.

        Args:
            block: Its name.
            item: The test that asks.

        Raises:
            BenchError: The bench is broken; the page could not be run so far.
        """
        return self._started().outcome(block, item)

    def leaks(self, item: pytest.Item) -> list[Leak]:
        """What the page leaves behind; runs it to its end.

        Args:
            item: The test that asks.

        Raises:
            BenchError: The bench is broken.
        """
        return self._started().leaks(item)

    def _started(self) -> Running:
        self.running = self.running or Running(self.page, self.config.stash[BENCH], self, self.green[0])
        return self.running

    def place(self, line: int) -> list[tuple[str, object]]:
        """A line of the page as properties of a test, for JUnit's XML."""
        return [("file", os.path.relpath(self.path, self.config.rootpath)), ("line", line)]

    def hear(self, is_green: bool) -> None:
        """Take in whether one of the page's tests, or its preparation, is green."""
        self._awaited -= is_green
        self._is_wrong = self._is_wrong or not is_green

    def record(self, **parts: Any) -> PageRecord:
        """What is known of the page by now, with `parts` of its record."""
        page, running = self.page, self.running
        return PageRecord(
            page=page.name,
            path=os.path.relpath(self.path, self.config.rootpath),
            counted=page.counted,
            engine=running.engine if running else "",
            asked="" if page.follows else page.engine,
            host=running.host if running else "",
            images=running.images if running else (),
            follows=page.follows,
            network=page.plan.network,
            cached=running.green.date if running and running.green else "",
            note=self.green[1],
            **parts,
        )

    def teardown(self) -> None:
        """End the page: its teardown blocks, its lab, its snapshot. A page that is green as a whole is kept as such."""
        running, self.running = self.running, None
        if running is None:
            return
        self.written = running.close()
        if self._is_wrong:
            self.config.stash[GREENS].lose(self.page)
        elif self._awaited == 0 and not running.green:
            self.config.stash[GREENS].keep(self.page, running)


class PageItem(pytest.Item):
    """One thing that is wrong with a page itself: its front matter, a fence that opens no block."""

    parent: PageFile
    told: PageRecord | None = None

    def __init__(self, *, problem: plan.Problem, **options: Any) -> None:
        super().__init__(**options)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the problem."""
        failure = verdict.Failure(self.problem.line, self.problem.message)
        self.told = self.parent.record(problems=(failure,))
        self.user_properties += self.parent.place(failure.line)
        raise PageWrongError("", failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The problem, as an author reads it."""
        return explained(self, excinfo) or str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it is."""
        return self.path, self.problem.line - 1, self.name


class BlockItem(pytest.Item):
    """One block of a page."""

    parent: PageFile
    told: PageRecord | None = None
    is_last_of_page = False

    def __init__(self, *, step: plan.Step, **options: Any) -> None:
        super().__init__(**options)
        self.step = step
        self.add_marker("banc")

    def runtest(self) -> None:
        """Run the page as far as this block, and judge the block."""
        block = self.step.block
        try:
            outcome = self.parent.outcome(self.name, self)
        except BenchError as error:
            unreached = Result(block.name, block.digest, Status.NOT_REACHED, reason=str(error))
            self._tell(record.block(block, unreached, None), broken=str(error))
            raise
        result = outcome.result
        failure = outcome.failure or self._unverified(outcome)
        self._tell(record.block(block, result, failure))
        if failure:
            raise PageWrongError(self.name, failure)
        if result.status is Status.NOT_REACHED:
            raise NotReachedError(result.reason)
        if result.status is Status.SKIPPED:
            pytest.skip(result.reason)

    def _tell(self, block: BlockRecord, broken: str = "") -> None:
        if self.parent.running and self.is_last_of_page:
            self.parent.running.inventory()
        self.told = self.parent.record(blocks=(block,), broken=broken)
        self.user_properties += self.parent.place(block.failure.line if block.failure else block.line)

    def _unverified(self, outcome: run.Outcome) -> verdict.Failure | None:
        """Why the site would show this block as not verified; None where it has a current snapshot entry."""
        page, result = self.parent.page, outcome.result
        if not page.snapshots or self.config.getoption("--update") or result.status is Status.NOT_REACHED:
            return None
        if page.engine != engines.DEFAULT and not page.snapshots.is_dir():  # nothing is told of this engine
            return None
        if outcome.elsewhere:  # what was captured holds where the block is run
            return None
        try:
            committed = page.committed
        except results.SnapshotError as error:
            return verdict.Failure(outcome.block.line, str(error))
        entry = next((entry for entry in committed.results if entry.block == self.name), None) if committed else None
        if entry and (entry.digest, entry.status) == (result.digest, result.status):
            return None
        why = "the block changed since its output was captured" if entry else "the block's output was never captured"
        here = self.config.invocation_params.dir
        page_file, folder = os.path.relpath(page.path, here), os.path.relpath(page.snapshots, here)
        engine = "" if page.engine == engines.DEFAULT else f" --engine={page.engine}"
        return verdict.Failure(
            outcome.block.line,
            f"{why}: the site shows it as not verified",
            f"run `pytest {page_file}{engine} --update` and commit {folder}{os.sep}",
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The failure, as an author reads it."""
        return explained(self, excinfo) or str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the block's fence opens."""
        return self.path, self.step.block.line - 1, self.name


class LeaksItem(pytest.Item):
    """What a page leaves behind. It is no block, and not run where only some of the page's blocks are."""

    parent: PageFile
    told: PageRecord | None = None

    def runtest(self) -> None:
        """Run the page to its end, and fail with all that it leaves."""
        try:
            found = self.parent.leaks(self)
        except RuinedError as error:
            raise NotReachedError(str(error)) from None
        self.user_properties += self.parent.place(found[0].failure.line if found else 1)
        if found:
            left = tuple(Left(leak.author, leak.what) for leak in found)
            self.told = self.parent.record(problems=tuple(leak.failure for leak in found), left=left)
            raise LeftError(found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What is left, as an author reads it."""
        return explained(self, excinfo) or str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The page."""
        return self.path, 0, self.name


class WholePages:
    """Leaves out what pages leave where only some of their blocks are run. Registered last, it sees what --lf takes."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Look at what all others have left of the selection; they alone say that blocks were deselected."""
        yield
        blocks = Counter(item.parent for item in items if isinstance(item, BlockItem))
        items[:] = [
            item
            for item in items
            if not isinstance(item, LeaksItem) or blocks[item.parent] in (0, len(item.parent.page.plan.steps))
        ]


def explained(item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """A failure as an author reads it; empty where it is another than those of a page and its bench."""
    error = excinfo.value
    path = os.path.relpath(item.path, item.config.invocation_params.dir)
    if isinstance(error, PageWrongError):
        return report.failure(path, error.block, error.failure)
    if isinstance(error, LeftError):
        texts = [report.failure(path, leak.author, leak.failure) for leak in error.leaks[:_LEAKS_SHOWN]]
        more = len(error.leaks) - _LEAKS_SHOWN
        return "\n".join([*texts, *([f"{path}: … and {more} more"] if more > 0 else [])])
    if isinstance(error, NotReachedError):
        return f"not reached: {item.nodeid}: {error}"
    if isinstance(error, BenchError):
        return f"the bench is broken, which says nothing of the pages: {error}"
    return ""
