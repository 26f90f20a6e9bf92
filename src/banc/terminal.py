"""One PTY shell: type a command, wait until it has ended, know its status and what it printed.

The shell itself says where it stands, with terminal marks in the style of shell integration (OSC 133,
https://gitlab.freedesktop.org/Per_Bothner/specifications/blob/master/proposals/semantic-prompts.md):
before a command runs, when a command wants more lines, when it has ended and with what. The marks carry
a random word, so that no output can be taken for one, and the shell writes them to the terminal and not
to its output, so that ``exec >file`` does not hide them. Prompts are never searched for.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

SHELL = ("bash", "--noprofile", "--norc")
"""The program a channel is opened with. Bash 5.1 or newer: ``PROMPT_COMMAND`` as an array."""

HEAD = TAIL = 500_000
"""Bytes of a command's output that are kept, from its beginning and from its end."""

_PATIENCE = 3.0  # seconds that Ctrl-C, and then SIGKILL, are given to bring the prompt back
_PRESSES = 3
_QUIET = 20.0  # seconds without output after which a program that reads keys counts as interactive
_START = 30.0  # seconds that a shell is given to say that it is ready


class Channel(Protocol):
    """The bytes of one terminal: a local PTY, or a process of a lab started with one."""

    def send(self, data: bytes) -> None:
        """Type."""

    def receive(self, timeout: float) -> bytes:
        """What was printed since; ``b""`` when nothing came within `timeout` seconds.

        Raises:
            EOFError: The shell has ended and all it printed was received.
        """

    def reads_keys(self, shell: int) -> bool:
        """Whether the terminal of process `shell` is in raw mode: whole lines are not waited for."""

    def kill_foreground(self, shell: int) -> None:
        """SIGKILL what runs in the foreground of the terminal of process `shell`, but not the shell."""

    def close(self) -> None:
        """Hang up."""


class Ending(StrEnum):
    """How a typed command came to its end."""

    ENDED = "ended"  # the prompt is back; the status is known
    REFUSED = "refused"  # bash could not parse it
    UNFINISHED = "unfinished"  # bash still waited for more lines
    WAITING = "waiting"  # an interactive program that waited for keys; was ended
    TIMEOUT = "timeout"  # was interrupted, or killed, when its time was up
    DIED = "died"  # the shell itself ended


@dataclass(frozen=True, slots=True)
class Ran:
    """One complete command as bash delimits them, typed and ended."""

    first: int  # index of its first line among the lines given
    last: int
    ending: Ending
    status: int | None  # what ``$?`` was; None when it was not reached
    output: bytes  # as printed, control sequences included; the middle of a long one left out
    dropped: int  # bytes left out of it
    seconds: float


class Output:
    """Collects bytes in bounded memory: the head and the tail are kept, the middle is counted."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._seen = 0

    def add(self, data: bytes) -> None:
        """Append what was printed."""
        self._seen += len(data)
        room = HEAD - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 2 * TAIL:
            del self._tail[:-TAIL]

    def clear(self) -> None:
        """Forget everything."""
        self.__init__()  # type: ignore[misc]

    @property
    def dropped(self) -> int:
        """Bytes that were not kept."""
        return self._seen - len(self._head) - len(self._tail[-TAIL:])

    def value(self) -> bytes:
        """Head and tail; where bytes are missing between them, a line says how many."""
        tail = bytes(self._tail[-TAIL:])
        note = f"\r\n[… {self.dropped} bytes left out …]\r\n".encode() if self.dropped else b""
        return bytes(self._head) + note + tail


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str  # C: a command starts, P: more lines are wanted, R: it has ended, B: the prompt is there
    status: int = 0


class Terminal:
    """A shell in a terminal, open for the length of a page."""

    def __init__(self, channel: Channel) -> None:
        """Take over a channel on which `SHELL` has just been started.

        Raises:
            EOFError: The shell ended at once.
            TimeoutError: It did not become ready.
        """
        self._channel = channel
        self._word = secrets.token_hex(8)
        self._pattern = re.compile(rb"\x1b\]133;%b;(?:([BCP])|R;(\d+);(\d+);([^\x07]*))\x07" % self._word.encode())
        self._pending = bytearray()
        self.alive = True
        self.folder = "/"
        self._shell = 0
        channel.send(self._initialisation().encode())
        if self._next_mark(time.monotonic() + _START, Output()) is None:
            raise TimeoutError(f"no shell was ready within {_START:.0f} s")

    def _initialisation(self) -> str:
        """The one line that turns a bash into ours: marks on; echo, completion and history off.

        Element 99 of PROMPT_COMMAND survives a page that assigns PROMPT_COMMAND, and puts the mark of a
        page's own prompt back. That mark comes when bash reads single keys: what is typed earlier passes
        through the terminal's line buffer, which loses some of a very long line. The codes are spelled out
        by bash and printf, so that this line, echoed, is no mark.
        """
        mark = rf"\e]133;{self._word};"
        prompt = f"""[[ ${{PS1-}} == *"{self._word}"* ]] || PS1="${{PS1-}}{mark}B\\a\""""
        commands = (
            "stty -echo",
            "bind 'set enable-bracketed-paste off'",
            "bind 'set disable-completion on'",
            "set +o history +o histexpand",
            "unset HISTFILE",
            f"PS0='{mark}C\\a' PS1= PS2='{mark}P\\a'",
            f"""PROMPT_COMMAND[99]='printf "{mark}R;%s;%s;%s\\a" "$?" "$$" "$PWD" >/dev/tty; {prompt}'""",
        )
        return "; ".join(commands) + "\r"

    def run(self, lines: Sequence[str], timeout: float) -> Iterator[Ran]:
        """Type `lines` and yield each complete command when it has ended.

        Blank lines and comments between commands are not typed. After a command that did not end by
        itself the rest is not typed.

        Args:
            lines: What a reader would type, without line ends.
            timeout: Seconds for all of them.
        """
        deadline = time.monotonic() + timeout
        at = 0
        while at < len(lines) and self.alive:
            if not lines[at].strip() or lines[at].lstrip().startswith("#"):
                at += 1
                continue
            ran = self._command(lines, at, deadline)
            yield ran
            if ran.ending not in (Ending.ENDED, Ending.REFUSED):
                return
            at = ran.last + 1

    def _command(self, lines: Sequence[str], first: int, deadline: float) -> Ran:
        """Type lines from `first` on until bash has a complete command and that has ended."""
        began = time.monotonic()
        output = Output()
        at = first
        started = False

        def ran(ending: Ending, status: int | None = None) -> Ran:
            return Ran(first, at, ending, status, output.value(), output.dropped, time.monotonic() - began)

        try:
            self._channel.send(lines[at].encode() + b"\r")
            while True:
                mark = self._next_mark(deadline, output)
                if mark is None:
                    ending = Ending.WAITING if time.monotonic() < deadline else Ending.TIMEOUT
                    self._interrupt(output)
                    return ran(ending)
                if mark.kind == "C":
                    started = True
                    output.clear()
                elif mark.kind == "P":
                    output.clear()
                    if at + 1 == len(lines):
                        self._interrupt(output)
                        return ran(Ending.UNFINISHED)
                    at += 1
                    self._channel.send(lines[at].encode() + b"\r")
                elif mark.kind == "R":
                    refused = not started and mark.status  # nothing ran, and yet there is a status
                    return ran(Ending.REFUSED if refused else Ending.ENDED, mark.status)
        except EOFError:
            self.alive = False
            return ran(Ending.DIED)

    def _interrupt(self, output: Output) -> None:
        """Bring the prompt back: Ctrl-C, and when that is ignored SIGKILL. Else the terminal is dead.

        Ctrl-C is pressed several times: bash can miss one that comes just as it prints a prompt.

        Raises:
            EOFError: The shell ended instead.
        """
        for _ in range(_PRESSES):
            self._channel.send(b"\x03")
            if self._ready_within(_PATIENCE / _PRESSES, output):
                return
        self._channel.kill_foreground(self._shell)
        self.alive = self._ready_within(_PATIENCE, output)

    def _ready_within(self, seconds: float, output: Output) -> bool:
        deadline = time.monotonic() + seconds
        while mark := self._next_mark(deadline, output):
            if mark.kind == "R":
                return True
        return False

    def _next_mark(self, deadline: float, output: Output) -> _Mark | None:
        """Collect into `output` until the next mark.

        None when none came before the deadline, or when none can come: nothing was printed for a while
        and the program in the foreground reads single keys.
        """

        def collect(length: int) -> None:
            data = bytes(self._pending[:length])
            del self._pending[:length]
            output.add(data)

        while True:
            if found := self._pattern.search(self._pending):
                (begin, end), fields = found.span(), found.groups()  # before the bytes below it move
                collect(begin)
                del self._pending[: end - begin]
                mark = self._understood(*fields)
                if mark.kind == "R":
                    self._next_mark(time.monotonic() + _PATIENCE, Output())  # B, or a prompt without it
                return mark
            collect(self._certain())
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            received = self._channel.receive(min(remaining, _QUIET))
            if not received and remaining > _QUIET and self._channel.reads_keys(self._shell):
                return None
            self._pending += received

    def _certain(self) -> int:
        """How many pending bytes cannot belong to a mark that is still arriving."""
        escape = self._pending.rfind(b"\x1b]133;")
        if escape < 0:
            escape = self._pending.rfind(b"\x1b", -6)
        return len(self._pending) if escape < 0 or len(self._pending) - escape > 5000 else escape

    def _understood(self, simple: bytes | None, status: bytes, shell: bytes, folder: bytes) -> _Mark:
        if simple:
            return _Mark(simple.decode())
        self._shell, self.folder = int(shell), folder.decode(errors="surrogateescape")
        return _Mark("R", int(status))

    def close(self) -> None:
        """Hang up; what still runs in the terminal gets SIGHUP."""
        self.alive = False
        self._channel.close()
