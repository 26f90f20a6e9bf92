"""The record of a run → the text that an author reads. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from banc.record import PageRecord, Record
from banc.results import Status
from banc.verdict import Failure


def failure(path: str, block: str, wrong: Failure) -> str:
    """One failed block, or (without a name) what is wrong with the page: where, what and how to mend it first."""
    where = f"block {block}: " if block else ""
    lines = [f"{path}:{wrong.line}: {where}{wrong.headline}"]
    lines += [f"{path}:{problem.line}: {where}{problem.message}" for problem in wrong.others]
    return "\n".join(lines + _details(wrong))


def _details(wrong: Failure) -> list[str]:
    lines = []
    if wrong.mend:
        lines.append(f"  to mend it: {wrong.mend}")
    if wrong.earlier:
        lines.append(f"  note: {wrong.earlier}")
    if wrong.command:
        lines += _beside("$ ", "> ", wrong.command.splitlines())
    lines += _beside("", "", wrong.screen.splitlines())
    lines += _beside("", "", wrong.diff.splitlines())
    return lines


def _beside(first: str, others: str, lines: Sequence[str]) -> list[str]:
    return [f"    {others if number else first}{line}".rstrip() for number, line in enumerate(lines)]


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
    first = _error(path, wrong.line, title, "\n".join([wrong.headline, *_details(wrong)]))
    return "\n".join([first, *(_error(path, problem.line, title, problem.message) for problem in wrong.others)])


def _error(path: str, line: int, title: str, message: str) -> str:
    place = f"file={path.translate(_PROPERTY)},line={line},title={title.translate(_PROPERTY)}"
    return f"::error {place}::{message.translate(_MESSAGE)}"


def marks(record: Record) -> list[str]:
    """What GitHub is told of each page and block that is wrong, in the pages' order."""
    return [
        annotation(page.path, name, wrong)
        for page in record.pages
        for name, wrong in [
            *(("", problem) for problem in page.problems),
            *((block.name, block.failure) for block in page.blocks),
        ]
        if wrong
    ]


def table(pages: Sequence[PageRecord]) -> str:
    """The closing table: a line a page, the reasons of what was skipped, engine and images."""
    width = max(len("page"), *(len(page.page) for page in pages))
    lines = ["  ".join(["page".ljust(width), *Status, "seconds", "engine"])]
    for page in pages:
        engine = page.engine or (f"follows {page.follows}" if page.follows else "not run")
        lines.append("  ".join([page.page.ljust(width), *_numbers(page.counts), f"{page.seconds:7.1f}", engine]))
    total = sum((page.counts for page in pages), Counter[Status]())
    seconds = sum(page.seconds for page in pages)
    lines.append("  ".join([f"{len(pages)} pages".ljust(width), *_numbers(total), f"{seconds:7.1f}"]))
    lines += [f"skipped ({len(blocks)}): {reason}: {', '.join(blocks)}" for reason, blocks in _skipped(pages)]
    images = sorted({image for page in pages for image in page.images}, key=str)
    lines += [f"image {image.name}  {image.digest}  {image.origin}" for image in images]
    return "\n".join(lines)


def _numbers(counts: Counter[Status]) -> list[str]:
    return [str(counts[status]).rjust(len(status)) for status in Status]


def _skipped(pages: Sequence[PageRecord]) -> list[tuple[str, list[str]]]:
    """The blocks that were skipped, by reason."""
    reasons: dict[str, list[str]] = {}
    for page in pages:
        for block in page.blocks:
            if block.status is Status.SKIPPED:
                reasons.setdefault(block.reason, []).append(f"{page.page}::{block.name}")
    return sorted(reasons.items())
