"""The look of the schematics: cards, stacks of layers, dashed zones, and links between them.

A script says what there is, with the classes below, which are those of the package `diagrams`; Graphviz
decides where; this module draws it. A colour is a role: a CSS class, so that it follows the site's light
and dark schemes (docs/assets/figures.css). Lengths are in pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import starmap
from typing import Any, Literal, cast, get_args

from diagrams import Cluster, Diagram, Edge, Node, getdiagram, setdiagram

from banc.schematics import ink
from banc.schematics.drawing import sheet
from banc.schematics.layout import DOTS, Box, Layout, Point, Route, layout

Role = Literal["plain", "start", "application", "library", "kernel", "hardware", "network", "storage", "danger"]

PAD_X, PAD_Y = 14.0, 9.0  # between a card's border and its text
GAP = 6.0  # between the layers of a stack
CHIP, CHIP_PAD = 21.0, 7.0  # the height of a chip, and the room beside its text
PORT = 20.0  # the width of the place on a card where a link arrives
ZONE_PAD = 16  # between a zone's border and what is in it
SHAPELESS: dict[str, Any] = {"shape": "plain", "fixedsize": "false", "width": "0", "height": "0"}  # as big as its label


def words(**languages: str) -> str:
    """Choose the words in the page's language: `words(fr="noyau", en="kernel")`."""
    language = sheet().language
    if language not in languages:
        raise ValueError(f"words({languages}) lacks the page's language: add {language}=…")
    return languages[language]


def _role(role: Role) -> Role:
    if role not in get_args(Role):
        raise ValueError(f"there is no role {role!r}: choose one of {', '.join(get_args(Role))}")
    return role


class Schematic(Diagram):
    """A whole picture: `with Schematic(title, description):`, and below it what it shows.

    Args:
        title: What it is a picture of, in a few words.
        description: What it shows, in whole sentences, for those who do not see it.
        beside: The room between neighbours.
        along: The room for a link.
    """

    def __init__(self, title: str, description: str, *, beside: float = 28, along: float = 44) -> None:
        room = {"nodesep": str(beside / DOTS), "ranksep": str(along / DOTS), "label": "", "splines": "spline"}
        super().__init__(title, direction="TB", show=False, graph_attr=room)
        self.description = description
        self.parts: list[Zone | Link | Card | Stack] = []

    def add(self, part: Zone | Link | Card | Stack) -> str:
        """Take a part in, and name it for Graphviz."""
        self.parts.append(part)
        return f"{type(part).__name__.lower()}{len(self.parts)}"

    def connect(self, node: Node, node2: Node, edge: Edge) -> None:
        """Connect two cards, from the next chip below the first to the next above the second."""
        if not (isinstance(node, Card) and isinstance(node2, Card) and isinstance(edge, Link)):
            raise ValueError("only a Link joins, and only cards: write `one >> Link() >> other`")
        if edge.cards:
            raise ValueError("a Link joins two cards: write one Link for each pair")
        edge.lead(node, node2)
        if edge.level and not (node.inside or node2.inside):  # within zones, Graphviz would take them out
            with self.dot.subgraph() as level:
                level.attr(rank="same")
                level.node(node.key)
                level.node(node2.key)
        super().connect(node, node2, edge)

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        """Draw it."""
        setdiagram(cast(Diagram, None))  # what it takes, whatever its type says
        if failure is None:
            if loose := [part for part in self.parts if isinstance(part, Link) and not part.cards]:
                raise ValueError(f"{len(loose)} Link joins nothing: write `one >> Link() >> other`")
            sheet().pictures.append(self._svg(self._straightened(self._grounded(layout(self.dot.source)))))

    def _grounded(self, places: Layout) -> Layout:
        """Let all stacks begin at one height and stand on one ground."""
        stacks = {part.key: places.boxes[part.key] for part in self.parts if isinstance(part, Stack)}
        top = min((box.top for box in stacks.values()), default=0)
        ground = max((box.bottom for box in stacks.values()), default=0)
        moved = {key: replace(box, top=top, bottom=ground) for key, box in stacks.items()}
        return replace(places, boxes={**places.boxes, **moved})

    def _straightened(self, places: Layout) -> Layout:
        """Let links go straight down where they may."""
        links = [part for part in self.parts if isinstance(part, Link)]
        return replace(places, routes={link.key: link.way(places) for link in links})

    def _svg(self, places: Layout) -> str:
        below = sorted(self.parts, key=lambda part: (Zone, Link, Card, Stack).index(type(part)))
        labels = [box for part in self.parts if isinstance(part, Link) and (box := part.label(places))]
        left = min([0, *(box.left for box in labels)])
        right = max([places.width, *(box.right for box in labels)])
        view = (
            f"{left - 2:.0f} -2 {right - left + 4:.0f} {places.height + 4:.0f}"  # with room for the outermost borders
        )
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">',
                f"<title>{escape(self.name, quote=False)}</title>",
                f"<desc>{escape(self.description, quote=False)}</desc>",
                *(part.draw(places) for part in below),
                "</svg>",
            ]
        )


def _table(height: float, *rows: Sequence[tuple[str, float]]) -> str:
    """A label that is nothing but room, in Graphviz's language: rows of a height, each of cells with name and width."""

    def table(content: str) -> str:
        return f'<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">{content}</TABLE>'

    def cell(name: str, width: float) -> str:
        return f'<TD PORT="{name}" FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{height:.0f}"></TD>'

    tables = (table(f"<TR>{''.join(starmap(cell, row))}</TR>") for row in rows)
    return f"<{table(''.join(f'<TR><TD>{row}</TD></TR>' for row in tables))}>"


def _schematic() -> Schematic:
    """The picture that the script is at."""
    schematic = getdiagram()
    if not isinstance(schematic, Schematic):
        raise ValueError("this belongs into a picture: write it below `with Schematic(title, description):`")
    return schematic


class Card(Node):
    """A thing: its name, and notes in smaller letters.

    Args:
        title: Its name.
        notes: Lines below the name.
        role: What it is, which gives the colour.
        dashed: For what is not there, or not always.
        above: Chips on its upper border, such as network interfaces; links arrive at one after the other.
        below: Chips on its lower border; links leave from one after the other.
        width: At least so wide.
        apart: From the middle of one chip to that of the next; without it, they share the width evenly.
    """

    def __init__(
        self,
        title: str,
        *notes: str,
        role: Role = "plain",
        dashed: bool = False,
        above: Sequence[str] = (),
        below: Sequence[str] = (),
        width: float = 0,
        apart: float = 0,
    ) -> None:
        self.names = f"card {_role(role)}{' dashed' if dashed else ''}"
        self.text = ink.lines(title, notes)
        self.above = [ink.Line(name, "chip") for name in above]
        self.below = [ink.Line(name, "chip") for name in below]
        self.free_above, self.free_below = iter(range(len(above))), iter(range(len(below)))
        self.apart = apart
        text_width, text_height = ink.size(self.text)
        self.width = max(width, text_width + 2 * PAD_X, *(self._room(chips) for chips in (self.above, self.below)))
        self.outside = [CHIP / 2 if chips else 0 for chips in (self.above, self.below)]
        self.height = text_height + 2 * PAD_Y + 2 * sum(self.outside)
        self.key = _schematic().add(self)
        rows = [self._ports("above", self.above), self._ports("below", self.below)]
        label = _table(self.height / 2, *rows)
        super().__init__(label, nodeid=self.key, **SHAPELESS)
        self.inside = self._cluster is not None  # a zone

    def _room(self, chips: Sequence[ink.Line]) -> float:
        """The width that chips take."""
        widest = max((chip.width for chip in chips), default=0) + 2 * CHIP_PAD + 24
        return widest + (len(chips) - 1) * max(widest, self.apart) if chips else 0

    def _middles(self, chips: Sequence[ink.Line]) -> list[float]:
        """Where chips have their middles, from the card's left border."""
        step = self.apart or self.width / max(1, len(chips))
        return [self.width / 2 + step * (index - (len(chips) - 1) / 2) for index in range(len(chips))]

    def _ports(self, name: str, chips: Sequence[ink.Line]) -> list[tuple[str, float]]:
        """A row of cells with their widths: one at the middle of each chip, and what is between."""
        cells, end = [], 0.0
        for index, middle in enumerate(self._middles(chips)):
            cells += [("", middle - PORT / 2 - end), (f"{name}{index}", PORT)]
            end = middle + PORT / 2
        return [*cells, ("", self.width - end)]

    def draw(self, places: Layout) -> str:
        """Draw it."""
        whole = places.boxes[self.key]
        above, below = self.outside
        card = replace(whole, top=whole.top + above, bottom=whole.bottom - below)
        middle = card.centre.y + (above - below) / 2
        chips = [*self._chips(self.above, card.left, card.top), *self._chips(self.below, card.left, card.bottom)]
        return ink.group(self.names, ink.box(card), *ink.write(self.text, card.centre.x, middle), *chips)

    def _chips(self, chips: Sequence[ink.Line], left: float, border: float) -> Iterator[str]:
        """Draw chips on a border."""
        for chip, middle in zip(chips, self._middles(chips), strict=True):
            place = Box.around(Point(left + middle, border), chip.width + 2 * CHIP_PAD, CHIP)
            yield ink.box(place, CHIP / 2, "chip")
            yield chip.draw(*place.centre)


@dataclass(frozen=True)
class Layer:
    """One layer of a stack: its name, and a note in smaller letters.

    Args:
        text: Its name; without one, nothing is drawn, and its place stays free.
        role: What it is, which gives the colour.
        note: A line below the name.
        dashed: For what is not there, or not always.
        struck: For what a layer above hides: the name is struck through.
    """

    text: str
    role: Role = "plain"
    note: str = ""
    dashed: bool = False
    struck: bool = False


@dataclass(frozen=True)
class Row:
    """Layers of a stack beside each other, of the same width, with words above each (as many as layers, or none)."""

    layers: Sequence[Layer]
    heads: Sequence[str] = ()


@dataclass(frozen=True)
class Frame:
    """Layers of a stack that belong together, in a dashed frame with a name."""

    name: str
    layers: Sequence[Layer | Row]


class Stack(Node):
    """Layers on top of each other, from the uppermost down; all stacks of a picture stand on one ground.

    Args:
        title: Its name, at the top of the picture; without one, its layers begin there.
        note: A line below the name.
        layers: Layers, rows of layers beside each other, and frames around some.
        width: Of the whole.
    """

    LAYER = 34.0
    NOTE = 14.0
    HEAD = 50.0
    FRAME_PAD = 8.0
    FRAME_HEAD = 24.0

    def __init__(self, title: str, note: str, *layers: Layer | Row | Frame, width: float = 200) -> None:
        self.text = ink.lines(title, [note])
        self.layers = layers
        height = (self.HEAD if self.text else 0) + self._pile(layers)
        self.key = _schematic().add(self)
        super().__init__(_table(height, [("", width)]), nodeid=self.key, **SHAPELESS)

    def _pile(self, items: Sequence[Layer | Row | Frame]) -> float:
        """How high they are on top of each other."""
        return sum(map(self._reach, items)) + GAP * (len(items) - 1)

    def _reach(self, item: Layer | Row | Frame) -> float:
        """How high one of them is."""
        if isinstance(item, Layer):
            return self.LAYER + (self.NOTE if item.note else 0)
        if isinstance(item, Row):
            return max(map(self._reach, item.layers)) + (self.FRAME_HEAD if item.heads else 0)
        return self.FRAME_HEAD + self._pile(item.layers) + self.FRAME_PAD

    def draw(self, places: Layout) -> str:
        """Draw it: its layers stand on the ground, and are read from the top."""
        whole = places.boxes[self.key]
        pieces = list(ink.write(self.text, whole.centre.x, whole.top + ink.size(self.text)[1] / 2))
        return ink.group("stack", *pieces, *filter(None, self._piled(self.layers, whole)))

    def _piled(self, items: Sequence[Layer | Row | Frame], place: Box) -> Iterator[str]:
        """Draw them on top of each other, down to the bottom of a place."""
        top = place.bottom - self._pile(items)
        for item in items:
            own = replace(place, top=top, bottom=top + self._reach(item))
            if isinstance(item, Layer):
                yield self._layer(item, own)
            else:
                yield from self._row(item, own) if isinstance(item, Row) else self._frame(item, own)
            top = own.bottom + GAP

    def _layer(self, layer: Layer, place: Box) -> str:
        if not layer.text:
            return ""
        inner = replace(place, left=place.left + self.FRAME_PAD, right=place.right - self.FRAME_PAD)
        states = (" dashed" if layer.dashed else "") + (" struck" if layer.struck else "")
        text = ink.write(ink.lines(layer.text, [layer.note]), *inner.centre)
        return ink.group(f"card {_role(layer.role)}{states}", ink.box(inner), *text)

    def _row(self, row: Row, place: Box) -> Iterator[str]:
        width = (place.width - 2 * self.FRAME_PAD + GAP) / len(row.layers)  # of a layer and the gap behind it
        for index, layer in enumerate(row.layers):
            left = place.left + index * width
            cell = replace(place, left=left, right=left + width - GAP + 2 * self.FRAME_PAD)
            if row.heads:
                yield ink.Line(row.heads[index]).draw(cell.centre.x, cell.top + self.FRAME_HEAD / 2)
                cell = replace(cell, top=cell.top + self.FRAME_HEAD)
            yield self._layer(layer, cell)

    def _frame(self, frame: Frame, place: Box) -> Iterator[str]:
        name = ink.Line(frame.name).draw(place.left + self.FRAME_PAD + 4, place.top + self.FRAME_HEAD / 2, "left")
        yield ink.group("zone", ink.box(place, 10), name)
        yield from self._piled(frame.layers, replace(place, bottom=place.bottom - self.FRAME_PAD))


class Zone(Cluster):
    """A dashed zone around what belongs together: `with Zone(name):`, and below it what is in it.

    Args:
        title: Its name, in its upper left corner, or beside the links that pass there.
        notes: Lines below the name.
        width: At least so wide, which leaves the name room beside a link.
    """

    def __init__(self, title: str, *notes: str, width: float = 0) -> None:
        self.text = ink.lines(title, notes)
        name = _schematic().add(self)
        self.key = f"cluster_{name}"
        super().__init__(name)
        text_width, height = ink.size(self.text)
        wide = max(text_width, width - ZONE_PAD)  # Graphviz leaves half of it on each side of a label
        self.dot.graph_attr.update(label=_table(height, [("", wide)]), margin=str(ZONE_PAD), labeljust="l")

    def draw(self, places: Layout) -> str:
        """Draw it."""
        place = places.boxes[self.key]
        name = self._clear(places)
        text = ink.write(self.text, name.left, name.centre.y, "left")
        return ink.group("zone", ink.box(place, 12), *text)

    def _clear(self, places: Layout) -> Box:
        """Where its name stands: in the upper left corner, or as far to the right as links that come in ask for."""
        place = places.boxes[self.key]
        width, height = ink.size(self.text)
        first = Box(place.left + 14, place.top + 9, place.left + 14 + width, place.top + 9 + height)
        spare = max(0, int(place.right - 14 - first.right))
        shifts = (replace(first, left=first.left + by, right=first.right + by) for by in range(0, spare, 4))
        passing = [point for way in places.routes.values() for point in way.points()]
        return next((box for box in shifts if not any(box.near(point, 8) for point in passing)), first)


class Link(Edge):
    """A link between two cards: `a >> Link("asks") >> b`, `a << Link() >> b` both ways, `a - Link() - b` without.

    Args:
        label: Words beside it.
        role: What it is, which gives the colour.
        dashed: For what is not there, or not always.
        level: For cards at one height; any other link puts its second card below the first.
    """

    def __init__(self, label: str = "", *, role: Role = "plain", dashed: bool = False, level: bool = False) -> None:
        self.text = ink.lines("", [label])
        self.names = f"link {_role(role)}{' dashed' if dashed else ''}"
        self.level = level
        self.key = _schematic().add(self)
        self.cards: tuple[Card, ...] = ()
        self.chips: tuple[int | None, int | None] = None, None
        width, height = ink.size(self.text)
        around = 2 * ZONE_PAD + 16 if level else 12  # a level link leaves one zone and enters another
        room = _table(height + 4, [("", width + around)]) if self.text else ""
        # What is there all the time is straight; a dashed link goes round.
        attributes: dict[str, Any] = {"id": self.key, "arrowsize": "0.8", "weight": "1" if dashed else "6"}
        super().__init__(label=room, **attributes)

    def lead(self, tail: Card, head: Card) -> None:
        """Begin at one card's next chip, end at the other's."""
        self.cards = tail, head
        if self.level:
            self._attrs["constraint"] = "false"
            return
        self.chips = next(tail.free_below, None), next(head.free_above, None)
        for end, port, chip in zip(("tailport", "headport"), ("below{}:s", "above{}:n"), self.chips, strict=True):
            if chip is not None:
                self._attrs[end] = port.format(chip)

    def way(self, places: Layout) -> Route:
        """Its way, straight down where no other card is in between."""
        way, ends = places.routes[self.key], {card.key for card in self.cards}
        others = [box for key, box in places.boxes.items() if key not in ends and not key.startswith("cluster")]
        straight = (way.upright(x) for x in self._plumbs(places))
        free = (one for one in straight if not any(box.near(point, 6) for box in others for point in one.points()))
        return next(free, way)

    def label(self, places: Layout) -> Box | None:
        """Where its words stand."""
        middle = places.routes[self.key].label
        return middle and Box.around(middle, *ink.size(self.text))

    def draw(self, places: Layout) -> str:
        """Draw it."""
        way = places.routes[self.key]
        text = ink.write(self.text, way.label.x, way.label.y) if way.label else ()
        return ink.group(self.names, *ink.route(way), *text)

    def _plumbs(self, places: Layout) -> Iterator[float]:
        """Where a line straight down meets both ends: at a chip, else in the middle of the narrower card, or near."""
        if self.level:
            return
        boxes = [places.boxes[card.key] for card in self.cards]
        curve = places.routes[self.key].curve
        chips = [end.x for end, chip in zip((curve[0], curve[-1]), self.chips, strict=True) if chip is not None]
        if len(chips) == 2 and abs(chips[0] - chips[1]) > CHIP / 2:
            return
        middle = min(boxes, key=lambda box: box.width).centre.x
        for x in (
            [sum(chips) / len(chips)] if chips else [middle, *(curve[part].x for part in (0, -1, len(curve) // 2))]
        ):
            if all(box.left + PORT < x < box.right - PORT for box in boxes):
                yield x
