"""Names of engines, recipes of their labs, and where their results are kept."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import BuildError, ImageNotFound

from banc.errors import BenchError
from banc.labs import engines, kit
from banc.labs.engines import UnknownEngineError, named, snapshots
from banc.labs.images import passing
from banc.labs.lab import _RECIPE, _image


@pytest.mark.parametrize(
    ("name", "release", "image"),
    [
        ("debian-12", "bookworm", ""),
        ("debian-13", "trixie", ""),
        ("29", "", "docker:29-dind"),
        ("29.0", "", "docker:29.0-dind"),
        ("28.5.1", "", "docker:28.5.1-dind"),
    ],
)
def test_an_engine_is_named_for_its_debian_or_its_version(name: str, release: str, image: str) -> None:
    engine = named(name)
    assert (engine.name, engine.release, engine.image) == (name, release, image)
    assert (_RECIPE / engine.recipe).is_file()
    assert bool(engine.packages) == bool(release)


@pytest.mark.parametrize("name", ["", "debian-11", "debian", "29.", "29.0-dind", "latest", "29.0.1.2", "29\n"])
def test_what_is_no_engine_is_told_those_that_there_are(name: str) -> None:
    with pytest.raises(UnknownEngineError, match=r"use debian-12, debian-13 or a version of Docker, such as 29\.0"):
        named(name)


def test_the_default_engine_is_that_of_the_release_whose_base_is_made_anyway() -> None:
    assert named(engines.DEFAULT).release == kit.RELEASE


def test_results_of_engines_never_mix(tmp_path: Path) -> None:
    folders = {snapshots(tmp_path, name) for name in (engines.DEFAULT, "debian-12", "29.0", "29.0.1")}
    assert len(folders) == 4
    assert snapshots(tmp_path, engines.DEFAULT) == tmp_path


# Recipes


def test_every_recipe_belongs_to_an_engine() -> None:
    recipes = {path.name for path in _RECIPE.glob("Dockerfile*")}
    assert recipes == {named(name).recipe for name in ("debian-12", "debian-13", "29.0")}


@pytest.mark.parametrize("recipe", ["Dockerfile", "Dockerfile.dind"])
def test_a_recipe_makes_what_labs_rely_on(recipe: str) -> None:
    text = (_RECIPE / recipe).read_text()
    assert re.search(r"^ARG BASE\nFROM \$BASE$", text, re.MULTILINE)
    for needed in ("bash", "ca-certificates", "curl", "iproute2", "sudo", "tini", "tzdata", "less"):
        assert re.search(rf"[ ]{needed}[ \n]", text), needed
    assert "useradd --create-home --uid 1000 --groups docker --shell /bin/bash etudiant" in text
    assert "COPY containerd.toml /etc/containerd/lab.toml" in text
    assert re.search(r"^COPY start-docker .*/usr/local/sbin/$", text, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["\S+/tini", "--"\]$', text, re.MULTILINE)


def test_the_default_engine_has_the_registry_of_the_mirror() -> None:
    text = (_RECIPE / named(engines.DEFAULT).recipe).read_text()
    assert " docker-registry " in text
    assert "start-mirror /usr/local/sbin/" in text


class Daemon:
    """A daemon that has each image that is asked for, or none."""

    def __init__(self, *, has_all: bool) -> None:
        self.images = self.api = self
        self.removed: list[str] = []
        self._has_all = has_all

    def get(self, name: str) -> SimpleNamespace:
        if not self._has_all:
            raise ImageNotFound(name)
        return SimpleNamespace(id=f"sha256:{name}")

    def build(self, *, dockerfile: str, buildargs: dict[str, str], **options: object) -> None:
        assert dockerfile == "Dockerfile.dind"
        raise BuildError(f"manifest for {buildargs['BASE']} not found: manifest unknown", iter(()))

    def remove_image(self, name: str) -> None:
        self.removed.append(name)


@pytest.mark.parametrize(("has_all", "removed"), [(True, []), (False, ["docker:29.0-dind"])])
def test_what_labs_are_built_on_stays_on_the_daemon_only_where_it_was(has_all: bool, removed: list[str]) -> None:
    daemon: Any = Daemon(has_all=has_all)
    with passing(daemon, "docker:29.0-dind"):
        assert daemon.removed == []
    assert daemon.removed == removed


def test_images_of_engines_have_names_of_their_own_and_do_not_drop_each_other() -> None:
    daemon: Any = Daemon(has_all=True)
    names = [_image(daemon, print, named(name), hub=False) for name in (engines.DEFAULT, "debian-12", "29.0", "29")]
    assert len({name.partition(":")[0] for name in names}) == 4  # `drop_older` looks at this part


def test_an_engine_that_only_docker_hub_has_says_so_without_it() -> None:
    daemon: Any = Daemon(has_all=False)
    with pytest.raises(BenchError, match=r"docker:29\.0-dind.*BANC_IMAGES=hub.*--engine=debian-13"):
        _image(daemon, print, named("29.0"), hub=False)


def test_a_version_that_there_is_not_is_told_where_to_look() -> None:
    daemon: Any = Daemon(has_all=False)
    with pytest.raises(BenchError, match=r"^Docker Hub has no docker:99\.0-dind: choose a version among https://"):
        _image(daemon, print, named("99.0"), hub=True)
