"""A Docker daemon of a test's own: in a container, with its own images, networks and files, always removed.

It may be stopped, started again and broken, which the one of this machine may not.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import docker

from banc.errors import BenchError
from banc.labs import images, kit
from banc.labs.host import Owner, connect
from banc.labs.lab import Bench
from banc.labs.mirror import LOG

_START = 120  # seconds that it may take to answer
_MTU = "com.docker.network.driver.mtu"
# A lab is a Docker host for those inside; this one is for those outside, too.
_COMMAND = """
listen='unix:///outside/docker.sock --host=tcp://0.0.0.0:2375 --tls=false'
sed -i "s|unix:///run/docker.sock|$listen|" /usr/local/sbin/start-docker
exec sh /usr/local/sbin/start-docker 127.0.0.1 127.0.0.1 online
"""


class Daemon:
    """A Docker daemon that answers on a Unix socket and on a TCP port of this machine."""

    def __init__(self, outer: docker.DockerClient, container: str, folder: Path) -> None:
        self._outer = outer
        self._container = container
        self.unix = f"unix://{folder}/docker.sock"
        self.tcp = ""
        self.start()

    def start(self) -> None:
        """Start it, also again, and wait until it answers."""
        self._outer.api.start(self._container)
        networks = self._outer.api.inspect_container(self._container)["NetworkSettings"]["Networks"]
        self.tcp = f"tcp://{next(iter(networks.values()))['IPAddress']}:2375"
        deadline = time.monotonic() + _START
        while True:
            with suppress(BenchError), closing(connect(self.unix)) as client:
                client.ping()
                return
            state = self._outer.api.inspect_container(self._container)["State"]
            if time.monotonic() > deadline or not state["Running"]:
                raise AssertionError(self._outer.api.logs(self._container, tail=30).decode(errors="replace"))
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it at once, with all that runs in it, as a machine whose plug is pulled."""
        self._outer.api.kill(self._container)
        self._outer.api.wait(self._container)

    def restart(self) -> None:
        """Stop it at once and start it again: what ran in it has ended."""
        self.stop()
        self.start()


@contextmanager
def daemon_of_its_own(*, stocked: bool = True) -> Iterator[Daemon]:
    """Start one.

    Args:
        stocked: It has the lab's image and the offline kit already.
    """
    with Bench(print) as bench, closing(connect()) as outer, tempfile.TemporaryDirectory(prefix="banc-") as folder:
        image = bench._image
        owner = Owner.this()
        name = f"banc-test-{secrets.token_hex(4)}"
        options = {_MTU: outer.api.inspect_network("bridge")["Options"].get(_MTU, "1500")}
        network = outer.api.create_network(name, options=options, labels=owner.labels("test"))["Id"]
        container = ""
        try:
            container = _created(outer, image, name, Path(folder), owner)
            daemon = Daemon(outer, container, Path(folder))
            if stocked:
                with closing(connect(daemon.unix)) as inner:
                    images.borrow(inner, outer, image)
                    kit.borrow(inner, outer, image)
            yield daemon
        finally:
            if container:
                outer.api.remove_container(container, v=True, force=True)
            outer.api.remove_network(network)


def _created(outer: docker.DockerClient, image: str, name: str, folder: Path, owner: Owner) -> str:
    host: dict[str, Any] = outer.api.create_host_config(
        cap_add=["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"],
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        tmpfs={"/run": ""},
        binds={str(folder): {"bind": "/outside", "mode": "rw"}},
        log_config=LOG,
        network_mode=name,
    )
    host |= {"MaskedPaths": [], "ReadonlyPaths": []}
    created = outer.api.create_container(
        image,
        ["sh", "-c", _COMMAND],
        name=name,
        volumes=["/var/lib/docker"],
        host_config=host,
        labels=owner.labels("test"),
    )
    return str(created["Id"])
