"""Transcripts typed into a real shell of this machine: what is typed, how each command ends, what it shows."""

from __future__ import annotations

import shutil
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import EllipsisType

import pytest
from local_channel import LocalChannel

from banc.terminals import screen, terminal
from banc.terminals.channel import HEAD, TAIL
from banc.terminals.terminal import SHELL, Ending, Ran, Stay, Terminal

ENDED, REFUSED, UNFINISHED = Ending.ENDED, Ending.REFUSED, Ending.UNFINISHED
TIMEOUT, WAITING, DIED, STAYS = Ending.TIMEOUT, Ending.WAITING, Ending.DIED, Ending.STAYS


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(LocalChannel(SHELL, tmp_path))
    yield opened
    opened.close()


def typed(shell: Terminal, text: str, timeout: float = 10) -> list[Ran]:
    return list(shell.run(dedent(text).strip("\n").split("\n"), timeout))


TRANSCRIPTS: dict[str, tuple[str, list[tuple[Ending, int | None, str | EllipsisType]]]] = {
    "a command": ("echo hi", [(ENDED, 0, "hi")]),
    "two commands": ("echo one\necho two", [(ENDED, 0, "one"), (ENDED, 0, "two")]),
    "a failing line in the middle": (
        "echo a\nls /nowhere 2>/dev/null\necho b",
        [(ENDED, 0, "a"), (ENDED, 2, ""), (ENDED, 0, "b")],
    ),
    "cd lasts": ("mkdir d\ncd d\nbasename $PWD", [(ENDED, 0, ""), (ENDED, 0, ""), (ENDED, 0, "d")]),
    "export lasts": ("export A=1\nbash -c 'echo $A'", [(ENDED, 0, ""), (ENDED, 0, "1")]),
    "a function": ("f() {\n  echo in $1\n}\nf x", [(ENDED, 0, ""), (ENDED, 0, "in x")]),
    "here-document": ("cat <<EOF\n<h1>$((1+1))</h1>\n\n\tx\nEOF", [(ENDED, 0, "<h1>2</h1>\n\n\tx")]),
    "quoted here-document": ("cat <<'EOF'\n$HOME `x` \\\nEOF\necho y", [(ENDED, 0, "$HOME `x` \\"), (ENDED, 0, "y")]),
    "history is not expanded": ('echo "x!y"', [(ENDED, 0, "x!y")]),
    "a continued line": ("echo a \\\n  b \\\n  c", [(ENDED, 0, "a b c")]),
    "a quote over two lines": ("echo 'a\nb'", [(ENDED, 0, "a\nb")]),
    "if": ("if false\nthen echo x\nelse echo y\nfi", [(ENDED, 0, "y")]),
    "a loop": ("for i in 1 2\ndo\n  echo $i\ndone", [(ENDED, 0, "1\n2")]),
    "and": ("true && false", [(ENDED, 1, "")]),
    "or": ("false || echo saved", [(ENDED, 0, "saved")]),
    "not": ("! false", [(ENDED, 0, "")]),
    "a pipe is judged by its end": ("false | true", [(ENDED, 0, "")]),
    "a line is judged by its end": ("false; echo $?", [(ENDED, 0, "1")]),
    "the status of the line before": ("sh -c 'exit 7'\necho $?", [(ENDED, 7, ""), (ENDED, 0, "7")]),
    "comments and blank lines are not commands": ("# nothing\n\nfalse\n# more\n", [(ENDED, 1, "")]),
    "a background job": ("sleep 0.05 &\nwait $!", [(ENDED, 0, ...), (ENDED, 0, ...)]),
    "a prompt changed": ("PS1='> '\necho a", [(ENDED, 0, ""), (ENDED, 0, "a")]),
    "PROMPT_COMMAND assigned": (
        "PROMPT_COMMAND=true\nfalse\necho a",
        [(ENDED, 0, ""), (ENDED, 1, ""), (ENDED, 0, "a")],
    ),
    "output sent elsewhere": (
        "exec 3>&1 >f\necho x\nexec >&3\ncat f",
        [(ENDED, 0, ""), (ENDED, 0, ""), (ENDED, 0, ""), (ENDED, 0, "x")],
    ),
    "no newline at the end": ("printf abc\necho d", [(ENDED, 0, "abc"), (ENDED, 0, "d")]),
    "accents and emoji": ("echo « déjà » 🐳", [(ENDED, 0, "« déjà » 🐳")]),
    "binary output": (r"printf '\xff\x00\x1b]133;R\x07\x01z'", [(ENDED, 0, "\ufffd\ufffd\ufffdz")]),
    "errors are output": ("echo oops >&2", [(ENDED, 0, "oops")]),
    "a redirection from nothing": ("cat <nom", [(ENDED, 1, "bash: nom: No such file or directory")]),
    "a syntax error": ("echo x | | cat\necho y", [(REFUSED, 2, ...), (ENDED, 0, "y")]),
    "an open quote": ("echo a\necho 'b", [(ENDED, 0, "a"), (UNFINISHED, None, ...)]),
    "an open here-document": ("cat <<EOF\nx", [(UNFINISHED, None, ...)]),
    "the shell exits": ("echo a\nexit 3\necho b", [(ENDED, 0, "a"), (DIED, None, "exit")]),
    "the shell is left by set -e": ("set -e\nfalse\necho b", [(ENDED, 0, ""), (DIED, None, "")]),
    "a tab is not completed": ("echo '\t\t'x", [(ENDED, 0, "\t\tx")]),
    "a line of 20,000 characters": ("echo " + "x" * 20_000 + " | wc -c", [(ENDED, 0, "20001")]),
}


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_transcript(shell: Terminal, name: str) -> None:
    text, expected = TRANSCRIPTS[name]
    rans = typed(shell, text)
    assert [(ran.ending, ran.status) for ran in rans] == [(ending, status) for ending, status, _ in expected]
    for ran, (_, _, shown) in zip(rans, expected, strict=True):
        if shown is not ...:
            assert screen.text(ran.output) == shown


def test_each_command_has_its_lines(shell: Terminal) -> None:
    rans = typed(shell, "echo a\n\n# b\nif true\nthen echo c\nfi\necho d")
    assert [(ran.first, ran.last) for ran in rans] == [(0, 0), (3, 5), (6, 6)]


def test_the_folder_follows_cd(shell: Terminal, tmp_path: Path) -> None:
    assert shell.folder == str(tmp_path)
    typed(shell, "mkdir 'a b;é' && cd 'a b;é'")
    assert shell.folder == str(tmp_path / "a b;é")


def test_an_endless_command_is_interrupted_and_the_page_goes_on(shell: Terminal) -> None:
    endless, *rest = typed(shell, "echo x; sleep 100\necho not typed", timeout=0.3)
    assert (endless.ending, screen.text(endless.output), rest) == (TIMEOUT, "x", [])
    assert [ran.status for ran in typed(shell, "echo on")] == [0]


def test_a_command_that_ignores_ctrl_c_is_killed(shell: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_PATIENCE", 0.3)
    (stubborn,) = typed(shell, "bash -c 'trap \"\" INT; sleep 100'", timeout=0.3)
    assert stubborn.ending is TIMEOUT
    assert [ran.status for ran in typed(shell, "echo on")] == [0]


def test_a_question_nobody_answers_is_interrupted(shell: Terminal) -> None:
    (question,) = typed(shell, "read -p 'name? ' name", timeout=0.3)
    assert (question.ending, screen.text(question.output)) == (TIMEOUT, "name?")
    assert [ran.status for ran in typed(shell, "echo on")] == [0]


def test_an_interactive_program_is_found_before_its_time_is_up(
    shell: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_QUIET", 0.2)
    (program,) = typed(shell, "stty raw; sleep 1000; stty sane", timeout=500)
    assert program.ending is WAITING


def test_a_program_that_is_silent_for_long_is_looked_at_ever_less_often(
    shell: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def look(_: LocalChannel, process: int) -> bool:
        looks.append(process)
        return False

    monkeypatch.setattr(terminal, "_QUIET", 0.1)
    monkeypatch.setattr(terminal, "_SLICE", 0.002)
    monkeypatch.setattr(LocalChannel, "reads_keys", look)
    assert seen(typed(shell, "sleep 2; echo done")) == [(ENDED, 0, "done")]
    assert 1 < len(looks) < 20  # of a hundred moments


def test_a_command_that_ends_while_its_keys_are_looked_at_is_not_interactive(
    shell: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = LocalChannel.reads_keys

    def look_slowly(channel: LocalChannel, process: int) -> bool:
        time.sleep(1)
        return look(channel, process)

    monkeypatch.setattr(terminal, "_QUIET", 0.2)
    monkeypatch.setattr(LocalChannel, "reads_keys", look_slowly)
    assert seen(typed(shell, "sleep 1.5; echo done")) == [(ENDED, 0, "done")]


def test_a_shell_replaced_by_another_program_is_dead(shell: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_PATIENCE", 0.2)
    (replaced,) = typed(shell, "exec sleep 100", timeout=0.2)
    assert replaced.ending in (TIMEOUT, DIED)
    assert not shell.alive
    assert typed(shell, "echo never") == []


def test_long_output_keeps_its_head_and_its_tail(shell: Terminal) -> None:
    (long,) = typed(shell, "seq 1 400000", timeout=600)
    text = screen.text(long.output)
    assert long.dropped > 0
    assert len(long.output) < HEAD + TAIL + 100
    assert text.startswith("1\n2\n")
    assert text.endswith("\n400000")
    assert f"[… {long.dropped} bytes left out …]" in text


def test_a_program_that_is_no_shell_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(EOFError):
        Terminal(LocalChannel([shutil.which("true") or "true"], tmp_path))


# --- programs in the foreground --------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs without a prompt count as opened sooner."""
    monkeypatch.setattr(terminal, "_OPENED", 0.4)
    monkeypatch.setattr(terminal, "_SETTLED", 0.4)


def opened(shell: Terminal, text: str, name: str) -> Ran:
    *_, last = shell.run(text.split("\n"), 20, Stay(name))
    return last


def seen(rans: list[Ran]) -> list[tuple[Ending, int | None, str]]:
    return [(ran.ending, ran.status, screen.text(ran.output)) for ran in rans]


def test_lines_typed_in_a_shell_are_judged_one_by_one(shell: Terminal) -> None:
    assert opened(shell, "sh", "inner").ending is STAYS
    assert shell.foreground == ["inner"]
    assert seen(typed(shell, "echo hi\nfalse\nfor i in 1 2\ndo echo $i\ndone\ncat <<E\nx\nE\ncd /\npwd")) == [
        (ENDED, 0, "hi"),
        (ENDED, 1, ""),
        (ENDED, 0, "1\n2"),
        (ENDED, 0, "x"),
        (ENDED, 0, ""),
        (ENDED, 0, "/"),
    ]
    assert seen(typed(shell, "echo 'open"))[0][0] is UNFINISHED
    assert seen(typed(shell, "exit 3")) == [(ENDED, 3, "")]
    assert shell.foreground == []


def test_shells_in_shells(shell: Terminal) -> None:
    opened(shell, "sh", "one")
    opened(shell, "bash --norc", "two")
    assert shell.foreground == ["one", "two"]
    long = "x" * 150  # longer than the terminal is wide
    assert seen(typed(shell, f"ls /nowhere 2>/dev/null\necho {long}")) == [
        (ENDED, 2, ""),
        (ENDED, 0, f"{long[:100]}\n{long[100:]}"),
    ]
    assert typed(shell, "exit 4")[0].status == 4
    assert shell.foreground == ["one"]
    assert seen(typed(shell, "echo still")) == [(ENDED, 0, "still")]


def test_a_shell_left_and_entered_again_says_each_status_once(shell: Terminal) -> None:
    shell_of_its_own = "bash --norc"
    opened(shell, shell_of_its_own, "a")
    opened(shell, "PS1=$PS1 sh", "b")
    assert seen(typed(shell, "false")) == [(ENDED, 1, "")]


def test_lines_behind_the_one_that_leaves_are_not_typed(shell: Terminal) -> None:
    opened(shell, "sh", "inner")
    assert [ran.ending for ran in typed(shell, "exit\necho never")] == [Ending.CLOSED]
    assert seen(typed(shell, "echo outside")) == [(ENDED, 0, "outside")]


@pytest.mark.parametrize(
    ("output", "typed", "rest"),
    [
        (b"ls /\r\nbin\r\n", "ls /", b"bin\r\n"),
        (b"\x1b[6necho aa\r\r\nbb cc\r\nout\r\n", "echo aabb cc", b"out\r\n"),  # folded
        (b"\x1b[?2004l\r\r\nout\r\n", "ls", b"out\r\n"),  # read without an echo
        (b"out\r\n", "ls", b"out\r\n"),
        (b"echo\r\nx\r\n", "echo echo; echo x", b"echo\r\nx\r\n"),
        (b"no line end", "x", b"no line end"),
    ],
)
def test_an_echo_is_no_output(output: bytes, typed: str, rest: bytes) -> None:
    assert terminal._without_echo(output, typed) == rest


@pytest.mark.usefixtures("quick")
def test_a_program_that_is_no_shell(shell: Terminal) -> None:
    opened(shell, "seq 100 >n; more n", "more")
    pressed = shell.press([b" "], 100, lambda output: b"%" in output.partition(b"78")[2])
    assert "78\n--More--(" in screen.text(pressed.output)
    assert (shell.press([b"q"], 100).ending, shell.foreground) == (ENDED, [])


@pytest.mark.usefixtures("quick")
def test_a_program_that_paints_the_screen_is_seen_whole(shell: Terminal) -> None:
    paints = (
        r"printf '\e[?1049h\e[2J\e[1;1Hone\e[2;1Htwo'; read -sn 1; printf '\e[2;1H2'; read -sn 1; "
        r"printf '\e[?1049lbye\n'"
    )
    assert screen.text(opened(shell, paints, "painter").output) == "one\ntwo"
    assert screen.text(shell.press([b"x"], 10).output) == "one\n2wo"
    assert screen.text(shell.press([b"x"], 10).output) == "bye"
    assert seen(typed(shell, "echo on")) == [(ENDED, 0, "on")]


@pytest.mark.usefixtures("quick")
def test_a_question_is_answered(shell: Terminal) -> None:
    opened(shell, "read -p 'name? ' name", "question")
    assert seen(typed(shell, "Ada")) == [(ENDED, 0, "")]
    assert seen(typed(shell, "echo $name")) == [(ENDED, 0, "Ada")]


@pytest.mark.usefixtures("quick")
def test_an_interpreter_is_typed_in(shell: Terminal) -> None:
    stay = Stay("py", lambda output: output.endswith(b">>> "))
    list(shell.run([f"PYTHON_BASIC_REPL=1 {sys.executable} -q"], 20, stay))  # the other one paints its prompt
    (answer,) = typed(shell, "print(6 * 7)")
    assert (answer.ending, screen.text(answer.output)) == (STAYS, "42\n>>>")
    assert typed(shell, "exit()")[0].ending is ENDED


def test_a_server_prints_on_while_the_page_is_elsewhere(shell: Terminal) -> None:
    stay = Stay("", lambda output: b"tick" in output)
    list(shell.run(["while sleep 0.05; do echo tick; done"], 20, stay))
    assert not shell.is_free_within(2)
    pressed = shell.press([b"\x03"], 100)
    assert (pressed.ending, pressed.status) == (ENDED, 130)
    assert screen.text(pressed.output).count("tick") > 3


def test_a_server_that_ends_before_it_is_ready(shell: Terminal) -> None:
    (ran,) = shell.run(["sh -c 'exit 9'"], 20, Stay("", lambda _: False))
    assert (ran.ending, ran.status, shell.foreground) == (ENDED, 9, [])


def test_a_server_that_is_never_ready_is_ended(shell: Terminal) -> None:
    (ran,) = shell.run(["sleep 100"], 0.5, Stay("", lambda _: False))
    assert (ran.ending, shell.foreground) == (TIMEOUT, [])
    assert seen(typed(shell, "echo on")) == [(ENDED, 0, "on")]


def test_a_program_that_must_end_of_its_keys(shell: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_PATIENCE", 0.3)
    list(shell.run(["bash -c 'trap \"\" INT; echo up; sleep 100'"], 20, Stay("", lambda output: b"up" in output)))
    assert shell.press([b"\x03"], 0.5, ends=True).ending is TIMEOUT
    assert shell.foreground == []


def test_a_command_in_a_shell_is_interrupted_and_the_shell_stays(shell: Terminal) -> None:
    opened(shell, "sh", "inner")
    list(shell.run(["sleep 100"], 10, Stay("", lambda _: True)))
    assert shell.foreground == ["inner", ""]
    assert shell.press([b"\x03"], 10).status == 130
    assert shell.foreground == ["inner"]


def test_a_terminal_is_freed_whatever_runs_in_it(shell: Terminal) -> None:
    opened(shell, "sh", "inner")
    shell.stop()
    assert (shell.foreground, shell.alive) == ([], True)
    assert seen(typed(shell, "echo on")) == [(ENDED, 0, "on")]


def test_a_shell_that_dies_as_its_program_is_looked_at(shell: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise EOFError

    opened(shell, "sh", "inner")
    monkeypatch.setattr(shell, "_teach", dies)
    assert [ran.ending for ran in typed(shell, "echo a")] == [DIED]
    assert not shell.alive


def test_the_window_has_a_known_size(shell: Terminal) -> None:
    assert seen(typed(shell, "stty size")) == [(ENDED, 0, f"{screen.ROWS} {screen.COLUMNS}")]


def test_a_hundred_megabytes(shell: Terminal) -> None:
    tracemalloc.start()
    (long,) = typed(shell, "yes 'a long line' | head -c 100000000; echo; echo end", timeout=900)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert long.ending is ENDED
    assert long.dropped > 95_000_000
    assert screen.text(long.output).endswith("\nend")
    assert peak < 20_000_000
