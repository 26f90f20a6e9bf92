"""A plan and a lab → outcomes, block by block: the only loop.

A page is run as a stubborn reader would: top to bottom in one terminal, and on after a failure.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic
from typing import Protocol

from banc import match, screen
from banc.blocks import Block
from banc.errors import BenchError
from banc.plan import Part, Plan, Problem, Skip, Step, Type, Write, Wrong
from banc.results import Result, Status
from banc.terminal import SHELL, Channel, Ending, Ran, Terminal

SCREEN_LINES = 12
"""Lines of a failed command's output that are reported, from its end."""


class Host(Protocol):
    """What running a page needs of a lab."""

    def open_terminal(self, argv: Sequence[str], columns: int = ..., rows: int = ...) -> Channel:
        """Start a program with a terminal of its own."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file at an absolute path, as the user whose terminal it is."""

    def run(self, argv: Sequence[str]) -> tuple[int, bytes]:
        """Run a command beside the page's terminals, as root: its status and its output."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What an author needs to mend a block, in the order in which it is read."""

    line: int  # of the command, the output or the attribute that is wrong, in the page
    headline: str  # what is wrong, in one sentence
    mend: str = ""  # what to do about it
    command: str = ""  # as typed
    screen: str = ""  # the last lines it printed
    diff: str = ""  # expected against got
    earlier: str = ""  # an earlier failure on the page that may be the cause
    others: tuple[Problem, ...] = ()  # further mistakes in the same block


@dataclass(frozen=True, slots=True)
class Outcome:
    """A block's result and, when it failed, why."""

    block: Block
    result: Result
    failure: Failure | None = None


def planned(problems: Sequence[Problem]) -> Failure:
    """The mistakes that were found in a block before anything ran, as one failure."""
    first, *others = problems
    return Failure(first.line, first.message, others=tuple(others))


def ordered(plan: Plan) -> list[Step]:
    """The steps in the order in which they are run: the page's, with the teardown at its end."""
    return sorted(plan.steps, key=_is_teardown)


def _is_teardown(step: Step) -> bool:
    return "teardown" in step.block.attributes.classes


def execute(plan: Plan, host: Host) -> Iterator[Outcome]:
    """Run a page's steps and yield each one's outcome when it has ended.

    Closing the iterator early still runs the page's teardown steps.

    Raises:
        BenchError: The lab failed, not the page.
    """
    steps = iter(ordered(plan))
    page = _Page(host)
    try:
        for step in steps:
            yield page.outcome(step)
    finally:
        for step in steps:
            if _is_teardown(step):
                page.outcome(step)
        page.close()


class _Page:
    """One page being run: its terminal and what has failed so far."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._terminal = self._opened()
        self._failed: Block | None = None
        self._died: Block | None = None

    def _opened(self) -> Terminal:
        try:
            return Terminal(self._host.open_terminal(SHELL, columns=screen.COLUMNS, rows=screen.ROWS))
        except (EOFError, TimeoutError) as error:
            raise BenchError(f"no terminal could be opened in the lab ({error}); run again, with a new lab") from error

    def outcome(self, step: Step) -> Outcome:
        began = monotonic()
        outcome = self._attempt(step)
        if outcome.failure:
            if self._failed and not isinstance(step, Wrong):
                earlier = f"block {self._failed.name} (line {self._failed.line}) failed before: it may be the cause"
                outcome = replace(outcome, failure=replace(outcome.failure, earlier=earlier))
            self._failed = self._failed or step.block
        result = replace(outcome.result, seconds=monotonic() - began, date=date.today().isoformat())
        return replace(outcome, result=result)

    def _attempt(self, step: Step) -> Outcome:
        if isinstance(step, Skip):
            return _outcome(step, Status.SKIPPED, reason=step.reason)
        if isinstance(step, Wrong):
            return _failed(step, planned(step.problems))
        if not self._terminal.alive:
            if not _is_teardown(step):
                name = f"block {self._died.name} (line {self._died.line})" if self._died else "an earlier block"
                return _outcome(step, Status.NOT_REACHED, reason=f"the terminal ended in {name}")
            self._terminal = self._opened()
        outcome = self._type(step) if isinstance(step, Type) else self._write(step)
        if not self._terminal.alive:
            self._died = step.block
            self._host.run(["true"])  # a lab that is gone is the bench's failure, not the page's
        return outcome

    def _type(self, step: Type) -> Outcome:
        deadline = monotonic() + step.timeout
        outputs: list[str] = []
        failure: Failure | None = None
        status: int | None = None
        for part in step.parts:
            rans = list(self._terminal.run([text for _, text in part.lines], max(0.0, deadline - monotonic())))
            shown = [screen.text(ran.output) for ran in rans]
            outputs += shown
            for ran, output in zip(rans, shown, strict=True):
                is_last = part is step.parts[-1] and ran is rans[-1]
                wanted = step.exit if is_last else 0
                failure = failure or _judged(part, ran, output, wanted, step.timeout)
                status = ran.status
            failure = failure or _compared(part, "\n".join(filter(None, shown)))
            if rans and rans[-1].ending not in (Ending.ENDED, Ending.REFUSED):
                break
        output = "\n".join(filter(None, outputs))
        return _outcome(step, Status.FAILED if failure else Status.PASSED, status, output, failure=failure)

    def _write(self, step: Write) -> Outcome:
        try:
            self._host.write(posixpath.join(self._terminal.folder, step.path), step.text.encode())
        except OSError as error:
            mend = "choose a path that the reader can write, or make its folder first"
            return _failed(step, Failure(step.block.line, f"{step.path} cannot be written: {error}", mend))
        if not step.build:
            return _outcome(step, Status.PASSED)
        folder, name = posixpath.split(step.path)
        command = f"docker build --quiet --file {shlex.quote(step.path)} {shlex.quote(folder or '.')}"
        ran = next(self._terminal.run([command], step.timeout))
        part = Part(((step.block.line, command),))
        failure = _judged(part, ran, screen.text(ran.output), 0, step.timeout)
        if failure:
            mend = f"no block of the page builds {name}, so the bench did: correct it, or add the block that builds it"
            return _failed(step, replace(failure, mend=mend), ran.status)
        return _outcome(step, Status.PASSED, ran.status)

    def close(self) -> None:
        self._terminal.close()


def _outcome(
    step: Step,
    status: Status,
    exit: int | None = None,
    output: str = "",
    reason: str = "",
    failure: Failure | None = None,
) -> Outcome:
    result = Result(step.block.name, step.block.digest, status, exit, output, reason=reason)
    return Outcome(step.block, result, failure)


def _failed(step: Step, failure: Failure, exit: int | None = None) -> Outcome:
    return _outcome(step, Status.FAILED, exit, failure=failure)


def _judged(part: Part, ran: Ran, output: str, wanted: int | None, timeout: float) -> Failure | None:
    """Why a command did not end as it should; None where it did."""
    line = part.lines[ran.first][0]
    command = "\n".join(text for _, text in part.lines[ran.first : ran.last + 1])
    tail = "\n".join(output.splitlines()[-SCREEN_LINES:])
    if ran.ending is Ending.ENDED and wanted in (None, ran.status):
        return None
    headline, mend = _ENDINGS[ran.ending]
    if ran.ending is Ending.ENDED and wanted == 0:
        mend = f"correct the command or, if it is meant to fail, write {{exit={ran.status}}}"
    headline = headline.format(status=ran.status, wanted=wanted, timeout=timeout)
    return Failure(line, headline, mend, command, tail)


_ENDINGS = {
    Ending.ENDED: (
        "the command ended with status {status}, expected {wanted}",
        "correct the command, or the status in the braces (any status: {exit=any})",
    ),
    Ending.REFUSED: ("bash cannot parse this command", "correct its syntax"),
    Ending.UNFINISHED: (
        "the block ends in the middle of a command: bash waits for more lines",
        "close the quote, the here-document, the parenthesis or the `if`, `for`, `do` it leaves open",
    ),
    Ending.WAITING: (
        "an interactive program waits for keys, and nothing on the page ends it",
        "give the program its command and leave out -it (docker run --rm IMAGE COMMAND), or mark the block "
        '{.notest reason="…"}',
    ),
    Ending.TIMEOUT: (
        "the command had not ended after the block's {timeout:g} s; it was interrupted",
        "make it end by itself (-d, --count, --max-time), or give it more time: {timeout=SECONDS}",
    ),
    Ending.DIED: (
        "the command ended the shell, and the terminal with it; later blocks are not reached",
        "leave out `exit` or `exec`, or put them into ( … )",
    ),
}


def _compared(part: Part, output: str) -> Failure | None:
    """Why a part's output is not the expected one; None where it is, or where any will do."""
    if part.expected is None:
        return None
    diff = match.mismatch(part.expected.lines, output)
    if diff is None:
        return None
    command = "\n".join(text for _, text in part.lines)
    return Failure(
        part.expected.line,
        "the output is not the expected one",
        "correct the expected output (… stands for what may differ) or the command",
        command,
        diff=diff,
    )
