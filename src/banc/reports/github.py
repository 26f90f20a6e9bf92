"""The record of a run → what GitHub shows of it: marks on the lines that are wrong, a summary of the job."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from banc import ansi
from banc.reports import report
from banc.reports.record import PageRecord, Record
from banc.results import Status
from banc.runs.verdict import Failure

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The environment variable in which GitHub names the file of a step's summary."""

FAILURES = 50
"""Failures that a summary lists; it may have a megabyte."""


def runs_this() -> bool:
    """Tell whether GitHub reads what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def summarise(record: Record) -> None:
    """Add to the summary of the job, where GitHub runs this.

    Raises:
        OSError: The file that GitHub names cannot be written.
    """
    path = os.environ.get(SUMMARY)
    if runs_this() and path and record.pages:
        with Path(path).open("a", encoding="utf-8", errors="replace") as file:
            file.write(summary(record) + "\n")


# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; one pass, so that no
# escape is escaped again.
_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def annotation(path: str, block: str, wrong: Failure) -> str:
    """One failed block as GitHub's workflow commands: an error on each of its lines that is wrong.

    They work at the beginning of a line of what a step prints. Print them in the page's order: of a step's errors
    GitHub shows the first ten, of each message the first 4096 characters.

    Args:
        path: The page, as seen from the root of the repository.
        block: Its name; empty where the page itself is wrong.
        wrong: What is wrong with it.

    Returns:
        A line for each error, without a line break at the end.
    """
    title = f"block {block}" if block else "page"
    first = _error(path, wrong.line, title, "\n".join([wrong.headline, *report.details(wrong)]))
    return "\n".join([first, *(_error(path, problem.line, title, problem.message) for problem in wrong.others)])


def _error(path: str, line: int, title: str, message: str) -> str:
    place = f"file={path.translate(_PROPERTY)},line={line},title={title.translate(_PROPERTY)}"
    return f"::error {place}::{message.translate(_MESSAGE)}"


def marks(record: Record) -> list[str]:
    """What GitHub is told of each page and block that is wrong, in the pages' order."""
    return [annotation(page.path, name, wrong) for page, name, wrong in _failures(record.pages)]


def _failures(pages: Sequence[PageRecord]) -> Iterator[tuple[PageRecord, str, Failure]]:
    for page in pages:
        yield from ((page, "", problem) for problem in page.problems)
        yield from ((page, block.name, block.failure) for block in page.blocks if block.failure)


def summary(record: Record) -> str:
    """The summary of a job, as Markdown: what is to be mended, and a line a page.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
    """
    counts = sum((page.counts for page in record.pages), Counter[Status]())
    told = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status]) or "no block"
    failures = [
        f"- {_text(f'{page.path}:{wrong.line}: {_named(name, wrong)}')}"
        + (f"<br>to mend it: {_text(wrong.mend)}" if wrong.mend else "")
        for page, name, wrong in _failures(record.pages)
    ]
    failures += [
        f"- {_text(page.path)}: the bench is broken, which says nothing of the page: {_text(page.broken)}"
        for page in record.pages
        if page.broken
    ]
    more = [f"- … and {len(failures) - FAILURES} more"] if len(failures) > FAILURES else []
    heads = ["page", *Status, "seconds", "engine"]
    rows = [heads, ["---", *("--:" for _ in Status), "--:", "---"], *(_row(page) for page in record.pages)]
    table = [f"| {' | '.join(cells)} |" for cells in rows]
    parts = [f"### Blocks: {told}", "\n".join(failures[:FAILURES] + more), "\n".join(table)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _named(block: str, wrong: Failure) -> str:
    return f"block {block}: {wrong.headline}" if block else wrong.headline


def _row(page: PageRecord) -> list[str]:
    engine = page.engine or (f"follows {page.follows}" if page.follows else "not run")
    numbers = [str(page.counts[status]) for status in Status]
    return [_text(page.page), *numbers, f"{page.spent:.1f}", _text(engine)]


def _text(text: str) -> str:
    """A text in a line of Markdown, without meaning anything there."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(ansi.plain(text).split()))
