"""An image as `docker save` gives it → the files by which a registry keeps it.

They are written straight into the registry's volume: no port is opened for a push, no foreign name shows up on
the daemon, and nothing is compressed only to be unpacked in the next moment. The layout is that of distribution
2.x: https://distribution.github.io/distribution/ (``docker/registry/v2/{blobs,repositories}``).
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path

from banc.labs.host import LABEL

_CONFIG = "application/vnd.docker.container.image.v1+json"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_PLAIN = "application/vnd.docker.image.rootfs.diff.tar"
_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"
_ROOT = "docker/registry/v2"


class Storage:
    """A tar archive of registry files under construction."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._written: set[str] = set()

    def add(self, saved: Path, names: Iterable[str]) -> str:
        """Add an image under its Docker Hub names.

        Args:
            saved: What ``docker save`` gave for one image, of any engine since 1.10.
            names: With tags, as in ``busybox:latest`` or ``someone/program:latest``.

        Returns:
            The digest of its manifest.
        """
        with tarfile.open(saved) as image:
            entry = json.loads(_content(image, "manifest.json"))[0]
            config = self._blob(_unlabelled(_content(image, entry["Config"])), _CONFIG)
            layers = [self._layer(_content(image, path)) for path in entry["Layers"]]
        document = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": config, "layers": layers}
        manifest = str(self._blob(json.dumps(document).encode(), _MANIFEST)["digest"])
        for name in names:
            repository, _, tag = name.partition(":")
            path = repository if "/" in repository else f"library/{repository}"  # as Docker asks for official images
            folder = f"{_ROOT}/repositories/{path}"
            for blob in (config, *layers):
                self._link(f"{folder}/_layers", str(blob["digest"]))
            self._link(f"{folder}/_manifests/revisions", manifest)
            self._link(f"{folder}/_manifests/tags/{tag}/index", manifest)
            self.file(f"{folder}/_manifests/tags/{tag}/current/link", manifest.encode())
        return manifest

    def _layer(self, data: bytes) -> dict[str, object]:
        return self._blob(data, _GZIP if data.startswith(b"\x1f\x8b") else _PLAIN)

    def _blob(self, data: bytes, kind: str) -> dict[str, object]:
        """Keep a blob, and describe it as manifests do."""
        name = hashlib.sha256(data).hexdigest()
        self.file(f"{_ROOT}/blobs/sha256/{name[:2]}/{name}/data", data)
        return {"mediaType": kind, "size": len(data), "digest": f"sha256:{name}"}

    def _link(self, folder: str, digest: str) -> None:
        self.file(f"{folder}/{digest.replace(':', '/')}/link", digest.encode())

    def file(self, path: str, data: bytes) -> None:
        """Add one file, unless it is there already; its folders come into being when the archive is unpacked."""
        if path in self._written:
            return
        self._written.add(path)
        member = tarfile.TarInfo(path)
        member.size = len(data)
        self._archive.addfile(member, io.BytesIO(data))


def _unlabelled(config: bytes) -> bytes:
    """An image's configuration without our label: it is there for the daemon that builds, not for the reader."""
    document = json.loads(config)
    labels = document["config"].get("Labels") or {}
    labels.pop(LABEL, None)
    document["config"]["Labels"] = labels or None
    document.pop("container_config", None)  # how the last step was built
    document["history"] = [
        step for step in document.get("history", ()) if f"LABEL {LABEL}=" not in step.get("created_by", "")
    ]
    return json.dumps(document).encode()


def _content(archive: tarfile.TarFile, path: str) -> bytes:
    file = archive.extractfile(path)  # follows links inside the archive: layers that occur twice are such
    if file is None:
        raise tarfile.ReadError(f"{path} is no file")
    return file.read()
