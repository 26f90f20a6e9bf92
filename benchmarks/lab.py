"""A lab that is ready, against the daemon started by hand in the same container."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import docker

from banc.labs.lab import Bench, Lab
from benchmarks.measure import Measure, Sides, timed

_BY_HAND = "docker run --detach … dockerd"
_READY = b"API listen on"


def _by_hand(client: docker.DockerClient, image: str) -> float:
    """Seconds until a daemon that is the container's own first program says that it is ready."""
    api = client.api
    host = api.create_host_config(
        cap_add=["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"],
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        tmpfs={"/run": ""},
    )
    host |= {"MaskedPaths": [], "ReadonlyPaths": []}
    began = time.perf_counter()
    container = api.create_container(image, entrypoint=["dockerd"], volumes=["/var/lib/docker"], host_config=host)
    try:
        api.start(container)
        while _READY not in (log := api.logs(container, tail=20)):
            if not api.inspect_container(container)["State"]["Running"]:
                raise RuntimeError(f"dockerd ended: {log.decode()}")
            time.sleep(0.01)
        return time.perf_counter() - began
    finally:
        api.remove_container(container, v=True, force=True)


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    with Bench(print) as bench:
        client = docker.from_env()
        with bench.lab() as lab:
            image = client.api.inspect_container(lab.id)["Image"]

        def ours() -> float:
            labs: list[Lab] = []
            try:
                return timed(lambda: labs.extend(bench.lab() for _ in range(size)))
            finally:
                for lab in labs:
                    lab.close()

        yield Sides(ours, lambda: sum(_by_hand(client, image) for _ in range(size)))
        client.close()


MEASURE = Measure(
    "lab",
    "a lab, until it can be used",
    f"`{_BY_HAND}` in the same image, until it listens",
    goal=1.1,
    sides=_sides,
    size=1,
    tiny=1,
    rounds=9,
)
