"""Has Graphviz say where things go. It comes inside the package pygraphviz: no ``dot`` is called."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import hypot
from pathlib import Path
from typing import Any, NamedTuple

from banc.schematics import libraries

DOTS = 72
"""Graphviz's unit of length is the inch, and its points are our pixels."""


INSTALL = "`make site`, or `pip install 'banc[draw]'`"
"""How to get what draws."""


class GraphvizError(Exception):
    """Graphviz is missing, or refuses a graph; the message says what to do."""


class Point(NamedTuple):
    """A place on the sheet, in pixels from its upper left corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet, in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, centre: Point, width: float, height: float) -> Box:
        """The box of that size, in pixels, with that middle."""
        x, y = centre
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def width(self) -> float:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """In pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """The point in its middle."""
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def near(self, point: Point, by: float) -> bool:
        """Whether a point is in it, or so near that many pixels more on each side would take it in."""
        return self.left - by < point.x < self.right + by and self.top - by < point.y < self.bottom + by


@dataclass(frozen=True, slots=True)
class Route:
    """The way that a link takes."""

    curve: tuple[Point, ...]  # Bézier: the start, then three points a piece
    tail: Point | None  # the tip of the arrow at its start, if there is one
    head: Point | None  # the tip of the arrow at its end
    label: Point | None  # the middle of its label

    def upright(self, x: float) -> Route:
        """The same between the same heights, straight down at x; the label stays beside it."""

        def moved(point: Point | None) -> Point | None:
            return point and Point(x, point.y)

        def base(end: Point, tip: Point | None, way: int) -> Point:
            """Where the line itself ends: before its tip, which keeps its length though it was aslant."""
            return Point(x, tip.y + way * hypot(tip.x - end.x, tip.y - end.y) if tip else end.y)

        start, end = base(self.curve[0], self.tail, 1), base(self.curve[-1], self.head, -1)
        label = self.label and Point(self.label.x + x - self._at(self.label.y), self.label.y)
        return Route((start, start, end, end), moved(self.tail), moved(self.head), label)

    def points(self, pieces: int = 24) -> Iterator[Point]:
        """Points along the curve, that many for each of its Béziers."""
        for start in range(0, len(self.curve) - 1, 3):
            bends = self.curve[start : start + 4]
            for step in range(pieces + 1):
                t = step / pieces
                weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
                x, y = (sum(w * bend[axis] for w, bend in zip(weights, bends, strict=True)) for axis in (0, 1))
                yield Point(x, y)

    def _at(self, y: float) -> float:
        """Where the curve is at that height."""
        return min(self.points(), key=lambda point: abs(point.y - y)).x


@dataclass(frozen=True, slots=True)
class Layout:
    """A graph with its places: boxes by name of node or cluster, routes by id of edge."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Mapping[str, Route]


def layout(dot: str) -> Layout:
    """Have Graphviz place what a graph consists of.

    Args:
        dot: The graph in Graphviz's own language; each of its edges has an ``id``.

    Raises:
        GraphvizError: There is no Graphviz, or it refuses the graph.
    """
    graphviz = _graphviz()
    try:
        graph = graphviz.AGraph(string=dot)
        return _read(json.loads(graph.draw(format="json", prog="dot")))
    except (graphviz.DotError, ValueError) as error:
        raise GraphvizError(f"Graphviz refuses the graph: {error}") from error


def _graphviz() -> Any:
    """The package pygraphviz, with the libraries that it expects of the system where this one lacks them."""
    try:
        return import_module("pygraphviz")
    except ModuleNotFoundError as error:
        raise GraphvizError(f"Graphviz is missing ({error}): it comes with pygraphviz; {INSTALL}") from error
    except ImportError as error:  # a library
        try:
            libraries.supply(Path(sys.prefix) / "share" / "graphviz-libraries")
            return import_module("pygraphviz")
        except (libraries.LibrariesError, ImportError) as still:
            raise GraphvizError(f"Graphviz lacks a library of the system ({error}): {still}") from still


def _read(placed: Mapping[str, Any]) -> Layout:
    """Read Graphviz's answer."""
    _, _, width, height = map(float, placed["bb"].split(","))
    boxes = {item["name"]: _box(item, height) for item in placed.get("objects", ()) if "bb" in item or "pos" in item}
    routes = {edge["id"]: _route(edge, height) for edge in placed.get("edges", ()) if "pos" in edge}
    return Layout(width, height, boxes, routes)


def _point(text: str, height: float) -> Point:
    """Read a point. Graphviz's y goes upwards, ours downwards."""
    x, y = text.split(",")
    return Point(float(x), height - float(y))


def _box(item: Mapping[str, str], height: float) -> Box:
    if "bb" in item:  # a cluster
        left, bottom, right, top = map(float, item["bb"].split(","))
        return Box(left, height - top, right, height - bottom)
    return Box.around(_point(item["pos"], height), DOTS * float(item["width"]), DOTS * float(item["height"]))


def _route(edge: Mapping[str, str], height: float) -> Route:
    points = edge["pos"].split()
    tips = {point[0]: _point(point[2:], height) for point in points if point[:2] in ("s,", "e,")}
    return Route(
        curve=tuple(_point(point, height) for point in points if point[:2] not in ("s,", "e,")),
        tail=tips.get("s"),
        head=tips.get("e"),
        label=_point(edge["lp"], height) if "lp" in edge else None,
    )
