"""One throw-away Docker host, in a container that is always removed; and the bench that makes them."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import docker

from banc.errors import BenchError
from banc.labs import engines, inside, inventory, kit
from banc.labs.engines import Engine
from banc.labs.host import Owner, address_of, clear, connect, working
from banc.labs.images import Say, borrow, build, building, fingerprint, found, passing, tag
from banc.labs.limits import MEMORY, PROCESSES, unlimited
from banc.labs.mirror import LOG, MANIFESTS, Mirror, Network, hub_answers, make_network
from banc.labs.tunnel import Tunnel
from banc.results import Image
from banc.terminals.channel import Channel

READER = "etudiant"
"""The user as whom pages are run."""

HOME = f"/home/{READER}"

_RECIPE = Path(__file__).parent / "labimage"
_DISKS = ("/", "/var/lib/docker", HOME)
# What a pull from the mirror could not write goes by the name of the registry that is tried after it.
_WRITTEN_IN_VAIN = re.compile(r"no space left on device|lookup registry-1\.docker\.io", re.IGNORECASE)
_SPACE = 500  # megabytes: what could not be written was removed again, and left that much at most
_SPARE = 16  # processes by which a lab that is full may seem not to be: they come and go
_END = 3.0  # seconds in which a lab has ended whose daemon has
_READY = "API listen on"  # what dockerd says when it can be used
_LOOK = 10  # seconds in which a daemon that is there answers
_RESTART = 15  # seconds that the daemon outside may take to be restarted, as systemd does it
_BOOT = 120  # seconds that a lab's daemon may take to be ready on a slow machine
_ENVIRONMENT = {"LANG": "C.UTF-8", "TZ": "Europe/Paris", "TERM": "xterm-256color", "USER": READER, "HOME": HOME}
_START = ("sh", "/usr/local/sbin/start-docker")
_RIGHTS = ["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"]


class LabChannel:
    """A terminal inside a lab."""

    def __init__(self, lab: Lab, argv: Sequence[str], columns: int, rows: int) -> None:
        self._lab = lab
        self._note = f"/run/banc/{secrets.token_hex(4)}"  # holds the process's id
        script = 'echo $$ > "$1"; stty columns "$2" rows "$3"; shift 3; exec "$@"'
        started = ["sh", "-c", script, "sh", self._note, str(columns), str(rows), *argv]
        self._stream = inside.Stream(
            lab.client, lab.id, started, tty=True, user=READER, environment=_ENVIRONMENT, folder=HOME
        )

    def send(self, data: bytes) -> None:
        """Type."""
        self._stream.send(data)

    def receive(self, timeout: float) -> bytes:
        """What was printed since; ``b""`` when nothing came within `timeout` seconds.

        Raises:
            EOFError: The shell has ended and all it printed was received.
        """
        return self._stream.receive(timeout)

    def reads_keys(self, shell: int) -> bool:
        """Whether the terminal of process `shell` is in raw mode: whole lines are not waited for."""
        status, output = self._lab.run(["stty", "--file", f"/proc/{shell}/fd/0", "--all"])
        return status == 0 and b" -icanon " in output

    def kill_foreground(self, shell: int) -> None:
        """SIGKILL what runs in the foreground of the terminal of process `shell`, but not the shell."""
        script = 'stat=$(cat "/proc/$1/stat"); set -- ${stat##*) }; [ "$3" = "$6" ] || kill -KILL "-$6"'
        self._lab.run(["sh", "-c", script, "sh", str(shell)])

    def close(self) -> None:
        """Hang up; what still runs in the terminal gets SIGHUP."""
        with suppress(BenchError):  # a lab that has ended has no terminals
            self._lab.run(["sh", "-c", 'kill -HUP "$(cat "$1")"', "sh", self._note])
        self._stream.close()


class Lab:
    """One throw-away Docker host. Use it as a context manager: it is removed at the end, whatever happens."""

    def __init__(
        self,
        client: docker.DockerClient,
        owner: Owner,
        image: str,
        network: Network,
        mirror: Mirror,
        missing: Mapping[str, str],
        *,
        online: bool,
    ) -> None:
        """Start one and wait until its daemon can be used.

        Args:
            client: The daemon outside.
            owner: Whose it is.
            image: What it is made from.
            network: What it is put into.
            mirror: What it pulls from.
            missing: Images that cannot be pulled there, without their tags, and why.
            online: It reaches the Internet too.

        Raises:
            BenchError: It does not start; the end of its log is in the message.
        """
        self.client = client
        self.missing = missing
        self._mirror = mirror
        with working("starting a lab"):
            self.id = self._create(owner, image, network, online)
        try:
            with working("starting a lab"):
                client.api.start(self.id)
                state = client.api.inspect_container(self.id)
                self._address = state["NetworkSettings"]["Networks"][f"banc-{owner.run}"]["IPAddress"]
                self._since = _seconds(state["State"]["StartedAt"])
                self.image = str(state["Image"])
                self._wait()
            self.engine = str(self._ask("/version")["Version"]).partition("+")[0]  # without Debian's suffix
        except BaseException:
            self.close()
            raise

    def _create(self, owner: Owner, image: str, network: Network, online: bool) -> str:
        api = self.client.api
        host = api.create_host_config(
            cap_add=_RIGHTS,
            security_opt=["seccomp=unconfined", "apparmor=unconfined"],
            tmpfs={"/run": ""},
            extra_hosts={"mirror": self._mirror.address},
            log_config=LOG,
            mem_limit=MEMORY,
            memswap_limit=MEMORY,
            pids_limit=PROCESSES,
        )
        host |= {"MaskedPaths": [], "ReadonlyPaths": []}  # systempaths=unconfined; the SDK knows no word for it
        created = str(
            api.create_container(
                image,
                [*_START, network.gateway, self._mirror.address, "online" if online else "alone"],
                name=f"banc-lab-{owner.run}-{secrets.token_hex(2)}",
                hostname="labo",
                volumes=["/var/lib/docker"],
                host_config=host,
                networking_config={"EndpointsConfig": {network.id: {}}},
                labels=owner.labels("lab"),
            )["Id"]
        )
        if online:  # the default bridge leads out; the labs' own network does not
            api.connect_container_to_network(created, "bridge")
        return created

    def _wait(self) -> None:
        """Read the daemon's log until it says that it is ready.

        Nothing may be started in the lab before: the entry point moves processes between cgroups.
        """
        deadline = time.monotonic() + _BOOT
        while _READY not in (log := self._log()):
            if time.monotonic() > deadline or not self.client.api.inspect_container(self.id)["State"]["Running"]:
                raise BenchError(
                    "A lab's Docker daemon does not start: can this machine run Docker in Docker? "
                    f"Its log ends with\n{log}"
                )
            time.sleep(0.05)

    def _log(self) -> str:
        return bytes(self.client.api.logs(self.id, tail=20)).decode(errors="replace")

    def _ask(self, path: str) -> Any:
        """GET from the nested daemon."""
        status, output = self.run(["curl", "-sSf", "--unix-socket", "/run/docker.sock", f"http://docker{path}"])
        if status:
            raise BenchError(
                f"A lab's Docker daemon does not answer ({output.decode(errors='replace').strip()}). Run again."
            )
        return json.loads(output)

    def open_terminal(self, argv: Sequence[str], columns: int = 100, rows: int = 40) -> Channel:
        """Start a program with a terminal, as the reader, in their home folder.

        Args:
            argv: The program and its arguments.
            columns: Width, in characters.
            rows: Height, in lines.
        """
        return LabChannel(self, argv, columns, rows)

    def run(
        self, argv: Sequence[str], *, user: str = "root", timeout: float = 60, stdin: bytes = b""
    ) -> tuple[int, bytes]:
        """Run a process without a terminal.

        Args:
            argv: The program and its arguments.
            user: Who runs it.
            timeout: Seconds after which it is killed.
            stdin: Its standard input.

        Returns:
            Its exit status, and its standard output and errors as they came.

        Raises:
            BenchError: It had not ended in time, or the lab is gone.
        """
        return inside.run(self.client, self.id, argv, user=user, timeout=timeout, stdin=stdin)

    def write(self, path: str, data: bytes) -> None:
        """Write a file as the reader; missing folders are made.

        Args:
            path: Absolute path in the lab.
            data: All of its content.

        Raises:
            OSError: The reader may not write there, or it is a folder.
        """
        script = 'mkdir -p -- "$(dirname -- "$1")" && cat > "$1"'
        status, output = self.run(["sh", "-c", script, "sh", path], user=READER, stdin=data)
        if status:
            raise OSError(output.decode(errors="replace").strip())

    @property
    def kit(self) -> str:
        """The offline kit that it pulls from, as `kit.instance` names it; empty for Docker Hub."""
        return self._mirror.kit

    def images(self) -> tuple[Image, ...]:
        """What was pulled since the lab was started, base images of builds and removed images included."""
        pulled = self._mirror.pulled(self._address, self._since)
        return tuple(sorted((self._image(*one) for one in pulled if ":" not in one[1]), key=lambda image: image.name))

    def _image(self, repository: str, version: str) -> Image:
        url = f"http://mirror:5000/v2/{repository}/manifests/{version}"
        status, output = self.run(["curl", "-sSfI", "-H", f"Accept: {MANIFESTS}", url])
        digest = re.search(rb"(?im)^docker-content-digest: *(\S+)", output)
        if status or not digest:
            raise BenchError(
                f"The mirror lost {repository}:{version} ({output.decode(errors='replace').strip()}). Run again."
            )
        return Image(f"{repository.removeprefix('library/')}:{version}", digest[1].decode(), self._mirror.origin)

    def inventory(self) -> tuple[inventory.Thing, ...]:
        """What is there that was not when the lab was started, pulled images aside."""
        sent = time.time()
        status, output = self.run(["sh", "-c", inventory.SCRIPT])
        told = output.decode(errors="replace")
        if status:
            raise BenchError(f"A lab does not say what is in it ({told.strip()[-300:]}). Run again.")
        try:
            return inventory.things(told, sent, time.time())
        except ValueError as error:
            raise BenchError(f"What a lab says is in it cannot be read ({error}): report this as a defect.") from error

    def check(self, output: str) -> None:
        """Look for a fault of the bench behind a block that failed.

        Args:
            output: What the block printed, or why it failed.

        Raises:
            BenchError: The mirror is gone, or the disk that labs are on is full.
        """
        self._mirror.check()
        if _WRITTEN_IN_VAIN.search(output):
            status, told = self.run(["df", "--block-size=1M", "--output=avail,target", *_DISKS])
            free = [line.split(maxsplit=1) for line in told.decode().splitlines()[1:]]
            full = [where for left, where in free if int(left) < _SPACE]
            if full and not status:
                raise BenchError(
                    f"The disk that labs are on is full ({full[0]} has less than {_SPACE} MB left). Free some disk "
                    "space (`docker system df` shows what Docker uses), unless the block itself fills it; then run "
                    "again."
                )

    def ruined(self) -> str:
        """How a page made the lab unusable: "the block …"; empty where it did not, or where nobody can tell."""
        try:
            with working("looking at a lab"):
                if self._is_full():
                    return f"uses up all {PROCESSES:,} processes that its lab may hold"
                if self._has_ended_by_itself():
                    out_of_memory = self.client.api.inspect_container(self.id)["State"]["OOMKilled"]
                    why = f"memory ({MEMORY >> 30} GB) was full" if out_of_memory else "Docker daemon is gone"
                    return f"ended its lab, whose {why}"
        except BenchError:  # the daemon outside is gone
            pass
        return ""

    def _is_full(self) -> bool:
        used = self.client.api.stats(self.id, stream=False, one_shot=True).get("pids_stats", {})
        return bool(used.get("limit")) and used.get("current", 0) >= used["limit"] - _SPARE  # Docker leaves zeros out

    def _has_ended_by_itself(self) -> bool:
        """Whether it has, by what the daemon outside has seen; one that was killed from there has not."""
        wanted = {"container": self.id, "event": ["kill", "die"]}
        deadline = time.monotonic() + _END
        while time.monotonic() < deadline:
            events = self.client.api.events(int(self._since), int(time.time()) + 1, wanted, decode=True)
            actions = {event["Action"] for event in events}
            if actions:
                return "kill" not in actions
            time.sleep(0.1)
        return False

    def tunnel(self) -> Tunnel:
        """Open a way to the lab's daemon for programs outside; to be closed before the lab."""
        return Tunnel(self.client, self.id)

    def close(self) -> None:
        """Remove the lab with all that is in it."""
        with working("removing a lab"), suppress(docker.errors.NotFound):
            self.client.api.remove_container(self.id, v=True, force=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _seconds(date: str) -> float:
    """Docker's dates, in seconds since 1970. Fractions count: a lab may have the address of the one just removed."""
    return datetime.fromisoformat(date.rstrip("Z")[:26] + "+00:00").timestamp()


def image_name(engine: str) -> str:
    """The name of the image of labs with an engine, on whichever Docker host."""
    return tag(f"lab-{engine}", fingerprint(_RECIPE, repr(engines.named(engine))))


def _image(client: docker.DockerClient, say: Say, engine: Engine, *, hub: bool) -> str:
    """The image of labs with this engine; built where it is not there yet.

    Raises:
        BenchError: It cannot be had; the message says what to do.
    """
    name = image_name(engine.name)
    if found(client, name):
        return name
    if engine.release:
        below = kit.base(client, say, hub=hub, release=engine.release)
        say(f"Building the image of labs with the engine of {engine.name} …")
        build(client, _RECIPE, name, {"BASE": below, "DOCKER": engine.packages})
        return name
    if not hub and not found(client, engine.image):
        raise BenchError(
            f"Engine {engine.name} is Docker Hub's {engine.image}, and Docker Hub does not answer or is not used. "
            f"Give the Docker daemon a way to it (BANC_IMAGES=hub), or use another engine: --engine={engines.DEFAULT}."
        )
    say(f"Building the image of labs on {engine.image} …")
    try:
        with passing(client, engine.image):
            build(client, _RECIPE, name, {"BASE": engine.image}, engine.recipe)
    except BenchError as error:
        if re.search(rf"{re.escape(engine.image)}:? not found", str(error)):
            raise BenchError(
                f"Docker Hub has no {engine.image}: choose a version among https://hub.docker.com/_/docker/tags."
            ) from error
        raise
    return name


class Bench:
    """What a run needs on a Docker host: images, a network, a mirror. Use it as a context manager."""

    def __init__(
        self,
        say: Say,
        images: Literal["auto", "hub", "kit"] = "auto",
        docker_host: str | None = None,
        engine: str = engines.DEFAULT,
        lenders: Sequence[str] = (),
    ) -> None:
        """Clear what killed runs left, build what is missing, start the mirror.

        Args:
            say: Takes lines of progress.
            images: Where images come from; "auto" is Docker Hub where it answers, else the offline kit.
            docker_host: Address of the daemon, as in ``DOCKER_HOST``.
            engine: Name of the engine that the labs have; the mirror is made of the default one's image.
            lenders: Addresses of other daemons, from which to copy images that they have and this one has not.

        Raises:
            BenchError: It cannot be had; the message says what to do.
        """
        self.address = address_of(docker_host)
        self._client = connect(self.address)
        self._owner = Owner.this()
        try:
            with working("asking the Docker daemon what it can limit"):
                if missing := unlimited(self._client.info()):
                    say(f"This machine's kernel cannot limit the {missing} of a lab: a page might take all of it.")
            with working("clearing what an earlier run left"):
                if left := clear(self._client):
                    say(f"Removed what a killed run left: {', '.join(left)}.")
            hub = images == "hub" or (images == "auto" and hub_answers(self._client))
            self._network = make_network(self._client, self._owner)
            with building():  # until the mirror uses image and volume, another checkout's run might drop them
                needed = [engines.named(name) for name in (engine, engines.DEFAULT)]
                for lender in lenders:
                    self._borrow(say, lender, [image_name(one.name) for one in needed])
                self._image, registry = (_image(self._client, say, one, hub=hub) for one in needed)
                made = None if hub else kit.make(self._client, say, registry, hub=hub)
                volume = made.volume if made else None
                self._mirror = Mirror(self._client, self._owner, registry, self._network, kit=volume)
        except BaseException:
            self.close()
            raise
        self.origin = self._mirror.origin
        self.missing = made.missing if made else {}
        """Images that no lab can pull: name without tag → one phrase that says why."""

    def _borrow(self, say: Say, address: str, names: Sequence[str]) -> None:
        """Copy from another daemon the images of labs that are missing here, and the offline kit with them."""
        missing = [name for name in names if not found(self._client, name)]
        if not missing:
            return
        try:
            with closing(connect(address)) as lender:
                lent = [name for name in missing if found(lender, name)]
                if not lent or self._client.version()["Arch"] != lender.version()["Arch"]:
                    return
                say(f"Copying the images of labs from {address} to {self.address} …")
                for name in lent:
                    borrow(self._client, lender, name)
                kit.borrow(self._client, lender, lent[-1])
        except BenchError as error:  # they can be made here, too
            say(str(error))

    def answers(self) -> bool:
        """Whether the daemon can still be reached."""
        try:
            connect(self.address, timeout=_LOOK).close()
        except BenchError:
            return False
        return True

    def lab(self, *, online: bool = False) -> Lab:
        """Start a fresh lab; its daemon can be used at once.

        Args:
            online: It reaches the Internet, and not the mirror alone.

        Raises:
            BenchError: It does not start.
        """
        parts = (self._client, self._owner, self._image, self._network, self._mirror, self.missing)
        return Lab(*parts, online=online)

    def close(self) -> None:
        """Remove network, mirror and labs of this run; images and the mirror's cache stay for the next.

        A daemon that is being restarted is given some time to answer again.
        """
        deadline = time.monotonic() + _RESTART
        with closing(self._client):
            while True:
                try:
                    with working("clearing up"):
                        clear(self._client, self._owner.run)
                        return
                except BenchError as error:
                    if not isinstance(error.__cause__, OSError) or time.monotonic() >= deadline:
                        raise
                time.sleep(0.5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
