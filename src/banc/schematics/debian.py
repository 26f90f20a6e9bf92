"""Packages of Debian's, downloaded and unpacked, never installed: this takes no root."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

_PATIENCE = 600  # seconds for a download on a slow line


class UnpackError(Exception):
    """The packages could not be had; the message says which command failed, and what it said."""


def is_at_hand() -> bool:
    """Whether there are the programs that download and unpack."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def unpack(packages: Sequence[str], folder: Path) -> None:
    """Put what is in some packages below a folder, in the place of all that is there.

    Args:
        packages: Their names.
        folder: Stands for ``/``.

    Raises:
        UnpackError: They could not be had.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        _download(packages, Path(scratch))
        for package in Path(scratch).glob("*.deb"):
            _run(["dpkg-deb", "-x", str(package), "unpacked"], Path(scratch))
        shutil.rmtree(folder, ignore_errors=True)
        (Path(scratch) / "unpacked").rename(folder)


def _download(packages: Sequence[str], folder: Path) -> None:
    """Have apt-get fetch packages; its lists, which a fresh machine lacks, are fetched first if need be."""
    command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", *packages]
    try:
        _run(command, folder)
    except UnpackError:
        if os.geteuid():
            raise
        _run(["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "update"], folder)
        _run(command, folder)


def _run(command: Sequence[str], folder: Path) -> None:
    """Run a program in a folder, without a word."""
    told = " ".join(command)
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnpackError(f"`{told}` did not end within {_PATIENCE} s; run it by hand to see why") from error
    if ended.returncode:
        said = "\n".join(f"    {line}" for line in ended.stderr.strip().splitlines()[-5:])
        raise UnpackError(f"`{told}` failed.\n{said}")
