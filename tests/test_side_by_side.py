"""Pages on several workers, with a stand-in for Docker: who runs what, which lab is started when."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from banc.results import PageRun, Result, Status, save

ONE = "```bash\necho a\n```\n"
THREE = ONE * 3
NEXT_LAB = "until test -d ../1; do sleep 0.01; done"
LAST_WAITS = ONE + f"```bash\nsleep 3\n```\n\n```bash\n{NEXT_LAB}\n```\n"  # meanwhile its worker hears of the next page


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder whose pages run in shells of this machine, also those of workers."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    pytester.makeconftest("import banc.plugin.running, local_lab\nbanc.plugin.running.Bench = local_lab.LocalBench")
    return pytester


def write(project: pytest.Pytester, **pages: str) -> None:
    for name, text in pages.items():
        (project.path / f"{name}.md").write_text(text)


def order(result: pytest.RunResult) -> list[str]:
    """The pages in the order in which their first blocks ended."""
    told = re.findall(r"^(?:\[gw\d\].* PASSED )?(\w+)\.md::\w+ *(?:PASSED.*)?$", result.stdout.str(), re.MULTILINE)
    return list(dict.fromkeys(told))


def kept(project: pytest.Pytester) -> Path:
    return project.path / ".pytest_cache/v/banc/durations"


def test_the_longest_page_is_handed_out_first(project: pytest.Pytester) -> None:
    write(project, a=ONE, b=THREE, c=ONE * 2)
    result = project.runpytest_subprocess("-v", "-n", "1", "a.md", "b.md", "c.md")
    assert order(result) == ["b", "c", "a"]  # what was never run has its blocks
    assert set(json.loads(kept(project).read_text())) == {"a.md", "b.md", "c.md"}
    kept(project).write_text('{"a.md": 20.0, "b.md": 1.0, "c.md": 300}')
    result = project.runpytest_subprocess("-v", "-n", "1", "a.md", "b.md", "c.md")
    assert order(result) == ["c", "a", "b"]


def test_what_was_committed_counts_where_nothing_was_measured(project: pytest.Pytester) -> None:
    (project.path / "docs").mkdir()
    site = "site_name: x\nmarkdown_extensions:\n  - banc.fences:\n      snapshots: snap\n"
    (project.path / "mkdocs.yml").write_text(site)
    write(project, **{"docs/a": ONE, "docs/b": THREE, "docs/b.en": THREE, "docs/c": ONE})
    for page, seconds in {"a.md": 20.0, "c.md": 300.0}.items():
        save(project.path / "snap", PageRun(page, results=(Result("1", "", Status.PASSED, seconds=seconds),)))
    result = project.runpytest_subprocess("-v", "-p", "no:cacheprovider", "-n", "1", "docs", "--update")
    assert list(dict.fromkeys(re.findall(r"PASSED docs/(\w+)\.md::", result.stdout.str()))) == ["c", "a", "b"]


def test_one_worker_alone_keeps_the_order(project: pytest.Pytester) -> None:
    write(project, a=ONE, b=THREE)
    result = project.runpytest_subprocess("-v", "-p", "no:xdist", "a.md", "b.md")
    assert order(result) == ["a", "b"]


def test_durations_of_part_of_a_page_are_not_kept(project: pytest.Pytester) -> None:
    write(project, a=ONE, b="```bash\nfalse\n```\n" + ONE)
    project.runpytest_inprocess("a.md", "b.md", "-k", "2").assert_outcomes(passed=1, deselected=4)
    project.runpytest_inprocess("b.md::2").assert_outcomes(passed=1)
    project.runpytest_inprocess("-x", "b.md", "a.md").assert_outcomes(failed=1)
    project.runpytest_subprocess("-n", "1", "a.md", "b.md", "-k", "2").assert_outcomes(passed=1)
    assert not kept(project).exists()


def test_the_next_lab_is_started_while_a_page_runs(project: pytest.Pytester) -> None:
    write(project, a=f"```bash\n{NEXT_LAB}\n```\n", b="```bash\ntest ! -d ../2\n```\n")
    project.runpytest_inprocess("-p", "no:xdist", "a.md", "b.md").assert_outcomes(passed=2)


def test_a_worker_starts_the_next_lab_while_a_page_runs(project: pytest.Pytester) -> None:
    write(project, a=LAST_WAITS, b="```bash\ntest ! -d ../2\n```\n")
    project.runpytest_subprocess("-n", "1", "a.md", "b.md").assert_outcomes(passed=4)


def test_no_lab_is_started_for_a_page_that_will_not_be_run(project: pytest.Pytester) -> None:
    (project.path / "docs").mkdir()
    (project.path / "mkdocs.yml").write_text("site_name: x\n")
    alone = "```bash\nsleep 0.2; test ! -d ../1\n```\n"
    write(project, **{"docs/a": alone, "docs/a.en": alone})
    project.runpytest_inprocess("-p", "no:xdist", "docs").assert_outcomes(passed=2)


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_lab_that_was_started_for_nothing_is_removed(project: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """The stand-in complains at the end of labs that are still open."""
    write(project, a=LAST_WAITS.replace("done", "done; false"), b=ONE)
    result = project.runpytest_subprocess("-x", *workers, "a.md", "b.md")
    result.assert_outcomes(passed=2, failed=1)
    assert "a lab was left open" not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_run_that_is_cut_short_loses_no_block(project: pytest.Pytester, workers: tuple[str, ...]) -> None:
    write(project, a="```bash\nfalse\n```\n\n```bash\ntrue\n```\n")
    result = project.runpytest_subprocess("-x", *workers, "a.md")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["a.md *1 *"])
    result.stdout.no_fnmatch_line("*LOST*")


def test_a_selection_on_workers_loses_no_block(project: pytest.Pytester) -> None:
    write(project, a="```bash\nA=1\n```\n\n```bash\ntest $A = 2\n```\n", b=ONE)
    result = project.runpytest_subprocess("-n", "2", "a.md", "b.md")
    result.assert_outcomes(passed=2, failed=1)
    result.stderr.fnmatch_lines(["banc: gw?: a stand-in for Docker"])  # what a worker's bench says is heard
    write(project, a="```bash\nA=2\n```\n\n```bash\ntest $A = 2\n```\n")
    result = project.runpytest_subprocess("-n", "2", "a.md", "b.md", "--lf")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*LOST*")
    assert result.ret == 0


def test_workers_say_when_the_pages_hold_nothing(project: pytest.Pytester) -> None:
    write(project, a="# Nothing\n")
    result = project.runpytest_subprocess("-n", "2", "a.md")
    result.stdout.fnmatch_lines(["banc: the pages hold no block that can be run: *"])
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


NOTING = """
import os
from pathlib import Path

import banc.plugin.running
import local_lab


class Noting(local_lab.LocalBench):
    def close(self):
        super().close()
        Path(f"closed-{os.getpid()}").touch()


banc.plugin.running.Bench = Noting
"""


def test_ctrl_c_lets_each_worker_remove_its_labs(project: pytest.Pytester) -> None:
    """The stand-in refuses to be closed while a lab is open."""
    project.makeconftest(NOTING)
    for name in ("a", "b"):
        write(project, **{name: f"```bash\ntouch {project.path}/{name}-runs\nsleep 600\n```\n"})
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "a.md", "b.md"]
    log = (project.path / "log").open("w")
    with log, subprocess.Popen(command, cwd=project.path, start_new_session=True, stdout=log, stderr=log) as process:
        deadline = time.monotonic() + 120
        while len(list(project.path.glob("?-runs"))) < 2:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the controller and to its workers
        process.wait(120)
    said = (project.path / "log").read_text()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, said
    assert len(list(project.path.glob("closed-*"))) == 2, said
    assert "a lab was left open" not in said
