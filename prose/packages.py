"""Where the dictionaries and the grammar come from: two packages of Debian's, unpacked and never installed.

Grammalecte and Debian's British dictionary are not on PyPI. Whoever has them installed uses them; else
apt-get downloads them, which takes no root, into ``.cache/debian``.
"""

from __future__ import annotations

from pathlib import Path

from banc.schematics import debian

PACKAGES = ("python3-grammalecte", "hunspell-en-gb")
GRAMMALECTE = Path("usr/lib/python3/dist-packages/grammalecte")
DICTIONARY = Path("usr/share/hunspell/en_GB")  # and its two suffixes

_ELSEWHERE = """\
The check of French needs two packages of Debian's ({packages}), and there is no apt-get here to download them.
Unpack them with Docker, once; then run this again:
    docker run --rm -v {cache}:/cache debian:trixie-slim sh -c 'cd /tmp && apt-get -qq update && \
apt-get -qq download {packages} && for package in *.deb; do dpkg-deb -x "$package" /cache/debian; done'"""

_FAILED = """\
The check of French needs Debian's {packages}, and could not have them: {error}
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
    if not debian.is_at_hand():
        raise MissingError(_ELSEWHERE.format(packages=" ".join(PACKAGES), cache=cache))
    try:
        debian.unpack(PACKAGES, folder)
    except debian.UnpackError as error:
        raise MissingError(_FAILED.format(packages=" and ".join(PACKAGES), error=error)) from error
    return folder
