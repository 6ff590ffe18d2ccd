"""How near two places of the tree are: by the kind of the deepest node they share."""

from collections.abc import Iterable

from zhongshu.estate.kinds import PlaceKind
from zhongshu.work.kinds import Nearness

_BY_KIND = {
    PlaceKind.UNIT: Nearness.SAME_ENTRANCE,
    PlaceKind.FLOOR: Nearness.SAME_ENTRANCE,
    PlaceKind.ENTRANCE: Nearness.SAME_ENTRANCE,
    PlaceKind.LIFT: Nearness.SAME_ENTRANCE,
    PlaceKind.BUILDING: Nearness.SAME_BUILDING,
    PlaceKind.ZONE: Nearness.SAME_BUILDING,
    PlaceKind.PHASE: Nearness.SAME_PHASE,
    PlaceKind.GARAGE: Nearness.SAME_PHASE,
    PlaceKind.COMMUNITY: Nearness.SAME_SITE,
}


def nearness(way: Iterable[tuple[str, PlaceKind]], last_path: str) -> Nearness:
    """`way`: path and kind of every node from the root down to the order's place; `last_path`: of the other place.

    A gate, a pillar or an equipment room shared is the same spot.
    """
    if not last_path:
        return Nearness.UNKNOWN
    shared = [kind for path, kind in way if last_path == path or last_path.startswith(path + "/")]
    return _BY_KIND.get(shared[-1], Nearness.SAME_ENTRANCE) if shared else Nearness.UNKNOWN
