"""Households change: homes are sold, tenants come and go, children are born, numbers change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from zhongshu.estate import actions as estate
from zhongshu.estate.kinds import CustomerKind, OccupancyStatus, Relation
from zhongshu.estate.models import Account, HouseholdMember, Place
from zhongshu.estate.queries import account_at
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour, poisson
from zhongshu.simulation.names import moved_in_number, person_name
from zhongshu.simulation.workers import CLERKS, LEADING, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World


@dataclass(frozen=True, slots=True)
class Lived:
    """A home and whose it is."""

    unit: Place
    account: Account


Change = Callable[["World", Happening, Lived, Actor, datetime], bool]


class Removals:
    """`day/sale/n` and the like, at so many a year for each home."""

    def __init__(self, world: "World") -> None:
        rows = Place.objects.filter(site=world.site, kind="unit", is_active=True, accounts__isnull=False)
        self.units = list(rows.distinct().order_by("code"))

    def plan_day(self, world: "World", day: date) -> None:
        for kind, (per_year, change) in CHANGES.items():
            count = poisson(per_year * len(self.units) / 365, world.happening(f"{day}/{kind}").dice("count"))
            for nth in range(1, count + 1):
                by = world.happening(f"{day}/{kind}/{nth}")
                at = at_hour(day, by.dice("time").uniform(9, 17.5))
                world.plan(at, by.id, partial(self._change, world, by, change))

    def _change(self, world: "World", by: Happening, change: Change, at: datetime) -> None:
        unit = by.dice("unit").choice(self.units)
        account = account_at(unit, day_of(at))
        clerk = somebody(world, LEADING if change is _sell else CLERKS, at, by.dice("clerk"))
        if account is None or account.unit_id != unit.pk or clerk is None or account.starts_on >= day_of(at):
            return
        if change(world, by, Lived(unit, account), clerk, at):
            world.tell(at, by, f"{unit.code}: {by.id.split('/')[1]}, seen to by {clerk.name}")


def _sell(world: "World", by: Happening, home: Lived, clerk: Actor, at: datetime) -> bool:
    """A new owner: the account ends and another begins."""
    new = _person(by)
    said: dict[str, Any] = {"unit": home.unit, "on": day_of(at), "with_places": True}
    done = world.do_once(by, _numbered, estate.transfer_account_to, actor=clerk, at=at, **said, **new)
    return done is not None


def _let(world: "World", by: Happening, home: Lived, clerk: Actor, at: datetime) -> bool:
    """The tenants go and others come; where the owner lives, the owner moves out."""
    for member in _members(home.account, Relation.TENANT, at):
        world.do(by, estate.end_member, actor=clerk, at=at, member=member, ends_on=day_of(at))
    let = OccupancyStatus.LET
    world.do(by, estate.set_occupancy, actor=clerk, at=at, place=home.unit, status=let, starts_on=day_of(at))
    return _join(world, by, home, clerk, at, relation=Relation.TENANT)


def _grow(world: "World", by: Happening, home: Lived, clerk: Actor, at: datetime) -> bool:
    """One more in the family, or one less."""
    family = _members(home.account, Relation.FAMILY, at)
    if len(family) < 3 and by.dice("comes or goes").random() < 0.6:
        return _join(world, by, home, clerk, at, relation=Relation.FAMILY)
    gone = [world.do(by, estate.end_member, actor=clerk, at=at, member=one, ends_on=day_of(at)) for one in family[:1]]
    return any(gone)


def _change_number(world: "World", by: Happening, home: Lived, clerk: Actor, at: datetime) -> bool:
    """The owner has a new telephone."""
    owner, number = home.account.customer, moved_in_number(by.dice("number"))
    kept = {"name": owner.name, "kind": owner.kind, "id_no": owner.id_no, "note": owner.note}
    return world.do(by, estate.edit_customer, actor=clerk, at=at, customer=owner, phones=[number], **kept)


CHANGES: dict[str, tuple[float, Change]] = {
    "sale": (0.02, _sell),
    "letting": (0.04, _let),
    "family": (0.02, _grow),
    "number": (0.02, _change_number),
}


def _join(world: "World", by: Happening, home: Lived, clerk: Actor, at: datetime, *, relation: Relation) -> bool:
    new = _person(by)
    said: dict[str, Any] = {"account": home.account, "relation": relation, "starts_on": day_of(at)}
    done = world.do_once(
        by, lambda member: {"member": member.pk}, estate.add_member_for, actor=clerk, at=at, **said, **new
    )
    return done is not None


def _numbered(account: Account) -> dict[str, Any]:
    return {"account": account.number}


def _person(by: Happening) -> dict[str, Any]:
    dice: Random = by.dice("person")
    return {"name": person_name(dice), "kind": CustomerKind.PERSON, "phones": moved_in_number(dice), "id_no": ""}


def _members(account: Account, relation: Relation, at: datetime) -> list[HouseholdMember]:
    rows = HouseholdMember.objects.filter(in_force(day_of(at)), account=account, relation=relation)
    return list(rows.exclude(starts_on=day_of(at)).order_by("pk"))
