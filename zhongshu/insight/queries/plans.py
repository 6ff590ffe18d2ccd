"""Hot spots on the plan of a site."""

from collections import defaultdict

from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Place
from zhongshu.identity.models import Site
from zhongshu.insight.models import SitePlan
from zhongshu.insight.policies.plan import Node
from zhongshu.insight.queries.matters import Slice
from zhongshu.insight.queries.reports import hot_spots

COMMON = (
    PlaceKind.GARAGE,
    PlaceKind.GATE,
    PlaceKind.EQUIPMENT_ROOM,
    PlaceKind.PUBLIC_AREA,
    PlaceKind.LIFT,
)
DRAWN = (PlaceKind.BUILDING, PlaceKind.ENTRANCE, *COMMON)
MOST_DRAWN = 1_500


def nodes_of(site: Site, of: Slice) -> list[Node]:
    """Buildings with their entrances, then what is common, each with the number of cases there. Two statements."""
    counted = {spot.place_id: spot.number for spot in hot_spots(of, kinds=DRAWN)}
    places = Place.objects.filter(site=site, kind__in=(*DRAWN, PlaceKind.PHASE), is_active=True)
    rows = list(places.order_by("path_as_counted")[:MOST_DRAWN])
    phases = {row.pk: row.label for row in rows if row.kind == PlaceKind.PHASE}
    entrances: dict[int | None, list[Node]] = defaultdict(list)
    for row in rows:
        if row.kind == PlaceKind.ENTRANCE:
            entrances[row.parent_id].append(_node(row, "", counted))
    buildings = [row for row in rows if row.kind == PlaceKind.BUILDING]
    shown = [_node(row, phases.get(row.parent_id or 0, ""), counted, entrances[row.pk]) for row in buildings]
    return [*shown, *(_node(row, COMMON_BAND, counted) for row in rows if row.kind in COMMON)]


COMMON_BAND = "*"
"""The band of what is common; a page names it."""


def _node(row: Place, band: str, counted: dict[int, int], parts: list[Node] | None = None) -> Node:
    x, y = (None if value is None else float(value) for value in (row.x, row.y))
    return Node(row.pk, row.label, band, counted.get(row.pk, 0), row.path, x, y, tuple(parts or ()))


def picture_of(site: Site) -> SitePlan | None:
    """The uploaded plan of a site."""
    return SitePlan.objects.filter(site=site).first()
