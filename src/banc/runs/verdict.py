"""What a command did against what its page says → a failure that its author can act on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from banc.pages.foreground import Foreground, Http, Port, Until
from banc.pages.plan import Expected, Part, Problem, Type
from banc.runs import match
from banc.runs.hints import hint
from banc.terminals.terminal import Ending, Ran

SCREEN_LINES = 12
"""Lines of a failed command's output that are reported, from its end."""


@dataclass(frozen=True, slots=True)
class Drift:
    """An output that is no longer what the page says, and could be: nothing else is wrong."""

    expected: Expected
    printed: str


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
    drifts: tuple[Drift, ...] = ()  # where nothing but outputs is wrong: what the page could say instead


def planned(problems: Sequence[Problem]) -> Failure:
    """The mistakes that were found in a block before anything ran, as one failure."""
    first, *others = problems
    return Failure(first.line, first.message, others=tuple(others))


def judged(step: Type, part: Part, ran: Ran, output: str, wanted: int | None) -> Failure | None:
    """Why a command did not end as it should; None where it did.

    Args:
        step: The block's.
        part: The lines it is among.
        ran: What became of it.
        output: What it printed, as plain text.
        wanted: The status that it must end with; None: any, or that it stays in the foreground.
    """
    if ran.ending is Ending.STAYS or (ran.ending is Ending.ENDED and wanted in (None, ran.status)):
        return None
    line = part.lines[ran.first][0] if part.lines else step.block.line
    command = "\n".join(text for _, text in part.lines[ran.first : ran.last + 1])
    tail = "\n".join(output.splitlines()[-SCREEN_LINES:])
    headline, mend = _ENDINGS[ran.ending]
    if ran.ending is Ending.ENDED and wanted == 0:
        mend = f"correct the command or, if it is meant to fail, write {{exit={ran.status}}}"
        found = hint(ran.status, command, output)
        mend = f"{found}; or {mend}" if found else mend
    if ran.ending is Ending.TIMEOUT:
        headline, mend = _timed_out(step.foreground, wanted)
    headline = headline.format(status=ran.status, wanted=wanted, timeout=step.timeout)
    return Failure(line, headline, mend, command, tail)


def ended_early(step: Type, part: Part, ran: Ran, output: str) -> Failure:
    """The last command was to stay in the foreground, and ended."""
    named = f" '{step.foreground.opens}'" if step.foreground.opens else ""
    return Failure(
        part.lines[ran.first][0],
        f"the program{named} was to stay in the foreground and ended with status {ran.status}",
        "correct the command, or take serve or opens out if it ends by itself",
        "\n".join(text for _, text in part.lines[ran.first : ran.last + 1]),
        "\n".join(output.splitlines()[-SCREEN_LINES:]),
    )


def _timed_out(foreground: Foreground, wanted: int | None) -> tuple[str, str]:
    """What was waited for in vain, and what to do."""
    if foreground.keys and wanted is not None:
        headline = "the program had not ended {timeout:g} s after the keys were pressed"
        return headline, "press other keys, or take exit= out"
    match foreground.ready:
        case Until(told=told):
            waited, mend = f'had not printed until="{told}"', "correct the text to what the program prints"
        case Port(number):
            waited, mend = f"did not listen on port {number}", "correct the port"
        case Http(url):
            waited, mend = f"did not answer at {url}", "correct the address"
        case None:
            return _ENDINGS[Ending.TIMEOUT]
    waited = waited.replace("{", "{{").replace("}", "}}")  # for str.format
    headline = f"the program {waited} after the block's {{timeout:g}} s; it was ended"
    return headline, f"{mend}, or give it more time: {{timeout=SECONDS}}"


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
        "name it with {opens=NAME} and type in it with {in=NAME}, or give it its command and leave out -it "
        "(docker run --rm IMAGE COMMAND)",
    ),
    Ending.CLOSED: (
        "the command ended the program that the block is typed in, and more lines follow",
        "put the lines behind it into a block of their own, without {in=…}",
    ),
    Ending.TIMEOUT: (
        "the command had not ended after the block's {timeout:g} s; it was interrupted",
        'a server: {serve until="…"} and another terminal, or -d; a program to type in: {opens=NAME}; one that '
        'Ctrl-C ends: {keys="^C"}; a slow one: {timeout=SECONDS}',
    ),
    Ending.DIED: (
        "the command ended the shell, and the terminal with it; later blocks are not reached",
        "leave out `exit` or `exec`, or put them into ( … )",
    ),
}


def compared(expected: Expected | None, output: str, command: str = "") -> Failure | None:
    """Why an output is not the expected one; None where it is, or where any will do.

    Args:
        expected: What the page says.
        output: What was printed, as plain text.
        command: What was typed.
    """
    if expected is None:
        return None
    output = output.expandtabs()  # as a terminal shows them; Markdown makes spaces of those on the page
    compare = match.mismatch_unordered if expected.unordered else match.mismatch
    diff = compare([line.expandtabs() for line in expected.lines], output)
    if diff is None:
        return None
    mend = "correct the expected output (… stands for what may differ; --update writes it for you) or the command"
    drift = Drift(expected, output)
    return Failure(expected.line, "the output is not the expected one", mend, command, diff=diff, drifts=(drift,))


def joined(one: Failure | None, other: Failure | None) -> Failure | None:
    """Two failures of one block as one: the first, but for outputs, which matter less than a command that failed."""
    if one is None or other is None:
        return one or other
    if one.drifts and other.drifts:
        return replace(one, drifts=(*one.drifts, *other.drifts))
    return other if one.drifts else one
