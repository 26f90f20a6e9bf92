"""What a page leaves, and who made it: from what a lab's daemon and kernel say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from banc.labs import inventory
from banc.labs.inventory import Thing
from banc.pages.blocks import Attributes, Block
from banc.results import Kind as BlockKind
from banc.runs.leaks import Leak, leaks

NOW = 1_000_000.0  # seconds since 1970, when the inventory is made
BOOT = NOW - 500
VOLUME = "0123456789abcdef" * 4


def block(line: int, code: str) -> Block:
    return Block(line, line, line + 1, "bash", "bash", Attributes(), BlockKind.SHELL, code)


def event(kind: str, action: str, id: str, at: float, name: str = "") -> dict[str, Any]:
    return {
        "Type": kind,
        "Action": action,
        "Actor": {"ID": id, "Attributes": {"name": name}},
        "timeNano": int(at * 1e9),
    }


def told(
    *events: dict[str, Any],
    containers: tuple[dict[str, Any], ...] = (),
    networks: tuple[str, ...] = (),
    volumes: tuple[str, ...] = (),
    images: tuple[dict[str, Any], ...] = (),
    shells: str = "",
    stats: str = "",
    arguments: str = "",
    sockets: str = "",
) -> tuple[Thing, ...]:
    """What is found in a lab that has these."""
    answers = [
        [{"Names": ["/x"], "Labels": {}, "State": "running", "Ports": [], "Mounts": []} | one for one in containers],
        [{"Name": name, "Id": name, "Labels": None} for name in ("bridge", "host", "none", *networks)],
        {"Volumes": [{"Name": name, "Labels": None} for name in volumes] or None},
        [{"Labels": None} | one for one in images],
        *events,
    ]
    text = "\n".join(map(json.dumps, answers)) + '\n{"half": '
    parts = (f"{NOW} 500.0\n", text, shells, stats, arguments, sockets)
    return inventory.things("\0".join(parts), NOW, NOW + 0.1)


def stat(process: int, command: str, parent: int, started: float, group: int = 9, of_terminal: int = -1) -> str:
    """What the kernel says of a process; `started` in seconds since 1970."""
    ticks = round((started - BOOT) * 100)
    return f"{process} ({command}) S {parent} {group} 1 0 {of_terminal} {'0 ' * 13}{ticks} 0 0\n"


FIRST, SECOND, THIRD = block(10, "docker run web"), block(20, "second"), block(30, "sleep 9 &\nthird")
RAN = [(NOW - 30, FIRST), (NOW - 20, SECOND), (NOW - 10, THIRD)]


def found(things: tuple[Thing, ...]) -> list[tuple[int, str]]:
    return [(leak.failure.line, leak.failure.headline) for leak in leaks(things, RAN)]


def only(things: tuple[Thing, ...]) -> Leak:
    (leak,) = leaks(things, RAN)
    return leak


def test_a_lab_as_it_was_leaves_nothing() -> None:
    assert found(told(event("network", "create", "bridge", NOW - 60))) == []


def test_a_page_of_which_nothing_was_run_leaves_nothing() -> None:
    own = told(stats=stat(1, "tini", 0, NOW - 60) + stat(7, "dockerd", 1, NOW - 60))
    assert leaks(own, []) == []  # each of its blocks is for other engines


def test_what_is_left_is_named_with_the_block_that_made_it() -> None:
    things = told(
        event("container", "create", "c1", NOW - 29.9),
        event("network", "create", "reseau", NOW - 15),
        event("volume", "create", "donnees", NOW - 5),
        containers=({"Id": "c1", "Names": ["/web"], "Ports": [{"PublicPort": 8080}, {"PrivatePort": 81}]},),
        networks=("reseau",),
        volumes=("donnees",),
    )
    assert found(things) == [
        (10, "leaves container 'web' (running, publishes port 8080)"),
        (20, "leaves network 'reseau'"),
        (30, "leaves volume 'donnees'"),
    ]
    assert [leak.failure.mend for leak in leaks(things, RAN)] == [
        "docker rm --force web in a {.teardown} block, or --rm",
        "docker network rm reseau in a {.teardown} block",
        "docker volume rm donnees in a {.teardown} block",
    ]


def test_what_nobody_has_seen_made_is_named_all_the_same() -> None:
    leak = only(told(networks=("reseau",)))
    assert (leak.author, leak.failure.line) == ("", 1)


def test_a_container_without_a_name_of_its_own_is_to_be_given_one() -> None:
    things = told(event("container", "create", "c1", NOW - 15), containers=({"Id": "c1", "Names": ["/busy_bose"]},))
    assert only(things).mend == "run it with --rm, or give it a name and remove it at the end"


def test_a_volume_without_a_name_goes_with_its_container() -> None:
    mounts = [{"Type": "volume", "Name": VOLUME}, {"Type": "bind"}]
    made = (event("container", "create", "c1", NOW - 25), event("volume", "create", VOLUME, NOW - 25))
    things = told(*made, containers=({"Id": "c1", "Names": ["/web"], "Mounts": mounts},), volumes=(VOLUME,))
    assert only(things).mend == "docker rm --force --volumes web in a {.teardown} block, or --rm"
    alone = only(told(*made, volumes=(VOLUME,)))
    assert alone.what == "a volume without a name of its own (0123456789ab)"
    assert "--volumes" in alone.mend


@pytest.mark.parametrize(
    ("names", "events", "left"),
    [
        pytest.param(["busybox:latest"], [("pull", "busybox:latest", "busybox", 25)], [], id="pulled"),
        pytest.param(["busybox:latest"], [("pull", "busybox", "busybox", 25)], [], id="pulled, an older engine"),
        pytest.param(["app:1"], [("tag", "sha256:1", "app:1", 15)], [(20, "app:1")], id="built"),
        pytest.param(["app:latest"], [("tag", "sha256:1", "app", 15)], [(20, "app:latest")], id="built by Compose"),
        pytest.param(
            ["busybox:latest", "mine:1"],
            [("pull", "busybox:latest", "busybox", 25), ("tag", "sha256:1", "mine:1", 15)],
            [(20, "mine:1")],
            id="tagged",
        ),
        pytest.param(
            ["busybox:latest"],
            [("pull", "busybox:latest", "busybox", 25), ("tag", "sha256:1", "busybox:latest", 15)],
            [(20, "busybox:latest")],
            id="another in the place of the pulled one",
        ),
        pytest.param(
            ["busybox:latest", "mine:1"],
            [
                ("pull", "busybox:latest", "busybox", 25),
                ("tag", "sha256:1", "mine:1", 25),
                ("load", "sha256:1", "sha256:1", 15),
            ],
            [(20, "mine:1")],
            id="loaded",
        ),
        pytest.param(["mine:1"], [("import", "sha256:1", "sha256:1", 15)], [(20, "mine:1")], id="imported"),
        pytest.param(None, [("tag", "sha256:1", "app:1", 15)], [], id="replaced by a rebuild"),
        pytest.param(["<none>:<none>"], [("tag", "sha256:1", "app:1", 15)], [], id="replaced, an older engine"),
    ],
)
def test_images_that_were_given_a_name_here_are_left(
    names: list[str] | None, events: list[tuple[str, str, str, int]], left: list[tuple[int, str]]
) -> None:
    history = [event("image", action, id, NOW - ago, name) for action, id, name, ago in events]
    things = told(*history, images=({"Id": "sha256:1", "RepoTags": names},))
    assert found(things) == [(line, f"leaves image '{name}'") for line, name in left]


def test_compose_up_without_down_is_named_by_its_project() -> None:
    labels = {"com.docker.compose.project": "app"}
    things = told(
        event("container", "create", "c1", NOW - 14.8),
        event("image", "tag", "sha256:1", NOW - 15, "app-web"),
        containers=({"Id": "c1", "Names": ["/app-web-1"], "Labels": labels},),
        images=({"Id": "sha256:1", "RepoTags": ["app-web:latest"], "Labels": labels},),
    )
    leak = only(things)
    assert leak.failure.line == 20
    assert leak.what == "the Compose project 'app' (container 'app-web-1', image 'app-web:latest')"
    assert leak.mend == "docker compose --project-name app down --volumes --rmi local in a {.teardown} block"


def test_processes_of_the_terminals_are_left_and_no_others() -> None:
    stats = (
        stat(1, "tini", 0, NOW - 60)
        + stat(7, "dockerd", 1, NOW - 60)
        + stat(8, "dnsmasq", 1, NOW - 60)
        + stat(20, "docker-proxy", 7, NOW - 15)
        + stat(21, "containerd-shim", 1, NOW - 15)
        + stat(22, "sleep", 21, NOW - 15)
        + stat(30, "bash", 0, NOW - 30)
        + stat(31, "python3", 30, NOW - 15)
        + stat(32, "sh", 31, NOW - 15)
        + stat(33, "a (b) c", 1, NOW - 5)
        + stat(34, "less", 30, NOW - 5, group=34, of_terminal=34)
        + stat(35, "gone", 30, NOW - 5).replace(" S ", " Z ")
        + stat(40, "sh", 0, NOW)
        + stat(41, "cat", 40, NOW)
    )
    arguments = "   31 python3 -m http.server 8000\n   34 less note.txt\n   30 bash\n"
    sockets = 'tcp LISTEN 0 5 0.0.0.0:8000 0.0.0.0:* users:(("python3",pid=31,fd=3))\nudp UNCONN 0 0 127.0.0.1:53 *:*\n'
    things = told(stats=stats, shells="30\n", arguments=arguments, sockets=sockets)
    assert found(things) == [
        (20, "leaves process 'python3 -m http.server 8000' (listens on port 8000)"),
        (30, "leaves process 'a (b) c'"),
        (30, "leaves process 'less note.txt' (in the foreground)"),
    ]
    assert ["kill %1" in leak.mend for leak in leaks(things, RAN)] == [True, True, False]


def test_of_two_blocks_that_may_have_started_a_process_the_one_that_speaks_of_it_has() -> None:
    things = told(stats=stat(31, "sleep", 30, NOW - 10.01), shells="30", arguments="31 sleep 9\n")
    assert found(things) == [(30, "leaves process 'sleep 9'")]
    things = told(stats=stat(31, "second", 30, NOW - 9.99), shells="30", arguments="31 second &\n")
    assert found(things) == [(20, "leaves process 'second &'")]


def test_a_client_in_the_foreground_is_no_second_leak() -> None:
    things = told(
        event("container", "create", "c1", NOW - 25),
        containers=({"Id": "c1", "Names": ["/web"]},),
        stats=stat(31, "docker", 30, NOW - 25) + stat(32, "docker", 30, NOW - 15),
        shells="30",
        arguments="31 docker run -it web\n32 docker events\n",
    )
    assert found(things) == [(10, "leaves container 'web' (running)"), (20, "leaves process 'docker events'")]


def test_another_clock_is_reckoned_with_once_it_can_be_told_apart() -> None:
    answers = [[], [], {"Volumes": [{"Name": "v1", "Labels": None}]}, [], event("volume", "create", "v1", NOW - 5)]
    text = "\0".join((f"{NOW} 500.0", "".join(map(json.dumps, answers)), "", "", "", ""))
    (same,) = inventory.things(text, NOW - 0.2, NOW + 0.4)
    (other,) = inventory.things(text, NOW + 100, NOW + 102)
    assert (same.made, other.made) == (NOW - 5, NOW + 96)


def test_what_is_no_inventory_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        inventory.things("sh: not found", NOW, NOW)
