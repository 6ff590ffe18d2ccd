"""Households pay, each by its habits: a year ahead, at once, when it occurs to them, in parts, by the bank, or not."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Charge, Prepayment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.policies.cycles import months_later
from zhongshu.billing.queries.debts import open_charges
from zhongshu.cashier.actions.taking import take_prepayment
from zhongshu.estate.models import Account
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.money import CENT
from zhongshu.simulation import banking, counter
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.paying import THINKS, Kind, payer_of
from zhongshu.simulation.workers import CLERKS, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World


class Payers:
    """`day/payment/number`: a household thinks of its bills."""

    def __init__(self) -> None:
        self.since: date | None = None
        self.month: date | None = None
        self.think: defaultdict[date, list[str]] = defaultdict(list)

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        if self.month != day.replace(day=1):
            self.since = self.since or day
            self._look_ahead(world, day)
        for number in self.think.pop(day, ()):
            by = world.happening(f"{day}/payment/{number}")
            world.plan(at_hour(day, by.dice("time").uniform(9.6, 16.5)), by.id, partial(_think, world, by, number))

    def _look_ahead(self, world: "World", day: date) -> None:
        """Who will think of it on which day, from this day until the month ends."""
        self.month = day.replace(day=1)
        homes = Account.objects.filter(site=world.site, unit__isnull=False, kind="ordinary", ends_on=None)
        for number in homes.order_by("number").values_list("number", flat=True):
            dice = Random(f"{world.seed}:pays:{number}:{self.month}")  # noqa: S311
            first, last, likely = THINKS[payer_of(world.seed, number).kind]
            when = day + timedelta(days=dice.randint(first, last) - 1)
            if dice.random() < likely and world.charging.counts(number) and when < months_later(self.month, 1):
                self.think[when].append(number)


def _think(world: "World", by: Happening, number: str, at: datetime) -> None:
    account = Account.objects.select_related("unit", "customer").get(site=world.site, number=number)
    payer = payer_of(world.seed, number)
    owed = [charge for charge in open_charges(account.pk, day_of(at)) if charge.owed]
    if payer.kind is Kind.YEARLY and _pay_ahead(world, by, account, at):
        return
    if not owed:
        return
    if payer.kind is Kind.DISPUTING and by.dice("disputes").random() < 0.5:
        _dispute(world, by, owed[0].charge_id, at)
        return
    amount = sum((charge.owed for charge in owed), Decimal(0))
    if payer.kind is Kind.IN_HARDSHIP:
        amount = max(CENT, (amount / 3).quantize(CENT))
    if payer.kind is Kind.BY_TRANSFER:
        banking.transfer(world, by, account, amount, at)
        return
    wish = Designation(item="WYF") if payer.has_wishes and payer.kind is not Kind.PROMPT else None
    if payer.method is PaymentMethod.CASH:
        amount = amount.quantize(Decimal(1), ROUND_CEILING)  # nobody has cents; the rest is credit
    counter.come(world, by, counter.Money(account, amount, payer.method, wish), at)


def _pay_ahead(world: "World", by: Happening, account: Account, at: datetime) -> bool:
    """Twelve months of the management fee from next month on; whether it was."""
    cashier, next_month = counter.at_the_counter(world, by, at), months_later(day_of(at).replace(day=1), 1)
    fees = Charge.objects.filter(account=account, item__code="WYF", place=account.unit)
    last, known = fees.order_by("-period_start").first(), Prepayment.objects.filter(account=account, ended_on=None)
    if cashier is None or last is None or known.filter(ends_on__gt=next_month).exists():
        return False
    said: dict[str, Any] = {
        "account_id": account.pk, "place_id": account.unit_id, "item_code": "WYF", "months": 12,
        "starts_on": next_month, "monthly": last.amount, "method": PaymentMethod.POS,
        "reference": f"{world.site.code}/{by.id}/year",
    }  # fmt: skip
    return world.do(by, take_prepayment, actor=cashier, at=at, **said)


def _dispute(world: "World", by: Happening, charge_id: int, at: datetime) -> None:
    """A keeper writes it down; two weeks later it is settled."""
    clerk = somebody(world, (Role.KEEPER, *CLERKS), at, by.dice("clerk"))
    if clerk is None:
        return
    said: dict[str, Any] = {"charge_id": charge_id, "starts_on": day_of(at), "reason": "对收费面积有疑问"}
    receipt = world.do_once(by, lambda row: {"row": row.pk}, billing.open_dispute, actor=clerk, at=at, **said)
    if receipt is not None:
        later = at + timedelta(days=by.dice("settled").randint(6, 20))
        world.later(later, by, partial(_settle, world, by, receipt["row"], charge_id))


def _settle(world: "World", by: Happening, dispute_id: int, charge_id: int, at: datetime) -> None:
    """One in three was right: the bill is reversed, and the next run issues it anew."""
    clerk = somebody(world, (Role.KEEPER, Role.SITE_MANAGER), at, by.dice("clerk"))
    books = somebody(world, (Role.FINANCE,), at, by.dice("books"))
    if clerk is None:
        return
    said: dict[str, Any] = {"dispute_id": dispute_id, "ends_on": day_of(at), "outcome": "已核对并说明"}
    world.do(by, billing.end_dispute, actor=clerk, at=at, **said)
    if books is not None and by.dice("right").random() < 0.35:
        world.do(by, billing.reverse_charge, actor=books, at=at, charge_id=charge_id, reason="面积有误，重新出账")
