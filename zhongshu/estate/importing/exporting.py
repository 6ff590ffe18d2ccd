"""What is there now, in the columns that the import takes."""

from datetime import date, datetime
from typing import Any

from zhongshu.estate.importing.addresses import columns_of
from zhongshu.estate.importing.sheets import (
    CUSTOMER_KINDS,
    PARKING,
    PARKING_KINDS,
    PUBLIC,
    PUBLIC_KINDS,
    RELATIONS,
    STATUSES,
    UNITS,
    USAGES,
)
from zhongshu.estate.importing.state import AccountState, CustomerState, Estate, PlaceState
from zhongshu.estate.kinds import PlaceKind, Relation
from zhongshu.estate.naming import Address
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of

_PUBLIC_KINDS = frozenset(PUBLIC_KINDS.values())


def rows_of_estate(site: Site, at: datetime) -> dict[str, list[list[Any]]]:
    """Rows by sheet, in the order of the tree; a household's further members follow its holder."""
    estate = Estate.load(site, day_of(at))
    places = sorted(estate.places.values(), key=lambda place: [_natural(part) for part in place.path.split("/")])
    return {
        UNITS.title: [row for place in places if place.kind == PlaceKind.UNIT for row in _unit_rows(estate, place)],
        PARKING.title: [_parking_row(estate, place) for place in places if place.kind == PlaceKind.PARKING],
        PUBLIC.title: [_public_row(estate, place) for place in places if place.kind in _PUBLIC_KINDS],
    }


def _natural(text: str) -> list[tuple[int, int, str]]:
    """2 before 10."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in text.split("-")]


def _unit_rows(estate: Estate, place: PlaceState) -> list[list[Any]]:
    facts, status = place.facts, estate.statuses.get(place.code)
    about = [
        *columns_of(_address_of(estate, place)),
        facts["gross_area"],
        facts["net_area"],
        _word(USAGES, facts["usage"]),
        _word(STATUSES, status.status if status else ""),
        _day(facts["handed_over_on"]),
    ]
    held = estate.held.get(place.code)
    people = _people(held.account) if held else []
    return [[*about, *person] for person in people] or [[*about, *[""] * 6]]


def _address_of(estate: Estate, place: PlaceState) -> Address:
    """Phase, building and entrance above a dwelling, from the codes on its path."""
    above: dict[str, PlaceState] = {estate.places[code].kind: estate.places[code] for code in place.path.split("/")}
    phase = above[PlaceKind.PHASE].code if PlaceKind.PHASE in above else ""
    building = above[PlaceKind.BUILDING].code.removeprefix(f"{phase}-")
    entrance = ""
    if PlaceKind.ENTRANCE in above:
        entrance = above[PlaceKind.ENTRANCE].code.removeprefix(f"{above[PlaceKind.BUILDING].code}-")
    return Address(phase, building, entrance, place.floor_no, place.room_no)


def _people(account: AccountState) -> list[list[Any]]:
    if account.is_developers:
        return [_person(account.customer, Relation.OWNER, account.starts_on)]
    members = sorted(account.members, key=lambda member: member.customer is not account.customer)
    return [_person(member.customer, member.relation, member.starts_on) for member in members]


def _person(customer: CustomerState, relation: str, since: date) -> list[Any]:
    kind = _word(CUSTOMER_KINDS, customer.kind)
    return [customer.name, kind, _word(RELATIONS, relation), "、".join(customer.phones), customer.id_no, _day(since)]


def _parking_row(estate: Estate, place: PlaceState) -> list[Any]:
    level, zone = _garage_of(estate, place)
    held, facts = estate.held.get(place.code), place.facts
    number = place.code.removeprefix(f"PK-{level}-")
    unit = held.account.unit if held else ""
    kind = _word(PARKING_KINDS, facts["parking_kind"])
    return [level, zone, number, kind, facts["gross_area"], unit or "", facts["x"], facts["y"]]


def _garage_of(estate: Estate, place: PlaceState) -> tuple[str, str]:
    above = {estate.places[code].kind: code for code in place.path.split("/")}
    garage = above.get(PlaceKind.GARAGE, "")
    zone = above.get(PlaceKind.ZONE, "")
    return garage.removeprefix("PK-"), zone.removeprefix(f"{garage}-") if zone else ""


def _public_row(estate: Estate, place: PlaceState) -> list[Any]:
    facts = place.facts
    level, zone = _garage_of(estate, place)
    belongs = "" if level or place.parent == estate.root else place.parent
    kind = _word(PUBLIC_KINDS, place.kind)
    return [kind, place.code, facts["label"], belongs or "", level, zone, "", facts["x"], facts["y"]]


def _word(words: dict[str, Any], meaning: str) -> str:
    return next((word for word, stands_for in words.items() if stands_for == meaning), "")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
