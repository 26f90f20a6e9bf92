"""What a terminal's bytes finally show, as plain text."""

from __future__ import annotations

import re

import pyte
from pyte.screens import Char, StaticDefaultDict

COLUMNS, ROWS = 100, 40
"""The size of every terminal, in characters: what a page's outputs were laid out for."""

_COLOUR = re.compile(rb"\x1b\[[0-9;:]*m")
_TITLE = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_MOVES = re.compile(rb"[\x1b\x08\x0b\x0c]|\r(?!\n)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(output: bytes) -> str:
    """The plain text of a command's output: colours gone, progress displays as they finally stood.

    Bytes that are not UTF-8, and control characters that show nothing, become U+FFFD. Lines end with
    a line feed; blanks at their ends are dropped. Output that moves the cursor goes through a terminal
    emulator, and there long lines are folded at the terminal's width, as a reader sees them.
    """
    output = _TITLE.sub(b"", _COLOUR.sub(b"", output)).replace(b"\r\r\n", b"\r\n")
    lines = _emulated(output) if _MOVES.search(output) else _decoded(output)
    return "\n".join(_CONTROL.sub("\ufffd", line).rstrip() for line in lines).rstrip("\n")


def _decoded(output: bytes) -> list[str]:
    return output.decode("utf-8", errors="replace").replace("\r\n", "\n").split("\n")


def _emulated(output: bytes) -> list[str]:
    screen = pyte.HistoryScreen(COLUMNS, ROWS, history=100_000)
    pyte.ByteStream(screen).feed(output)
    rows = [*screen.history.top, *(screen.buffer[row] for row in range(ROWS))]
    return [_row(row) for row in rows]


def _row(row: StaticDefaultDict[int, Char]) -> str:
    return "".join(row[column].data for column in range(COLUMNS))
