"""Pages on Docker hosts other than the one that the environment names: over a Unix socket, TCP and SSH."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import docker
import pytest
from daemons import Daemon, daemon_of_its_own

from banc.errors import BenchError
from banc.labs import inside
from banc.labs.host import address_of, connect
from banc.labs.lab import HOME, Bench
from banc.terminals.channel import Channel

pytestmark = pytest.mark.lab

SHORT = "```bash\ndocker run --rm busybox echo well\n```\n"
LONG = "```bash\ntouch started\nsleep 20\n```\n\n```bash\ntrue\n```\n"


@pytest.fixture(scope="module")
def far() -> Iterator[Daemon]:
    """A second Docker host, that has neither the lab's image nor the offline kit yet."""
    with daemon_of_its_own(stocked=False) as daemon:
        yield daemon


def started(folder: Path, hosts: list[str], *pages: str) -> subprocess.Popen[str]:
    options = [option for host in hosts for option in ("--docker-host", host)]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", str(len(hosts)), *options, *pages]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until_it_ends(channel: Channel) -> bytes:
    """All that a terminal shows."""
    shown = b""
    with suppress(EOFError):
        while data := channel.receive(60):
            shown += data
    return shown


def test_two_workers_take_a_docker_host_each(far: Daemon, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(SHORT)
    hosts = [address_of(), far.tcp]
    run = started(tmp_path, hosts, "a.md", "b.md")
    output, errors = run.communicate(timeout=600)
    assert run.returncode == 0, output + errors
    told = re.findall(r"^[ab]\.md +1 +0 +0 +0 .* (\S+)$", output, re.MULTILINE)
    assert sorted(told) == sorted(hosts), output
    assert re.findall(r"Copying the images of labs from (\S+) to (\S+) ", errors) == [(hosts[0], hosts[1])]


@pytest.mark.parametrize("way", ["tcp", "ssh"])
def test_all_that_is_done_in_a_lab_goes_over_the_network(far: Daemon, way: str, request: pytest.FixtureRequest) -> None:
    if way == "ssh":
        request.getfixturevalue("ssh")
    address = far.tcp if way == "tcp" else f"ssh://far{far.unix.removeprefix('unix://')}"
    with Bench(print, docker_host=address, lenders=[address_of()]) as bench, bench.lab() as lab:
        data = bytes(range(256)) * 4096
        lab.write(f"{HOME}/data", data)
        assert lab.run(["cat", f"{HOME}/data"]) == (0, data)
        assert lab.run(["sh", "-c", "cat; exit 3"], stdin=b"in\n") == (3, b"in\n")
        assert [lab.run(["echo", "x"]) for _ in range(10)] == [(0, b"x\n")] * 10
        channel = lab.open_terminal(["bash", "--noprofile", "--norc"])
        channel.send(b"echo en''d; exit\r")
        assert b"\rend\r\n" in until_it_ends(channel)
        channel.close()
        tunnel = lab.tunnel()
        with closing(docker.DockerClient(base_url=tunnel.address)) as client:
            said = client.containers.run("busybox", ["sh", "-c", "seq 2000"], remove=True)
            assert said.split()[-1] == b"2000"
        tunnel.close()


def runs_there(client: docker.DockerClient) -> bool:
    """Whether a page has got as far as its first command on a Docker host."""
    labs = client.api.containers(filters={"label": "banc=lab"})
    try:
        return any(inside.run(client, lab["Id"], ["test", "-e", f"{HOME}/started"])[0] == 0 for lab in labs)
    except BenchError:  # a lab that is still being started
        return False


def test_a_host_that_goes_away_breaks_its_own_page_alone(far: Daemon, tmp_path: Path) -> None:
    for name, page in {"a": LONG, "b": LONG, "c": SHORT, "d": SHORT}.items():
        (tmp_path / f"{name}.md").write_text(page)
    hosts = [address_of(), far.unix]
    run = started(tmp_path, hosts, "a.md", "b.md", "c.md", "d.md")
    deadline = time.monotonic() + 300
    with closing(connect(far.unix)) as client:
        while not runs_there(client):
            assert run.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
    far.stop()
    output, errors = run.communicate(timeout=600)
    assert run.returncode == 3, output + errors  # the bench, and no page
    assert f"says nothing of the pages: the Docker host {far.unix} no longer answers: " in output
    assert f"Going on with {hosts[0]}." in errors
    assert "What this run left there will be removed by the next one" not in output  # nothing can be left there
    passed = re.findall(r"^(\w)\.md +[12] +0 +0 +0 .* (\S+)$", output, re.MULTILINE)
    broken = re.findall(r"^(\w)\.md +0 +0 +0 +2 .* (\S+)$", output, re.MULTILINE)
    assert [host for _, host in broken] == [far.unix], output
    assert sorted(page for page, _ in passed + broken) == ["a", "b", "c", "d"], output
    assert {host for _, host in passed} == {hosts[0]}
    assert not re.search("Traceback|Error:", errors), errors
