"""What a run came to: gathered from the reports where they arrive, told at the end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from banc import __version__
from banc.reports import github, record, report
from banc.reports.record import PageRecord, Record
from banc.results import Status

TOLD = "banc_told"
"""Attribute of a test's report in which what it says of its page travels, also from an xdist worker."""

KIND = "banc_kind"
"""Attribute of a test's report that names a failure which is not the block's own."""

RECORD, HTML = "--record", "--record-html"
"""The options that name files to write the run into."""

BROKEN = "bench broken"
KINDS = (Status.NOT_REACHED.value, BROKEN)
"""Failures that are not the block's own, as the terminal names them."""


class Summary:
    """Gathers the reports where they arrive (in the controller under xdist) and prints the closing table."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._began = datetime.now(UTC), monotonic()
        self.asked_for_pages = False
        self.selected = False  # by -k, --lf or a block's id: pages may be incomplete
        self.elsewhere: tuple[str, ...] = ()  # pages that other shards have
        self._cut_short = False  # by Ctrl-C, -x: pages may be incomplete, too
        self._gathered = record.Gathering()
        self._broken = 0  # tests that failed because the bench is broken
        self._unwritten: list[str] = []  # files that could not be written, and why

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note that not all blocks were asked for."""
        self.selected = self.selected or bool(items)

    def pytest_report_collectionfinish(self) -> str | None:
        """Say why fewer tests are run than were collected."""
        shard = self._config.getoption("--shard")
        return f"shard {shard}: {len(self.elsewhere)} pages are left to the others" if self.elsewhere else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in what a block gave."""
        told = vars(report).get(TOLD)
        if told:
            self._gathered.add(record.unpacked(told))
        self._broken += report.failed and vars(report).get(KIND) == BROKEN

    def page(self, name: str) -> PageRecord | None:
        """The record of one page so far; None where nothing was said of it."""
        return self._gathered.page(name)

    def record(self) -> Record:
        """The record of the run so far."""
        date, began = self._began
        taken = monotonic() - began
        return Record(
            version=__version__,
            date=date.isoformat(timespec="seconds"),
            seconds=taken,
            pages=self._gathered.pages(),
            engine=self._config.getoption("--engine"),
            shard=self._config.getoption("--shard"),
            elsewhere=tuple(self.elsewhere),
        )

    @property
    def partial(self) -> bool:
        """Whether only some blocks were asked for: pages may be incomplete."""
        return self.selected or any("::" in argument for argument in self._config.args)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what only pytest-xdist's workers know, which collect the pages."""
        told = getattr(node, "workeroutput", {}).get(TOLD, {})  # none of a worker that crashed
        self.selected = self.selected or told.get("selected", False)
        self.asked_for_pages = self.asked_for_pages or told.get("asked_for_pages", False)
        self.elsewhere = self.elsewhere or told.get("elsewhere", ())

    def lost(self) -> list[str]:
        """Pages whose blocks on the site and whose results differ in number: blocks that slipped through."""
        if self.partial or self._cut_short:
            return []
        return [
            f"{page.page}: {page.counted} blocks on the page, {len(page.blocks)} results"
            for page in self.record().pages
            if page.counted != len(page.blocks)
        ]

    def _none_found(self, ran: Record) -> bool:
        """Whether the run was to run pages and found no block in any, here or in another shard."""
        return self.asked_for_pages and not (ran.pages or self.elsewhere or self.selected)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the record, and settle the exit status.

        1: a page is wrong, or another test failed. 3: the bench is broken, or lost blocks; no page is known to be
        wrong. 5: pages were to be run, and hold no block.
        """
        if hasattr(session.config, "workeroutput"):  # of pytest-xdist, which judges where all reports arrive
            session.config.workeroutput[TOLD] = {
                "selected": self.selected,
                "asked_for_pages": self.asked_for_pages,
                "elsewhere": self.elsewhere,
            }
            return
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.elsewhere and not self.selected:
            session.exitstatus = exitstatus = pytest.ExitCode.OK  # more shards than pages
        came_to_an_end = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        self._cut_short = not came_to_an_end or bool(session.shouldfail or session.shouldstop)
        if session.config.option.collectonly or not came_to_an_end:
            return
        ran = self.record()
        self._write(session.config, ran)
        if session.shouldstop:
            return
        if exitstatus == pytest.ExitCode.TESTS_FAILED:
            if self._broken == session.testsfailed:
                session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        elif self._none_found(ran):
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        elif self.lost() or self._unwritten:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def _write(self, config: pytest.Config, ran: Record) -> None:
        """Write the run into the files that were asked for, and into GitHub's summary of the job."""
        for option, save in ((RECORD, record.save), (HTML, _save_html)):
            name = config.getoption(option)
            if name:
                whole = replace(ran, commit=_commit(config.rootpath))
                self._try(f"{option}={name}", partial(save, config.invocation_params.dir / name, whole))
        self._try(github.SUMMARY, partial(github.summarise, ran))

    def _try(self, called: str, write: Callable[[], None]) -> None:
        """Write a file; that it cannot be written must not hide what the run came to."""
        try:
            write()
        except OSError as error:
            self._unwritten.append(f"banc: {called} cannot be written ({error}): name another file")

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
    ) -> None:
        """Print the table."""
        for kind in KINDS:
            texts = [report.longreprtext for report in terminalreporter.stats.get(kind, [])]
            for text in dict.fromkeys(texts):  # a broken bench says the same of every block
                terminalreporter.write_line(text, red=True)
        for text in self._unwritten:
            terminalreporter.write_line(text, red=True)
        ran = self.record()
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED  # before a block had run, where there is none
        if github.runs_this():
            for text in github.marks(ran):
                terminalreporter.write_line(text)
        if ran.pages:
            terminalreporter.section("blocks")
            terminalreporter.write_line(report.table(ran.pages))
            for text in self.lost():
                terminalreporter.write_line(f"LOST {text}: report this as a defect of banc", red=True)
        elif self.elsewhere:
            terminalreporter.write_line(f"banc: nothing to do in shard {config.getoption('--shard')}")
        elif self._none_found(ran) and not (interrupted or config.option.collectonly):
            terminalreporter.write_line(
                "banc: the pages hold no block that can be run: is the fence language bash, sh, console or dockerfile?",
                red=True,
            )


def _save_html(path: Path, ran: Record) -> None:
    from banc.reports import htmlreport  # most runs write none

    htmlreport.save(path, ran)


def _commit(folder: Path) -> str:
    """The commit that a folder is at, with "-dirty" where files were changed since; empty outside of Git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError:  # no Git
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
