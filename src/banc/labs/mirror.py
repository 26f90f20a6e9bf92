"""What labs pull from: a network that leads nowhere else, and the registry on it."""

from __future__ import annotations

import hashlib
import ipaddress
import random
import re
from dataclasses import dataclass

import docker
from docker.errors import APIError

from banc.errors import BenchError
from banc.labs import inside
from banc.labs.host import LABEL, Owner, working
from banc.labs.kit import instance

HUB = "Docker Hub"
KIT = "offline kit"

MANIFESTS = ",".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
"""What to accept from a registry: it converts a manifest for a client that says nothing."""

DOCKER_HUB = "https://registry-1.docker.io"
_RANGE = ipaddress.ip_network("198.18.0.0/15")  # reserved for benchmarks (RFC 2544): no home or office has it
_MTU = "com.docker.network.driver.mtu"
LOG = docker.types.LogConfig(type="json-file", config={"max-size": "20m"})
"""What is read back must be kept by the daemon, whatever its usual log driver."""

_REQUEST = re.compile(
    r'^(?P<client>\S+) - - \[.*?\] "(?:GET|HEAD) /v2/(?P<name>\S+)/manifests/(?P<tag>[^\s?]+)\S* HTTP/\S+" 200 '
)


def hub_answers(client: docker.DockerClient, timeout: int = 10) -> bool:
    """Whether the daemon reaches Docker Hub within `timeout` seconds."""
    usual, client.api.timeout = client.api.timeout, timeout
    try:
        client.images.get_registry_data("busybox:latest")
    except (APIError, OSError):  # requests' errors are OSErrors
        return False
    finally:
        client.api.timeout = usual
    return True


@dataclass(frozen=True, slots=True)
class Network:
    """An internal network of the daemon's, of one run."""

    id: str
    gateway: str  # address of the daemon's machine on it


def make_network(client: docker.DockerClient, owner: Owner) -> Network:
    """Make a network without a way out, with the MTU of the daemon's default bridge.

    Raises:
        BenchError: The daemon refused.
    """
    with working("making the labs' network"):
        mtu = client.api.inspect_network("bridge")["Options"].get(_MTU, "1500")
        for _ in range(20):
            subnet = ipaddress.ip_network((int(_RANGE.network_address) + random.randrange(512) * 256, 24))
            gateway = str(subnet[1])
            pool = docker.types.IPAMPool(subnet=str(subnet), gateway=gateway)
            try:
                network = client.api.create_network(
                    f"banc-{owner.run}",
                    internal=True,
                    ipam=docker.types.IPAMConfig(pool_configs=[pool]),
                    options={_MTU: mtu},
                    labels=owner.labels("network"),
                )
            except APIError as error:
                if "overlap" not in str(error):
                    raise
            else:
                return Network(network["Id"], gateway)
    raise BenchError("No free network was found for the labs. Remove networks that are not used (`docker network ls`).")


class Mirror:
    """The registry of one run."""

    def __init__(
        self,
        client: docker.DockerClient,
        owner: Owner,
        image: str,
        network: Network,
        *,
        kit: str | None,
        hub: str = DOCKER_HUB,
    ) -> None:
        """Start it.

        Args:
            client: The daemon.
            owner: The run.
            image: That of a lab, which has the registry too.
            network: Where the labs are.
            kit: The volume with the offline kit; None to pull through from `hub`.
            hub: The registry to pull through from.

        Raises:
            BenchError: It does not answer, or has no busybox.
        """
        self._client = client
        self.origin = KIT if kit else HUB
        with working("starting the mirror"):
            self.kit = instance(client, kit) if kit else ""
            self.id = self._start(owner, image, network, kit, hub)
            networks = client.api.inspect_container(self.id)["NetworkSettings"]["Networks"]
            self.address = next(net["IPAddress"] for net in networks.values() if net["NetworkID"] == network.id)
        self._wait(hub)

    def _start(self, owner: Owner, image: str, network: Network, kit: str | None, hub: str) -> str:
        api = self._client.api
        cache = f"{LABEL}-mirror-{hashlib.sha256(hub.encode()).hexdigest()[:8]}"
        if kit is None:
            api.create_volume(cache, labels={LABEL: "mirror"})
        volume = {"bind": "/var/lib/registry", "mode": "ro" if kit else "rw"}
        container: str = api.create_container(
            image,
            ["sh", "/usr/local/sbin/start-mirror"],
            name=f"banc-mirror-{owner.run}",
            hostname="mirror",
            environment={} if kit else {"REGISTRY_PROXY_REMOTEURL": hub},
            host_config=api.create_host_config(binds={kit or cache: volume}, cap_drop=["ALL"], log_config=LOG),
            networking_config={"EndpointsConfig": {network.id: {}}},
            labels=owner.labels("mirror"),
        )["Id"]
        if kit is None:
            api.connect_container_to_network(container, "bridge")
        api.start(container)
        return container

    def _wait(self, hub: str) -> None:
        """Wait until an image can be pulled."""
        url = "http://127.0.0.1:5000/v2/"
        head = f"curl -sSfI --max-time 30 -H 'Accept: {MANIFESTS}' {url}library/busybox/manifests/latest"
        script = f"until curl -sf {url}; do sleep 0.05; done; {head}"
        try:
            status, output = inside.run(self._client, self.id, ["sh", "-c", script], timeout=60)
        except BenchError as error:
            raise BenchError(f"The mirror does not start: {error}\n{self._log()}") from error
        if status:
            raise BenchError(
                f"The mirror has no busybox ({output.decode(errors='replace').strip()}). "
                f"With Docker Hub: can a container reach {hub}? Else BANC_IMAGES=kit uses the offline kit."
            )

    def check(self) -> None:
        """Make sure that images can still be pulled.

        Raises:
            BenchError: It has ended.
        """
        with working("looking for the mirror"):
            state = self._client.api.inspect_container(self.id)["State"]
        if not state["Running"]:
            raise BenchError(
                f"The mirror, from which labs pull, has ended. Run again. Its log ends with\n{self._log()}"
            )

    def _log(self) -> str:
        with working("reading the mirror's log"):
            return bytes(self._client.api.logs(self.id, tail=20)).decode(errors="replace")

    def pulled(self, address: str, since: float) -> tuple[tuple[str, str], ...]:
        """What a client asked for and got: names and tags (or digests), sorted.

        Args:
            address: The client's, on the labs' network.
            since: Seconds since 1970, by the daemon's clock.
        """
        with working("reading the mirror's log"):
            log = bytes(self._client.api.logs(self.id, since=since)).decode(errors="replace")
        found = (_REQUEST.match(line) for line in log.splitlines())
        return tuple(sorted({(one["name"], one["tag"]) for one in found if one and one["client"] == address}))
