"""What a run came to: gathered from the reports where they arrive, told at the end."""

from __future__ import annotations

import os
from typing import Any

import pytest

from banc import report
from banc.results import Image, Status

PROPERTY = "banc"
"""Name of the report property in which a block's result travels from an xdist worker to the summary."""

ANNOTATION = "banc-annotation"
"""Name of the report property that holds what GitHub is told of a failure."""

BROKEN = "bench broken"
KINDS = (Status.NOT_REACHED.value, BROKEN)
"""Failures that are not the block's own, as the terminal names them."""


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

    def _annotations(self, reporter: pytest.TerminalReporter) -> list[str]:
        """What GitHub is told of each page that is wrong."""
        failed = reporter.stats.get("failed", [])
        told = [dict(report.user_properties).get(ANNOTATION) for report in failed if hasattr(report, "user_properties")]
        return [str(text) for text in told if text]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Print the table."""
        for kind in KINDS:
            texts = [report.longreprtext for report in terminalreporter.stats.get(kind, [])]
            for text in dict.fromkeys(texts):  # a broken bench says the same of every block
                terminalreporter.write_line(text, red=True)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for text in self._annotations(terminalreporter):
                terminalreporter.write_line(text)
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
