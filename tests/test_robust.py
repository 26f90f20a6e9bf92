"""What goes wrong in mid-page: whose fault it is, that it is said clearly, and that the machine is left clean."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
import pytest
from daemons import daemon_of_its_own
from local_lab import LocalBench

from banc.errors import BenchError
from banc.labs.host import LABEL, connect
from banc.labs.lab import Bench, Lab
from banc.pages.blocks import read_page
from banc.pages.plan import Python, plan
from banc.pages.site import CONFIGS, EXTENSIONS
from banc.results import Status
from banc.runs import run
from banc.runs.verdict import Failure

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench(say=print) as bench:
        yield bench


def no_python(step: Python) -> tuple[str, Failure | None]:
    raise AssertionError("no Python block here")


def outcomes(
    lab: Lab, *blocks: str, between: Callable[[], None] = lambda: None, timeout: int = 60
) -> list[run.Outcome]:
    """What a page of these blocks comes to; `between` is done after the first. `timeout`: seconds for each."""
    text = "\n\n".join(f"```bash {{timeout={timeout}}}\n{block}\n```" for block in blocks)
    made = plan(read_page(text, EXTENSIONS, CONFIGS))
    assert not made.problems
    found = []
    for outcome in run.execute(made, lab, no_python):
        found.append(outcome)
        if len(found) == 1:
            between()
    return found


def failures(found: list[run.Outcome]) -> list[Failure]:
    return [outcome.failure for outcome in found if outcome.failure]


def statuses(found: list[run.Outcome]) -> list[Status]:
    return [outcome.result.status for outcome in found]


# --- too much ----------------------------------------------------------------------------------------------


def test_a_lab_has_limits(bench: Bench) -> None:
    with bench.lab() as lab:
        host = lab.client.api.inspect_container(lab.id)["HostConfig"]
        assert (host["Memory"], host["MemorySwap"], host["PidsLimit"]) == (4 * 2**30, 4 * 2**30, 2048)


def test_a_kernel_that_cannot_limit_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker.DockerClient, "info", lambda _: {"MemoryLimit": False, "SwapLimit": False})
    said: list[str] = []
    with Bench(say=said.append) as bench, bench.lab(), bench.lab():
        pass
    told = [line for line in said if "cannot limit" in line]
    assert told == ["This machine's kernel cannot limit the memory, swap of a lab: a page might take all of it."]


def test_a_block_that_fills_the_memory_is_killed_and_the_page_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banc.labs.lab.MEMORY", 400 * 2**20)
    hog = "head -c 600M /dev/zero | tail -c 600M"
    blocks = (f"{hog} >/dev/null", f'docker run --rm busybox sh -c "{hog.lower()}"', "echo after")
    with bench.lab() as lab:
        found = outcomes(lab, *blocks, timeout=600)  # an emulated machine takes minutes
    assert statuses(found) == ["failed", "failed", "passed"]
    for failure in failures(found):
        assert "status 137" in failure.headline
        assert "because the lab's memory (4 GB) was full" in failure.mend


def test_a_block_that_forks_without_end_is_named_and_the_next_page_is_as_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banc.labs.lab.PROCESSES", 300)
    with bench.lab() as lab:
        found = outcomes(lab, "while true; do sleep 1000 & done", "docker ps")
        assert lab.ruined() == "uses up all 300 processes that its lab may hold"
        with pytest.raises(BenchError, match=r"in a lab: (too many processes|OCI runtime exec failed)"):
            lab.inventory()
    assert found[0].failure
    assert "processes" in f"{found[0].failure.headline} {found[0].failure.mend}"
    with bench.lab() as lab:
        assert statuses(outcomes(lab, "docker run --rm busybox true")) == ["passed"]


@pytest.fixture
def small_disk(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labs have their images on a file system of 64 MB, in memory."""
    create: Any = bench._client.api.create_container

    def smaller(*arguments: Any, **options: Any) -> Any:
        options["host_config"]["Tmpfs"]["/var/lib/docker"] = "size=64m,exec"
        return create(*arguments, **options | {"volumes": []})

    monkeypatch.setattr(bench._client.api, "create_container", smaller)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_is_not_the_pages_fault(bench: Bench) -> None:
    with bench.lab() as lab, pytest.raises(BenchError, match="The disk that labs are on is full"):
        outcomes(lab, "docker pull node:lts-alpine")


def test_a_disk_that_the_page_made_small_is(bench: Bench) -> None:
    with bench.lab() as lab:
        found = outcomes(lab, "docker run --rm --tmpfs /t:size=1m busybox dd if=/dev/zero of=/t/x bs=1M count=2")
    assert statuses(found) == ["failed"]
    assert "No space left on device" in found[0].result.output


# --- too little --------------------------------------------------------------------------------------------


def test_a_block_that_ends_its_lab_is_named(bench: Bench) -> None:
    with bench.lab() as lab:
        found = outcomes(lab, "sudo pkill dockerd\nsleep 60", "echo after")
        (failure,) = failures(found)
        assert failure.headline == "the block ended its lab, whose Docker daemon is gone"
        assert found[1].result.status is Status.NOT_REACHED
        assert found[1].result.reason == "the lab came to its end in block 1 (line 1)"


def test_a_lab_that_was_killed_from_outside_is_not_the_pages_fault(bench: Bench) -> None:
    with bench.lab() as lab, pytest.raises(BenchError, match="in a lab failed"):
        outcomes(lab, "echo before", "echo after", between=lambda: lab.client.api.kill(lab.id))


def test_a_mirror_that_is_gone_is_not_the_pages_fault() -> None:
    blocks = ("echo before", "docker run --rm busybox true")
    with Bench(say=print) as bench, bench.lab() as lab, pytest.raises(BenchError, match=r"The mirror, .* has ended"):
        outcomes(lab, *blocks, between=lambda: lab.client.api.kill(bench._mirror.id))


# --- whole runs --------------------------------------------------------------------------------------------


PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
SLOW = "```bash\ntouch started\nsleep 100\n```\n"
LASTING = "```bash\ntouch started\nsleep 8\ndocker run --rm busybox true\n```\n"
QUICK = "```bash\ndocker run --rm busybox true\n```\n"


@contextmanager
def started(folder: Path, page: str, docker_host: str = "") -> Iterator[subprocess.Popen[str]]:
    """A run of one page, ended with the test."""
    (folder / "page.md").write_text(page)
    environment = os.environ | {"PYTHONUNBUFFERED": "1"} | ({"DOCKER_HOST": docker_host} if docker_host else {})
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen([*PYTEST, "page.md"], cwd=folder, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()  # has ended, unless the test failed


def things(client: docker.DockerClient, process: subprocess.Popen[str], role: str = "") -> list[str]:
    """What a run has on the daemon."""
    filters = {"label": [f"{LABEL}.process={process.pid}", *([f"{LABEL}={role}"] if role else [])]}
    found = [*client.api.containers(all=True, filters=filters), *client.api.networks(filters=filters)]
    return [thing["Id"] for thing in found]


def wait_for_the_page(client: docker.DockerClient, process: subprocess.Popen[str]) -> None:
    """Until the page's first command has run in its lab."""
    deadline = time.monotonic() + 300
    while True:
        if time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"the page has not begun in 300 s; so far it printed:\n{process.communicate()[0]}")
        assert process.poll() is None, process.communicate()[0]
        for lab in things(client, process, "lab"):
            with suppress(docker.errors.APIError):  # it is not running yet
                seen = client.api.exec_create(lab, ["test", "-e", "/home/etudiant/started"])["Id"]
                client.api.exec_start(seen)
                if client.api.exec_inspect(seen)["ExitCode"] == 0:
                    return
        time.sleep(0.2)


def test_ctrl_c_twice_leaves_nothing(tmp_path: Path) -> None:
    with closing(connect()) as client, started(tmp_path, SLOW) as process:
        wait_for_the_page(client, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == pytest.ExitCode.INTERRUPTED, output
        assert "Traceback" not in output
        assert "no block" not in output
        assert things(client, process) == []


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """The second begins, and clears what killed runs left, when the first is in the middle of its page."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with closing(connect()) as client, started(tmp_path / "a", LASTING) as one:
        wait_for_the_page(client, one)
        with started(tmp_path / "b", QUICK) as other:
            for process in (one, other):
                output, _ = process.communicate(timeout=600)
                assert process.returncode == 0, output
                assert things(client, process) == []


def test_a_daemon_that_is_restarted_is_not_the_pages_fault(tmp_path: Path) -> None:
    with daemon_of_its_own() as daemon, started(tmp_path, SLOW, daemon.unix) as process:
        with closing(connect(daemon.unix)) as client:
            wait_for_the_page(client, process)
        daemon.restart()
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 3, output
        assert "the bench is broken, which says nothing of the pages: " in output
        assert "Traceback" not in output
        assert ".py:" not in output
        with closing(connect(daemon.unix)) as client:
            assert things(client, process) == []


def test_a_page_of_ten_thousand_blocks(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a shell of this machine: what it shows is that the bench keeps up, and does not drown its reader."""
    monkeypatch.setattr("banc.plugin.running.Bench", LocalBench)
    typed = [f"```bash {{#run-{number}}}\nyes {number} | head -n 20000\n```" for number in range(499)]
    skipped = [f'```bash {{#not-{number} .notest reason="too many"}}\ntrue\n```' for number in range(9_500)]
    (pytester.path / "page.md").write_text("\n\n".join([*typed, *skipped, "```bash {#last}\nfalse\n```\n"]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", "page.md")
    result.assert_outcomes(passed=499, skipped=9_500, failed=1)
    result.stdout.fnmatch_lines(["page.md:*: block last: the command ended with status 1, expected 0"])
    result.stdout.fnmatch_lines(["skipped (9500): too many: page.md::not-0, * … and 9480 more"])
    assert len(result.stdout.str()) < 50_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500 * 1024  # KiB
