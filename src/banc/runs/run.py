"""A plan and a lab → outcomes, block by block: the only loop.

A page is run as a stubborn reader would: top to bottom, in as many terminals as it says, and on after a failure.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic, sleep, time
from typing import Protocol

from banc.errors import BenchError
from banc.pages.blocks import Block
from banc.pages.foreground import Http, Port, Ready, Until
from banc.pages.plan import Part, Plan, Python, Skip, Step, Type, Write, Wrong, suited
from banc.results import Result, Status
from banc.runs.verdict import Drift, Failure, compared, ended_early, joined, judged, planned
from banc.terminals import screen
from banc.terminals.channel import Channel
from banc.terminals.terminal import SHELL, Ending, Ran, Stay, Terminal

_GRACE = 10.0  # seconds that a program gets to end after it was told to, before its terminal is typed in
_PAUSE = 0.5  # seconds between two attempts of a block that is repeated

# Docker opens a published port before it starts the container: what counts is who listens behind docker-proxy.
_LISTENS = r"""
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit
proxy=".* -proto tcp .* -host-port $1 -container-ip \([0-9.]*\) -container-port \([0-9]*\).*"
behind=$(ps -C docker-proxy -o args= -ww | sed -n "s|$proxy|/dev/tcp/\1/\2|p" | head -1)
[ -z "$behind" ] || exec timeout 1 bash -c "exec 3<>$behind"
"""


class Host(Protocol):
    """What running a page needs of a lab."""

    @property
    def engine(self) -> str:
        """Version of its Docker engine."""

    @property
    def missing(self) -> Mapping[str, str]:
        """Images that it cannot pull, without their tags, and why."""

    def open_terminal(self, argv: Sequence[str], columns: int = ..., rows: int = ...) -> Channel:
        """Start a program with a terminal of its own."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file at an absolute path, as the user whose terminal it is."""

    def run(self, argv: Sequence[str]) -> tuple[int, bytes]:
        """Run a command beside the page's terminals, as root: its status and its output."""

    def check(self, output: str) -> None:
        """Raise `BenchError` where a fault of the bench is behind a block that failed and printed this."""

    def ruined(self) -> str:
        """How the page made the lab unusable: "the block …"; empty where it did not."""


RunPython = Callable[[Python], tuple[str, Failure | None]]
"""Runs a Python block beside the terminals: what it printed, and why it is wrong."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A block's result and, when it failed, why."""

    block: Block
    result: Result
    failure: Failure | None = None
    elsewhere: bool = False  # not run here, but on other engines or with other images
    began: float = 0.0  # when it was run, in seconds since 1970
    drifts: tuple[Drift, ...] = ()  # outputs that are to be written into the page

    def with_drifts_accepted(self) -> Outcome:
        """The outcome where the page will say what was printed; the same where anything else is wrong."""
        if not self.failure or not self.failure.drifts:
            return self
        result = replace(self.result, status=Status.PASSED)
        return replace(self, result=result, failure=None, drifts=self.failure.drifts)


def ordered(plan: Plan) -> list[Step]:
    """The steps in the order in which they are run: the page's, with the teardown at its end."""
    return sorted(plan.steps, key=_is_teardown)


def _is_teardown(step: Step) -> bool:
    return "teardown" in step.block.attributes.classes


def execute(plan: Plan, host: Host, python: RunPython) -> Generator[Outcome]:
    """Run a page's steps and yield each one's outcome when it has ended.

    Closing the iterator early still runs the page's teardown steps.

    Raises:
        BenchError: The lab failed, not the page.
    """
    suitable = ordered(suited(plan, host.engine, host.missing))
    steps = iter(suitable)
    page = _Page(host, python)
    try:
        for step in steps:
            outcome = page.outcome(step)
            if step is suitable[-1]:
                page.let_end()
            yield outcome
    finally:
        try:
            for step in steps:
                if _is_teardown(step):
                    page.outcome(step)
        finally:
            page.close()


class _Page:
    """One page being run: its terminals and what has failed so far."""

    def __init__(self, host: Host, python: RunPython) -> None:
        self._host = host
        self._python = python
        self._terminals: dict[str, Terminal] = {}
        self._pressed: set[str] = set()  # terminals in which keys were the last thing to be pressed
        self._died: dict[str, Block] = {}  # the block in which a terminal ended
        self._failed: Block | None = None
        self._ruined: Block | None = None  # the block in which the lab was made unusable

    def _opened(self) -> Terminal:
        try:
            terminal = Terminal(self._host.open_terminal(SHELL, screen.COLUMNS, screen.ROWS))
        except (EOFError, TimeoutError) as error:
            raise BenchError(f"A lab's shell does not start ({error or 'it ended at once'}). Run again.") from error
        terminal.meanwhile = lambda: self._listen(but=terminal)
        return terminal

    def outcome(self, step: Step) -> Outcome:
        """Run one step, and note what later ones must know of it."""
        at, began = time(), monotonic()
        outcome = self._judged(step)
        failure = outcome.failure
        if failure:
            if self._failed and not isinstance(step, Wrong):  # the author's mistakes have no cause but themselves
                name, line = self._failed.name, self._failed.line
                failure = replace(failure, earlier=f"block {name} (line {line}) failed before; it may be the cause")
            self._failed = self._failed or step.block
        result = replace(outcome.result, seconds=monotonic() - began, date=date.today().isoformat())
        return replace(outcome, result=result, failure=failure, began=at)

    def let_end(self) -> None:
        """Give programs that keys were pressed in last the time to end that a next block would have given them."""
        for name in self._pressed:
            self._terminals[name].is_free_within(_GRACE)

    def _judged(self, step: Step) -> Outcome:
        """Tell a block that failed, or that made its lab unusable, from a broken bench.

        Raises:
            BenchError: The bench is broken.
        """
        if isinstance(step, Skip):
            return _outcome(step, Status.SKIPPED, reason=step.reason)
        if isinstance(step, Wrong):
            return _failed(step, planned(step.problems))
        if self._ruined:
            reason = f"the lab came to its end in block {self._ruined.name} (line {self._ruined.line})"
            return _outcome(step, Status.NOT_REACHED, reason=reason)
        try:
            outcome = self._attempt(step)
            if outcome.failure:
                self._host.check(f"{outcome.failure.headline}\n{outcome.result.output}")
        except BenchError:
            how = self._host.ruined()
            if not how:
                raise
            self._ruined = step.block
            mend = "end nothing that the page has not started, and start nothing without an end; see the blocks before"
            return _failed(step, Failure(step.block.line, f"the block {how}", mend))
        return outcome

    def _attempt(self, step: Type | Write | Python) -> Outcome:
        self._listen()
        if isinstance(step, Python):
            output, failure = self._python(step)
            if failure:
                self._still_there()
            return _outcome(step, Status.FAILED if failure else Status.PASSED, output=output, failure=failure)
        terminal = self._terminal(step)
        if not terminal.alive:
            died = self._died.get(step.terminal)
            name = f"block {died.name} (line {died.line})" if died else "an earlier block"
            return _outcome(step, Status.NOT_REACHED, reason=f"the terminal ended in {name}")
        outcome = self._type(step, terminal) if isinstance(step, Type) else self._write(step, terminal)
        if not terminal.alive:
            self._died[step.terminal] = step.block
            self._still_there()
        return outcome

    def _still_there(self) -> None:
        """Ask the lab for a sign of life: that it is gone is the bench's failure, not the page's."""
        status, _ = self._host.run(["true"])
        if status:  # in a lab that is about to end, processes are started and killed
            raise BenchError("A lab has come to its end while a page ran in it. Run again.")

    def _listen(self, but: Terminal | None = None) -> None:
        """Take in what programs in the foreground print: nobody reads it as they go, and they would come to a stop."""
        for terminal in self._terminals.values():
            if terminal is not but:
                terminal.listen()

    def _terminal(self, step: Type | Write) -> Terminal:
        """The terminal of a step, opened where there is none yet; for a teardown always a free one."""
        terminal = self._terminals.get(step.terminal)
        if terminal and _is_teardown(step):
            terminal.stop()
        if terminal and _is_teardown(step) and not terminal.alive:
            terminal.close()
            terminal = None
        if terminal is None:
            terminal = self._terminals[step.terminal] = self._opened()
        return terminal

    def _type(self, step: Type, terminal: Terminal) -> Outcome:
        misplaced = self._misplaced(step, terminal)
        if misplaced:
            return _failed(step, misplaced)
        deadline, repeated = monotonic() + step.timeout, monotonic() + step.retry
        while True:
            outcome = self._typed(step, terminal, deadline)
            lasting = not terminal.alive or monotonic() >= min(deadline, repeated)
            if not outcome.failure or lasting:
                return outcome
            sleep(_PAUSE)

    def _misplaced(self, step: Type, terminal: Terminal) -> Failure | None:
        """Why a block cannot be typed where it says; None where it can."""
        line, foreground = step.block.line, step.foreground
        if foreground.within:
            terminal.listen()
            names = terminal.foreground
            if names[-1:] == [foreground.within]:
                return None
            other = f"; '{names[-1]}' is" if names and names[-1] else ""
            return Failure(
                line,
                f"the program '{foreground.within}' is not in the foreground of terminal {step.terminal}{other}",
                "look at the block that opened it and at those since: it has ended, or another one was opened in it",
            )
        if not any(part.lines for part in step.parts):  # keys alone
            if terminal.foreground:
                return None
            return Failure(
                line,
                f"no program is in the foreground of terminal {step.terminal} that the keys could be for",
                "press them where the program still runs, or take the block out",
            )
        if terminal.is_free_within(_GRACE):
            return None
        terminal.stop()
        return Failure(
            line,
            f"a program is still in the foreground of terminal {step.terminal}; it was ended after {_GRACE:g} s",
            'end it in a block before this one, for example {keys="^C"}, or use another terminal: {term=2}',
        )

    def _typed(self, step: Type, terminal: Terminal, deadline: float) -> Outcome:
        outputs: list[bytes] = []
        failure: Failure | None = None
        status: int | None = None
        (self._pressed.add if step.foreground.keys else self._pressed.discard)(step.terminal)
        for part in step.parts:
            is_last = part is step.parts[-1]
            rans, failed = self._part(step, part, is_last, terminal, deadline)
            outputs += [ran.output for ran in rans]
            status = rans[-1].status if rans else None
            if not failed:
                command = "\n".join(text for _, text in part.lines)
                failed = compared(part.expected, _joined(screen.text(ran.output) for ran in rans), command)
            failure = joined(failure, failed)
            if failed and not failed.drifts:
                break
        if step.foreground.keys and step.exit is None:
            status = None  # of no account
        output = _joined(map(screen.shown, outputs))
        return _outcome(step, Status.FAILED if failure else Status.PASSED, status, output, failure=failure)

    def _part(
        self, step: Type, part: Part, is_last: bool, terminal: Terminal, deadline: float
    ) -> tuple[list[Ran], Failure | None]:
        """Type some lines, and press the keys behind the last ones."""
        stays = is_last and step.foreground.stays
        ready = self._ready(step.foreground.ready)
        stay = Stay(step.foreground.opens, ready) if stays else None
        rans = list(terminal.run([text for _, text in part.lines], max(0.0, deadline - monotonic()), stay))
        failure: Failure | None = None
        for ran in rans:
            text = screen.text(ran.output)
            is_final = is_last and ran is rans[-1]
            if is_final and stays and ran.ending is Ending.ENDED:
                failure = failure or ended_early(step, part, ran, text)
            else:
                failure = failure or judged(step, part, ran, text, step.exit if is_final else 0)
        if is_last and step.foreground.keys and not failure:
            pressed = terminal.press(
                step.foreground.keys, max(0.0, deadline - monotonic()), None if rans else ready, step.exit is not None
            )
            rans.append(pressed)
            failure = judged(step, Part(()), pressed, screen.text(pressed.output), step.exit)
        return rans, failure

    def _ready(self, ready: Ready | None) -> Callable[[bytes], bool] | None:
        """What tells that a program in the foreground is ready; None where the page does not say."""
        match ready:
            case Until(pattern):
                return lambda output: pattern.search(screen.stripped(output)) is not None
            case Port(number):
                return lambda _: self._host.run(["bash", "-c", _LISTENS, "bash", str(number)])[0] == 0
            case Http(url):
                command = ["curl", "--silent", "--fail", "--max-time", "5", "--output", "/dev/null", url]
                return lambda _: self._host.run(command)[0] == 0
            case None:
                return None

    def _write(self, step: Write, terminal: Terminal) -> Outcome:
        try:
            self._host.write(posixpath.join(terminal.folder, step.path), step.text.encode())
        except OSError as error:
            mend = "choose a path that the reader can write, or make its folder first"
            return _failed(step, Failure(step.block.line, f"{step.path} cannot be written: {error}", mend))
        if not step.build:
            return _outcome(step, Status.PASSED)
        folder, name = posixpath.split(step.path)
        command = f"docker build --quiet --file {shlex.quote(step.path)} {shlex.quote(folder or '.')}"
        build = Type(step.block, (Part(((step.block.line, command),)),), 0, step.timeout, step.terminal)
        outcome = self._type(build, terminal)
        if outcome.failure:
            mend = f"no block of the page builds {name}, so the bench did: correct it, or add the block that builds it"
            return _failed(step, replace(outcome.failure, mend=mend), outcome.result.exit)
        return _outcome(step, Status.PASSED, outcome.result.exit)

    def close(self) -> None:
        for terminal in self._terminals.values():
            terminal.close()


def _joined(outputs: Iterator[str]) -> str:
    return "\n".join(filter(None, outputs))


def _outcome(
    step: Step,
    status: Status,
    exit: int | None = None,
    output: str = "",
    reason: str = "",
    failure: Failure | None = None,
) -> Outcome:
    result = Result(step.block.name, step.block.digest, status, exit, output, reason=reason)
    return Outcome(step.block, result, failure, isinstance(step, Skip) and step.elsewhere)


def _failed(step: Step, failure: Failure, exit: int | None = None) -> Outcome:
    return _outcome(step, Status.FAILED, exit, failure=failure)
