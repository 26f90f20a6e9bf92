r"""Keys as a page names them: ``^C``, ``<Enter>``, ``q``. Standard library only, since the site shows them too.

>>> [key.data for key in pressed("^P^Qq<Enter>")]
[b'\x10', b'\x11', b'q', b'\r']
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

_NAMED = {
    "Enter": b"\r",
    "Tab": b"\t",
    "Esc": b"\x1b",
    "Space": b" ",
    "Backspace": b"\x7f",
    "Up": b"\x1b[A",
    "Down": b"\x1b[B",
    "Right": b"\x1b[C",
    "Left": b"\x1b[D",
    "PageUp": b"\x1b[5~",
    "PageDown": b"\x1b[6~",
}
_TOKEN = re.compile(r"\^(?P<control>[A-Za-z\[\]\\])|<(?P<name>\w+)>|(?P<plain>.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Key:
    """One key, or two held together."""

    caps: tuple[str, ...]  # what stands on them: ("Ctrl", "C")
    data: bytes  # what a terminal sends for them


class KeyNameError(ValueError):
    """A key that no keyboard has; the message shows the right form."""


def pressed(text: str) -> list[Key]:
    """The keys of ``keys="…"``, in order.

    Raises:
        KeyNameError: A name in angle brackets is unknown.
    """
    keys = []
    for token in _TOKEN.finditer(text):
        if control := token["control"]:
            keys.append(Key(("Ctrl", control.upper()), bytes([ord(control.upper()) & 0x1F])))
        elif name := token["name"]:
            if name not in _NAMED:
                near = difflib.get_close_matches(name.capitalize(), _NAMED, 1, 0.5)
                hint = f"did you mean <{near[0]}>?" if near else "known are " + " ".join(f"<{key}>" for key in _NAMED)
                raise KeyNameError(f"there is no key <{name}>; {hint}")
            keys.append(Key((name,), _NAMED[name]))
        else:
            keys.append(Key((token["plain"],), token["plain"].encode()))
    return keys
