"""``--update``: each page writes its own outputs as it ends; here translations follow, and what changed is told."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from banc.labs import engines
from banc.pages import site
from banc.runs import translation
from banc.updates import update
from banc.updates.rewrite import RewriteError

WRITTEN = "banc_written"
"""Attribute of a test's report in which what `--update` did to its page travels, also from an xdist worker."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a page at its end."""

    path: str
    snapshots: str = ""  # folder of its snapshot; empty where it has none
    diff: str = ""  # what was written into it
    left: str = ""  # why it was not updated
    is_fault: bool = False  # and nothing else makes the run red


class Updating:
    """Gathers what pages have written, in the controller under xdist; has their translations follow at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._pages: list[Written] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in what became of a page."""
        written = vars(report).get(WRITTEN)
        if written:
            self._pages.append(Written(**written))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Have translations follow; make a run red that has left something for the author to write."""
        if hasattr(self._config, "workerinput"):
            return
        for path, snapshots in self._translations().items():
            self._pages.append(self._followed(path, snapshots))
        if session.exitstatus == pytest.ExitCode.OK and any(page.is_fault for page in self._pages):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _translations(self) -> dict[Path, str]:
        """The pages that follow another: those of the run, and those of pages that were written."""
        found: dict[Path, str] = {}
        for page in self._pages:
            path = Path(page.path)
            if translation.original_of(path) and not page.left:
                found[path] = page.snapshots
            elif page.diff and site.configuration(path).docs:  # elsewhere pages are no translations
                found |= dict.fromkeys(translation.translations_of(path), page.snapshots)
        return found

    def _followed(self, path: Path, snapshots: str) -> Written:
        """Make a translation say what its original says, and keep in its snapshot that it does."""
        original = translation.original_of(path)
        assert original is not None  # it was chosen for having one
        diff, left = "", ""
        try:
            if self._config.getoption("--engine") == engines.DEFAULT:
                followed = update.followed(original, path)
                diff = written(followed.changes, self._config)
                name = _called(path, self._config)
                left = "\n".join(f"{name}:{problem.line}: not updated: {problem.message}" for problem in followed.left)
            if snapshots and not left:
                update.capture_translation(original, path, Path(snapshots))
        except (RewriteError, OSError) as error:
            left = refused(path, self._config, str(error))
        return Written(str(path), snapshots, diff, left, bool(left))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show what was written into pages, and what was not."""
        told = [page for page in self._pages if page.diff or page.left]
        if told:
            terminalreporter.section("outputs written into pages")
        for page in told:
            for line in page.diff.splitlines():
                colour = {"+": "green", "-": "red"}.get(line[:1], "")
                terminalreporter.write_line(line, **{colour: True} if colour else {})
            if page.left:
                terminalreporter.write_line(page.left, red=True)


def written(changes: Sequence[update.Change], config: pytest.Config) -> str:
    """Write files; the difference, for an author's eyes.

    Raises:
        OSError: One cannot be written.
    """
    for change in changes:
        change.write()
    return "\n".join(change.diff(_called(change.path, config)) for change in changes)


def refused(path: Path, config: pytest.Config, why: str) -> str:
    """Why a page was not updated, as its author reads it."""
    return f"{_called(path, config)}: not updated: {why}"


def _called(path: Path, config: pytest.Config) -> str:
    return os.path.relpath(path, config.invocation_params.dir)
