"""What a terminal's bytes finally show, as text with its colours or without."""

from __future__ import annotations

import re

import pyte
from pyte.screens import Char, StaticDefaultDict

COLUMNS, ROWS = 100, 40
"""The size of every terminal, in characters: what a page's outputs were laid out for."""

_COLOUR = re.compile(rb"\x1b\[[0-9;:]*m")
_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
_TITLE = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]")
_MOVES = re.compile(rb"[\x1b\x08\x0b\x0c]|\r(?!\n)")
_CONTROL = re.compile(r"(?!\x1b\[[0-9;:]*m)[\x00-\x08\x0b-\x1f\x7f]")


def text(output: bytes) -> str:
    """The plain text of a command's output: colours gone, progress displays as they finally stood.

    Bytes that are not UTF-8, and control characters that show nothing, become U+FFFD. Lines end with
    a line feed; blanks at their ends are dropped. Output that moves the cursor goes through a terminal
    emulator, and there long lines are folded at the terminal's width, as a reader sees them.
    """
    return "\n".join(line.rstrip() for line in _COLOURS.sub("", shown(output)).split("\n")).rstrip("\n")


def shown(output: bytes) -> str:
    """The same with its colours, as the escape sequences that set them (``ESC [ 31 m``)."""
    output = _TITLE.sub(b"", output).replace(b"\r\r\n", b"\r\n")
    lines = _emulated(output) if _MOVES.search(_COLOUR.sub(b"", output)) else _decoded(output)
    return "\n".join(_CONTROL.sub("\ufffd", line).rstrip() for line in lines).rstrip("\n")


def stripped(output: bytes) -> str:
    """All text that was printed, also what has been overwritten since, without colours and cursor moves."""
    return _SEQUENCE.sub(b"", _TITLE.sub(b"", output)).decode("utf-8", errors="replace").replace("\r\n", "\n")


def _decoded(output: bytes) -> list[str]:
    return output.decode("utf-8", errors="replace").replace("\r\n", "\n").split("\n")


def _emulated(output: bytes) -> list[str]:
    screen = pyte.HistoryScreen(COLUMNS, ROWS, history=100_000)
    pyte.ByteStream(screen).feed(output)
    rows = [*screen.history.top, *(screen.buffer[row] for row in range(ROWS))]
    return [_row(row) for row in rows]


def _row(row: StaticDefaultDict[int, Char]) -> str:
    cells = [row[column] for column in range(COLUMNS)]
    while cells and cells[-1].data == " " and not cells[-1].reverse:
        cells.pop()
    line, before = "", ""
    for cell in cells:
        colour = _codes(cell)
        if colour != before:
            line += f"\x1b[0{colour}m"
        line, before = line + cell.data, colour
    return line + ("\x1b[0m" if before else "")


_COLOUR_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")  # as pyte calls them


def _codes(cell: Char) -> str:
    """The codes of a character's looks, each with a semicolon in front; empty where it has none."""
    looks = ((cell.bold, "1"), (cell.italics, "3"), (cell.underscore, "4"), (cell.reverse, "7"))
    codes = [code for is_set, code in looks if is_set] + [_colour(cell.fg, 30), _colour(cell.bg, 40)]
    return "".join(f";{code}" for code in codes if code)


def _colour(name: str, base: int) -> str:
    if name == "default":
        return ""
    plain = name.removeprefix("bright")
    if plain in _COLOUR_NAMES:
        return str(base + _COLOUR_NAMES.index(plain) + (0 if plain == name else 60))
    red, green, blue = (int(name[at : at + 2], 16) for at in (0, 2, 4))
    return f"{base + 8};2;{red};{green};{blue}"
