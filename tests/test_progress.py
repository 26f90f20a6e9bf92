"""What is printed while pages run: a line a page, the block at work, and pytest's own display for all else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

GREEN = "```bash\ntrue\n```\n\n```bash\ntrue\n```\n"
RED = "```bash {#wrong}\nfalse\n```\n\n```bash {.notest reason='no'}\ntrue\n```\n\n```bash {#left}\ntrue\n```\n"
ITSELF = "---\nbanc: {timeuot: 3}\n---\n" + GREEN

OTHER = "def test_one(): pass\ndef test_two(): pass\n"


@pytest.fixture
def pages(project: pytest.Pytester) -> pytest.Pytester:
    """A project with three pages and two tests of another kind."""
    for name, text in {"green.md": GREEN, "red.md": RED, "itself.md": ITSELF, "test_other.py": OTHER}.items():
        (project.path / name).write_text(text)
    return project


def run(project: pytest.Pytester, *arguments: str) -> list[str]:
    return project.runpytest_inprocess("-p", "no:cacheprovider", *arguments).outlines


def before_the_table(lines: list[str]) -> list[str]:
    ends = [number for number, line in enumerate(lines) if re.match("=+ (FAILURES|blocks) =+", line)]
    return lines[: ends[0]]


def test_a_page_is_a_line_and_other_tests_are_letters(pages: pytest.Pytester) -> None:
    lines = before_the_table(run(pages, "green.md", "test_other.py", "red.md", "itself.md"))
    told = [re.sub(r" +", " ", line) for line in lines if ".md" in line or ".py" in line]
    assert [re.sub(r"\d\.\d s.*", "", line) for line in told] == [
        "green.md 2 passed ",
        "test_other.py ..",
        "red.md 1 passed, 1 failed, 1 skipped ",
        "itself.md 2 passed, 1 wrong on the page itself ",
    ]
    assert lines[-2].endswith("[100%]")


def test_a_page_that_was_not_run_to_its_end_has_its_line(pages: pytest.Pytester) -> None:
    lines = before_the_table(run(pages, "red.md", "green.md", "-x"))
    assert [line.split("  ")[0] for line in lines if ".md" in line] == ["red.md"]
    assert "1 failed" in lines[-2]


def test_less_or_more_is_as_pytest_does_it(pages: pytest.Pytester) -> None:
    quiet = before_the_table(run(pages, "red.md", "test_other.py", "-q"))
    assert [re.sub(" .*", "", line) for line in quiet if line and "banc:" not in line] == ["Fs..."]
    verbose = run(pages, "red.md", "-v")
    for text in ("red.md::wrong FAILED", "red.md::2 SKIPPED (no)", "red.md::left PASSED"):
        assert any(line.startswith(text) for line in verbose), text
    assert not any("1 passed, 1 failed" in line and line.startswith("red.md") for line in verbose)


@pytest.mark.parametrize("options", ["-s --tb=no", "--tb=line", "--tb=short -rA --no-header"])
def test_pytests_options_go_with_it(pages: pytest.Pytester, options: str) -> None:
    result = pages.runpytest_inprocess("-p", "no:cacheprovider", "red.md", "test_other.py", *options.split())
    result.assert_outcomes(passed=3, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["red.md * 1 passed, 1 failed, 1 skipped * s*"])
    assert ("red.md:2: block wrong: the command ended with status 1, expected 0" in result.stdout.str()) == (
        "--tb=no" not in options
    )


def elsewhere(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the stand-in for Docker in other processes, too."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    project.makeconftest("import banc.plugin.running, local_lab\nbanc.plugin.running.Bench = local_lab.LocalBench")


def test_workers_have_their_pages_printed_whole(pages: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(pages, monkeypatch)
    result = pages.runpytest_subprocess(
        "-p", "no:cacheprovider", "-n2", "red.md", "green.md", "itself.md", "test_other.py"
    )
    lines = before_the_table(result.outlines)
    told = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if ".md" in line}
    assert told.keys() == {"red.md", "green.md", "itself.md"}
    assert told["red.md"].startswith("1 passed, 1 failed, 1 skipped")
    assert told["green.md"].startswith("2 passed")
    assert "".join(line.replace(" ", "").split("[")[0] for line in lines if re.match(r"\.+( |$)", line)) == ".."


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """All that pytest writes on a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = os.environ | {"TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        written = b""
        while True:
            try:
                written += os.read(ours, 65536)
            except OSError:  # nobody writes to it any longer
                break
    os.close(ours)
    return written.decode()


DRAWN = re.compile(r"\r\x1b\[2K([^\r\n]+)\r(?!\n)")


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_the_block_at_work_is_shown_and_taken_away(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    elsewhere(project, monkeypatch)
    (project.path / "slow.md").write_text("```bash {#wait}\nsleep 2\n```\n\n```bash {#last}\nsleep 1\n```\n")
    written = on_a_terminal(project.path, "slow.md", *workers)
    drawn = DRAWN.findall(written)
    assert drawn, written
    others = [text for text in drawn if not re.fullmatch(r"slow\.md::(wait|last|@leaks)  \d s", text)]
    assert not others
    assert {"slow.md::wait  1 s", "slow.md::last  0 s"} <= set(drawn)
    shown = re.search(r"\x1b\[2K(?P<line>(\x1b\[\d+m)*slow\.md +2 passed)", written)
    assert shown, "the line of the page does not take the place of the block at work"
    assert not DRAWN.search(written[shown.start("line") :]), "it is drawn when all is over"


def test_where_lines_cannot_be_redrawn_they_are_not(pages: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(pages, monkeypatch)
    (pages.path / "slow.md").write_text("```bash\nsleep 1\n```\n")
    assert not DRAWN.search(on_a_terminal(pages.path, "slow.md", "-s"))
    result = pages.runpytest_subprocess("slow.md")
    assert "\x1b" not in result.stdout.str()
    assert "\r" not in result.stdout.str()
