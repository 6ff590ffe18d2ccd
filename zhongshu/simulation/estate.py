"""Moving in: the simulated sites go through the same import as every company's workbook."""

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
from zhongshu.simulation.layout import Blueprint, Garage
from zhongshu.simulation.workbook import EQUIPMENT_ROOMS, PUBLIC_AREAS, Household, parking_spaces, pillars, unit_rows

#: Where the gates lie on the plan, 0–1000 from the north-west corner.
_GATE_AT = {"E": (980, 500), "W": (20, 500), "N": (500, 20), "S": (500, 980)}


def move_in(*, actor: Actor, at: datetime, plan: Blueprint, homes: list[Household]) -> Site:
    """A new site with everything its workbook says. Raises AssertionError when the workbook has errors."""
    site = add_site(actor=actor, at=at, code=plan.code, name=plan.name, operating_model=plan.model)
    sheets = {UNITS.title: _table(UNITS, unit_rows(homes)), PUBLIC.title: _table(PUBLIC, _public_rows(plan))}
    if plan.garage:
        sheets[PARKING.title] = _table(PARKING, _parking_rows(plan.garage, homes))
    report = take_estate(actor, at, site, sheets, True)
    if report.errors:
        raise AssertionError(f"the workbook of {plan.code} is wrong: {report.errors[:3]}")
    return site


def _table(spec: SheetSpec, rows: Iterable[Sequence[Any]]) -> Table:
    return Table(spec.title, [[column.title for column in spec.columns], *rows])


def _parking_rows(garage: Garage, homes: list[Household]) -> Iterator[list[Any]]:
    """Two in three spaces are owned, by the households in the order of their codes."""
    owners = iter([home.unit.code for home in homes if home.status != "未售"])
    for nth, (level, zone, number) in enumerate(parking_spaces(garage)):
        owner = next(owners, "") if nth % 3 else ""
        yield [level, zone, str(number), "产权车位" if owner else "租赁车位", "12.5", owner, "", ""]


def _public_rows(plan: Blueprint) -> Iterator[list[Any]]:
    for direction, name in plan.gates.items():
        x, y = _GATE_AT[direction]
        yield ["门岗", f"PUB-GATE-{direction}", name, "", "", "", "", x, y]
    for entrance in plan.entrances:
        for side in plan.lifts:
            yield ["电梯", "", "", entrance, "", "", side, "", ""]
    for level, zone, number in pillars(plan.garage) if plan.garage else ():
        yield ["柱位", "", "", "", level, zone, str(number), "", ""]
    for code, name in EQUIPMENT_ROOMS:
        yield ["设备房", code, name, "", "", "", "", "", ""]
    for code, name in PUBLIC_AREAS:
        yield ["公共区域", code, name, "", "", "", "", "", ""]
