"""Two sites: YQL with two phases and a garage, XH small and lean."""

from collections.abc import Iterator

import pytest

from zhongshu.estate.addressing import PlaceNode, SiteLayout

HIGH, LOW = {"P1-1", "P2-1"}, {"P1-10", "P1-11", "P2-2", "P2-10"}
WIDE = {"P1-7-2", "P1-9-2"}


def floors_of(building: str) -> int:
    return 27 if building in HIGH else 11 if building in LOW else 18


def stair(entrance: str, building: str, floors: int, doors: int, number: int) -> Iterator[PlaceNode]:
    yield PlaceNode(entrance, "entrance", building, f"{number}单元")
    for side, label in (("L", "左梯"), ("R", "右梯")):
        yield PlaceNode(f"EQ-{entrance}-{side}", "lift", entrance, label)
    for floor in range(1, floors + 1):
        yield PlaceNode(f"{entrance}-F{floor}", "floor", entrance, f"{floor}层")
        for door in range(1, doors + 1):
            yield PlaceNode(f"{entrance}-{floor}{door:02}", "unit", f"{entrance}-F{floor}", f"{floor}{door:02}")


def garage(level: str, zones: str) -> Iterator[PlaceNode]:
    yield PlaceNode(f"PUB-{level}", "garage", "YQL", f"{level}层车库")
    for zone in zones:
        yield PlaceNode(f"PUB-{level}-{zone}", "zone", f"PUB-{level}", f"{zone}区")
        for pillar in range(1, 41):
            yield PlaceNode(f"PUB-{level}-{zone}-{pillar}", "pillar", f"PUB-{level}-{zone}", f"{zone}{pillar}")
    for number in range(1, 601):
        yield PlaceNode(f"PK-{level}-{number}", "parking", f"PUB-{level}", f"{number}号")


def yql_places() -> Iterator[PlaceNode]:
    yield PlaceNode("YQL", "community", None, "云栖里")
    for phase, label, buildings in (("P1", "一期", 12), ("P2", "二期", 10)):
        yield PlaceNode(phase, "phase", "YQL", label)
        for number in range(1, buildings + 1):
            building = f"{phase}-{number}"
            yield PlaceNode(building, "building", phase, f"{number}栋")
            for entrance in range(1, 2 if building == "P2-10" else 3):
                code = f"{building}-{entrance}"
                doors = 4 if entrance == 1 or code in WIDE else 2
                yield from stair(code, building, floors_of(building), doors, entrance)
    yield from garage("B1", "ABCD")
    yield from garage("B2", "EFGH")
    for letter, label in (("E", "东门"), ("W", "西门"), ("N", "北门"), ("S", "南门")):
        yield PlaceNode(f"PUB-GATE-{letter}", "gate", "YQL", label)
    for code, kind, label in (
        ("PUB-P1-POWER", "equipment_room", "一期配电房"),
        ("PUB-P2-POWER", "equipment_room", "二期配电房"),
        ("PUB-PUMP", "equipment_room", "水泵房"),
        ("PUB-FIRE", "equipment_room", "消控中心"),
        ("PUB-PLAY", "public_area", "儿童乐园"),
        ("PUB-GARDEN", "public_area", "中心花园"),
    ):
        yield PlaceNode(code, kind, {"PUB-P1-POWER": "P1", "PUB-P2-POWER": "P2"}.get(code, "YQL"), label)


def xh_places() -> Iterator[PlaceNode]:
    yield PlaceNode("XH", "community", None, "西荷")
    for number in range(1, 6):
        yield PlaceNode(f"{number}", "building", "XH", f"{number}栋")
        for entrance in (1, 2):
            yield from stair(f"{number}-{entrance}", f"{number}", 15, 2, entrance)


@pytest.fixture(scope="session")
def yql() -> SiteLayout:
    return SiteLayout(yql_places())


@pytest.fixture(scope="session")
def xh() -> SiteLayout:
    return SiteLayout(xh_places())
