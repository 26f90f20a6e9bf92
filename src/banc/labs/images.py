"""Images of our own: built once from their recipe, found again by its fingerprint."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.errors import APIError, BuildError, ImageNotFound

from banc.errors import BenchError
from banc.labs.host import LABEL, working

Say = Callable[[str], None]
"""Takes one line of progress."""


def fingerprint(folder: Path, *more: str) -> str:
    """What tells one recipe from another: the names and contents of its files, and `more`."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    for text in more:
        total.update(text.encode() + b"\0")
    return total.hexdigest()[:12]


@contextmanager
def building() -> Iterator[None]:
    """Let one process build at a time: the others then find what it built."""
    path = Path(tempfile.gettempdir()) / f"banc-{os.getuid()}.lock"
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tag(name: str, recipe: str) -> str:
    """The name under which a recipe's image is kept on the daemon."""
    return f"{LABEL}/{name}:{recipe}"


def found(client: docker.DockerClient, name: str) -> bool:
    """Whether the daemon has an image of this name."""
    return bool(identity(client, name))


def identity(client: docker.DockerClient, name: str) -> str:
    """The id of the image of this name; empty where the daemon has none."""
    try:
        return str(client.images.get(name).id)
    except ImageNotFound:
        return ""


def borrow(client: docker.DockerClient, lender: docker.DockerClient, name: str) -> None:
    """Copy an image from another daemon, of a machine of the same kind: that is quicker than building it."""
    with working(f"copying {name} from another Docker host"):
        client.images.load(lender.api.get_image(name))


@contextmanager
def passing(client: docker.DockerClient, name: str) -> Iterator[None]:
    """Let something be built on an image of Docker Hub: one that was not on the user's daemon does not stay there."""
    stays = found(client, name)
    yield
    if not stays:
        client.api.remove_image(name)


def build(
    client: docker.DockerClient, folder: Path, name: str, arguments: Mapping[str, str], recipe: str = "Dockerfile"
) -> None:
    """Build `folder` as `name`, and drop the images of its earlier recipes that nothing uses.

    What its stages leave without a name is dropped too, as far as it bears our label.

    Args:
        client: The daemon.
        folder: The build's context.
        name: Of the image, with its tag.
        arguments: The build's arguments.
        recipe: The file in `folder` that says how.

    Raises:
        BenchError: A step of the recipe failed; its last lines are in the message.
    """
    try:
        with working(f"building {name}"):
            client.images.build(
                path=str(folder),
                dockerfile=recipe,
                tag=name,
                buildargs=dict(arguments),
                labels={LABEL: "image"},
                rm=True,
                forcerm=True,
            )
    except BenchError as error:
        if isinstance(error.__cause__, BuildError):
            log = "".join(part.get("stream", "") for part in error.__cause__.build_log)
            raise BenchError(f"{error}\nThe last lines of the build:\n{_tail(log)}") from error.__cause__
        raise
    drop_older(client, name)
    client.images.prune({"dangling": True, "label": LABEL})


def _tail(log: str, lines: int = 15) -> str:
    return "\n".join(f"    {line}" for line in log.strip().splitlines()[-lines:])


def drop_older(client: docker.DockerClient, name: str) -> None:
    """Remove our images with the repository of `name` but another tag, as far as nothing uses them."""
    repository = name.rpartition(":")[0]
    for image in client.api.images(repository, filters={"label": LABEL}):
        for other in image["RepoTags"] or ():
            if other != name:
                try:
                    client.api.remove_image(other)
                except APIError as error:
                    if error.status_code != 409:  # in use by a run from another checkout
                        raise
