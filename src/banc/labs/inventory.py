"""What there is in a lab, and when each thing was made: one question to its daemon and its kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

_TICKS = 100  # of the kernel's clock in a second, where it tells when a process started
_EVENTS = 'filters={"event":["create","tag","pull","load","import"]}'

# The daemon remembers its last 256 events only: the lab has followed them from the beginning (see labimage).
SCRIPT = f"""
printf '%s %s\\0' "$(date +%s.%N)" "$(cut -d ' ' -f 1 /proc/uptime)"
ask() {{ curl --silent --show-error --fail --fail-early --unix-socket /run/docker.sock --get "$@" || exit; }}
ask 'http://docker/containers/json?all=1' http://docker/networks http://docker/volumes http://docker/images/json
ask --data since=1 --data "until=$(date +%s.%N)" --data-urlencode '{_EVENTS}' http://docker/events
cat /run/events
printf '\\0'
cat /run/banc/* 2>/dev/null
printf '\\0'
cat /proc/[0-9]*/stat 2>/dev/null
printf '\\0'
ps -e -ww -o pid=,args=
printf '\\0'
ss --no-header --listening --tcp --udp --numeric --processes
"""
"""Prints all of it, for `things`; to be run by root in the lab's shell."""


class Kind(StrEnum):
    """What a thing is, as an author reads it."""

    CONTAINER = "container"
    NETWORK = "network"
    VOLUME = "volume"
    IMAGE = "image"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a lab that was not there when it started, and was not merely pulled."""

    kind: Kind
    name: str
    made: float | None  # seconds since 1970, by the clock of the machine that asks; None: nobody knows
    project: str = ""  # of Docker Compose, that it belongs to
    state: str = ""  # of a container: "running", "exited" …
    ports: tuple[str, ...] = ()  # that it publishes, or listens on
    volumes: tuple[str, ...] = ()  # that a container has mounted
    unnamed: bool = False  # a volume that the daemon named
    foreground: bool = False  # a process that has its terminal
    slack: float = 0.0  # seconds by which `made` may be wrong


def things(told: str, sent: float, received: float) -> tuple[Thing, ...]:
    """Read what `SCRIPT` printed.

    Args:
        told: All of it.
        sent: When it was asked for, in seconds since 1970.
        received: When it came.

    Raises:
        ValueError: It is something else.
    """
    clocks, answers, shells, stats, arguments, sockets = told.split("\0")
    now, up = map(float, clocks.split())
    # Within the time that the question took, two clocks cannot be told apart: they are then the same.
    skew = 0.0 if sent <= now <= received else now - (sent + received) / 2
    containers, networks, volumes, images, *events = _documents(answers)
    history = _History(events)
    found = [
        *map(history.container, containers),
        *(history.network(one) for one in networks if one["Name"] not in ("bridge", "host", "none")),
        *map(history.volume, volumes["Volumes"] or ()),
        *(thing for one in images for thing in history.images(one)),
        *_processes(stats, shells.split(), _by_id(arguments), _listening(sockets), now - up),
    ]
    return tuple(replace(thing, made=thing.made - skew) if thing.made else thing for thing in found)


def _documents(text: str) -> Iterator[Any]:
    """The JSON documents that stand one behind the other; the last may be half written."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        try:
            document, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return
        yield document


class _History:
    """What the daemon says it did, and when."""

    def __init__(self, events: Sequence[Any]) -> None:
        self._last: dict[tuple[str, str, str], float] = {}  # type, action, id or name → when it last happened
        for event in sorted(events, key=lambda event: int(event["timeNano"])):
            actor = event["Actor"]
            of_image = event["Type"] == "image" and event["Action"] in ("tag", "pull")
            name = actor["Attributes"]["name"] if of_image and event["Action"] == "tag" else actor["ID"]
            at = event["timeNano"] / 1e9
            self._last[event["Type"], event["Action"], _tagged(name) if of_image else name] = at

    def container(self, one: Mapping[str, Any]) -> Thing:
        return Thing(
            Kind.CONTAINER,
            one["Names"][0].lstrip("/"),
            self._last.get(("container", "create", one["Id"])),
            _project(one),
            one["State"],
            tuple(sorted({str(port["PublicPort"]) for port in one["Ports"] if "PublicPort" in port})),
            tuple(mount["Name"] for mount in one["Mounts"] if mount.get("Type") == "volume"),
        )

    def network(self, one: Mapping[str, Any]) -> Thing:
        return Thing(Kind.NETWORK, one["Name"], self._last.get(("network", "create", one["Id"])), _project(one))

    def volume(self, one: Mapping[str, Any]) -> Thing:
        made = self._last.get(("volume", "create", one["Name"]))
        unnamed = len(one["Name"]) == 64 and set(one["Name"]) <= set("0123456789abcdef")
        return Thing(Kind.VOLUME, one["Name"], made, _project(one), unnamed=unnamed)

    def images(self, one: Mapping[str, Any]) -> Iterator[Thing]:
        """The names that an image was given here; not those under which it was pulled."""
        for name in one["RepoTags"] or ():
            if name == "<none>:<none>":  # how older engines say that there is none
                continue
            given = self._last.get(("image", "tag", name), 0.0)
            pulled = self._last.get(("image", "pull", name), 0.0)
            loaded = max(self._last.get(("image", action, one["Id"]), 0.0) for action in ("load", "import"))
            if not pulled or given > pulled:
                yield Thing(Kind.IMAGE, name, max(given, 0.0 if pulled else loaded) or None, _project(one))


def _tagged(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] or "@" in name else f"{name}:latest"


def _project(one: Mapping[str, Any]) -> str:
    return str((one["Labels"] or {}).get("com.docker.compose.project", ""))


# --- processes -----------------------------------------------------------------------------------------


def _processes(
    stats: str, shells: Sequence[str], arguments: Mapping[str, str], ports: Mapping[str, set[str]], boot: float
) -> Iterator[Thing]:
    """What the terminals' shells have started, and what was left by a parent of its own that has ended.

    Args:
        stats: What the kernel says of each process in the lab.
        shells: Those of the terminals.
        arguments: Of each process.
        ports: That a process listens on.
        boot: When the machine was started, in seconds since 1970.
    """
    for line in stats.splitlines():
        process, _, rest = line.partition(" (")
        command, _, fields = rest.rpartition(") ")
        state, parent, group, _, _, of_terminal, *others = fields.split()
        orphan = parent == "1" and process not in shells and not command.startswith("containerd-shim")
        if state != "Z" and (orphan or parent in shells):
            name = arguments.get(process, command)
            made = boot + int(others[13]) / _TICKS
            listens = tuple(sorted(ports.get(process, ())))
            yield Thing(Kind.PROCESS, name, made, ports=listens, foreground=group == of_terminal, slack=2 / _TICKS)


def _by_id(lines: str) -> dict[str, str]:
    """Processes and their arguments."""
    pairs = (line.split(maxsplit=1) for line in lines.splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _listening(lines: str) -> dict[str, set[str]]:
    """Processes and the ports they listen on."""
    found: dict[str, set[str]] = {}
    for line in lines.splitlines():
        port = line.split()[4].rpartition(":")[2]
        for part in line.split("pid=")[1:]:
            found.setdefault(part.partition(",")[0], set()).add(port)
    return found
