"""Labs on the daemon of this machine: what they can do, what they cannot reach, what they leave."""

from __future__ import annotations

import hashlib
import io
import json
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import docker
import pytest

from banc.errors import BenchError
from banc.labs import inside
from banc.labs.host import LABEL, Owner, connect
from banc.labs.lab import Bench, Lab
from banc.labs.mirror import HUB, KIT, Mirror
from banc.terminals.channel import Channel

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench(say=print) as bench:
        yield bench


@pytest.fixture(scope="module")
def lab(bench: Bench) -> Iterator[Lab]:
    with bench.lab() as lab:
        yield lab


@pytest.fixture
def daemon() -> Iterator[docker.DockerClient]:
    client = connect()
    yield client
    client.close()


def typed(lab: Lab, script: str, timeout: float = 120) -> str:
    """What a reader's script prints; it must end with 0."""
    status, output = lab.run(["bash", "-c", f"cd; {script}"], user="etudiant", timeout=timeout)
    assert status == 0, output.decode()
    return output.decode()


def received(channel: Channel, until: bytes, timeout: float = 20) -> bytes:
    """What a terminal shows until some text."""
    data = b""
    deadline = time.monotonic() + timeout
    while until not in data:
        assert time.monotonic() < deadline, data
        data += channel.receive(1)
    return data


# What a reader finds there


def test_starting_state(lab: Lab) -> None:
    assert lab.engine[0].isdigit()
    assert "+" not in lab.engine
    assert typed(lab, "id -un; id -Gn; hostname; pwd; ls -A; sudo id -un").split() == [
        *("etudiant", "etudiant", "docker", "labo", "/home/etudiant", "root"),
    ]
    assert typed(
        lab, "docker ps -aq; docker images -q; docker volume ls -q; docker network ls --format '{{.Name}}'"
    ) == ("bridge\nhost\nnone\n")
    assert typed(lab, "docker compose version && docker buildx version")


def test_busybox_is_pulled_and_run(lab: Lab) -> None:
    shown = typed(lab, "docker run --rm busybox echo hello")
    assert "Unable to find image 'busybox:latest' locally" in shown
    assert "Pull complete" in shown
    assert shown.endswith("hello\n")


def test_a_memory_limit_is_set(lab: Lab) -> None:
    limit = "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes"
    assert typed(lab, f"docker run --rm -m 64m busybox sh -c '{limit}'").endswith("67108864\n")


def test_a_network_resolves_names(lab: Lab) -> None:
    typed(
        lab,
        "docker network create --subnet 172.28.0.0/24 reseau && docker run -d --name web --network reseau nginx:alpine",
    )
    assert "1 packets received" in typed(lab, "docker run --rm --network reseau busybox ping -c 1 web")
    assert "Welcome to nginx!" in typed(lab, "docker run --rm --network reseau busybox wget -qO- http://web")
    status, output = lab.run(["docker", "run", "--rm", "busybox", "ping", "-c", "1", "web"])
    assert (status, output) == (1, b"ping: bad address 'web'\n")
    typed(lab, "docker rm -f web && docker network rm reseau")


def test_nginx_serves_a_folder_on_a_published_port(lab: Lab) -> None:
    lab.write("/home/etudiant/site/index.html", b"bonjour\n")
    typed(lab, "docker run -d --name web -p 127.0.0.1:8181:80 -v ./site:/usr/share/nginx/html nginx:alpine")
    assert typed(lab, "curl -sS --retry 5 --retry-all-errors http://127.0.0.1:8181") == "bonjour\n"
    assert '"GET / HTTP/1.1" 200' in typed(lab, "docker logs web")
    assert (
        typed(lab, "docker stop web && docker inspect --format '{{.State.ExitCode}}' web && docker rm web")
        == "web\n0\nweb\n"
    )


DOCKERFILE = b"""\
FROM node:lts-alpine AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .

FROM node:lts-alpine
WORKDIR /app
COPY --from=build /app .
USER node
CMD ["node", "index.js"]
"""
PACKAGE = b'{"name": "app", "version": "1.0.0"}'
LOCK = (
    b'{"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "app", "version": "1.0.0"}}}'
)


def test_a_node_application_is_built_in_two_stages(lab: Lab) -> None:
    files = {"Dockerfile": DOCKERFILE, "package.json": PACKAGE, "package-lock.json": LOCK}
    files["index.js"] = b"console.log(process.version, require('os').userInfo().username)\n"
    for name, data in files.items():
        lab.write(f"/home/etudiant/app/{name}", data)
    typed(lab, "docker build -t app app", timeout=300)
    assert typed(lab, "docker run --rm app").split()[1] == "node"
    wanted = typed(lab, "docker run --rm node:lts-alpine sh -c 'echo v$NODE_VERSION'").splitlines()[-1]
    assert typed(lab, "docker run --rm node:lts-alpine --version").strip() == wanted


def test_a_stand_in_shows_nothing_of_ours(lab: Lab) -> None:
    typed(lab, "docker pull -q busybox")
    assert LABEL not in typed(lab, "docker inspect busybox; docker history --no-trunc busybox")


def test_images_are_named_with_digest_and_origin(bench: Bench, lab: Lab) -> None:
    typed(lab, "docker pull -q nginx:latest && docker rmi nginx:latest")
    lab.write("/home/etudiant/base/Dockerfile", b"FROM busybox:1.37\nLABEL a=b\n")
    typed(lab, "docker build -q base")
    images = {image.name: image for image in lab.images()}
    assert {"busybox:1.37", "nginx:latest"} <= images.keys()
    assert {image.origin for image in images.values()} == {bench.origin} <= {HUB, KIT}
    typed(lab, f"docker pull -q busybox@{images['busybox:1.37'].digest}")
    assert {image.name for image in lab.images()} == images.keys()


# What it cannot reach


def test_the_machine_outside_is_not_reached(bench: Bench, lab: Lab) -> None:
    with socket.create_server(("", 0)) as server:
        url = f"http://{bench._network.gateway}:{server.getsockname()[1]}"
        trial = ["curl", "-sS", "--max-time", "3", url]
        assert inside.run(lab.client, bench._mirror.id, trial)[0] == 28  # connected: it is there for those who may
        assert lab.run(trial)[0] == 7
        assert lab.run(["docker", "run", "--rm", "busybox", "wget", "-T", "3", "-qO-", url])[0] == 1


def test_nothing_elsewhere_is_reached_and_that_is_said_at_once(lab: Lab) -> None:
    for url, status in (("http://192.0.2.1", 7), ("http://example.org", 6)):  # no route, no such name; not 28, too late
        assert lab.run(["curl", "-sS", "--max-time", "4", url])[0] == status
    typed(lab, "docker pull -q busybox")
    for network in ("bridge", "host"):
        script = "nslookup example.org; wget -T 4 http://example.org; wget -T 4 http://192.0.2.1"
        status, output = lab.run(["docker", "run", "--rm", "--network", network, "busybox", "sh", "-c", script])
        assert status == 1
        for answer in ("NXDOMAIN", "bad address 'example.org'", "(192.0.2.1): No route to host"):
            assert answer in output.decode()


def test_a_page_that_asks_for_it_reaches_the_network(bench: Bench, lab: Lab, daemon: docker.DockerClient) -> None:
    """The mirror's image, on the daemon's default bridge, stands for the Internet."""
    mirror = next(one for one in daemon.containers.list(filters={"label": "banc=mirror"}))
    assert mirror.image is not None
    far = daemon.containers.run(mirror.image, ["sh", "/usr/local/sbin/start-mirror"], detach=True, network="bridge")
    try:
        far.reload()
        address = far.attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
        ask = ["curl", "--silent", "--fail", "--retry", "9", "--retry-all-errors", f"http://{address}:5000/v2/"]
        with bench.lab(online=True) as online:
            assert online.run(ask) == (0, b"{}")
            nested = ["docker", "run", "--rm", "busybox"]
            assert online.run([*nested, "wget", "-q", "-O-", f"http://{address}:5000/v2/"])[1].endswith(b"{}")
            status, output = online.run([*nested, "nslookup", str(mirror.name)])
            assert status == 0, output  # names are looked up outside
        assert lab.run(ask[:3] + ask[-1:])[0] != 0
    finally:
        far.remove(force=True)


def test_a_lab_s_daemon_answers_outside_through_a_tunnel(lab: Lab) -> None:
    tunnel = lab.tunnel()
    try:
        client = docker.DockerClient(base_url=tunnel.address)
        try:
            assert client.version()["Version"].startswith(lab.engine)
            said: Any = client.containers.run("busybox", ["sh", "-c", "seq 20000"], remove=True)
            assert said.split()[-1] == b"20000"
            lines: Any = client.containers.run("busybox", ["sh", "-c", "echo a; echo b"], remove=True, stream=True)
            assert b"".join(lines) == b"a\nb\n"
            holder = client.containers.run("busybox", ["sleep", "1000"], detach=True)
            name: Any = holder.exec_run(["cat", "/etc/hostname"]).output
            assert name.decode().strip() == str(holder.id)[:12]
            holder.remove(force=True)
        finally:
            client.close()
    finally:
        tunnel.close()
    assert not Path(tunnel.address.removeprefix("unix://")).exists()


def test_the_nested_daemon_is_another(lab: Lab, daemon: docker.DockerClient) -> None:
    assert typed(lab, "docker info --format '{{.ID}}'").strip() != daemon.info()["ID"]


def test_the_daemon_outside_is_behind_no_socket_of_a_lab(bench: Bench, lab: Lab, daemon: docker.DockerClient) -> None:
    status, output = lab.run(["find", "/", "-path", "/proc", "-prune", "-o", "-type", "s", "-print"])
    sockets = output.decode().split()
    assert status == 0
    assert "/run/docker.sock" in sockets
    for path in sockets:
        told = lab.run(["curl", "--silent", "--max-time", "2", "--unix-socket", path, "http://docker/info"])[1]
        assert daemon.info()["ID"] not in told.decode(errors="replace"), path
    for port in (2375, 2376):
        assert lab.run(["curl", "--silent", "--max-time", "2", f"http://{bench._network.gateway}:{port}/info"])[0] == 7


def test_it_has_no_more_rights_than_these(lab: Lab, daemon: docker.DockerClient) -> None:
    host: dict[str, Any] = daemon.api.inspect_container(lab.id)["HostConfig"]
    assert not host["Privileged"]
    assert {right.removeprefix("CAP_") for right in host["CapAdd"]} == {"SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"}
    assert not host["Devices"]
    assert not host["DeviceCgroupRules"]
    assert not host["Binds"]


# Processes and terminals


def test_run_feeds_input_and_gives_status_and_output(lab: Lab) -> None:
    assert lab.run(["sh", "-c", "cat; echo wrong >&2; exit 3"], stdin=b"in\n") == (3, b"in\nwrong\n")
    data = bytes(range(256)) * 4096
    lab.write("/home/etudiant/deep/er/data", data)
    assert lab.run(["cat", "/home/etudiant/deep/er/data"]) == (0, data)
    assert typed(lab, "stat -c %U deep deep/er/data").split() == ["etudiant"] * 2


def test_fast_processes_lose_no_output(lab: Lab) -> None:
    assert [lab.run(["echo", "x"]) for _ in range(30)] == [(0, b"x\n")] * 30


def test_write_says_why_it_could_not(lab: Lab) -> None:
    with pytest.raises(OSError, match="Permission denied"):
        lab.write("/etc/foreign", b"")


def test_run_ends_what_does_not_end(lab: Lab) -> None:
    with pytest.raises(BenchError, match="did not end within 1 s"):
        lab.run(["sleep", "60"], timeout=1)


def test_run_tells_what_the_daemon_could_not_start(bench: Bench) -> None:
    with bench.lab() as lab:
        lab.run(["rm", "/usr/bin/timeout"])
        with pytest.raises(BenchError, match=r"`true` cannot be started in a lab: OCI runtime exec failed.*not found"):
            lab.run(["true"])


def test_a_lab_whose_last_process_just_ended_is_not_full(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab.client.api, "stats", lambda *_, **__: {"pids_stats": {"limit": 2048}})
    assert lab.ruined() == ""


def test_a_terminal_is_one(lab: Lab) -> None:
    channel = lab.open_terminal(["bash", "--noprofile", "--norc"], columns=77, rows=11)
    channel.send(b"tty; stty size; echo $LANG $TZ $TERM $USER; pwd; echo en''d\r")
    shown = received(channel, b"end\r\n").decode()
    for line in ("/dev/pts/", "11 77", "C.UTF-8 Europe/Paris xterm-256color etudiant", "/home/etudiant"):
        assert line in shown
    channel.send(b"exit\r")
    with pytest.raises(EOFError):
        received(channel, b"never")
    channel.close()


def shell(lab: Lab) -> tuple[Channel, int]:
    channel = lab.open_terminal(["bash", "--noprofile", "--norc", "--noediting"])
    channel.send(b"echo pid=$$ en''d\r")
    return channel, int(received(channel, b" end\r\n").rpartition(b"pid=")[2].split()[0])


def test_the_foreground_can_be_killed_but_not_the_shell(lab: Lab) -> None:
    channel, pid = shell(lab)
    channel.kill_foreground(pid)
    channel.send(b"trap '' INT; sleep 100\r")
    time.sleep(0.5)
    channel.kill_foreground(pid)
    channel.send(b"echo status=$?.\r")
    assert b"status=137." in received(channel, b"status=137.")
    channel.close()


def test_a_program_that_reads_keys_is_told_from_one_that_reads_lines(lab: Lab) -> None:
    channel, pid = shell(lab)
    channel.send(b"docker run --rm -it busybox sh\r")
    received(channel, b"/ # ", timeout=60)
    assert channel.reads_keys(pid)
    channel.send(b"exit\r")
    received(channel, b"$ ")
    channel.send(b"cat\r")
    received(channel, b"cat\r\n")
    time.sleep(0.5)
    assert not channel.reads_keys(pid)
    channel.close()


def test_what_runs_in_a_closed_terminal_is_hung_up(lab: Lab) -> None:
    channel, _ = shell(lab)
    channel.send(b"sleep 4321\r")
    received(channel, b"4321\r\n")
    channel.close()
    deadline = time.monotonic() + 5
    while lab.run(["pgrep", "-f", "^sleep 4321"])[0] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.1)


# The user's daemon


@pytest.fixture
def belongings(lab: Lab, daemon: docker.DockerClient) -> Iterator[None]:
    """A running container, a network, a volume and an image of the user's."""
    lab_image = daemon.api.inspect_container(lab.id)["Image"]
    empty = io.BytesIO()
    tarfile.open(fileobj=empty, mode="w").close()
    daemon.api.import_image_from_data(empty.getvalue(), "users-own", "1")
    daemon.api.create_network("users-own")
    daemon.api.create_volume("users-own")
    container = daemon.api.create_container(lab_image, ["sleep", "600"], name="users-own", volumes=["/data"])["Id"]
    daemon.api.start(container)
    yield
    daemon.api.remove_container(container, v=True, force=True)
    daemon.api.remove_network("users-own")
    daemon.api.remove_volume("users-own")
    daemon.api.remove_image("users-own:1")


def belongs(client: docker.DockerClient) -> tuple[object, ...]:
    """The user's things, with the state that they are in."""
    container = client.api.inspect_container("users-own")
    return (
        container["Id"],
        container["State"],
        client.api.inspect_network("users-own"),
        client.api.inspect_volume("users-own"),
        client.api.inspect_volume(container["Mounts"][0]["Name"]),
        client.images.get("users-own:1").attrs,
    )


def ours(client: docker.DockerClient) -> dict[str, list[str]]:
    """What bears our label and belongs to a run, by run."""
    found: dict[str, list[str]] = {}
    for thing in [*client.api.containers(all=True), *client.api.networks()]:
        if owner := Owner.of(thing["Labels"] or {}):
            found.setdefault(owner.run, []).append(thing["Id"])
    return found


def process_of(client: docker.DockerClient, run: str) -> str:
    """The process that a run's things name as their owner."""
    filters = {"label": f"{LABEL}.run={run}"}
    return str(client.api.networks(filters=filters)[0]["Labels"][f"{LABEL}.process"])


WRECK = (
    "docker run -d busybox sleep 600 >/dev/null; docker stop -t 0 $(docker ps -q); docker system prune -af --volumes"
)


@pytest.mark.usefixtures("belongings")
def test_a_lab_is_removed_with_all_of_it_and_with_nothing_else(bench: Bench, daemon: docker.DockerClient) -> None:
    before = belongs(daemon)
    with suppress(KeyError), bench.lab() as lab:
        typed(lab, WRECK)
        volume = daemon.api.inspect_container(lab.id)["Mounts"][0]["Name"]
        assert daemon.api.inspect_volume(volume)
        daemon.api.kill(lab.id)
        with pytest.raises(BenchError, match="in a lab failed"):
            lab.run(["true"])
        raise KeyError
    with pytest.raises(docker.errors.NotFound):
        daemon.api.inspect_container(lab.id)
    with pytest.raises(docker.errors.NotFound):
        daemon.api.inspect_volume(volume)
    lab.close()  # a second time is no error
    assert belongs(daemon) == before


KILLED = """
import time
from banc.labs.lab import Bench
with Bench(say=lambda line: None) as bench, bench.lab() as lab:
    lab.run(["docker", "run", "-d", "busybox", "sleep", "600"])
    print("in the middle", flush=True)
    time.sleep(600)
"""


@pytest.mark.usefixtures("belongings")
def test_a_killed_run_is_cleared_by_the_next_but_not_one_that_lives(bench: Bench, daemon: docker.DockerClient) -> None:
    before, living = belongs(daemon), ours(daemon)
    process = subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "in the middle\n"
    left = {run for run in ours(daemon) if process_of(daemon, run) == str(process.pid)}
    assert len(left) == 1
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    said: list[str] = []
    with Bench(say=said.append):
        assert not left & ours(daemon).keys()
    run = bench._owner.run
    assert ours(daemon)[run] == living[run]
    assert said[0].startswith("Removed what a killed run left: banc-lab-")
    assert belongs(daemon) == before


# Pull-through, with a registry of our own in the place of Docker Hub


def test_a_mirror_pulls_through(bench: Bench, lab: Lab, daemon: docker.DockerClient) -> None:
    upstream = f"http://{bench._mirror.address}:5000"
    mirror = Mirror(
        daemon, Owner.this(), bench._image, bench._network, kit=None, hub=upstream
    )  # it has busybox, or fails
    try:
        assert mirror.origin == HUB
        volume = daemon.api.inspect_container(mirror.id)["Mounts"][0]["Name"]
        url = f"http://{mirror.address}:5000/v2/library/busybox/manifests/1.37"
        accept = "Accept: application/vnd.docker.distribution.manifest.v2+json"
        status, manifest = lab.run(["curl", "-sSf", "-H", accept, url])
        assert status == 0
        layer = json.loads(manifest)["layers"][0]["digest"]
        status, data = lab.run(["curl", "-sSf", f"http://{mirror.address}:5000/v2/library/busybox/blobs/{layer}"])
        assert f"sha256:{hashlib.sha256(data).hexdigest()}" == layer
        assert mirror.pulled(lab._address, lab._since) == (("library/busybox", "1.37"),)
    finally:
        daemon.api.remove_container(mirror.id, v=True, force=True)
        daemon.api.remove_volume(volume)
