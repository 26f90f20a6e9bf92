"""Where the dictionaries and the grammar come from: two packages of Debian's, unpacked and never installed.

Grammalecte and Debian's British dictionary are not on PyPI. Whoever has them installed uses them; else
apt-get downloads them, which takes no root, into ``.cache/debian``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

PACKAGES = ("python3-grammalecte", "hunspell-en-gb")
GRAMMALECTE = Path("usr/lib/python3/dist-packages/grammalecte")
DICTIONARY = Path("usr/share/hunspell/en_GB")  # and its two suffixes
_PATIENCE = 600  # seconds for a download on a slow line

_ELSEWHERE = """\
The check of French needs two packages of Debian's ({packages}), and there is no apt-get here to download them.
Unpack them with Docker, once; then run this again:
    docker run --rm -v {cache}:/cache debian:trixie-slim sh -c 'cd /tmp && apt-get -qq update && \
apt-get -qq download {packages} && for package in *.deb; do dpkg-deb -x "$package" /cache/debian; done'"""

_FAILED = """\
The check of French needs Debian's {packages}, and could not have them: `{command}` failed.
{said}
Run `apt-get update` as root, then this again; or install them as root with apt-get."""


class MissingError(Exception):
    """What the check needs is not here; the message says how to get it."""


def find(cache: Path, system: Path = Path("/")) -> Path:
    """The folder in which both packages lie, as below ``/``; they are downloaded where they lie nowhere.

    Args:
        cache: Folder for what is downloaded.
        system: Where packages are installed.

    Raises:
        MissingError: They could not be had.
    """
    folder = cache / "debian"
    for root in (system, folder):
        if (root / GRAMMALECTE).is_dir() and (root / DICTIONARY).with_suffix(".dic").is_file():
            return root
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise MissingError(_ELSEWHERE.format(packages=" ".join(PACKAGES), cache=cache))
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        _download(Path(scratch))
        for package in Path(scratch).glob("*.deb"):
            _run(["dpkg-deb", "-x", str(package), "unpacked"], Path(scratch))
        shutil.rmtree(folder, ignore_errors=True)
        (Path(scratch) / "unpacked").rename(folder)
    return folder


def _download(folder: Path) -> None:
    """Have apt-get fetch the packages; its lists, which a fresh machine lacks, are fetched first if need be."""
    command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", *PACKAGES]
    try:
        _run(command, folder)
    except MissingError:
        if os.geteuid():
            raise
        _run(["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "update"], folder)
        _run(command, folder)


def _run(command: Sequence[str], folder: Path) -> None:
    """Run a program in a folder, without a word.

    Raises:
        MissingError: It failed or did not end.
    """
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
        raise MissingError(f"`{told}` did not end within {_PATIENCE} s; run it by hand to see why") from error
    if ended.returncode:
        said = "\n".join(f"    {line}" for line in ended.stderr.strip().splitlines()[-5:])
        raise MissingError(_FAILED.format(packages=" and ".join(PACKAGES), command=told, said=said))
