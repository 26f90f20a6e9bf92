"""The pytest side of the bench: a page is executed whole, each of its blocks is a test of its own."""

from __future__ import annotations

import dataclasses
import os
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from banc import blocks, plan, report, results, run, site, translation
from banc.errors import BenchError
from banc.lab import Bench, Lab
from banc.results import Image, PageRun, Status

BENCH = pytest.StashKey["_Benches"]()
SUMMARY = pytest.StashKey["Summary"]()
BROKEN = "bench broken"
KINDS = (Status.NOT_REACHED.value, BROKEN)
"""Failures that are not the block's own, as the terminal names them."""

PROPERTY = "banc"
"""Name of the report property in which a block's result travels from an xdist worker to the summary."""


class PageWarning(UserWarning):
    """Something on a page that looks like a mistake, on a block that is not run."""


class PageWrongError(Exception):
    """The page is wrong: what a failed block's report says."""

    def __init__(self, block: str, failure: run.Failure) -> None:
        """Take the name of the block (empty: the page itself) and what is wrong with it."""
        super().__init__(failure.headline)
        self.block = block
        self.failure = failure


class NotReachedError(Exception):
    """A block that could not be run because of an earlier one, or of the bench."""


# --- options -------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the bench's options."""
    group = parser.getgroup("banc", "blocks of Markdown pages, run in throw-away Docker labs")
    group.addoption("--update", action="store_true", help="write what the blocks gave into the site's snapshot")
    group.addoption(
        "--images",
        choices=["auto", "hub", "kit"],
        default=os.environ.get("BANC_IMAGES", "auto"),
        help="where labs pull from: Docker Hub, the offline kit, or (auto) the kit where the Hub does not answer",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare what a run shares: its bench, started when the first page needs it, and its totals."""
    config.stash[BENCH] = _Benches(config)
    config.stash[SUMMARY] = Summary()
    config.pluginmanager.register(config.stash[SUMMARY], "banc-summary")
    config.addinivalue_line("markers", "banc: a block of a page, run in a lab")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove labs, network and mirror, whatever happened."""
    config.stash[BENCH].close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a page on one worker: its blocks need one another."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log) if config.getvalue("dist") in ("load", "worksteal") else None


class _Benches:
    """The run's bench: none until a page needs one; one clear reason where it cannot be had."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._bench: Bench | None = None
        self._broken: BenchError | None = None

    def lab(self) -> Lab:
        if self._broken:
            raise self._broken
        try:
            self._bench = self._bench or Bench(self._say, self._config.getoption("--images"))
        except BenchError as error:
            self._broken = error
            raise
        return self._bench.lab()

    def _say(self, text: str) -> None:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        capture = self._config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(f"banc: {text}")

    def close(self) -> None:
        if self._bench:
            self._bench.close()
            self._bench = None


# --- collection ----------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PageFile | None:
    """Collect a Markdown file that was named, or that is a page of the project's site."""
    if file_path.suffix != ".md":
        return None
    if parent.session.isinitpath(file_path) or _is_of_the_site(file_path, parent.config.rootpath):
        parent.config.stash[SUMMARY].asked_for_pages = True
        node: PageFile = PageFile.from_parent(parent, path=file_path)
        return node
    return None


def _is_of_the_site(path: Path, root: Path) -> bool:
    try:
        docs = site.configuration(path).docs
    except site.SiteError:
        return path.is_relative_to(root / "docs")  # collecting the page will say what is wrong
    return docs is not None and docs.is_relative_to(root)


class PageFile(pytest.File):
    """One page. Its items are its blocks, in the order in which they are run."""

    running: _Running | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Read and plan the page."""
        try:
            self.page = _Page(self.path)
        except site.SiteError as error:
            raise self.CollectError(str(error)) from error
        for problem in self.page.plan.warnings:
            warnings.warn_explicit(PageWarning(problem.message), None, str(self.path), problem.line)
        for problem in (*self.page.plan.problems, *self.page.differences.get(None, ())):
            yield PageItem.from_parent(self, name=f"line-{problem.line}", problem=problem)
        for step in run.ordered(self.page.plan):
            yield BlockItem.from_parent(self, name=step.block.name, step=step)

    def outcome(self, block: str) -> run.Outcome:
        """What a block gave; runs the page as far as that block.

        Raises:
            BenchError: The bench is broken; the page could not be run so far.
        """
        self.running = self.running or _Running(self.page, self.config.stash[BENCH])
        return self.running.outcome(block)

    def teardown(self) -> None:
        """End the page: its teardown blocks, its lab, its snapshot."""
        if self.running:
            self.running.close(update=self.config.getoption("--update"))
            self.running = None


class _Page:
    """What is known of a page before it runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.site = site.configuration(path)
        self.name = self.site.page
        extracted = blocks.load(path)
        self.counted = sum(block.kind in results.COUNTED for block in extracted.blocks)
        self.plan = plan.plan(extracted)
        original = translation.original_of(path) if self.site.docs else None
        self.follows = site.configuration(original).page if original else ""
        self.differences = translation.compared(original, path) if original else {}


class _Running:
    """A page being executed: outcomes so far, and the lab while it lives."""

    def __init__(self, page: _Page, benches: _Benches) -> None:
        self.page = page
        self.images: tuple[Image, ...] = ()
        self.engine = ""
        self._outcomes: dict[str, run.Outcome] = {}
        self._broken: BenchError | None = None
        self._lab: Lab | None = None
        self._steps = self._followed() if page.follows else self._executed(benches)

    def _executed(self, benches: _Benches) -> Iterator[run.Outcome]:
        self._lab = benches.lab()
        self.engine = self._lab.engine
        yield from run.execute(self.page.plan, self._lab)

    def _followed(self) -> Iterator[run.Outcome]:
        for step in run.ordered(self.page.plan):
            yield translation.outcome(step, self.page.differences)

    def outcome(self, block: str) -> run.Outcome:
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

    def close(self, update: bool) -> None:
        try:
            self._steps.close()  # type: ignore[attr-defined]  # a generator: runs the teardown blocks
            complete = len(self._outcomes) == len(self.page.plan.steps) and not self._broken
            if update and complete and self.page.site.snapshots:
                self._save(self.page.site.snapshots)
        finally:
            if self._lab:
                self._lab.close()

    def _save(self, folder: Path) -> None:
        if any(outcome.failure for outcome in self._outcomes.values()):
            return
        self.inventory()
        given = tuple(outcome.result for outcome in self._outcomes.values())
        fresh = PageRun(self.page.name, self.engine, self.images, given, self.page.follows)
        try:
            committed = results.load(folder, self.page.name)
        except results.SnapshotError:
            committed = None  # damaged, or of an older version: written anew
        results.save(folder, results.merged(committed, fresh))


# --- items ---------------------------------------------------------------------------------------------


class PageItem(pytest.Item):
    """One thing that is wrong with a page itself: its front matter, a fence that opens no block."""

    def __init__(self, *, problem: plan.Problem, **options: Any) -> None:
        super().__init__(**options)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the problem."""
        raise PageWrongError("", run.Failure(self.problem.line, self.problem.message))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The problem, as an author reads it."""
        return _explained(self, excinfo) or str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it is."""
        return self.path, self.problem.line - 1, self.name


class BlockItem(pytest.Item):
    """One block of a page."""

    parent: PageFile
    is_last_of_page = False

    def __init__(self, *, step: plan.Step, **options: Any) -> None:
        super().__init__(**options)
        self.step = step
        self.add_marker("banc")

    def runtest(self) -> None:
        """Run the page as far as this block, and judge the block."""
        try:
            outcome = self.parent.outcome(self.name)
        except BenchError as error:
            self._tell(Status.NOT_REACHED, 0.0, str(error))
            raise
        result = outcome.result
        failure = outcome.failure or self._unverified(outcome)
        self._tell(Status.FAILED if failure else result.status, result.seconds, result.reason)
        if failure:
            raise PageWrongError(self.name, failure)
        if result.status is Status.NOT_REACHED:
            raise NotReachedError(result.reason)
        if result.status is Status.SKIPPED:
            pytest.skip(result.reason)

    def _tell(self, status: Status, seconds: float, reason: str) -> None:
        page, running = self.parent.page, self.parent.running
        if running and self.is_last_of_page:
            running.inventory()
        told = {
            "page": page.name,
            "block": self.name,
            "blocks": page.counted,
            "status": status.value,
            "seconds": seconds,
            "reason": reason,
            "follows": page.follows,
            "engine": running.engine if running else "",
            "images": [dataclasses.asdict(image) for image in running.images] if running else [],
        }
        self.user_properties.append((PROPERTY, told))

    def _unverified(self, outcome: run.Outcome) -> run.Failure | None:
        """Why the site would show this block as not verified; None where it has a current snapshot entry."""
        page, result = self.parent.page, outcome.result
        if not page.site.snapshots or self.config.getoption("--update") or result.status is Status.NOT_REACHED:
            return None
        try:
            committed = results.load(page.site.snapshots, page.name)
        except results.SnapshotError as error:
            return run.Failure(outcome.block.line, str(error))
        entry = next((entry for entry in committed.results if entry.block == self.name), None) if committed else None
        if entry and (entry.digest, entry.status) == (result.digest, result.status):
            return None
        why = "the block changed since its output was captured" if entry else "the block's output was never captured"
        return run.Failure(
            outcome.block.line,
            f"{why}: the site shows it as not verified",
            "run `make update` and commit tests/snapshot/",
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The failure, as an author reads it."""
        return _explained(self, excinfo) or str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the block's fence opens."""
        return self.path, self.step.block.line - 1, self.name


def _explained(item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    error = excinfo.value
    path = os.path.relpath(item.path, item.config.invocation_params.dir)
    if isinstance(error, PageWrongError):
        return report.failure(path, error.block, error.failure)
    if isinstance(error, NotReachedError):
        return f"not reached: {item.nodeid}: {error}"
    if isinstance(error, BenchError):
        return f"the bench is broken, which says nothing of the pages: {error}"
    return ""


# --- progress and summary ------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Tell a page's last block, so that its images are listed while the lab still lives."""
    if isinstance(item, BlockItem):
        item.is_last_of_page = nextitem is None or nextitem.parent is not item.parent
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark what is no failure of the block itself."""
    made = yield
    if call.excinfo and isinstance(call.excinfo.value, (BenchError, NotReachedError)):
        kind = BROKEN if isinstance(call.excinfo.value, BenchError) else Status.NOT_REACHED.value
        made.user_properties.append(("banc-kind", kind))
    return made


def pytest_report_teststatus(report: pytest.TestReport | pytest.CollectReport) -> tuple[str, str, str] | None:
    """Give blocks that were not reached, and a broken bench, names of their own."""
    kind = dict(getattr(report, "user_properties", ())).get("banc-kind")  # a collection's report has none
    if kind and report.failed:
        return str(kind), str(kind)[0].upper(), str(kind).upper()
    return None


class Summary:
    """Gathers the reports where they arrive (in the controller under xdist) and prints the closing table."""

    def __init__(self) -> None:
        self.asked_for_pages = False
        self.selected = False  # by -k, --lf or a block's id: pages may be incomplete
        self.pages: dict[str, report.PageTotals] = {}
        self.images: set[Image] = set()
        self.reasons: dict[str, list[str]] = {}

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note that not all blocks were asked for."""
        self.selected = self.selected or bool(items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a block that has run."""
        told = dict(report.user_properties).get(PROPERTY)
        if isinstance(told, dict) and report.when == "call":
            self._count(told)

    def _count(self, told: dict[str, Any]) -> None:
        page = self.pages.setdefault(told["page"], report.PageTotals(told["blocks"], told["follows"]))
        page.counts[told["status"]] += 1
        page.seconds += told["seconds"]
        page.engine = page.engine or told["engine"]
        self.images |= {Image(**image) for image in told["images"]}
        if told["status"] == Status.SKIPPED:
            self.reasons.setdefault(told["reason"], []).append(f"{told['page']}::{told['block']}")

    def lost(self, config: pytest.Config) -> list[str]:
        """Pages whose blocks on the site and whose results differ in number: blocks that slipped through."""
        if self.selected or any("::" in argument for argument in config.args):
            return []
        return [
            f"{name}: {page.blocks} blocks on the page, {page.counts.total()} results"
            for name, page in self.pages.items()
            if page.counts.total() != page.blocks
        ]

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Make a run red that lost blocks, or that was to run pages and found no block."""
        if session.config.option.collectonly or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        if self.asked_for_pages and not self.pages and not self.selected and not session.shouldstop:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        elif exitstatus == pytest.ExitCode.OK and self.lost(session.config) and not session.shouldstop:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Print the table."""
        for kind in KINDS:
            texts = [report.longreprtext for report in terminalreporter.stats.get(kind, [])]
            for text in dict.fromkeys(texts):  # a broken bench says the same of every block
                terminalreporter.write_line(text, red=True)
        if self.pages:
            terminalreporter.section("blocks")
            terminalreporter.write_line(report.table(self.pages, self.images, self.reasons))
            for text in self.lost(config):
                terminalreporter.write_line(f"LOST {text}: report this as a defect of banc", red=True)
        elif self.asked_for_pages and not self.selected and not config.option.collectonly:
            terminalreporter.write_line(
                "banc: the pages hold no block that can be run: is the fence language bash, sh, console or dockerfile?",
                red=True,
            )
