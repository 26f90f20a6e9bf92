"""The record of a run → the text that an author reads. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from banc import ansi
from banc.reports.record import PageRecord
from banc.results import Status
from banc.runs.verdict import Failure

LINES = 24
"""Lines that one failure may take: so many that the next one is still on the screen."""

COLUMNS = 160
"""Characters of a line of a command or an output that are shown."""

_COMMAND_LINES = 6
_OTHERS = 4


def failure(path: str, block: str, wrong: Failure) -> str:
    """One failed block, or (without a name) what is wrong with the page: where, what and how to mend it first.

    Long commands and outputs are shortened to `LINES` in all; of an output the end is kept, of a difference the
    beginning.
    """
    where = f"block {block}: " if block else ""
    lines = [f"{path}:{wrong.line}: {where}{wrong.headline}"]
    lines += [f"{path}:{problem.line}: {where}{problem.message}" for problem in wrong.others[:_OTHERS]]
    if len(wrong.others) > _OTHERS:
        lines.append(f"  and {len(wrong.others) - _OTHERS} more mistakes in this block")
    return "\n".join(lines + details(wrong, LINES - len(lines)))


def details(wrong: Failure, room: int = LINES) -> list[str]:
    """What stands below a failure's headline, in so many lines at most: how to mend it, what was typed and printed."""
    lines = []
    if wrong.mend:
        lines.append(f"  to mend it: {wrong.mend}")
    if wrong.earlier:
        lines.append(f"  note: {wrong.earlier}")
    command = _beginning(_lines(wrong.command), _COMMAND_LINES)
    lines += [f"    {'> ' if number else '$ '}{line}".rstrip() for number, line in enumerate(command)]
    screen, diff = _lines(wrong.screen), _lines(wrong.diff)
    room -= len(lines)
    of_diff = min(len(diff), room - min(len(screen), room // 2))
    shown = [*_end(screen, room - of_diff), *_beginning(diff, of_diff)]
    return lines + [f"    {line}".rstrip() for line in shown]


def _lines(text: str) -> list[str]:
    lines = ansi.plain(text).splitlines()
    return [line if len(line) <= COLUMNS else f"{line[: COLUMNS - 1]}…" for line in lines]


def _beginning(lines: list[str], room: int) -> list[str]:
    return lines if len(lines) <= room else [*lines[: room - 1], f"… {len(lines) - room + 1} lines more"]


def _end(lines: list[str], room: int) -> list[str]:
    return lines if len(lines) <= room else [f"… {len(lines) - room + 1} lines before", *lines[len(lines) - room + 1 :]]


def line(page: PageRecord) -> str:
    """What one page came to, in a line."""
    told = [f"{page.counts[status]} {status}" for status in Status if page.counts[status]]
    itself = len(page.problems) - len(page.left)
    told += [f"{itself} wrong on the page itself"] if itself else []
    told += [f"{len(page.left)} left behind"] if page.left else []
    note = f"not run again: as in its green run of {page.cached}" if page.cached else f"{page.seconds:.1f} s"
    return f"{page.path.ljust(_PATH_COLUMNS)} {', '.join(told)}  {note}"


_NAMES = 20  # of blocks, in one line
_PATH_COLUMNS = 30  # that most paths find room in


def table(pages: Sequence[PageRecord]) -> str:
    """The closing table: a line a page, the reasons of what was skipped, engine and images.

    Where labs were on several Docker hosts, each line ends with its own.
    """
    several = len({page.host for page in pages} - {""}) > 1
    width = max(len("page"), *(len(page.page) for page in pages))
    lines = ["  ".join(["page".ljust(width), *Status, "seconds", "engine  host" if several else "engine"])]
    for page in pages:
        engine = page.engine or (f"follows {page.follows}" if page.follows else "not run")
        host = f"  {page.host}" if several and page.host else ""
        cached = f"  not run again: as in its green run of {page.cached}" if page.cached else ""
        numbers = [*_numbers(page.counts), f"{page.spent:7.1f}"]
        lines.append("  ".join([page.page.ljust(width), *numbers, f"{engine:6}{host}{cached}"]).rstrip())
    total = sum((page.counts for page in pages), Counter[Status]())
    seconds = sum(page.spent for page in pages)
    lines.append("  ".join([f"{len(pages)} pages".ljust(width), *_numbers(total), f"{seconds:7.1f}"]))
    lines += [f"skipped ({len(blocks)}): {reason}: {_listed(blocks)}" for reason, blocks in _skipped(pages)]
    lines += [f"{page.page}: {page.note}" for page in pages if page.note]
    if any(page.cached for page in pages):
        lines.append("pages that nothing has changed for are not run again; --fresh runs all")
    online = [page.page for page in pages if page.network and not page.follows]
    lines += [f"may reach the Internet ({len(online)}): {', '.join(online)}"] if online else []
    images = sorted({image for page in pages for image in page.images}, key=str)
    lines += [f"image {image.name}  {image.digest}  {image.origin}" for image in images]
    return "\n".join(lines)


def _numbers(counts: Counter[Status]) -> list[str]:
    return [str(counts[status]).rjust(len(status)) for status in Status]


def _listed(names: Sequence[str]) -> str:
    more = f" … and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def _skipped(pages: Sequence[PageRecord]) -> list[tuple[str, list[str]]]:
    """The blocks that were skipped, by reason."""
    reasons: dict[str, list[str]] = {}
    for page in pages:
        for block in page.blocks:
            if block.status is Status.SKIPPED:
                reasons.setdefault(block.reason, []).append(f"{page.page}::{block.name}")
    return sorted(reasons.items())
