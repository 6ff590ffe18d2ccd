"""What is put right, given back or given up, by two people: waivers, write-offs, refunds, deposits, payments that
never came."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Sum

from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import PaymentMethod, ReliefKind
from zhongshu.billing.models import Charge, Payment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.cashier import actions as cashier
from zhongshu.cashier.actions import Kept
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.simulation import counter
from zhongshu.simulation.charging import SECOND, numbered
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour, poisson
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

DEPOSIT: Final = Decimal(2000)
COIN: Final = Decimal("0.1")  # the smallest
T = TypeVar("T")
Happens = Callable[["World", Happening, datetime], None]


class Corrections:
    """`day/kind/n`, at so many a year for each home."""

    def __init__(self, world: "World") -> None:
        self.homes = Account.objects.filter(site=world.site, unit__isnull=False, kind="ordinary").count()

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        for kind, (per_year, happens) in CORRECTIONS.items():
            mean = per_year * self.homes / 365 * world.charging.mending
            for nth in range(1, poisson(mean, world.happening(f"{day}/{kind}").dice("count")) + 1):
                by = world.happening(f"{day}/{kind}/{nth}")
                world.plan(at_hour(day, by.dice("time").uniform(9.5, 16)), by.id, partial(happens, world, by))


def _pair(world: "World", by: Happening, at: datetime, first: Role) -> tuple[Actor, Actor] | None:
    """Somebody of the role who asks, and another who agrees."""
    asks = somebody(world, (first,), at, by.dice("asks"))
    agrees = asks and somebody(world, SECOND, at, by.dice("agrees"), but_not=asks.user_id)
    return (asks, agrees) if asks and agrees else None


def _one(rows: list[T], dice: Random) -> T | None:
    return dice.choice(rows) if rows else None


def _relief(kind: ReliefKind, world: "World", by: Happening, at: datetime) -> None:
    """Of a charge that is due, half is waived; or all of an old one is written off."""
    people = _pair(world, by, at, Role.FINANCE)
    days = 45 if kind is ReliefKind.WRITE_OFF else 0
    late = Charge.objects.filter(site=world.site, open_amount__gte=1, due_on__lt=day_of(at) - timedelta(days=days))
    charge = _one(list(late.order_by("due_on", "pk")[:40]), by.dice("charge"))
    if people is None or charge is None:
        return
    amount = charge.open_amount if days else (charge.open_amount / 2).quantize(Decimal("0.01"))
    said: dict[str, Any] = {"charge_id": charge.pk, "kind": kind, "amount": amount, "reason": "家庭困难，协商减免"}
    receipt = world.do_once(by, numbered, billing.propose_relief, actor=people[0], at=at, **said)
    if receipt is None:
        return
    later = at + timedelta(hours=by.dice("thinks").uniform(0.2, 50))
    world.later(later, by, partial(judge, world, by, people[1], receipt["row"]))


def judge(world: "World", by: Happening, second: Actor, relief_id: int, at: datetime) -> None:
    """What was proposed is agreed to, or not."""
    decide = billing.approve_relief if by.dice("agreed").random() < 0.85 else billing.refuse_relief
    world.do(by, decide, actor=second, at=at, relief_id=relief_id, decision="已核实")


def _decide(world: "World", by: Happening, decide: Any, told: dict[str, Any], at: datetime) -> None:
    world.do(by, decide, at=at, **told)


def _refund(world: "World", by: Happening, at: datetime) -> None:
    """Whoever has much credit wants some of it back."""
    people = _pair(world, by, at, Role.CASHIER)
    rich = Payment.objects.filter(site=world.site, unallocated__gt=0, prepayment=None).values("account_id")
    found = list(rich.annotate(credit=Sum("unallocated")).filter(credit__gte=1).order_by("account__number")[:40])
    row = _one(found, by.dice("who"))
    if people is None or row is None:
        return
    method = PaymentMethod.CASH if by.dice("method").random() < 0.3 else PaymentMethod.TRANSFER
    amount = row["credit"].quantize(COIN, ROUND_FLOOR) if method is PaymentMethod.CASH else row["credit"]
    said: dict[str, Any] = {
        "account_id": row["account_id"], "amount": amount, "method": method, "on": day_of(at),
        "reference": f"{world.site.code}/{by.id}", "reason": "多缴退回",
    }  # fmt: skip
    receipt = world.do_once(by, numbered, billing.refund_credit, actor=people[0], at=at, **said)
    if receipt is None:
        return
    pay = partial(_pay_cash, world, by) if method is PaymentMethod.CASH else partial(_pay, world, by, people[0])
    later = at + timedelta(hours=1)
    told = {"actor": people[1], "refund_id": receipt["row"]}
    world.later(later, by, partial(_decide, world, by, billing.approve_refund, told))
    world.later(later + timedelta(hours=1), by, partial(pay, receipt["row"]))


def _pay(world: "World", by: Happening, clerk: Actor, refund_id: int, at: datetime) -> None:
    world.do(by, billing.pay_refund, actor=clerk, at=at, refund_id=refund_id, on=day_of(at))


def _pay_cash(world: "World", by: Happening, refund_id: int, at: datetime) -> None:
    clerk = counter.at_the_counter(world, by, at)
    if clerk is not None:
        world.do(by, cashier.pay_cash_refund, actor=clerk, at=at, refund_id=refund_id)


def _bounce(world: "World", by: Happening, at: datetime) -> None:
    """A card payment or a transfer of the last two weeks never came."""
    books = somebody(world, (Role.FINANCE,), at, by.dice("books"))
    since = day_of(at) - timedelta(days=14)
    shaky = Payment.objects.filter(site=world.site, method__in=("pos", "direct_debit"), received_on__gte=since)
    payment = _one(list(shaky.filter(outflows=None).order_by("number")[:60]), by.dice("payment"))
    if books is not None and payment is not None:
        said: dict[str, Any] = {"payment_id": payment.pk, "on": day_of(at), "reason": "银行退票"}
        world.do(by, billing.bounce_payment, actor=books, at=at, **said)


def _wrong_bill(world: "World", by: Happening, at: datetime) -> None:
    """A bill, paid or not, is found wrong: reversed, and issued anew by the next run."""
    books = somebody(world, (Role.FINANCE,), at, by.dice("books"))
    bills = Charge.objects.filter(site=world.site, item__code__in=("WYF", "LJF", "SF"), late_fee_of=None)
    charge = _one(list(bills.filter(reliefs=None).order_by("-period_start", "pk")[:60]), by.dice("charge"))
    if books is not None and charge is not None:
        world.do(by, billing.reverse_charge, actor=books, at=at, charge_id=charge.pk, reason="录入有误")


def _fitting_out(world: "World", by: Happening, at: datetime) -> None:
    """A deposit is asked for and paid at once; weeks later it is given back, one in three times less the waste."""
    books = somebody(world, (Role.FINANCE,), at, by.dice("books"))
    homes = Account.objects.filter(site=world.site, unit__isnull=False, kind="ordinary", ends_on=None)
    home = _one(list(homes.order_by("number")), by.dice("home"))
    if books is None or home is None:
        return
    said: dict[str, Any] = {
        "account_id": home.pk, "item_code": "ZXYJ", "amount": DEPOSIT, "due_on": day_of(at), "place_id": home.unit_id,
        "period_start": day_of(at),
    }  # fmt: skip
    receipt = world.do_once(by, numbered, billing.charge_once, actor=books, at=at, **said)
    if receipt is not None:
        wish = Designation(charges=frozenset({receipt["row"]}), keeps_rest=True)
        counter.come(world, by, counter.Money(home, DEPOSIT, PaymentMethod.POS, wish), at + timedelta(minutes=5))
        later = at + timedelta(days=by.dice("works").randint(8, 40))
        world.later(later, by, partial(give_back, world, by, receipt["row"]))


def give_back(world: "World", by: Happening, charge_id: int, at: datetime) -> None:
    people = _pair(world, by, at, Role.CASHIER)
    if people is None:
        return
    waste = Kept("ZXLJ", Decimal(180), "装修垃圾未清运")
    kept = (waste,) if by.dice("kept").random() < 0.35 else ()
    said: dict[str, Any] = {
        "charge_id": charge_id, "amount": DEPOSIT, "method": PaymentMethod.TRANSFER, "reason": "装修验收合格",
        "deductions": kept,
    }  # fmt: skip
    receipt = world.do_once(by, numbered, cashier.propose_release, actor=people[0], at=at, **said)
    if receipt is not None:
        told: dict[str, Any] = {"actor": people[1], "release_id": receipt["row"]}
        paid = {**told, "actor": people[0], "reference": f"{world.site.code}/{by.id}"}
        world.later(at + timedelta(hours=1), by, partial(_decide, world, by, cashier.approve_release, told))
        world.later(at + timedelta(hours=2), by, partial(_decide, world, by, cashier.pay_release, paid))


def _repair(world: "World", by: Happening, at: datetime) -> None:
    """Something paid once, such as a repair inside a dwelling."""
    books = somebody(world, (Role.FINANCE,), at, by.dice("books"))
    homes = Account.objects.filter(site=world.site, unit__isnull=False, kind="ordinary", ends_on=None)
    home = _one(list(homes.order_by("number")), by.dice("home"))
    if books is not None and home is not None:
        amount = Decimal(by.dice("amount").randint(30, 300))
        said: dict[str, Any] = {"account_id": home.pk, "item_code": "WXF", "amount": amount, "due_on": day_of(at)}
        world.do(by, billing.charge_once, actor=books, at=at, period_start=day_of(at), **said)


CORRECTIONS: dict[str, tuple[float, Happens]] = {
    "waiver": (0.25, partial(_relief, ReliefKind.WAIVER)),
    "write-off": (0.1, partial(_relief, ReliefKind.WRITE_OFF)),
    "refund": (0.25, _refund),
    "bounce": (0.25, _bounce),
    "wrong-bill": (0.25, _wrong_bill),
    "fitting-out": (0.2, _fitting_out),
    "repair-bill": (0.5, _repair),
}
