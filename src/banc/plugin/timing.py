"""How long each file of tests took, pages among them: kept in pytest's cache for the next run."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from banc import results
from banc.pages import durations, site
from banc.plugin.summary import BROKEN, KIND, Summary

UNTIMED = "banc_untimed"
"""Attribute of a test's report that says that its page was not run: how long it took is of no account."""


class Durations:
    """Measures this run, and says what is to be expected from earlier ones. Works where the reports arrive."""

    def __init__(self, config: pytest.Config, summary: Summary) -> None:
        """Take where the cache is, and what knows whether the run is a partial one."""
        self._root = config.rootpath
        self._cache: pytest.Cache | None = getattr(config, "cache", None)  # none with -p no:cacheprovider
        self._summary = summary
        self._measured: defaultdict[str, float] = defaultdict(float)
        self._void: set[str] = set()  # files whose durations say nothing

    def expected(self, file: str, tests: int) -> float:
        """Seconds that a file's tests will take.

        Args:
            file: As in the ids of its tests.
            tests: How many there are.
        """
        measured = durations.known(self._cached()).get(file)
        return durations.expected(measured, committed(self._root / file) if measured is None else None, tests)

    def _cached(self) -> object:
        return self._cache.get(durations.KEY, None) if self._cache else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up what a file's tests took, their fixtures and labs included."""
        file = report.nodeid.partition("::")[0]
        self._measured[file] += report.duration
        if vars(report).get(KIND) == BROKEN or vars(report).get(UNTIMED):
            self._void.add(file)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Keep what was measured, unless some tests of a file may not have been run."""
        ended = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if not ended or session.shouldstop or session.shouldfail or self._summary.partial:
            return
        measured = {file: seconds for file, seconds in self._measured.items() if file not in self._void}
        if measured and self._cache and not hasattr(session.config, "workerinput"):
            self._cache.set(durations.KEY, durations.merged(self._cached(), measured))


def committed(path: Path) -> results.PageRun | None:
    """The committed snapshot of a page; None where it has none that can be read, or is no page."""
    if path.suffix != ".md":
        return None
    try:
        page = site.configuration(path)
        return results.load(page.snapshots, page.page) if page.snapshots else None
    except (site.SiteError, results.SnapshotError):  # who runs the page will say so
        return None
