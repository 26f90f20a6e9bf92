"""What is printed while pages run: a line for each page that has ended, and on a terminal the blocks at work.

It takes the place of pytest's letters, for pages alone; with ``-v`` and ``-q`` all is as pytest does it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager

import pytest

from banc.plugin.live import Live
from banc.plugin.summary import Summary
from banc.reports import report as text
from banc.reports.record import PageRecord

PAGE = "banc_page"
"""Attribute of a test's report that names the page it is of."""

ENDED = "banc_ended"
"""Attribute of a test's report: whether it is the last of its page."""

_NAME = "banc-progress"


class Progress:
    """Prints as the reports arrive, in the controller under xdist."""

    def __init__(self, reporter: pytest.TerminalReporter, summary: Summary) -> None:
        self._reporter = reporter
        self._summary = summary
        self._tw = reporter.config.get_terminal_writer()
        self._told: set[str] = set()
        self._live = Live(sys.stdout.fileno(), self._is_free) if _may_draw(reporter) else None

    def _is_free(self) -> bool:
        return self._tw.width_of_current_line == 0

    def _end_line(self) -> None:
        if not self._is_free():
            self._tw.line()
        self._reporter.currentfspath = None

    def _is_open(self) -> bool:
        """Tell whether a page's line is the last that was printed: pytest may put its percentage there."""
        return isinstance(self._reporter.currentfspath, str)  # pytest's own are paths

    def hidden(self) -> AbstractContextManager[None]:
        """Keep the line of what is at work out of the way of what is printed meanwhile."""
        return self._live.hidden() if self._live else contextlib.nullcontext()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logstart(self, nodeid: str) -> Generator[None, object, object]:
        """Keep pytest from opening a line for a page; say that the block is at work."""
        with self.hidden():
            if not _is_of_a_page(nodeid):
                return (yield)
            self._end_line()
            shown, self._reporter.showfspath = self._reporter.showfspath, False
            try:
                outcome = yield
            finally:
                self._reporter.showfspath = shown
        if self._live:
            self._live.begin(nodeid)
        return outcome

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        """Print the line of a page that has ended."""
        with self.hidden():
            if PAGE not in vars(report) and report.when == "call" and self._is_open():
                self._end_line()  # under xdist a letter would come behind a page's line
            yield
            page = self._summary.page(vars(report)[PAGE]) if vars(report).get(ENDED) else None
            if page:
                self._print(page)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note that a block is no longer at work."""
        if self._live:
            self._live.end(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport | pytest.CollectReport
    ) -> Generator[None, tuple[str, str, object], tuple[str, str, object]]:
        """Print no letter for a block."""
        category, letter, word = yield
        return category, "" if PAGE in vars(report) else letter, word

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Print the lines of pages that were not run to their end."""
        if self._live:
            self._live.close()
            self._live = None
        for page in self._summary.record().pages:
            if page.page not in self._told:
                self._print(page)

    def _print(self, page: PageRecord) -> None:
        self._told.add(page.page)
        self._end_line()
        colour = "red" if page.is_wrong or page.broken else "green"
        self._reporter.write(text.line(page), **{colour: True})
        self._reporter.currentfspath = page.path


def start(config: pytest.Config, summary: Summary) -> None:
    """Print pages in our way, where pytest prints at all and was not told to print more or less than usual."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    usual = config.get_verbosity(pytest.Config.VERBOSITY_TEST_CASES) == 0
    if reporter and usual and not hasattr(config, "workerinput") and not config.option.collectonly:
        config.pluginmanager.register(Progress(reporter, summary), _NAME)


def hidden(config: pytest.Config) -> AbstractContextManager[None]:
    """A context in which one may print: the line of what is at work, if there is one, is not in the way."""
    progress = config.pluginmanager.getplugin(_NAME)
    return progress.hidden() if progress else contextlib.nullcontext()


def _is_of_a_page(nodeid: str) -> bool:
    return nodeid.split("::")[0].endswith(".md")


def _may_draw(reporter: pytest.TerminalReporter) -> bool:
    """Tell whether lines can be redrawn, and tests print nothing of their own between them."""
    return bool(reporter.isatty) and os.environ.get("TERM") != "dumb" and reporter.config.option.capture != "no"
