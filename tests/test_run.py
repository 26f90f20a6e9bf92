"""A plan run in a shell of this machine: what a block's outcome says, and in which order things happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_lab import LocalLab

from banc import run
from banc.blocks import Attributes, Block
from banc.errors import BenchError
from banc.plan import Expected, Part, Plan, Problem, Python, Skip, Step, Type, Write, Wrong
from banc.results import Kind, Status
from banc.verdict import Failure


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
    plan = Plan((typed(1, "echo torn >>log", "teardown"), typed(5, "echo one >>log"), typed(9, "echo two >>log")))
    running = run.execute(plan, lab, no_python)
    assert next(running).block.line == 5
    running.close()  # type: ignore[attr-defined]
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
    def gone(argv: object) -> tuple[int, bytes]:
        raise BenchError("the lab is gone; run again")

    monkeypatch.setattr(lab, "run", gone)
    with pytest.raises(BenchError, match="the lab is gone"):
        outcomes(lab, typed(1, "exit"))
