"""The counter: cashiers open their shift, take money, take back a slip now and then, count, hand over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum

from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.cashier import actions
from zhongshu.cashier.kinds import DENOMINATIONS, CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import Handover, Shift
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.simulation.charging import numbered
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.workers import present, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

FLOAT = Decimal(200)
OPENS, COUNTS, CLOSES = 9.0, 17.2, 18.5
SLIPS, SHORT = 0.04, 0.03


@dataclass(frozen=True, slots=True)
class Money:
    """What somebody brings to the counter."""

    account: Account
    amount: Decimal
    method: PaymentMethod
    wish: Designation | None = None


class Counter:
    """Duties: nothing of it can be left out."""

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        by = world.happening(f"{day}/counter")
        world.later(at_hour(day, OPENS), by, partial(_open, world, by))
        world.later(at_hour(day, COUNTS), by, partial(_count_all, world, by))
        world.later(at_hour(day, CLOSES), by, partial(_close_day, world, by))


def at_the_counter(world: "World", by: Happening, at: datetime) -> Actor | None:
    """One of those whose shift is open."""
    there = list(_open_shifts(world, at).order_by("number"))
    return world.actor(by.dice("shift").choice(there).cashier, at) if there else None


def _open_shifts(world: "World", at: datetime) -> QuerySet[Shift]:
    """Those of that time: while the past of a demo is lived, somebody may be at the counter today."""
    shifts = Shift.objects.filter(site=world.site, state=ShiftState.OPEN, opened_at__lt=at)
    return shifts.select_related("cashier")


def come(world: "World", by: Happening, money: Money, at: datetime) -> None:
    """To an open shift; where none is, again the next day."""
    actor, reference = at_the_counter(world, by, at), f"{world.site.code}/{by.id}"
    if actor is None:
        world.later(at + timedelta(days=1), by, partial(come, world, by, money))
        return
    said: dict[str, Any] = {"account_id": money.account.pk, "amount": money.amount, "designation": money.wish}
    if money.method is PaymentMethod.CASH:
        said["tendered"] = Decimal(ceil(money.amount / 100) * 100)
    said |= {"actor": actor, "method": money.method, "reference": reference}
    if not world.do(by, actions.take_payment, at=at, **said):
        return
    world.tell(at, by, f"{money.account.number} pays {money.amount} by {money.method}, taken by {actor.name}")
    if by.dice("slip").random() < SLIPS:
        _take_back(world, by, actor, reference, at + timedelta(minutes=4))
        anew: dict[str, Any] = {"method": PaymentMethod.POS, "reference": f"{reference}/2", "tendered": None}
        world.do(by, actions.take_payment, at=at + timedelta(minutes=6), **{**said, **anew})


def _take_back(world: "World", by: Happening, actor: Actor, reference: str, at: datetime) -> None:
    """Keyed in under the wrong method."""
    payment = Payment.objects.filter(site=world.site, reference=reference).first()
    if payment is not None:
        said: dict[str, Any] = {"payment_id": payment.pk, "reason": "付款方式录错"}
        world.do(by, actions.cancel_payment, actor=actor, at=at, **said)


def _open(world: "World", by: Happening, at: datetime) -> None:
    """Each cashier who is there, with what the last shift left in a drawer."""
    left = Handover.objects.filter(site=world.site, goes=CashGoes.DRAWER, amount__gt=0, shift__followed_by=None)
    drawers = list(left.filter(at__lt=at).order_by("pk"))
    for staff in present(world, at):
        actor = world.actor(staff.user, at)
        if not actor.holds(Role.CASHIER):
            continue
        said: dict[str, Any] = {"site_id": world.site.pk}
        if drawers:
            drawer = drawers.pop(0)
            said |= {"opening_cash": drawer.amount, "follows_id": drawer.shift_id}
        world.do(by, actions.open_shift, actor=actor, at=at, **said)


def _count_all(world: "World", by: Happening, at: datetime) -> None:
    for shift in _open_shifts(world, at).order_by("pk"):
        _count(world, by, shift, shift.cashier, at)


def _count(world: "World", by: Happening, shift: Shift, who: User, at: datetime) -> None:
    """Now and then something is missing, and explained; less than the smallest coin always is."""
    actor = world.actor(who, at)
    found = shift.cash
    if found >= 20 and by.dice("short").random() < SHORT:
        found -= 10
    notes, slips = notes_of(found), {row["method"]: row["yuan"] for row in _slips(shift)}
    found = sum((Decimal(worth) * pieces for worth, pieces in notes.items()), Decimal(0))
    reason = "找零有误" if found != shift.cash else ""
    said: dict[str, Any] = {"notes": notes, "slips": slips, "reason": reason}
    if not world.do(by, actions.count_shift, actor=actor, at=at, shift_id=shift.pk, **said):
        return
    stays, hand_over = min(found, FLOAT), {"actor": actor, "shift_id": shift.pk}
    if found > stays:
        reference = f"{shift.number}-{day_of(at)}"
        banked: dict[str, Any] = {"goes": CashGoes.BANK, "amount": found - stays, "reference": reference}
        _hand_over(world, by, at + timedelta(minutes=20), hand_over | banked)
    _hand_over(world, by, at + timedelta(minutes=25), hand_over | {"goes": CashGoes.DRAWER, "amount": stays})


def _hand_over(world: "World", by: Happening, at: datetime, said: dict[str, Any]) -> None:
    world.do_once(by, numbered, actions.hand_over, at=at, **said)


def _slips(shift: Shift) -> Any:
    rows = Payment.objects.filter(taken__shift=shift).exclude(outflows__kind="bounce").exclude(method="cash")
    return rows.values("method").annotate(yuan=Sum("amount")).order_by("method")


def notes_of(amount: Decimal) -> dict[str, int]:
    """The fewest notes and coins that make it."""
    notes: dict[str, int] = {}
    for worth in DENOMINATIONS:
        pieces, amount = divmod(amount, Decimal(worth))
        if pieces:
            notes[worth] = int(pieces)
    return notes


def _close_day(world: "World", by: Happening, at: datetime) -> None:
    books = somebody(world, (Role.FINANCE,), at, by.dice("books"))
    if books is not None and Shift.objects.filter(site=world.site, closed_at__gte=at - timedelta(hours=12)).exists():
        world.do(by, actions.close_day, actor=books, at=at, site_id=world.site.pk, day=day_of(at))
