"""A day of the counter: what was taken, and where the cash of the books lies."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from zhongshu.billing.kinds import OutflowKind, PaymentMethod
from zhongshu.billing.models import Outflow, Payment
from zhongshu.cashier.kinds import AT_COUNTER, CardMoveKind, CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import CardMovement, CashRefund, DailyClose, DepositRelease, Handover, Shift, Taken
from zhongshu.cashier.permissions import VIEW_SHIFTS
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.kinds import CASH, Fund
from zhongshu.ledger.queries import balance


@dataclass(frozen=True, slots=True)
class MethodLine:
    """A method on a day, in yuan: taken at the counter and not cancelled (`count` pieces), cancelled, and all that the
    books have received by it with that date. Payments, and money put on cards.
    """

    method: str
    count: int
    taken: Decimal
    cancelled: Decimal
    books: Decimal

    @property
    def outside(self) -> Decimal:
        """Received by the method, but not at the counter."""
        return self.books - self.taken

    def with_cards(self, count: int, taken: Decimal, books: Decimal) -> "MethodLine":
        """And what was put on cards."""
        return replace(self, count=self.count + count, taken=self.taken + taken, books=self.books + books)


@dataclass(frozen=True, slots=True)
class CashPlaces:
    """Cash of the books, and where it lies: in drawers of shifts, on its way to a colleague, in a colleague's hands,
    left in the drawer for the next shift. Yuan.
    """

    books: Decimal
    drawers: Decimal
    on_way: Decimal
    in_hands: Decimal
    left: Decimal

    @property
    def held(self) -> Decimal:
        return self.drawers + self.on_way + self.in_hands + self.left

    @property
    def difference(self) -> Decimal:
        """What lies somewhere less what the books have."""
        return self.held - self.books


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift of the day; `taken` by all methods, `difference` of the last count."""

    number: str
    cashier: str
    taken: Decimal
    difference: Decimal | None
    reason: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a daily close compares. `paid_back`: cash that day, of any kind; `banked`: cash to the bank."""

    methods: tuple[MethodLine, ...]
    cash: CashPlaces
    shifts: tuple[ShiftLine, ...]
    paid_back: Decimal
    banked: Decimal

    @property
    def taken(self) -> Decimal:
        return sum((line.taken for line in self.methods), ZERO)

    @property
    def count(self) -> int:
        return sum(line.count for line in self.methods)

    def kept(self) -> dict[str, Any]:
        """As JSON; amounts as text."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "DayFigures":
        """From what `kept` gave."""
        methods = tuple(MethodLine(**_decimals(row, "taken", "cancelled", "books")) for row in kept["methods"])
        shifts = tuple(ShiftLine(**_decimals(row, "taken", "difference")) for row in kept["shifts"])
        cash = CashPlaces(**_decimals(kept["cash"], *kept["cash"]))
        return cls(methods, cash, shifts, Decimal(kept["paid_back"]), Decimal(kept["banked"]))


def _decimals(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**row, **{name: Decimal(row[name]) for name in names if row[name] is not None}}


def figures_of(site_id: int, day: date) -> DayFigures:
    """The day as it stands now."""
    return DayFigures(
        methods=tuple(_methods(site_id, day)),
        cash=cash_places(site_id),
        shifts=tuple(_shifts(site_id, day)),
        paid_back=_paid_back(site_id, day),
        banked=_sum(Handover.objects.filter(site_id=site_id, **_within(day, "banked_at"))),
    )


def _methods(site_id: int, day: date) -> "list[MethodLine]":
    payments = Payment.objects.filter(site_id=site_id, received_on=day, method__in=AT_COUNTER)
    bounced = Exists(Outflow.objects.filter(payment=OuterRef("pk"), kind=OutflowKind.BOUNCE))
    at_counter, stood = Q(is_taken=True), Q(is_bounced=False)
    marked = payments.annotate(is_bounced=bounced, is_taken=Exists(Taken.objects.filter(payment=OuterRef("pk"))))
    rows = marked.values_list("method").annotate(
        pieces=Count("pk", filter=at_counter & stood),
        here=Sum("amount", filter=at_counter & stood, default=ZERO),
        back=Sum("amount", filter=at_counter & ~stood, default=ZERO),
        everywhere=Sum("amount", filter=stood, default=ZERO),
    )  # fmt: skip
    lines = {row[0]: MethodLine(*row) for row in rows}
    for method, *sums in _onto_cards(site_id, day):
        lines[method] = lines.get(method, MethodLine(method, 0, ZERO, ZERO, ZERO)).with_cards(*sums)
    return [lines[method] for method in AT_COUNTER if method in lines]


def _onto_cards(site_id: int, day: date) -> "QuerySet[CardMovement, tuple[Any, ...]]":
    """Of each method: pieces and yuan put on cards at the counter, and yuan put on cards anywhere."""
    rows = CardMovement.objects.filter(site_id=site_id, on=day, kind=CardMoveKind.TOP_UP, method__in=AT_COUNTER)
    in_shift = Q(shift__isnull=False)
    return rows.values_list("method").annotate(
        pieces=Count("pk", filter=in_shift),
        here=Sum("amount", filter=in_shift, default=ZERO),
        everywhere=Sum("amount", default=ZERO),
    )


def cash_places(site_id: int) -> CashPlaces:
    """Now; whoever needs it exact holds the site's shifts that are not over."""
    colleague = Q(goes=CashGoes.COLLEAGUE, refused_at__isnull=True)
    kept = Q(accepted_at__isnull=False, into__isnull=True, banked_at__isnull=True)
    handed = Handover.objects.filter(site_id=site_id).aggregate(
        on_way=Sum("amount", filter=colleague & Q(accepted_at__isnull=True), default=ZERO),
        in_hands=Sum("amount", filter=colleague & kept, default=ZERO),
        left=Sum("amount", filter=Q(goes=CashGoes.DRAWER, shift__followed_by__isnull=True), default=ZERO),
    )
    held = Shift.objects.filter(site_id=site_id).exclude(state=ShiftState.CLOSED)
    return CashPlaces(
        books=balance(site_id, Fund.OPERATING, CASH),
        drawers=held.aggregate(yuan=Sum("cash", default=ZERO))["yuan"],
        **handed,
    )


def _shifts(site_id: int, day: date) -> list[ShiftLine]:
    midnight = _midnight(day)
    rows = Shift.objects.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=midnight), site_id=site_id)
    rows = rows.filter(opened_at__lt=_midnight(day + timedelta(days=1))).select_related("cashier")
    stood = Taken.objects.filter(shift__in=rows, payment__received_on=day)
    stood = stood.exclude(payment__outflows__kind=OutflowKind.BOUNCE)
    sums = dict(stood.values_list("shift").annotate(yuan=Sum("payment__amount")))
    cards = CardMovement.objects.filter(shift__in=rows, on=day, kind=CardMoveKind.TOP_UP).values_list("shift")
    onto_cards = dict(cards.annotate(yuan=Sum("amount")))
    lines = []
    for shift in rows.prefetch_related("counts").order_by("opened_at", "pk"):
        last = max(shift.counts.all(), key=lambda count: count.pk, default=None)
        lines.append(
            ShiftLine(
                number=shift.number,
                cashier=shift.cashier.name,
                taken=sums.get(shift.pk, ZERO) + onto_cards.get(shift.pk, ZERO),
                difference=last.difference if last else None,
                reason=last.reason if last else "",
                is_over=shift.state == ShiftState.CLOSED,
            )
        )
    return lines


def _paid_back(site_id: int, day: date) -> Decimal:
    refunds = CashRefund.objects.filter(site_id=site_id, **_within(day, "at"))
    deposits = DepositRelease.objects.filter(site_id=site_id, method=PaymentMethod.CASH, entry__dated_on=day)
    sums = deposits.aggregate(yuan=Sum("amount", default=ZERO), kept=Sum("deducted", default=ZERO))
    of_credit: Decimal = refunds.aggregate(yuan=Sum("refund__amount", default=ZERO))["yuan"]
    of_deposits: Decimal = sums["yuan"] - sums["kept"]
    cards = CardMovement.objects.filter(site_id=site_id, on=day, kind=CardMoveKind.REFUND, method=PaymentMethod.CASH)
    off_cards: Decimal = cards.aggregate(yuan=Sum("amount", default=ZERO))["yuan"]
    return of_credit + of_deposits - off_cards


def _sum(rows: "QuerySet[Handover]") -> Decimal:
    total: Decimal = rows.aggregate(yuan=Sum("amount", default=ZERO))["yuan"]
    return total


def _within(day: date, name: str) -> dict[str, datetime]:
    return {f"{name}__gte": _midnight(day), f"{name}__lt": _midnight(day + timedelta(days=1))}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SITE_ZONE)


def closes_seen(actor: Actor, site_id: int) -> "QuerySet[DailyClose]":
    """The latest first."""
    rows = actor.visible(DailyClose.objects.filter(site_id=site_id), VIEW_SHIFTS)
    return rows.select_related("by", "site").order_by("-day")


def close_of(actor: Actor, site_id: int, day: date) -> DailyClose:
    """Raises NotFound."""
    return found(closes_seen(actor, site_id).filter(day=day))
