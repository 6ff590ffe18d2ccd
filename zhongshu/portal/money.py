"""What residents read about money: the bills, payments and meters of the homes they belong to today, nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet, Sum

from zhongshu.billing.models import Allocation, Charge, Meter, Payment, Prepayment, Reading
from zhongshu.billing.queries.charges import cleared_by, is_reversed, with_reversal
from zhongshu.billing.queries.explaining import Fact, explained
from zhongshu.billing.queries.meters import standing_readings
from zhongshu.billing.queries.money import ReceiptFacts, receipt
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account, AccountPlace
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.periods import in_force
from zhongshu.portal.queries import homes

_SHOWN: Final = timedelta(days=400)
"""How far back readings are shown: a year, so that a season can be compared with the same one before."""


def bills(actor: Actor, *, at: datetime) -> "QuerySet[Charge]":
    """The latest first, late fees too."""
    rows = with_reversal(Charge.objects.filter(**_theirs(homes(actor, at=at))))
    related = ("account", "item", "place", "late_fee_of__item")
    return rows.select_related(*related).order_by("-due_on", "-pk")


def home(actor: Actor, account_id: int, *, at: datetime) -> Account:
    """The account, if the resident belongs to it today. Two statements. Raises NotFound."""
    theirs = {each.pk: each for each in homes(actor, at=at)}
    if account_id not in theirs:
        raise absent()
    return theirs[account_id]


def scored_home(actor: Actor, account_id: int, *, at: datetime) -> Account:
    """A home of the resident that has a score. Raises NotFound."""
    found = home(actor, account_id, at=at)
    if found.kind != AccountKind.ORDINARY:
        raise absent()
    return found


def payments(actor: Actor, *, at: datetime) -> "QuerySet[Payment]":
    """The latest first."""
    rows = Payment.objects.filter(**_theirs(homes(actor, at=at)))
    return rows.select_related("account__unit").order_by("-received_on", "-pk")


def _theirs(accounts: Sequence[Account]) -> dict[str, Any]:
    return {"site__in": {each.site_id for each in accounts}, "account__in": [each.pk for each in accounts]}


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill with how it came about, what cleared it, and the late fees that came of it."""

    charge: Charge
    how: list[Fact]
    cleared: list[Allocation]
    late_fees: list[Charge]
    is_reversed: bool


def bill(actor: Actor, charge_id: int, *, at: datetime) -> BillView:
    """Six statements. Raises NotFound for what is not the resident's."""
    charge = found(bills(actor, at=at).filter(pk=charge_id))
    late = with_reversal(charge.late_fees.select_related("item", "place")).order_by("period_start", "pk")
    return BillView(charge, explained(charge), list(cleared_by(charge)), list(late), is_reversed(charge))


@dataclass(frozen=True, slots=True)
class PaymentView:
    """What a payment cleared when it came, and what left again of it; whether the counter gives a receipt for it."""

    payment: Payment
    facts: ReceiptFacts
    outflows: list[Any]
    has_paper: bool


def payment(actor: Actor, number: str, *, at: datetime) -> PaymentView:
    """Six statements. Raises NotFound for what is not the resident's."""
    row = found(payments(actor, at=at).filter(number=number).select_related("account__unit", "taken"))
    return PaymentView(row, receipt(row), list(row.outflows.order_by("on", "pk")), hasattr(row, "taken"))


@dataclass(frozen=True, slots=True)
class Credit:
    """Money of an account that cleared nothing yet, months paid ahead in it; `ahead`: those, the latest first."""

    amount: Decimal
    ahead: list[Prepayment]


def credits_of(accounts: Iterable[Account], *, at: datetime) -> dict[int, Credit]:
    """By account. Two statements."""
    ids = [each.pk for each in accounts]
    waiting = Payment.objects.filter(account__in=ids, unallocated__gt=0).order_by().values_list("account")
    amounts = dict(waiting.annotate(Sum("unallocated")))
    ahead: dict[int, list[Prepayment]] = defaultdict(list)
    rows = Prepayment.objects.filter(account__in=ids, ended_on=None, ends_on__gt=day_of(at))
    for each in rows.select_related("item", "place").order_by("-starts_on", "-pk"):
        ahead[each.account_id].append(each)
    return {pk: Credit(amounts.get(pk, ZERO), ahead[pk]) for pk in ids}


@dataclass(frozen=True, slots=True)
class MeterView:
    """A meter of one's home with its readings, the latest first."""

    meter: Meter
    readings: list[Reading]


def meters(actor: Actor, *, at: datetime) -> list[MeterView]:
    """Fitted meters, and what was read of them in the last year and since one holds the place. Five statements."""
    since = _held_since(homes(actor, at=at), day_of(at))
    rows = Meter.objects.filter(place__in=since, ends_on=None).select_related("place", "item")
    known = {meter.pk: MeterView(meter, []) for meter in rows.order_by("place__path_as_counted", "item__code", "pk")}
    readings = standing_readings(view.meter for view in known.values()).filter(read_on__gt=day_of(at) - _SHOWN)
    for reading in readings:
        view = known[reading.meter_id]
        if reading.read_on > since[view.meter.place_id]:
            view.readings.append(reading)
    return list(known.values())


def _held_since(accounts: Sequence[Account], on: date) -> dict[int, date]:
    """By place: from which day on the accounts hold it without a break in their own names."""
    held = AccountPlace.objects.filter(in_force(on), account__in=[each.pk for each in accounts])
    return dict(held.order_by("-starts_on").values_list("place", "starts_on"))
