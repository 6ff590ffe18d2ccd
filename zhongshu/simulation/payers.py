"""Households pay, each by its habits: a year ahead, at once, when it occurs to them, in parts, by the bank, or not."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Charge, Prepayment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.policies.cycles import months_later
from zhongshu.billing.queries.debts import OpenCharge, open_charges
from zhongshu.cashier.actions.taking import take_prepayment
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.money import CENT
from zhongshu.kernel.periods import in_force
from zhongshu.simulation import banking, counter
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.paying import DEVELOPER_PAYS, THINKS, Kind, payer_of
from zhongshu.simulation.workers import CLERKS, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World


SATURDAY: Final = 5
MONTHLY: Final = ("LJF", "CWGLF", "DTF")


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
            world.plan(at_hour(day, by.dice("time").uniform(9.6, 16)), by.id, partial(_think, world, by, number))

    def _look_ahead(self, world: "World", day: date) -> None:
        """Who will think of it on which day, from this day until the month ends."""
        self.month = day.replace(day=1)
        homes = Account.objects.filter(in_force(day), site=world.site, kind__in=("ordinary", "developer"))
        ahead = Prepayment.objects.filter(site=world.site, ended_on=None, ends_on__gt=self.month)
        need_not = set(ahead.values_list("account_id", flat=True))
        for pk, number, kind in homes.order_by("number").values_list("pk", "number", "kind"):
            dice = Random(f"{world.seed}:pays:{number}:{self.month}")  # noqa: S311
            first, last, likely = THINKS[payer_of(world.seed, number).kind]
            if kind == AccountKind.DEVELOPER:
                likely = float(day.month in DEVELOPER_PAYS)
            when = self.month + timedelta(days=dice.randint(first, last) - 1)
            if dice.random() < likely and when >= day and pk not in need_not:
                self.think[_when_open(when)].append(number)


def _when_open(day: date) -> date:
    """The day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def _think(world: "World", by: Happening, number: str, at: datetime) -> None:
    account = Account.objects.select_related("unit", "customer").get(site=world.site, number=number)
    payer = payer_of(world.seed, number)
    if account.ends_on is not None and account.ends_on <= day_of(at):
        return
    owed = [charge for charge in open_charges(account.pk, day_of(at)) if charge.owed and charge.recorded_at <= at]
    if account.unit is None or payer.kind is Kind.BY_TRANSFER:
        _transfer(world, by, account, sum((charge.owed for charge in owed), Decimal(0)), at)
        return
    if payer.kind is Kind.YEARLY:
        _pay_ahead(world, by, account, owed, at)
        return
    if not owed:
        return
    if payer.kind is Kind.DISPUTING and by.dice("disputes").random() < 0.5:
        _dispute(world, by, owed[0].charge_id, at)
        return
    amount = sum((charge.owed for charge in owed), Decimal(0))
    if payer.kind is Kind.IN_HARDSHIP:
        amount = max(CENT, (amount / 3).quantize(CENT))
    wish = Designation(item="WYF") if payer.has_wishes and payer.kind is not Kind.PROMPT else None
    if payer.method is PaymentMethod.CASH:
        amount = amount.quantize(Decimal(1), ROUND_CEILING)  # nobody has cents; the rest is credit
    counter.come(world, by, counter.Money(account, amount, payer.method, wish), at)


def _transfer(world: "World", by: Happening, account: Account, amount: Decimal, at: datetime) -> None:
    if amount:
        banking.transfer(world, by, account, amount, at)


def _pay_ahead(
    world: "World", by: Happening, account: Account, owed: list[OpenCharge], at: datetime, *, is_ahead: bool = False
) -> None:
    """What is owed, with as much again for each month to come of what is small; and the management fee as months paid
    ahead: twelve from next month on, at first as many as bring the household to its month of the year."""
    cashier, month = counter.at_the_counter(world, by, at), day_of(at).replace(day=1)
    billed = Charge.objects.filter(account=account, period_start=month, late_fee_of=None)
    fees = dict(billed.values_list("item__code", "amount"))
    if cashier is None or "WYF" not in fees:
        world.later(at + timedelta(days=1), by, partial(_think, world, by, account.number))
        return
    months = 12 if is_ahead or Prepayment.objects.filter(account=account).exists() else by.dice("months").randint(1, 12)
    said: dict[str, Any] = {
        "account_id": account.pk, "place_id": account.unit_id, "item_code": "WYF", "months": months,
        "starts_on": months_later(month, 1), "monthly": fees["WYF"], "method": PaymentMethod.POS,
        "reference": f"{world.site.code}/{by.id}/year",
    }  # fmt: skip
    world.do(by, take_prepayment, actor=cashier, at=at, **said)
    small = sum((amount for item, amount in fees.items() if item in MONTHLY), Decimal(0))
    amount = sum((charge.owed for charge in owed), small * months)
    counter.come(world, by, counter.Money(account, amount, PaymentMethod.POS), at + timedelta(minutes=3))


def settle_up(
    world: "World", by: Happening, account: Account, owed: list[OpenCharge], at: datetime, *, is_ahead: bool
) -> None:
    """Everything that is owed; `is_ahead`: and a year to come."""
    amount = sum((charge.owed for charge in owed), Decimal(0))
    if is_ahead:
        _pay_ahead(world, by, account, owed, at, is_ahead=True)
    elif amount:
        counter.come(world, by, counter.Money(account, amount, PaymentMethod.POS), at)


def _dispute(world: "World", by: Happening, charge_id: int, at: datetime) -> None:
    """A keeper writes it down; two weeks later it is settled."""
    clerk = somebody(world, (Role.KEEPER, *CLERKS), at, by.dice("clerk"))
    if clerk is None:
        return
    said: dict[str, Any] = {"charge_id": charge_id, "starts_on": day_of(at), "reason": "对收费面积有疑问"}
    receipt = world.do_once(by, lambda row: {"row": row.pk}, billing.open_dispute, actor=clerk, at=at, **said)
    if receipt is not None:
        later = at + timedelta(days=by.dice("settled").randint(6, 20))
        world.later(later, by, partial(settle, world, by, receipt["row"], charge_id))


def settle(world: "World", by: Happening, dispute_id: int, charge_id: int, at: datetime) -> None:
    """One in three was right: the bill is reversed, and the next run issues it anew."""
    clerk = somebody(world, (Role.KEEPER, Role.SITE_MANAGER), at, by.dice("clerk"))
    books = somebody(world, (Role.FINANCE,), at, by.dice("books"))
    if clerk is None:
        return
    said: dict[str, Any] = {"dispute_id": dispute_id, "ends_on": day_of(at), "outcome": "已核对并说明"}
    world.do(by, billing.end_dispute, actor=clerk, at=at, **said)
    if books is not None and by.dice("right").random() < 0.35:
        world.do(by, billing.reverse_charge, actor=books, at=at, charge_id=charge_id, reason="面积有误，重新出账")
