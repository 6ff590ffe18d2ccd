"""A simulated estate as a workbook of our own template: it moves in the way every company does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhongshu.simulation.layout import PHASE_WORDS, ROOM_AREAS, Garage, UnitSpec
from zhongshu.simulation.names import mobile_number, person_name

FAMILY, TENANT = "家庭成员", "租户"
DEVELOPER = "云栖置业有限公司"
SELLING, LATELY = 2600, 90  # so many days ago the developer began to sell, and handed a second phase over


@dataclass(frozen=True, slots=True)
class Household:
    """A dwelling, how it is used, and who lives there: `(name, relation, phone)`, the owner first."""

    unit: UnitSpec
    status: str
    moved_in_on: date
    people: tuple[tuple[str, str, str], ...]


class Numbers:
    """Gives out unissued mobile numbers, each once."""

    def __init__(self, start: int = 0) -> None:
        self._serial = start

    def next(self) -> str:
        self._serial += 1
        return mobile_number(self._serial)


def households(units: Iterable[UnitSpec], *, dice: Random, numbers: Numbers, today: date) -> list[Household]:
    """Who lives where: nine in ten dwellings are sold, one in seven of those let, some are vacant; the rest is the
    developer's."""
    return [_household(unit, dice, numbers, today) for unit in units]


def _household(unit: UnitSpec, dice: Random, numbers: Numbers, today: date) -> Household:
    moved_in_on = today - timedelta(days=dice.randint(20, LATELY if unit.phase == "P2" else SELLING))
    chance = dice.random()
    if chance < 0.06:
        return Household(unit, "未售", today - timedelta(days=SELLING), ((DEVELOPER, "业主", ""),))
    owner = (person_name(dice), "业主", numbers.next())
    if chance < 0.16:
        return Household(unit, "空置", moved_in_on, (owner,))
    if chance < 0.30:
        return Household(unit, "已出租", moved_in_on, (owner, (person_name(dice), TENANT, numbers.next())))
    family = [(person_name(dice), FAMILY, numbers.next()) for _ in range(dice.choice((0, 0, 1, 1, 2)))]
    return Household(unit, "已入住", moved_in_on, (owner, *family))


def unit_rows(homes: list[Household]) -> Iterator[list[str]]:
    """Rows of the sheet 房屋, one for each person."""
    for home in homes:
        unit = home.unit
        gross, net = ROOM_AREAS[unit.door]
        handed_over = "" if home.status == "未售" else home.moved_in_on.isoformat()
        where = [PHASE_WORDS.get(unit.phase, ""), str(unit.building), str(unit.entrance), str(unit.floor)]
        place = [*where, unit.room_no, gross, net, "住宅", home.status, handed_over]
        for name, relation, phone in home.people:
            kind = "单位" if name == DEVELOPER else "个人"
            yield [*place, name, kind, relation, phone, "", home.moved_in_on.isoformat()]


def parking_spaces(garage: Garage) -> Iterator[tuple[str, str, int]]:
    """Level, zone and number of every space."""
    for level, zones in garage.zones.items():
        per_zone = -(-garage.spaces_per_level // len(zones))
        for number in range(1, garage.spaces_per_level + 1):
            yield level, zones[(number - 1) // per_zone], number


def pillars(garage: Garage) -> Iterator[tuple[str, str, int]]:
    """Level, zone and number of every pillar."""
    for level, zones in garage.zones.items():
        for zone in zones:
            for number in range(1, garage.pillars_per_zone + 1):
                yield level, zone, number


EQUIPMENT_ROOMS = (
    ("PUB-ROOM-PUMP", "生活水泵房"),
    ("PUB-ROOM-POWER", "高压配电房"),
    ("PUB-ROOM-FIRE", "消控中心"),
    ("PUB-ROOM-GEN", "发电机房"),
)
PUBLIC_AREAS = (
    ("PUB-GARDEN", "中心花园"),
    ("PUB-PLAY", "儿童乐园"),
    ("PUB-DESK", "物业服务中心"),
    ("PUB-WASTE", "垃圾中转站"),
)
