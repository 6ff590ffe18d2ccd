"""Sites differ: no phases, phases with names, lettered buildings without entrances, doors named otherwise."""

from collections.abc import Iterator

import pytest

from zhongshu.estate.addressing import PlaceNode, SiteLayout, resolve

from .conftest import xh_places, yql_places


def named_phases() -> Iterator[PlaceNode]:
    for phase in ("东区", "西区"):
        yield PlaceNode(phase, "phase", None, phase)
        for building in ("1", "2"):
            code = f"{phase}-{building}"
            yield PlaceNode(code, "building", phase, f"{building}栋")
            yield PlaceNode(f"{code}-1", "entrance", code, "1单元")
            for room in ("101", "102", "201", "202"):
                yield PlaceNode(f"{code}-1-{room}", "unit", f"{code}-1", room)


def lettered() -> Iterator[PlaceNode]:
    for building in "AB":
        yield PlaceNode(building, "building", None, f"{building}座")
        for floor in range(1, 13):
            for door in ("01", "02", "03"):
                yield PlaceNode(f"{building}-{floor:02}{door}", "unit", building, f"{floor:02}{door}")


@pytest.mark.parametrize(
    ("text", "status", "places"),
    [
        ("3-2-1502", "unique", "3-2-1502"),
        ("3栋2单元1502", "unique", "3-2-1502"),
        ("3-2-0302", "unique", "3-2-302"),
        ("3-2", "public_area", "3-2"),
        ("2栋左侧电梯", "ambiguous", "EQ-2-1-L EQ-2-2-L"),
        ("一期3栋2单元1502", "invalid", ""),
        ("P1-3-2-1502", "invalid", ""),
        ("B1-236车位", "invalid", ""),
        ("乙单元", "invalid", ""),
        ("6栋", "nonexistent", ""),
        ("3栋2单元16楼", "nonexistent", ""),
        ("东门", "nonexistent", ""),
    ],
)
def test_a_site_without_phases_and_garage(xh: SiteLayout, text: str, status: str, places: str) -> None:
    verdict = resolve(text, layout=xh)
    assert (verdict.status, verdict.places) == (status, tuple(places.split()))


@pytest.mark.parametrize(
    ("text", "status", "places"),
    [
        ("东区-1-1-101", "unique", "东区-1-1-101"),
        ("东区1栋1单元101", "unique", "东区-1-1-101"),
        ("1-1-101", "ambiguous", "东区-1-1-101 西区-1-1-101"),
        ("西区2号楼101", "unique", "西区-2-1-101"),
        ("我住东区的1栋1单元201", "unique", "东区-1-1-201"),
        ("北区1栋", "nonexistent", ""),
        ("二期1栋", "invalid", ""),
    ],
)
def test_phases_with_names(text: str, status: str, places: str) -> None:
    verdict = resolve(text, layout=SiteLayout(named_phases()))
    assert (verdict.status, verdict.places) == (status, tuple(places.split()))


@pytest.mark.parametrize(
    ("text", "status", "places"),
    [
        ("A座0101", "unique", "A-0101"),
        ("A座101", "unique", "A-0101"),
        ("B-1203", "unique", "B-1203"),
        ("B座12楼3号", "unique", "B-1203"),
        ("a栋1102", "unique", "A-1102"),
        ("A1102", "unique", "A-1102"),
        ("1栋101", "invalid", ""),
        ("A座1单元101", "invalid", ""),
        ("C座101", "nonexistent", ""),
    ],
)
def test_lettered_buildings_without_entrances(text: str, status: str, places: str) -> None:
    verdict = resolve(text, layout=SiteLayout(lettered()))
    assert (verdict.status, verdict.places) == (status, tuple(places.split()))


def test_a_site_says_which_door_is_which() -> None:
    site = SiteLayout(yql_places(), doors={"东": "02", "左": "01", "中": "03"})
    for said, room in (("东户", "302"), ("左手边", "301"), ("中户", "303")):
        assert resolve(f"一期7栋2单元3楼{said}", layout=site).places == (f"P1-7-2-{room}",)


def test_a_suggestion_is_the_nearest_that_exists(xh: SiteLayout) -> None:
    assert resolve("3栋2单元1503", layout=xh).suggestions == ("3-2-1501", "3-2-1502")
    assert resolve("9栋2单元301", layout=xh).suggestions[0] == "5-2-301"


def test_an_empty_site_answers_everything_without_a_place() -> None:
    empty = SiteLayout([])
    for text in ("3栋2单元1502", "东门", "B1-236车位", "电梯", ""):
        assert resolve(text, layout=empty).places == ()


def test_the_layout_of_the_lean_site_has_its_three_hundred_homes() -> None:
    assert sum(node.kind == "unit" for node in xh_places()) == 300
