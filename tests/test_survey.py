"""What pages would be run on now, against what their last green run was on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from local_daemon import LocalDaemon

from banc.labs import engines, kit
from banc.labs.lab import Bench, image_name
from banc.results import Image, PageRun
from banc.reuse.cache import Green
from banc.reuse.survey import Survey

BUSYBOX = Image("busybox:latest", "sha256:1", "offline kit")
NGINX = Image("nginx:alpine", "sha256:2", "offline kit")
GREEN = Green("key", "sha256:lab", "kit-1@today", "2026-11-25 01:10", PageRun("a.md", "26.1.5", (BUSYBOX,)))
ON_HUB = replace(GREEN, kit="", run=PageRun("a.md", "26.1.5", (replace(BUSYBOX, origin="Docker Hub"),)))


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> LocalDaemon:
    return LocalDaemon(monkeypatch)


@contextmanager
def survey(images: str = "auto") -> Iterator[Survey]:
    with Survey(images) as made:  # type: ignore[arg-type]
        yield made


def holds(green: Green, names: Collection[str] = ("busybox:latest", "nginx:alpine"), images: str = "auto") -> bool:
    with survey(images) as made:
        return made.holds(green, names)


def test_the_same_lab_and_kit_hold(daemon: LocalDaemon) -> None:
    assert holds(GREEN)
    assert not daemon.asked


def test_another_lab_does_not(daemon: LocalDaemon) -> None:
    daemon.lab = "sha256:other"
    assert not holds(GREEN)
    daemon.lab = ""  # to be built
    assert not holds(replace(GREEN, lab=""))


def test_of_another_kit_only_pages_with_other_images_run_again(daemon: LocalDaemon) -> None:
    daemon.kit = "kit-1@tomorrow"
    daemon.kit_digests["nginx:alpine"] = "sha256:3"
    assert holds(GREEN)
    assert not holds(replace(GREEN, run=replace(GREEN.run, images=(BUSYBOX, NGINX))))
    daemon.kit_digests.clear()  # it was not filled to its end
    assert not holds(GREEN)


def test_a_page_without_images_runs_on_any(daemon: LocalDaemon) -> None:
    daemon.kit = ""
    assert holds(replace(GREEN, run=PageRun("a.md", "26.1.5")))


def test_images_of_docker_hub_are_asked_for_once(daemon: LocalDaemon) -> None:
    daemon.hub = {"busybox:latest": "sha256:1", "nginx:alpine": "sha256:2"}
    with survey() as made:
        assert made.holds(ON_HUB, ["busybox:latest", "nginx:alpine"])
        assert made.holds(replace(ON_HUB, kit=""), ["busybox:latest", "nginx:alpine"])
    assert daemon.asked == [["busybox:latest", "nginx:alpine"]]


def test_another_digest_on_docker_hub_does_not_hold(daemon: LocalDaemon) -> None:
    daemon.hub = {"busybox:latest": "sha256:9"}
    assert not holds(ON_HUB)
    daemon.hub = {"nginx:alpine": "sha256:2"}  # that of busybox did not come in time
    assert not holds(ON_HUB)


def test_images_of_the_other_origin_do_not_hold(daemon: LocalDaemon) -> None:
    assert not holds(ON_HUB)
    daemon.hub = {"busybox:latest": "sha256:1"}
    assert not holds(GREEN)
    assert holds(GREEN, images="kit")


def test_what_is_missing_is_told(daemon: LocalDaemon) -> None:
    for lab, instance, complete in [("sha256:lab", "k", True), ("sha256:lab", "", False), ("", "k", False)]:
        daemon.lab, daemon.kit = lab, instance
        with survey() as made:
            assert made.complete == complete
    daemon.lab, daemon.hub = "sha256:lab", {}
    with survey("hub") as made:
        assert made.complete


@pytest.mark.lab
def test_what_a_bench_made_is_found_without_starting_anything() -> None:
    with Bench(print) as bench, bench.lab() as lab:
        lab.run(["docker", "pull", "--quiet", "busybox"])
        run = PageRun("a.md", lab.engine, lab.images())
        green = Green("key", lab.image, lab.kit, "", run)
        client = bench._client
        before = {one["Id"] for one in client.api.containers(all=True)}
        with Survey() as made:
            assert made.complete
            assert made.holds(green, ["busybox:latest"])
            assert made.holds(replace(green, kit="another"), ["busybox:latest"])  # by digest
            wrong = replace(run, images=(replace(run.images[0], digest="sha256:0"),))
            assert not made.holds(replace(green, kit="another", run=wrong), ["busybox:latest"])
        assert {one["Id"] for one in client.api.containers(all=True)} <= before
        if lab.kit:
            volume = lab.kit.partition("@")[0]
            names = {name for stand_in in kit.STAND_INS for name in stand_in.names}
            told = kit.digests(client, image_name(engines.DEFAULT), volume)
            assert names - set(told) <= {
                f"{image}:{tag}" for image in bench.missing for tag in ("latest", "v0.13.1", "v0.13")
            }
