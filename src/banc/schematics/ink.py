"""Draws the pieces of a schematic in SVG: lines of text, boxes, curves, tips. Lengths are in pixels.

How wide a text gets depends on the reader's fonts, which are not known here, so that it is reckoned as in
DejaVu Sans, the widest of the usual ones. Layouts are then the same on all machines, with or without fonts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot

from banc.schematics.layout import Box, Point, Route

_SIZES = {"title": 14.5, "note": 12.5, "chip": 11.5}
_WEIGHTS = {"title": 1.1, "note": 1.0, "chip": 1.0}  # how much wider than regular: titles are semi-bold
_ADVANCES = {0.34: " ijlI.,:;|'’()[]/ft-", 0.43: "r«»“”", 0.8: "wGOQDHNU—", 0.99: "mMW@…→←%"}
_ADVANCE = {character: width for width, characters in _ADVANCES.items() for character in characters}
_LEADING = 1.32  # a line's height, in sizes
_BASELINE = 0.36  # how far the baseline is below the middle of a line, in sizes


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: a title, a note, or the name on a chip."""

    text: str
    kind: str = "note"

    @property
    def width(self) -> float:
        """As wide as it gets in any of the usual fonts."""
        ems = sum(_ADVANCE.get(character, 0.7 if character.isupper() else 0.63) for character in self.text)
        return ems * _SIZES[self.kind] * _WEIGHTS[self.kind]

    @property
    def height(self) -> float:
        """Down to the next line."""
        return _SIZES[self.kind] * _LEADING

    def draw(self, x: float, middle: float, anchor: str = "") -> str:
        """Draw it at a height, centred on x, or beginning there (`anchor="left"`)."""
        names = f"{self.kind} {anchor}".strip()
        baseline = middle + _BASELINE * _SIZES[self.kind]
        return f'<text class="{names}" x="{_n(x)}" y="{_n(baseline)}">{escape(self.text, quote=False)}</text>'


def lines(title: str, notes: Sequence[str] = ()) -> list[Line]:
    """The lines of a title (none, where it is empty) and of the notes below it; a newline breaks each."""
    text = [("title", title), *(("note", note) for note in notes)]
    return [Line(line, kind) for kind, whole in text for line in whole.splitlines()]


def size(text: Sequence[Line]) -> tuple[float, float]:
    """The width and the height of lines of text."""
    return max((line.width for line in text), default=0), sum(line.height for line in text)


def write(text: Sequence[Line], x: float, middle: float, anchor: str = "") -> Iterator[str]:
    """Draw lines below each other, with the middle of them all at a height."""
    top = middle - size(text)[1] / 2
    for line in text:
        yield line.draw(x, top + line.height / 2, anchor)
        top += line.height


def box(place: Box, radius: float = 7, name: str = "") -> str:
    """Draw a box with round corners."""
    names = f' class="{name}"' if name else ""
    left, top, width, height = map(_n, (place.left, place.top, place.width, place.height))
    return f'<rect{names} x="{left}" y="{top}" width="{width}" height="{height}" rx="{radius:g}"/>'


def route(way: Route) -> Iterator[str]:
    """Draw a curve, and tips where it has some."""
    start, *others = (f"{_n(x)} {_n(y)}" for x, y in way.curve)
    yield f'<path d="M{start}C{" ".join(others)}"/>'
    if way.head:
        yield _tip(way.curve[-1], way.head)
    if way.tail:
        yield _tip(way.curve[0], way.tail)


def _tip(base: Point, tip: Point, half: float = 4) -> str:
    """Draw the tip of an arrow: a triangle, of that half width."""
    length = hypot(tip.x - base.x, tip.y - base.y) or 1
    across = Point((base.y - tip.y) / length * half, (tip.x - base.x) / length * half)
    corners = (tip, Point(base.x + across.x, base.y + across.y), Point(base.x - across.x, base.y - across.y))
    return f'<polygon points="{" ".join(f"{_n(x)},{_n(y)}" for x, y in corners)}"/>'


def group(names: str, *pieces: str) -> str:
    """Put pieces together under CSS classes."""
    return "\n".join([f'<g class="{names}">', *pieces, "</g>"])


def _n(value: float) -> str:
    """A number as short as it can be without being seen."""
    return f"{round(value)}"
