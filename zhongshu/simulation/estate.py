"""Moving in: the demo's sites go through the same import as every company's workbook."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from zhongshu.estate.actions import add_site
from zhongshu.estate.importing import take_estate
from zhongshu.estate.importing.sheets import PARKING, PUBLIC, UNITS
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import SheetSpec
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.simulation.layout import GATES
from zhongshu.simulation.workbook import (
    EQUIPMENT_ROOMS,
    PUBLIC_AREAS,
    Household,
    lifts,
    parking_spaces,
    pillars,
    unit_rows,
)

#: Where the gates lie on the plan, 0–1000 from the north-west corner.
_GATE_AT = {"E": (980, 500), "W": (20, 500), "N": (500, 20), "S": (500, 980)}


def move_in(*, actor: Actor, at: datetime, code: str, name: str, model: str, homes: list[Household]) -> Site:
    """A new site with everything its workbook says. Raises AssertionError when the workbook has errors."""
    site = add_site(actor=actor, at=at, code=code, name=name, operating_model=model)
    sheets = {UNITS.title: _table(UNITS, unit_rows(homes)), PUBLIC.title: _table(PUBLIC, _public_rows(homes))}
    if any(home.unit.phase for home in homes):
        sheets[PARKING.title] = _table(PARKING, _parking_rows(homes))
    report = take_estate(actor, at, site, sheets, True)
    if report.errors:
        raise AssertionError(f"the demo's workbook is wrong: {report.errors[:3]}")
    return site


def _table(spec: SheetSpec, rows: Iterable[Sequence[Any]]) -> Table:
    return Table(spec.title, [[column.title for column in spec.columns], *rows])


def _parking_rows(homes: list[Household]) -> Iterator[list[Any]]:
    """Two in three spaces are owned, by the households in the order of their codes."""
    owners = iter([home.unit.code for home in homes if home.people])
    for nth, (level, zone, number) in enumerate(parking_spaces()):
        owner = next(owners) if nth % 3 else ""
        yield [level, zone, str(number), "产权车位" if owner else "租赁车位", "12.5", owner, "", ""]


def _public_rows(homes: list[Household]) -> Iterator[list[Any]]:
    for direction, name in GATES.items():
        x, y = _GATE_AT[direction]
        yield ["门岗", f"PUB-GATE-{direction}", name, "", "", "", "", x, y]
    if any(home.unit.phase for home in homes):
        yield from _yql_equipment()
    for code, name in EQUIPMENT_ROOMS:
        yield ["设备房", code, name, "", "", "", "", "", ""]
    for code, name in PUBLIC_AREAS:
        yield ["公共区域", code, name, "", "", "", "", "", ""]


def _yql_equipment() -> Iterator[list[Any]]:
    for entrance in lifts():
        for side in ("左", "右"):
            yield ["电梯", "", "", entrance, "", "", side, "", ""]
    for level, zone, number in pillars():
        yield ["柱位", "", "", "", level, zone, str(number), "", ""]
