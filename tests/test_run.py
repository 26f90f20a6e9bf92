"""A plan run in a shell of this machine: what a block's outcome says, and in which order things happen."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from local_channel import LocalChannel
from local_lab import LocalLab

from banc.errors import BenchError
from banc.pages.blocks import Attributes, Block, read_page
from banc.pages.plan import Expected, Part, Plan, Problem, Python, Skip, Step, Type, Write, Wrong, plan
from banc.pages.site import CONFIGS, EXTENSIONS
from banc.results import Kind, Status
from banc.runs import run
from banc.runs.verdict import Failure
from banc.terminals.terminal import SHELL, Terminal


@pytest.fixture
def lab(tmp_path: Path) -> LocalLab:
    return LocalLab(tmp_path)


def block(line: int, code: str = "", *classes: str) -> Block:
    return Block(line, line, line + 1, "bash", "bash", Attributes(classes=frozenset(classes)), Kind.SHELL, code)


def typed(
    line: int, code: str, *classes: str, exit: int | None = 0, expected: str | None = None, timeout: float = 10.0
) -> Type:
    lines = tuple((line + 1 + number, text) for number, text in enumerate(code.splitlines()))
    wanted = None if expected is None else Expected(line + 100, tuple(expected.splitlines()))
    return Type(block(line, code, *classes), (Part(lines, wanted),), exit, timeout)


def no_python(step: Python) -> tuple[str, Failure | None]:
    raise AssertionError("no Python block here")


def outcomes(lab: LocalLab, *steps: Step) -> list[run.Outcome]:
    return list(run.execute(Plan(steps), lab, no_python))


def statuses(lab: LocalLab, *steps: Step) -> list[Status]:
    return [outcome.result.status for outcome in outcomes(lab, *steps)]


def failure(lab: LocalLab, step: Step) -> Failure:
    (outcome,) = outcomes(lab, step)
    assert outcome.failure is not None
    return outcome.failure


def test_a_block_that_passes(lab: LocalLab) -> None:
    (outcome,) = outcomes(lab, typed(1, "echo a\necho b", expected="a\nb"))
    assert outcome.failure is None
    assert (outcome.result.status, outcome.result.exit, outcome.result.output) == (Status.PASSED, 0, "a\nb")
    assert outcome.result.seconds > 0


def test_the_failing_command_is_named_with_its_own_line(lab: LocalLab) -> None:
    found = failure(lab, typed(10, "echo a\ncd /nowhere\necho b"))
    assert (found.line, found.command) == (12, "cd /nowhere")
    assert "status 1, expected 0" in found.headline
    assert "{exit=1}" in found.mend
    assert "No such file" in found.screen


def test_only_the_last_command_may_end_otherwise(lab: LocalLab) -> None:
    assert statuses(lab, typed(1, "true\nfalse", exit=1), typed(9, "false\nfalse", exit=1)) == ["passed", "failed"]
    assert statuses(lab, typed(1, "true", exit=1), typed(9, "sh -c 'exit 9'", exit=None)) == ["failed", "passed"]


def test_a_wrong_output_is_reported_at_the_expected_one(lab: LocalLab) -> None:
    found = failure(lab, typed(1, "echo got", expected="wanted"))
    assert found.line == 101
    assert "wanted" in found.diff
    assert "got" in found.diff


def test_later_failures_name_the_first(lab: LocalLab) -> None:
    first, second = outcomes(lab, typed(1, "false"), typed(5, "false"))
    assert first.failure is not None
    assert second.failure is not None
    assert first.failure.earlier == ""
    assert "block 1 (line 1)" in second.failure.earlier


def test_a_mistake_in_a_block_has_no_earlier_cause(lab: LocalLab) -> None:
    _, mistaken, failed = outcomes(lab, typed(1, "false"), Wrong(block(5), (Problem(5, "x"),)), typed(9, "false"))
    assert mistaken.failure is not None
    assert mistaken.failure.earlier == ""
    assert failed.failure is not None
    assert "block 1 (line 1)" in failed.failure.earlier


def test_files_are_written_where_the_terminal_is(lab: LocalLab) -> None:
    steps = (
        typed(1, "mkdir app\ncd app"),
        Write(block(5), "src/a.txt", "é\n"),
        typed(9, "cat src/a.txt", expected="é"),
    )
    assert statuses(lab, *steps) == ["passed"] * 3
    assert (lab.home / "app/src/a.txt").read_bytes() == "é\n".encode()


def test_a_dead_terminal_leaves_the_rest_not_reached_but_the_teardown(lab: LocalLab) -> None:
    steps = (typed(1, "exit 3"), typed(5, "echo a"), Skip(block(7), "why"), typed(9, "touch torn", "teardown"))
    died, unreached, skipped, torn = outcomes(lab, *steps)
    assert died.result.status is Status.FAILED
    assert unreached.result.status is Status.NOT_REACHED
    assert "block 1 (line 1)" in unreached.result.reason
    assert (skipped.result.status, skipped.result.reason) == (Status.SKIPPED, "why")
    assert torn.result.status is Status.PASSED
    assert (lab.home / "torn").exists()


def test_teardown_comes_last_and_runs_when_the_rest_is_not_wanted(lab: LocalLab) -> None:
    torn = Plan((typed(1, "echo torn >>log", "teardown"), typed(5, "echo one >>log"), typed(9, "echo two >>log")))
    running = run.execute(torn, lab, no_python)
    assert next(running).block.line == 5
    running.close()
    assert (lab.home / "log").read_text() == "one\ntorn\n"


def test_what_cannot_be_planned_is_not_run(lab: LocalLab) -> None:
    found = failure(lab, Wrong(block(1), (Problem(3, "first"), Problem(4, "second"))))
    assert (found.line, found.headline, found.others) == (3, "first", (Problem(4, "second"),))


def test_an_endless_command_fails_and_the_page_goes_on(lab: LocalLab) -> None:
    slow, after = outcomes(lab, typed(1, "sleep 100\ntouch never", timeout=0.2), typed(5, "true"))
    assert slow.failure is not None
    assert "0.2 s" in slow.failure.headline
    assert "{timeout=" in slow.failure.mend
    assert after.result.status is Status.PASSED
    assert not (lab.home / "never").exists()


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("echo 'open", "ends in the middle of a command"),
        ("echo | | cat", "cannot parse"),
        ("exit", "ended the shell"),
    ],
)
def test_each_ending_has_its_words(lab: LocalLab, code: str, headline: str) -> None:
    found = failure(lab, typed(1, code))
    assert headline in found.headline
    assert found.mend


def test_a_lab_that_is_gone_is_not_the_pages_fault(lab: LocalLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "run", gone)
    with pytest.raises(BenchError, match="the lab is gone"):
        outcomes(lab, typed(1, "exit"))


# --- terminals -------------------------------------------------------------------------------------------


def page(text: str) -> Plan:
    made = plan(read_page(text, EXTENSIONS, CONFIGS))
    assert made.problems == ()
    return made


def ran(lab: LocalLab, text: str) -> dict[str, tuple[Status, str]]:
    """What a page's blocks came to, by their names: status, and output or why it failed."""
    found = {}
    for outcome in run.execute(page(text), lab, no_python):
        told = outcome.failure.headline if outcome.failure else outcome.result.output or outcome.result.reason
        found[outcome.block.name] = (outcome.result.status, told)
    return found


def test_a_page_has_as_many_terminals_as_it_names(lab: LocalLab) -> None:
    found = ran(
        lab,
        """
```bash {#a}
mkdir one
cd one
here=1
```

```bash {#b term=2}
echo ${here:-elsewhere} ${PWD##*/}
```

```text {#c title="note.txt" term=1}
in the first
```

```bash {#d title="Terminal 1"}
cat note.txt
```
""",
    )
    assert found["b"] == (Status.PASSED, f"elsewhere {lab.home.name}")
    assert found["d"] == (Status.PASSED, "in the first")


def test_a_terminal_that_died_takes_no_other_with_it(lab: LocalLab) -> None:
    found = ran(lab, "```bash {#a term=2}\nexit\n```\n\n```bash {#b}\necho b\n```\n\n```bash {#c term=2}\nls\n```\n")
    assert found["b"] == (Status.PASSED, "b")
    assert found["c"] == (Status.NOT_REACHED, "the terminal ended in block a (line 1)")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    "ready", ["port={port}", "http={port}", 'http="http://127.0.0.1:{port}/"', 'until="/Serv.*{port}/"']
)
def test_a_server_stays_while_the_page_goes_on(lab: LocalLab, port: int, ready: str) -> None:
    server = f"{sys.executable} -u -m http.server --bind 127.0.0.1 {port}"
    found = ran(
        lab,
        f"""
```bash {{#serve serve {ready.format(port=port)}}}
{server}
```

```bash {{#ask term=2 retry=5}}
curl --silent --fail http://127.0.0.1:{port}/ | grep -c '</html>'
```

```bash {{#stop keys="^C"}}

```

```bash {{#after}}
echo free
```
""",
    )
    assert found["serve"][0] is Status.PASSED
    assert found["ask"] == (Status.PASSED, "1")
    assert "interrupt" in found["stop"][1]  # what the server printed since belongs to the block that ends it
    assert found["after"] == (Status.PASSED, "free")


def test_the_status_of_what_keys_ended_is_of_no_account_unless_asked_for(lab: LocalLab) -> None:
    block = '```bash {{{} keys="^C" until="up"}}\necho up; sleep 100\n```\n\n'
    text = block.format("#a") + block.format("exit=130")
    first, second = run.execute(page(text), lab, no_python)
    assert (first.result.status, first.result.exit) == (Status.PASSED, None)
    assert (second.result.status, second.result.exit) == (Status.PASSED, 130)


def test_control_c_is_pressed_when_what_is_waited_for_has_come(lab: LocalLab) -> None:
    found = ran(
        lab,
        """
```bash {#follow serve until="go"}
echo go; until test -e late; do sleep 0.1; done; echo done late; sleep 100
```

```bash {#request term=2}
(sleep 1; touch late) >/dev/null 2>&1 &
```

```bash {#stop keys="^C" until="done late"}

```

```bash {#again serve until="go"}
echo go; sleep 100
```

```bash {#in-vain keys="^C" until="never printed" timeout=1}

```
""",
    )
    assert found["stop"][0] is Status.PASSED
    assert found["stop"][1].startswith("done late")
    assert found["in-vain"][0] is Status.FAILED


def test_what_was_interrupted_has_ended_when_the_page_has(lab: LocalLab) -> None:
    text = """
```bash {#slow serve until="go"}
bash -c 'trap "sleep 2; touch ended; exit" INT; echo go; while :; do sleep 0.1; done'
```

```bash {#stop keys="^C"}

```
"""
    steps = run.execute(page(text), lab, no_python)
    assert [next(steps).result.status for _ in range(2)] == [Status.PASSED, Status.PASSED]
    assert lab.run(["test", "-e", "ended"])[0] == 0
    steps.close()


def test_a_server_that_prints_much_is_not_held_up(lab: LocalLab) -> None:
    found = ran(
        lab,
        """
```bash {#serve serve until="go"}
echo go; sleep 0.5; seq 200000; touch printed; sleep 100
```

```bash {#look term=2 timeout=100}
until test -e printed; do sleep 0.1; done
```
""",
    )
    assert found["look"][0] is Status.PASSED


def test_terminals_are_listened_to_before_each_block(lab: LocalLab, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []
    monkeypatch.setattr(Terminal, "listen", lambda self: heard.append(self))
    ran(lab, "```bash\ntrue\n```\n\n```bash {term=2}\ntrue\n```\n\n```bash\ntrue\n```\n")
    assert len(heard) == 0 + 1 + 2


def test_lines_in_any_order(lab: LocalLab) -> None:
    text = "```bash {#a}\nprintf 'b\\na\\n'\n```\n\n```text {.output .unordered}\na\nb\n```\n"
    assert ran(lab, text)["a"] == (Status.PASSED, "b\na")
    assert ran(lab, text.replace(" .unordered", ""))["a"][0] is Status.FAILED


def test_a_block_is_repeated_until_it_succeeds(lab: LocalLab) -> None:
    code = "echo x >>tries\ntest $(wc -l <tries) = 3 && echo third"
    found = ran(lab, f"```bash {{#a retry=10}}\n{code}\n```\n\n```text {{.output}}\nthird\n```\n")
    assert found["a"] == (Status.PASSED, "third")
    assert ran(lab, "```bash {#a retry=0.1}\nfalse\n```\n")["a"][0] is Status.FAILED


def test_blocks_for_other_engines_are_skipped(lab: LocalLab) -> None:
    text = "---\nbanc: {engines: '<1'}\n---\n```bash {#a}\necho a\n```\n\n```bash {#b engine='>=25'}\nfalse\n```\n"
    found = ran(lab, text)
    assert found == {"a": (Status.PASSED, "a"), "b": (Status.SKIPPED, "Docker >=25 (≠ 0.0.0)")}
    (_, skipped) = run.execute(page(text), lab, no_python)
    assert skipped.elsewhere


@pytest.mark.parametrize(
    "said",
    [
        "docker: 'buildx' is not a docker command.",
        "docker: 'compose' is not a docker command.",
        "the --mount option requires BuildKit. Refer to",
        "ERROR: BuildKit is enabled but the buildx component is missing or broken.",
        "the --chmod option requires\nBuildKit",  # a line that the terminal broke
    ],
)
def test_what_an_old_engine_cannot_do_is_answered_with_the_way_to_say_so(lab: LocalLab, said: str) -> None:
    (lab.home / "said").write_text(said + "\n")
    found = failure(lab, typed(1, "cat said; false"))
    assert '{engine=">=23"}' in found.mend
    assert "{exit=1}" in found.mend
    assert "engine" not in failure(lab, typed(1, "echo \"docker: 'rnu' is not a docker command\"; false")).mend


def test_blocks_with_an_image_that_cannot_be_had_are_skipped_and_what_is_typed_in_them(lab: LocalLab) -> None:
    lab.missing = {"some/dive": "no Go to build some/dive"}
    found = ran(
        lab,
        """
```bash {#run opens=dive}
docker run -it some/dive:latest x
```

```bash {#in in=dive keys="q"}

```

```bash {#other}
echo some/divers
```
""",
    )
    assert found["run"] == found["in"] == (Status.SKIPPED, "no Go to build some/dive")
    assert found["other"] == (Status.PASSED, "some/divers")


def test_teardown_has_a_free_terminal_whatever_is_open(lab: LocalLab) -> None:
    found = ran(lab, "```bash {#a opens=inner}\nsh\n```\n\n```bash {#b .teardown}\necho torn ${0##*/}\n```\n")
    assert found["b"] == (Status.PASSED, "torn bash")


def test_a_lab_that_dies_in_the_teardown_still_has_its_terminals_closed(
    lab: LocalLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[LocalChannel] = []

    def open_terminal(*_: object) -> LocalChannel:
        opened.append(LocalChannel(SHELL, lab.home))
        return opened[-1]

    monkeypatch.setattr(lab, "open_terminal", open_terminal)
    monkeypatch.setattr(lab, "run", gone)
    with pytest.raises(BenchError, match="the lab is gone"):
        outcomes(lab, typed(1, "exit"), typed(5, "exit", "teardown"))
    assert opened
    assert all(channel.process.closed for channel in opened)


def test_a_lab_that_dies_under_a_python_block_is_not_the_pages_fault(
    lab: LocalLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(step: Python) -> tuple[str, Failure | None]:
        return "", Failure(step.block.line, "connection refused")

    steps = Plan((Python(block(1)),))
    (outcome,) = run.execute(steps, lab, refused)
    assert outcome.failure is not None
    monkeypatch.setattr(lab, "run", gone)
    with pytest.raises(BenchError, match="the lab is gone"):
        list(run.execute(steps, lab, refused))


def test_a_block_that_makes_its_lab_unusable_is_named_and_the_rest_is_not_reached(
    lab: LocalLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "run", gone)
    monkeypatch.setattr(lab, "ruined", lambda: "ended its lab")
    ended, skipped, torn = outcomes(lab, typed(1, "exit"), typed(5, "true", "teardown"), Skip(block(7), "why"))
    assert ended.failure is not None
    assert (ended.failure.line, ended.failure.headline) == (1, "the block ended its lab")
    assert ended.failure.mend
    assert (skipped.result.status, skipped.result.reason) == (Status.SKIPPED, "why")
    assert torn.result.status is Status.NOT_REACHED
    assert torn.result.reason == "the lab came to its end in block 1 (line 1)"


def test_a_fault_of_the_bench_behind_a_block_that_failed_is_not_the_pages(
    lab: LocalLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = []

    def check(output: str) -> None:
        printed.append(output)
        if "no space" in output:
            raise BenchError("the disk is full")

    monkeypatch.setattr(lab, "check", check)
    assert statuses(lab, typed(1, "true"), typed(5, "echo other; false")) == ["passed", "failed"]
    with pytest.raises(BenchError, match="the disk is full"):
        outcomes(lab, typed(1, "echo no space; false"))
    assert ["other" in text for text in printed] == [True, False]


def test_a_lab_that_kills_what_is_started_in_it_has_ended(lab: LocalLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "run", lambda _: (137, b""))
    with pytest.raises(BenchError, match="has come to its end"):
        outcomes(lab, typed(1, "exit"))


def gone(argv: object) -> tuple[int, bytes]:
    raise BenchError("the lab is gone; run again")


# --- outputs that are no longer what the page says -----------------------------------------------------------


def drifts(lab: LocalLab, text: str) -> tuple[str, list[tuple[tuple[str, ...], str]]]:
    (outcome,) = run.execute(page(text), lab, no_python)
    assert outcome.failure is not None
    return outcome.failure.headline, [(drift.expected.lines, drift.printed) for drift in outcome.failure.drifts]


def test_all_that_a_console_block_prints_otherwise_is_noted(lab: LocalLab) -> None:
    text = "```console\n$ echo a\nb\n$ echo c\nc\n$ true\nx\n$ echo d\n```\n"
    headline, found = drifts(lab, text)
    assert headline == "the output is not the expected one"
    assert found == [(("b",), "a"), (("x",), ""), ((), "d")]


def test_a_command_that_fails_matters_more_than_an_output(lab: LocalLab) -> None:
    headline, found = drifts(lab, "```console\n$ echo a\nb\n$ false\n$ touch later\n```\n")
    assert headline == "the command ended with status 1, expected 0"
    assert found == []
    assert not (lab.home / "later").exists()


def test_a_tab_is_printed_as_the_spaces_that_a_terminal_shows(lab: LocalLab) -> None:
    text = "```bash\nprintf 'a\\tb\\n'\n```\n\n```text {.output}\na       b\n```\n"
    assert ran(lab, text)["1"][0] is Status.PASSED
