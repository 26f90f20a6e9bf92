"""The Docker daemon that labs run on: finding it, marking what is ours there, clearing what a killed run left."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import docker
import requests
from docker.context import ContextAPI
from docker.errors import DockerException, NotFound

from banc.errors import BenchError
from banc.labs.ssh import Forward

LABEL = "banc"
"""The label of all that is ours on the daemon; its value says what it is."""

_DAY = 86_400.0  # seconds after which the things of a run that cannot be looked at count as left behind
_TIMEOUT = 120  # seconds that the daemon may take for one answer


@contextmanager
def working(doing: str) -> Iterator[None]:
    """Turn whatever goes wrong with the daemon into a `BenchError` that says what was being done.

    Args:
        doing: As in "starting a lab".
    """
    try:
        yield
    except (DockerException, requests.exceptions.RequestException, OSError) as error:
        raise BenchError(f"{doing} failed: {error}. {_next_step(str(error))}") from error


def _next_step(trouble: str) -> str:
    if "no space left" in trouble.lower():
        return "Free some disk space (`docker system df` shows what uses it), then run again."
    return "See what the Docker daemon says (`docker info`, `journalctl -u docker`), then run again."


def address_of(docker_host: str | None = None) -> str:
    """`docker_host`, else what ``DOCKER_HOST`` says, else where the current Docker context has its daemon."""
    return docker_host or os.environ.get("DOCKER_HOST") or _of_context() or "unix:///var/run/docker.sock"


def connect(docker_host: str | None = None, timeout: int = _TIMEOUT) -> docker.DockerClient:
    """Open the daemon at `address_of` a host.

    Args:
        docker_host: As in ``DOCKER_HOST``.
        timeout: Seconds that the daemon may take for one answer.

    Raises:
        BenchError: No daemon answers there.
    """
    address = address_of(docker_host)
    forward = Forward(address) if address.startswith("ssh://") else None
    try:
        return _opened(forward.address if forward else address, timeout, forward)
    except PermissionError as error:
        raise BenchError(
            f"You may not use the Docker daemon on {address}. As root, `usermod -aG docker {getpass.getuser()}`, then "
            "log in anew."
        ) from error
    except (DockerException, requests.exceptions.RequestException, OSError) as error:
        raise BenchError(
            f"No Docker daemon answers on {address} ({error}). Install and start one (Debian: "
            "`apt-get install docker.io`, as root, or run `make test` as root, which does it), or name another with "
            "DOCKER_HOST."
        ) from error


def _opened(address: str, timeout: int, forward: Forward | None) -> docker.DockerClient:
    try:
        _knock(address)
        client = _Client.from_env(environment=os.environ | {"DOCKER_HOST": address}, timeout=timeout)
    except BaseException:
        if forward:
            forward.close()
        raise
    assert isinstance(client, _Client)
    client.forward = forward
    return client


class _Client(docker.DockerClient):
    """The SDK's client, and the way by SSH that goes with it."""

    forward: Forward | None = None

    def close(self) -> None:
        """Close both."""
        super().close()
        if self.forward:
            self.forward.close()


def _of_context() -> str | None:
    """Where the context that `docker context use` chose has its daemon; None for the default one."""
    context = ContextAPI.get_current_context()
    return None if context is None or context.name == "default" else context.Host


def _knock(address: str) -> None:
    """Connect once to a local socket: the SDK leaves one open to which it could not connect."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect("/" + address.removeprefix("unix://").lstrip("/"))


@dataclass(frozen=True, slots=True)
class Owner:
    """Who made a thing on the daemon: one process of one boot of one machine."""

    run: str
    machine: str
    boot: str
    space: str  # of process ids: the same number is another process in another container
    process: str
    since: str  # start of the process, in the kernel's ticks since boot
    made: str  # seconds since 1970

    @classmethod
    def this(cls) -> Owner:
        """This process."""
        process = str(os.getpid())
        return cls(
            run=secrets.token_hex(4),
            machine=socket.gethostname(),
            boot=_boot(),
            space=_space(),
            process=process,
            since=_start(process) or "",
            made=str(int(time.time())),
        )

    def labels(self, role: str) -> dict[str, str]:
        """The labels of something made by this owner."""
        return {LABEL: role} | {f"{LABEL}.{name}": value for name, value in asdict(self).items()}

    @classmethod
    def of(cls, labels: dict[str, str]) -> Owner | None:
        """The owner that labels name; None for what belongs to no run, as a cache does."""
        try:
            return cls(**{name: labels[f"{LABEL}.{name}"] for name in cls.__dataclass_fields__})
        except KeyError:
            return None

    def gone(self) -> bool:
        """Whether the owner has ended. One that cannot be seen from here counts as gone after a day."""
        if (self.boot, self.space) == (_boot(), _space()):
            return _start(self.process) != (self.since or None)
        rebooted = self.machine == socket.gethostname() and self.boot != _boot()
        return rebooted or time.time() - float(self.made) > _DAY


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:  # not Linux: nothing can be seen, the daemon runs elsewhere
        return ""


def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return socket.gethostname()


def _start(process: str) -> str | None:
    """When a process started; None when there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None


def clear(client: docker.DockerClient, run: str | None = None) -> list[str]:
    """Remove the containers and networks of `run`, or of all runs whose process has ended.

    Anonymous volumes go with their containers. Images and named volumes are caches and stay.

    Returns:
        The names of what was removed.
    """
    removed = []
    mine = {"label": LABEL}
    for container in client.api.containers(all=True, filters=mine):
        if _falls(container["Labels"], run):
            with _already_gone():
                client.api.remove_container(container["Id"], v=True, force=True)
            removed.append(container["Names"][0].lstrip("/"))
    for network in client.api.networks(filters=mine):
        if _falls(network["Labels"], run):
            with _already_gone():
                client.api.remove_network(network["Id"])
            removed.append(network["Name"])
    return removed


def _falls(labels: dict[str, str], run: str | None) -> bool:
    owner = Owner.of(labels)
    if owner is None:
        return False
    return owner.run == run if run else owner.gone()


@contextmanager
def _already_gone() -> Iterator[None]:
    """Two runs may clear at the same time."""
    try:
        yield
    except NotFound:
        return
    except docker.errors.APIError as error:
        if error.status_code != 409 or "already in progress" not in str(error):
            raise
