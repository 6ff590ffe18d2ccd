"""The plan of a site: drawn from the tree of places, or by coordinates where there are any.

The drawing is 1000 wide. Without coordinates each phase is a band of its buildings in counting order, eight to a row,
entrances side by side within; what is common stands in a band of its own below.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

WIDTH, PER_ROW = 1000, 8
MARGIN, TITLE, BLOCK, GAP = 12, 34, 92, 12
STRIP, DOT = 30, 34
SHADES = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A place that can stand on a plan. `band` is the name of its phase, empty for what is common."""

    pk: int
    label: str
    band: str
    number: int = 0
    path: str = ""
    x: float | None = None
    y: float | None = None
    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the plan with its node; `shade` 0–4, `parts` are the boxes of its entrances."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    shade: int
    parts: tuple["Box", ...] = ()

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Band:
    title: str
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """`placed`: by coordinates, to be laid over a picture of that height."""

    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    height: float
    placed: bool = False


def shade_of(number: int, most: int) -> int:
    """0 for none, then four equal steps up to the most."""
    return ceil(SHADES * number / most) if number and most else 0


def drawing(nodes: Sequence[Node], *, height: float = 0) -> Drawing:
    """`height` of the picture beneath, if there is one, as wide as 1000."""
    most = max((node.number for node in nodes), default=0)
    if any(node.x is not None and node.y is not None for node in nodes):
        return _by_coordinates(nodes, most, height or WIDTH)
    return _from_tree(nodes, most)


def _by_coordinates(nodes: Iterable[Node], most: int, height: float) -> Drawing:
    boxes = tuple(
        Box(n, n.x - DOT / 2, n.y * height / WIDTH - DOT / 2, DOT, DOT, shade_of(n.number, most))
        for n in nodes
        if n.x is not None and n.y is not None
    )
    return Drawing(boxes, (), height, placed=True)


def _from_tree(nodes: Sequence[Node], most: int) -> Drawing:
    boxes: list[Box] = []
    bands: list[Band] = []
    y = float(MARGIN)
    for title, members in groupby(nodes, key=lambda node: node.band):
        inside = list(members)
        bands.append(Band(title, y))
        y += TITLE
        boxes += [_block(node, nth, y, most) for nth, node in enumerate(inside)]
        y += ceil(len(inside) / PER_ROW) * (BLOCK + GAP) + MARGIN
    return Drawing(tuple(boxes), tuple(bands), y)


def _block(node: Node, nth: int, top: float, most: int) -> Box:
    step = (WIDTH - 2 * MARGIN + GAP) / PER_ROW
    x, y, width = MARGIN + nth % PER_ROW * step, top + nth // PER_ROW * (BLOCK + GAP), step - GAP
    return Box(node, x, y, width, BLOCK, shade_of(node.number, most), tuple(_strips(node, x, y, width)))


def _strips(node: Node, x: float, y: float, width: float) -> Iterable[Box]:
    """The entrances along the lower edge, shaded among themselves."""
    most = max((part.number for part in node.parts), default=0)
    each = width / max(1, len(node.parts))
    for nth, part in enumerate(node.parts):
        yield Box(part, x + nth * each, y + BLOCK - STRIP, each, STRIP, shade_of(part.number, most))
