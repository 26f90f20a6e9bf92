"""What pygraphviz's wheels expect of every Linux system, and the smallest do not have: GLib, and X11's drawing.

Wheels may count on these (PEP 600, https://peps.python.org/pep-0600/). Nothing of them is called here, but Graphviz is
linked to them. Where they lack, Debian's are unpacked into a folder and loaded from there.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path

from banc.schematics import debian

_LIBRARIES = (
    "libatomic.so.1",
    "libglib-2.0.so.0",
    "libgobject-2.0.so.0",
    "libXau.so.6",
    "libXdmcp.so.6",
    "libxcb.so.1",
    "libX11.so.6",
    "libXext.so.6",
    "libXrender.so.1",
)
"""In the order in which they need each other."""

_PACKAGES = ("libatomic1", "libx11-6", "libxau6", "libxcb1", "libxdmcp6", "libxext6", "libxrender1")
_GLIB = ("libglib2.0-0t64", "libglib2.0-0")
"""Its package, since Debian 13 and before."""


class LibrariesError(Exception):
    """They could not be had; the message says what to do."""


def supply(folder: Path) -> None:
    """Load the libraries from a folder; where it is not there yet, they are downloaded into it.

    Args:
        folder: Below the virtual environment.

    Raises:
        LibrariesError: They could not be had.
    """
    remedy = f"install GLib and libXrender (Debian: `apt-get install {_GLIB[0]} libxrender1 libxext6`, as root)"
    if not folder.is_dir():
        if sys.prefix == sys.base_prefix or not debian.is_at_hand():
            raise LibrariesError(remedy)
        try:
            _download(folder)
        except debian.UnpackError as error:
            raise LibrariesError(f"{remedy}; to have them without, this was tried: {error}") from error
    for name in _LIBRARIES:
        if not _load([name]):
            _load([str(path) for path in folder.glob(f"usr/lib/*/{name}")])


def _download(folder: Path) -> None:
    try:
        debian.unpack([*_PACKAGES, _GLIB[0]], folder)
    except debian.UnpackError:
        debian.unpack([*_PACKAGES, _GLIB[1]], folder)


def _load(names: Sequence[str]) -> bool:
    """Load the first of some libraries that can be; tell whether one could."""
    for name in names:
        try:
            ctypes.CDLL(name, ctypes.RTLD_GLOBAL)
        except OSError:
            continue
        return True
    return False
