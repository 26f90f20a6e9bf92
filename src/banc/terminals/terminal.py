"""One PTY shell: type a command, wait until it has ended, know its status and what it printed.

The shell itself says where it stands, with terminal marks in the style of shell integration (OSC 133,
https://gitlab.freedesktop.org/Per_Bothner/specifications/blob/master/proposals/semantic-prompts.md):
before a command runs, when a command wants more lines, when it has ended and with what. The marks carry
a random word, so that no output can be taken for one, and the shell writes them to the terminal and not
to its output, so that ``exec >file`` does not hide them.

A program that stays in the foreground (a server, a shell in a container, a pager) is known when the page
names it. Where it is a shell, it is taught the same marks through its prompt, so that commands typed in it
are judged like any other.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from banc.terminals.channel import HEAD, Channel, Output

SHELL = ("bash", "--noprofile", "--norc")
"""The program a channel is opened with. Bash 5.1 or newer: ``PROMPT_COMMAND`` as an array."""

_PATIENCE = 3.0  # seconds that Ctrl-C, and then SIGKILL, are given to bring the prompt back
_PRESSES = 3
_QUIET = 20.0  # seconds without output after which a program that reads keys counts as interactive
_SPARING = 0.25  # of the silence so far: how long not to look again, since a look costs a process in the lab
_START = 30.0  # seconds that a shell is given to say that it is ready
_SETTLED = 1.0  # seconds without output after which a program has done what it was told
_OPENED = 3.0  # the same for one that was just started, and shows no prompt
_PROMPTED = 0.15  # the same for one that shows a prompt
_SLICE = 0.1  # seconds between two looks at a program that is to become ready
_BETWEEN_KEYS = 0.05  # seconds: programs read a burst of keys as pasted text
_INTERRUPT = b"\x03"  # Ctrl-C


class Ending(StrEnum):
    """How a typed command came to its end."""

    ENDED = "ended"  # the prompt is back; the status is known
    STAYS = "stays"  # is in the foreground and ready, as the page wants it
    REFUSED = "refused"  # bash could not parse it
    UNFINISHED = "unfinished"  # bash still waited for more lines
    WAITING = "waiting"  # an interactive program that waited for keys; was ended
    CLOSED = "closed"  # it ended the program it was typed in, for which more lines follow
    TIMEOUT = "timeout"  # was interrupted, or killed, when its time was up
    DIED = "died"  # the shell itself ended


@dataclass(frozen=True, slots=True)
class Ran:
    """One complete command as bash delimits them, typed and ended; or keys that were pressed."""

    first: int  # index of its first line among the lines given
    last: int
    ending: Ending
    status: int | None  # what ``$?`` was; None when it was not reached
    output: bytes  # as printed, control sequences included; the middle of a long one left out
    dropped: int  # bytes left out of it
    seconds: float


@dataclass(frozen=True, slots=True)
class Stay:
    """The last command is to stay in the foreground, under a name that the page gives it.

    `ready` is asked, with what the program printed so far, whether it is what the page waits for; None:
    when it shows a prompt, or prints no more.
    """

    name: str = ""
    ready: Callable[[bytes], bool] | None = None


@dataclass(slots=True)
class _Program:
    """What runs in the foreground of a shell."""

    name: str
    is_shell: bool = False  # that says where it stands


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str  # C: a command starts, P: more lines are wanted, R: it has ended, B: the prompt is there
    status: int = 0
    level: int = 0  # of the shell that says R: 0 is the terminal's own, 1 one opened in it …


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
        word = self._word.encode()
        kinds = rb"(?:([BCP])|N;(\d+);(\d+)|R;(\d+);(\d+);([^\x07]*))"
        self._pattern = re.compile(rb"(?:\\\[)?\x1b\]133;%b;%b\x07(?:\\\])?" % (word, kinds))
        self._pending = bytearray()
        self._hear()
        self._meanwhile = Output()  # what a program in the foreground printed while the page was elsewhere
        self._programs: list[_Program] = []
        self._canvas = b""  # what a program that paints the whole screen has painted so far
        self.alive = True
        self.folder = "/"
        self.meanwhile: Callable[[], None] = lambda: None
        """Called about once a second while a command runs: for other terminals to be listened to."""
        self._shell = 0
        channel.send(self._initialisation().encode())
        if not self._ready_within(_START, Output()):
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

    def _teaching(self, level: int) -> str:
        r"""The line that makes any POSIX shell say in its prompt where it stands.

        The prompt's ``$?`` is expanded each time. A shell that was left and is entered again has its marks
        already. printf makes the characters, since not every shell knows ``\e`` in a prompt, and this line,
        echoed, is no mark. ``\[`` and ``\]`` tell bash and busybox what in a prompt is not to be seen; what other
        shells print of them counts as the mark's.
        """
        mark = rf"\033]133;{self._word};"
        ended, there, more = (rf"\[$(printf '{mark}{text}\007')\]" for text in (rf"N;{level};\044?", "B", "P"))
        told = f'PS1="{ended}$PS1{there}" PS2="{more}"'
        return f' case "$PS1" in *"{self._word};N;{level};"*) ;; *) {told};; esac\r'

    # --- state -------------------------------------------------------------------------------------------

    @property
    def foreground(self) -> Sequence[str]:
        """The names of the programs in the foreground, each started in the one before."""
        return [program.name for program in self._programs]

    def is_free_within(self, seconds: float) -> bool:
        """Tell whether no program is in the foreground, after some time at most."""
        deadline = time.monotonic() + seconds
        while self._programs and self.alive and time.monotonic() < deadline:
            self._listen(_SLICE)
        return not self._programs

    def listen(self) -> None:
        """Take in what a program in the foreground has printed meanwhile, so that it never has to wait."""
        while self._programs and self.alive and self._listen(0):
            pass

    def _listen(self, seconds: float) -> bool:
        """Take in what comes next; tell whether anything did."""
        before = self._meanwhile.seen
        try:
            mark = self._next(seconds, self._meanwhile)
        except EOFError:
            self.alive = False
            return False
        return mark is not None or self._meanwhile.seen > before

    # --- typing ------------------------------------------------------------------------------------------

    def run(self, lines: Sequence[str], timeout: float, stay: Stay | None = None) -> Iterator[Ran]:
        """Type `lines` and yield each complete command when it has ended.

        Blank lines and comments between commands are not typed. After a command that did not end by
        itself the rest is not typed.

        Args:
            lines: What a reader would type, without line ends.
            timeout: Seconds for all of them.
            stay: The last command is to stay in the foreground.
        """
        deadline = time.monotonic() + timeout
        depth = len(self._programs)
        at = 0
        while at < len(lines) and self.alive:
            if not _is_typed(lines[at]):
                at += 1
                continue
            ran = self._command(lines, at, deadline, stay)
            at = ran.last + 1
            if len(self._programs) < depth and any(map(_is_typed, lines[at:])):
                ran = replace(ran, ending=Ending.CLOSED)
            yield ran
            if ran.ending not in (Ending.ENDED, Ending.REFUSED, Ending.STAYS):
                return

    def _command(self, lines: Sequence[str], first: int, deadline: float, stay: Stay | None) -> Ran:
        """Type lines from `first` on until the shell has a complete command and that has ended."""
        began = time.monotonic()
        output = self._meanwhile
        self._meanwhile = Output()
        at = first
        started = waits = False
        level = len(self._programs)
        within: _Program | None = None

        def ran(ending: Ending, status: int | None = None) -> Ran:
            kept = self._painted(_without_echo(output.value(), lines[at]) if within else output.value())
            return Ran(first, at, ending, status, kept, output.dropped, time.monotonic() - began)

        def is_last() -> bool:
            return not any(map(_is_typed, lines[at + 1 :]))

        try:
            within = self._within(output, deadline)
            output.clear()
            self._type(lines[at])
            while True:
                if stay and is_last() and (started or within):
                    return ran(*self._staying(stay, deadline, output))
                if within and not within.is_shell:
                    return ran(*self._settling(None, _SETTLED, min(deadline, time.monotonic() + _QUIET), output))
                mark = self._next(min(_SLICE * 10, max(0.0, deadline - time.monotonic())), output)
                if mark is None:
                    self.meanwhile()
                    if time.monotonic() >= deadline:
                        self._interrupt(output)
                        return ran(Ending.TIMEOUT)
                    waited, waits = waits, level == 0 and self._waits_for_keys()
                    if waited and waits:  # once is not enough: the prompt, too, reads keys, and may just have come
                        self._interrupt(output)
                        return ran(Ending.WAITING)
                elif mark.kind == "C":
                    started = True
                    output.clear()
                elif mark.kind == "P":
                    output.clear()
                    if at + 1 == len(lines):
                        self._interrupt(output)
                        return ran(Ending.UNFINISHED)
                    at += 1
                    self._type(lines[at])
                elif mark.kind == "R":
                    refused = not started and not within and mark.status  # nothing ran, and yet there is a status
                    return ran(Ending.REFUSED if refused else Ending.ENDED, mark.status)
        except EOFError:
            self.alive = False
            return ran(Ending.DIED)

    def _hear(self) -> None:
        """Something was printed, or typed, just now."""
        self._heard = time.monotonic()
        self._look = self._heard + _QUIET  # when to see next whether keys are waited for

    def _type(self, line: str) -> None:
        self._hear()
        self._channel.send(line.encode() + b"\r")

    def _waits_for_keys(self) -> bool:
        now = time.monotonic()
        if now < self._look:
            return False
        if self._channel.reads_keys(self._shell):
            return True
        self._look = time.monotonic() + _SPARING * (now - self._heard)
        return False

    def _interrupt(self, output: Output) -> None:
        """Bring the prompt back: Ctrl-C, and when that is ignored SIGKILL. Else the terminal is dead.

        Ctrl-C is pressed several times: bash can miss one that comes just as it prints a prompt.

        Raises:
            EOFError: The shell ended instead.
        """
        for _ in range(_PRESSES):
            self._channel.send(_INTERRUPT)
            if self._ready_within(_PATIENCE / _PRESSES, output):
                self._calm()
                return
        self._channel.kill_foreground(self._shell)
        self.alive = self._ready_within(_PATIENCE, output)
        self._calm()

    def _calm(self) -> None:
        """Let what Ctrl-C still brings about pass: pressed at a prompt, it makes another one."""
        while self.alive and self._next(_SLICE, Output()):
            pass

    def _ready_within(self, seconds: float, output: Output) -> bool:
        """Wait for any shell's prompt."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            mark = self._next(left, output)
            if mark and mark.kind == "R":
                return True
        return False

    # --- programs in the foreground ----------------------------------------------------------------------

    def press(
        self, keys: Sequence[bytes], timeout: float, ready: Callable[[bytes], bool] | None = None, ends: bool = False
    ) -> Ran:
        """Press keys in the program that is in the foreground, and see what comes of it.

        Args:
            keys: What each key sends.
            timeout: Seconds until the program must have ended, or settled.
            ready: Tells, from what was printed, that it has done what was asked; None: it prints no more. Where Ctrl-C
                is among the keys it is waited for before they are pressed: afterwards nothing may come any more.
            ends: The program must end of it.
        """
        began = time.monotonic()
        output = self._meanwhile
        self._meanwhile = Output()
        if self._programs and self._programs[-1].is_shell:
            output.clear()  # its prompt
        ending, status = Ending.DIED, None
        try:
            ending = Ending.STAYS
            if ready and _INTERRUPT in keys:
                ending, status = self._settling(ready, timeout, began + timeout, output)
                ready = None
            if ending is Ending.STAYS:
                self._press(keys)
                ending, status = self._settling(ready, timeout if ends else _SETTLED, began + timeout, output)
            if ending is Ending.TIMEOUT or (ends and ending is Ending.STAYS):
                ending = Ending.TIMEOUT
                self._interrupt(output)
        except EOFError:
            self.alive = False
        return Ran(0, 0, ending, status, self._painted(output.value()), output.dropped, time.monotonic() - began)

    def _press(self, keys: Sequence[bytes]) -> None:
        for key in keys:
            self._hear()
            self._channel.send(key)
            time.sleep(_BETWEEN_KEYS)

    def stop(self) -> None:
        """End whatever is in the foreground, so that the terminal can be used again."""
        deadline = time.monotonic() + _START
        try:
            while self._programs and self.alive and time.monotonic() < deadline:
                self._channel.send(_INTERRUPT)
                if not self.is_free_within(_PATIENCE / _PRESSES):
                    self._channel.kill_foreground(self._shell)
            self._calm()
        except EOFError:
            self.alive = False

    def _staying(self, stay: Stay, deadline: float, output: Output) -> tuple[Ending, int | None]:
        """Wait until the last command is ready in the foreground."""
        program = _Program(stay.name)
        self._programs.append(program)
        ending, status = self._settling(stay.ready, _OPENED, deadline, output)
        if ending is Ending.STAYS and stay.name and program in self._programs:
            self._show_prompt(deadline, output)
            self._teach(program, deadline, output)
        elif ending is Ending.TIMEOUT:
            self._interrupt(output)
        return ending, status

    def _settling(
        self, ready: Callable[[bytes], bool] | None, quiet: float, deadline: float, output: Output
    ) -> tuple[Ending, int | None]:
        """Wait for a program in the foreground: that it ends, that it is ready, or that it prints no more."""
        level = len(self._programs)
        while time.monotonic() < deadline:
            mark = self._next(_SLICE, output)
            if mark and mark.kind == "R" and mark.level < level:
                return Ending.ENDED, mark.status
            since = time.monotonic() - self._heard
            if ready:
                if ready(output.value()):
                    return Ending.STAYS, None
            elif since >= quiet or (since >= _PROMPTED and _shows_prompt(output)):
                return Ending.STAYS, None
        return Ending.TIMEOUT, None

    def _painted(self, output: bytes) -> bytes:
        """The output; of a program that paints the whole screen, all that it painted, since it redraws only parts."""
        whole = self._canvas + output
        begin, end = whole.rfind(_PAINTS), whole.rfind(_PAINTS_NO_MORE)
        self._canvas = whole[begin:][-HEAD:] if begin > end else b""
        if begin > end:
            return whole[begin:]
        return whole[end + len(_PAINTS_NO_MORE) :] if end >= 0 else output

    def _show_prompt(self, deadline: float, output: Output) -> None:
        """Press Enter where nothing is to be seen at all, as one does after `docker attach`."""
        if output.seen or not self._channel.reads_keys(self._shell):
            return
        self._channel.send(b"\r")
        limit = min(deadline, time.monotonic() + _START / 3)
        while time.monotonic() < limit and not _shows_prompt(output):
            self._next(_SLICE, output)

    def _teach(self, program: _Program, deadline: float, output: Output) -> None:
        """Make a program that shows a shell's prompt say where it stands."""
        if program.is_shell or not _shows_prompt(output):
            return
        level = self._programs.index(program) + 1
        self._channel.send(self._teaching(level).encode())
        ignored = Output()
        deadline = min(deadline, time.monotonic() + _START / 2)
        while time.monotonic() < deadline and program in self._programs:
            mark = self._next(_SLICE, ignored)
            if mark and mark.kind == "R" and mark.level == level:
                program.is_shell = True
                return

    def _within(self, output: Output, deadline: float) -> _Program | None:
        """The program that lines are typed in; None is the terminal's own shell. It may have come to a prompt late."""
        if not self._programs:
            return None
        self._teach(self._programs[-1], deadline, output)
        return self._programs[-1] if self._programs else None

    # --- marks -------------------------------------------------------------------------------------------

    def _next(self, seconds: float, output: Output) -> _Mark | None:
        """Collect into `output` until the next mark; None when none came within some seconds."""

        def collect(length: int) -> None:
            data = bytes(self._pending[:length])
            del self._pending[:length]
            output.add(data)

        deadline = time.monotonic() + seconds
        while True:
            if found := self._pattern.search(self._pending):
                (begin, end), fields = found.span(), found.groups()  # before the bytes below it move
                collect(begin)
                del self._pending[: end - begin]
                return self._understood(*fields)
            collect(self._certain())
            received = self._channel.receive(max(0.0, deadline - time.monotonic()))
            if received:
                self._hear()
                self._pending += received
            if time.monotonic() >= deadline and not self._pattern.search(self._pending):
                collect(self._certain())
                return None

    def _certain(self) -> int:
        """How many pending bytes cannot belong to a mark that is still arriving."""
        escape = self._pending.rfind(b"\x1b]133;")
        if escape < 0:
            escape = self._pending.rfind(b"\x1b", -6)
        return len(self._pending) if escape < 0 or len(self._pending) - escape > 5000 else escape

    def _understood(
        self,
        simple: bytes | None,
        level: bytes | None,
        nested: bytes,
        status: bytes,
        shell: bytes,
        folder: bytes,
    ) -> _Mark:
        if simple:
            return _Mark(simple.decode())
        if level:
            mark = _Mark("R", int(nested), int(level))
        else:
            self._shell, self.folder = int(shell), folder.decode(errors="surrogateescape")
            mark = _Mark("R", int(status))
        self._wait_for_prompt()
        del self._programs[mark.level :]
        return mark

    def _wait_for_prompt(self) -> None:
        """Wait for B, or for a prompt without it."""
        deadline = time.monotonic() + _PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            mark = self._next(left, Output())
            if mark and mark.kind == "B":
                return

    def close(self) -> None:
        """Hang up; what still runs in the terminal gets SIGHUP."""
        self.alive = False
        self._channel.close()


def _is_typed(line: str) -> bool:
    """Neither blank nor a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


_SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_PAINTS, _PAINTS_NO_MORE = b"\x1b[?1049h", b"\x1b[?1049l"  # to the other screen that terminals have, and back
_PASTED = b"\x1b[?2004l"  # what bash prints at the end of a line that it has read, without an echo too
_PROMPT = re.compile(rb"(?:^|[\r\n])[^\r\n]*[#$] $")


def _shows_prompt(output: Output) -> bool:
    """Tell whether the last thing printed looks like a shell's prompt."""
    return _PROMPT.search(_SEQUENCE.sub(b"", output.end(300))) is not None


def _without_echo(output: bytes, typed: str) -> bytes:
    """What came after the echo of a typed line, where the program, or the terminal for it, echoes.

    Long lines are folded, by each program in its own way.
    """
    wanted = b"".join(typed.encode().split())
    shown, rest = b"", output
    while b"\n" in rest:
        line, _, rest = rest.partition(b"\n")
        shown += b"".join(_SEQUENCE.sub(b"", line).split())
        if wanted in shown or (not shown and _PASTED in line):
            return rest
        if not (shown and wanted.startswith(shown)):
            break
    return output
