"""The Docker engines that a page can be run on, as users name them, and what a lab with each is made of. Pure.

``debian-12`` and ``debian-13`` are what these releases of Debian package; a version (``29``, ``29.0``, ``29.0.1``) is
the official image ``docker:<version>-dind``, which only Docker Hub has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DEFAULT = "debian-13"
"""The engine whose results the site shows."""


class UnknownEngineError(ValueError):
    """There is no engine of this name; the message lists those that there are."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine, and the recipe of its labs."""

    name: str  # as users give it
    recipe: str = "Dockerfile"  # file in labimage/
    release: str = ""  # of Debian, that the lab is made of
    packages: str = ""  # of that release, that are the engine and its client
    image: str = ""  # on Docker Hub, that the lab is made of instead


_PACKAGED = (
    Engine("debian-12", release="bookworm", packages="docker.io docker-compose"),
    Engine("debian-13", release="trixie", packages="docker.io docker-cli docker-buildx docker-compose"),
)


def named(name: str) -> Engine:
    """The engine of a name.

    >>> named("debian-12").release, named("29.0").image
    ('bookworm', 'docker:29.0-dind')

    Raises:
        UnknownEngineError: There is none.
    """
    for engine in _PACKAGED:
        if engine.name == name:
            return engine
    if re.fullmatch(r"\d+(\.\d+){0,2}", name):
        return Engine(name, recipe="Dockerfile.dind", image=f"docker:{name}-dind")
    packaged = ", ".join(engine.name for engine in _PACKAGED)
    raise UnknownEngineError(f"no engine is called {name!r}: use {packaged} or a version of Docker, such as 29.0")


def snapshots(folder: Path, engine: str) -> Path:
    """Where the results of an engine are kept: those of the default one in `folder`, the others in one of its own.

    >>> snapshots(Path("tests/snapshot"), "debian-12").as_posix()
    'tests/snapshot/@debian-12'
    """
    return folder if engine == DEFAULT else folder / f"@{engine}"
