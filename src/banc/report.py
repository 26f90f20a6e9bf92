"""Outcomes → the text that an author reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from banc.results import Image, Status
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


@dataclass(slots=True)
class PageTotals:
    """What a page's blocks came to."""

    blocks: int  # counted in the page's final HTML
    follows: str = ""  # page whose results stand for this one's
    counts: Counter[str] = field(default_factory=Counter)  # by status
    seconds: float = 0.0
    engine: str = ""


def table(pages: dict[str, PageTotals], images: Iterable[Image], reasons: dict[str, list[str]]) -> str:
    """The closing table: a line a page, the reasons of what was skipped, engine and images."""
    width = max(len("page"), *(len(page) for page in pages))
    heads = [status.value for status in Status]
    lines = ["  ".join(["page".ljust(width), *heads, "seconds", "engine"])]
    for page, totals in sorted(pages.items()):
        numbers = [str(totals.counts[head]).rjust(len(head)) for head in heads]
        engine = totals.engine or (f"follows {totals.follows}" if totals.follows else "not run")
        lines.append("  ".join([page.ljust(width), *numbers, f"{totals.seconds:7.1f}", engine]))
    total = sum((totals.counts for totals in pages.values()), Counter[str]())
    numbers = [str(total[head]).rjust(len(head)) for head in heads]
    seconds = sum(totals.seconds for totals in pages.values())
    lines.append("  ".join([f"{len(pages)} pages".ljust(width), *numbers, f"{seconds:7.1f}"]))
    lines += [f"skipped ({len(blocks)}): {reason}: {', '.join(blocks)}" for reason, blocks in sorted(reasons.items())]
    lines += [f"image {image.name}  {image.digest}  {image.origin}" for image in sorted(set(images), key=str)]
    return "\n".join(lines)
