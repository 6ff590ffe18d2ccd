"""Charges and payments of old books, by the hundred thousand: written set by set, posted day by day, and every yuan
allocated by `policies.allocation`, in the order in which it came.

Accounts whose debts bear a late fee on the day the money came are left to the actions, one payment after the other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from json import dumps
from typing import Any, Final

from django.db import connection

from zhongshu.billing.engine.settling import rules_of
from zhongshu.billing.kinds import OrderUsed, PaymentMethod
from zhongshu.billing.models import Allocation, BillingPolicy, Charge, ChargeItem, Payment, Prepayment, Tariff
from zhongshu.billing.policies.allocation import Debt, Designation, Rules, allocate, foremost
from zhongshu.billing.policies.legs import MONEY, charged, cleared, vat_in
from zhongshu.billing.queries.books import day_in_books
from zhongshu.estate.importing.taking import copy_rows, reserve_ids
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.numbers import reserve_numbers
from zhongshu.kernel.sql import statement
from zhongshu.ledger.actions import Leg, post, reserve_entry
from zhongshu.ledger.kinds import CREDIT, EntryKind

_CHARGE: Final = (
    "id", "site", "account", "place", "item", "tariff", "entry", "source_id", "revision", "period_start", "period_end",
    "due_on", "issued_on", "recorded_at", "quantity", "unit_price", "amount", "vat_rate", "vat_amount",
    "late_fee_rate", "payer", "open_amount", "detail",
)  # fmt: skip
_PAYMENT: Final = (
    "id", "site", "number", "account", "amount", "method", "reference", "received_on", "recorded_at", "recorded_by",
    "payer_name", "note", "item", "unallocated", "entry",
)  # fmt: skip
_MEMO: Final = "历史账导入"  # matter: kept in the books
_ALLOCATION: Final = ("site", "charge", "payment", "amount", "on", "recorded_at", "order_used", "entry")


@dataclass(slots=True)
class OldCharge:
    """A charge as an old book has it, for `[starts_on, ends_on)`; `pk` once it is written or known."""

    item: ChargeItem
    tariff: Tariff | None
    account_id: int
    place_id: int | None
    starts_on: date
    ends_on: date
    due_on: date
    issued_on: date
    amount: Decimal
    revision: int = 0
    pk: int = 0

    @property
    def vat(self) -> Decimal:
        return vat_in(self.amount, self.tariff.vat_rate) if self.tariff else ZERO


@dataclass(slots=True)
class OldPayment:
    """Money as an old book has it. `item`: the payer's wish; `charge`: the one it was received for."""

    account_id: int
    amount: Decimal
    method: PaymentMethod
    reference: str
    received_on: date
    item: ChargeItem | None = None
    charge: OldCharge | None = None
    note: str = ""
    pk: int = 0

    @property
    def wish(self) -> Designation | None:
        if self.charge is not None:
            return Designation(charges=frozenset({self.charge.pk}))
        return Designation(item=self.item.code) if self.item else None


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books are written, by whom and when."""

    site: Site
    actor: Actor
    at: datetime

    def post_days(
        self, kind: EntryKind, what: str, legs: Mapping[date, list[Leg]], entries: Mapping[date, int]
    ) -> None:
        """One entry a day; in a month that is closed, on the first day that is open."""
        for day in sorted(legs):
            post(
                actor=self.actor,
                at=self.at,
                site_id=self.site.pk,
                dated_on=day,
                kind=kind,
                source=f"billing.{what}:{entries[day]}",
                legs=legs[day],
                memo=_MEMO,
                entry_id=entries[day],
            )

    def days(self, days: Iterable[date]) -> dict[date, date]:
        """The day in the books of each."""
        return {day: day_in_books(self.site.pk, day) for day in set(days)}


def write_charges(books: Books, charges: Sequence[OldCharge]) -> None:
    """All of them in one COPY, with an entry for each day on which some were issued."""
    if not charges:
        return
    for charge, pk in zip(charges, reserve_ids(Charge, len(charges)), strict=True):
        charge.pk = pk
    days = books.days(charge.issued_on for charge in charges)
    entries = {day: reserve_entry() for day in sorted(set(days.values()))}
    copy_rows(Charge, _CHARGE, (_charge_row(books, one, entries[days[one.issued_on]]) for one in charges))
    sums: dict[date, dict[tuple[str, str], list[Decimal]]] = defaultdict(lambda: defaultdict(lambda: [ZERO, ZERO]))
    for one in charges:
        so_far = sums[days[one.issued_on]][one.item.fund, one.item.method]
        so_far[0] += one.amount
        so_far[1] += one.vat
    legs = {
        day: [leg for key, (amount, vat) in by.items() for leg in charged(*key, amount, vat)]
        for day, by in sums.items()
    }
    books.post_days(EntryKind.CHARGES, "imported_charges", legs, entries)


def _charge_row(books: Books, one: OldCharge, entry_id: int) -> tuple[Any, ...]:
    tariff, amount = one.tariff, one.amount
    days = {"from": str(one.starts_on), "until": str(one.ends_on)}
    told = dumps({**days, "imported": True, "note": _MEMO}, ensure_ascii=False)
    return (
        one.pk, books.site.pk, one.account_id, one.place_id, one.item.pk, tariff.pk if tariff else None, entry_id, 0,
        one.revision, one.starts_on, one.ends_on, one.due_on, one.issued_on, books.at, 1, amount, amount,
        tariff.vat_rate if tariff else 0, one.vat, tariff.late_fee_rate if tariff else 0, one.item.payer, amount, told,
    )  # fmt: skip


# ---- money


@dataclass(slots=True)
class _Owed:
    """What is open of a charge, as it is cleared step by step."""

    charge_id: int
    item: str
    fund: str
    security: int
    period_start: date
    due_on: date
    open: Decimal
    rate: Decimal
    recorded_at: datetime
    is_late_fee: bool

    @property
    def debt(self) -> Debt:
        return Debt(
            self.charge_id, self.item, self.period_start, self.due_on, self.open,
            late_fee_rate=self.rate, security=self.security,
        )  # fmt: skip


@dataclass(slots=True)
class _Money:
    """A new payment, or (`since`: when it was told) credit of an earlier one."""

    payment_id: int
    left: Decimal
    received_on: date
    wish: Designation | None
    payment: OldPayment | None = None
    since: datetime | None = None


@dataclass(slots=True)
class Outcome:
    """What is left to the actions: payments to receive one by one, in order; accounts whose credit is to be drawn."""

    to_receive: list[OldPayment] = field(default_factory=list)
    to_draw: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Cleared:
    """So much of a payment for a charge, from that day on."""

    money: _Money
    owed: _Owed
    amount: Decimal
    on: date
    order_used: OrderUsed


def take_money(books: Books, payments: Sequence[OldPayment], account_ids: Collection[int]) -> Outcome:
    """New payments, and the credit there is of these accounts, clear what is open, the oldest money first."""
    outcome, done = Outcome(), []
    owed, money = _owed(books, account_ids), _credit(account_ids)
    apart = _apart(books, account_ids)
    pks = reserve_ids(Payment, len(payments)) if payments else []
    for payment, pk in zip(payments, pks, strict=True):
        payment.pk = pk
        money[payment.account_id].append(_Money(pk, payment.amount, payment.received_on, payment.wish, payment))
    walk = _Walk(books, list(BillingPolicy.objects.filter(site=books.site)), outcome)
    for account_id in sorted(money):
        in_order = sorted(money[account_id], key=lambda one: one.received_on)
        if account_id in apart:
            walk.leave(account_id, in_order)
        else:
            done += walk.through(account_id, in_order, owed.get(account_id, []))
    left = {id(payment) for payment in outcome.to_receive}
    _write_money(books, [payment for payment in payments if id(payment) not in left], done)
    return outcome


@dataclass(slots=True)
class _Walk:
    books: Books
    policies: list[BillingPolicy]
    outcome: Outcome
    _rules: dict[date, Rules] = field(default_factory=dict)

    def rules(self, on: date) -> Rules:
        if on not in self._rules:
            there = (one for one in self.policies if one.starts_on <= on and (one.ends_on is None or on < one.ends_on))
            self._rules[on] = rules_of(next(there, BillingPolicy(site_id=self.books.site.pk, starts_on=on)), on)
        return self._rules[on]

    def leave(self, account_id: int, money: Sequence[_Money]) -> None:
        """To the actions, which know late fees and months paid ahead."""
        self.outcome.to_receive += [one.payment for one in money if one.payment]
        self.outcome.to_draw += [account_id] if any(one.since for one in money) else []

    def through(self, account_id: int, money: Sequence[_Money], owed: list[_Owed]) -> list[_Cleared]:
        """What the money of one account clears; from the first that meets a late fee on, it is left to the actions."""
        done: list[_Cleared] = []
        for nth, one in enumerate(money):
            owed = [each for each in owed if each.open > 0]
            if any(each.rate > 0 and each.due_on < one.received_on for each in owed):
                self.leave(account_id, money[nth:])
                break
            done += self._spent(one, owed)
        return done

    def _spent(self, money: _Money, owed: list[_Owed]) -> list[_Cleared]:
        rules, today = self.rules(money.received_on), day_of(self.books.at)
        meant = owed if money.since is None else [each for each in owed if _is_for(money.since, each, today)]
        by_id = {each.charge_id: each for each in meant}
        debts = foremost([each.debt for each in meant], money.left, rules, money.wish)
        done = []
        for share in allocate(debts, money.left, rules, money.wish):
            each = by_id[share.charge_id]
            each.open -= share.amount
            money.left -= share.amount
            drawn = money.since is not None
            on = max(money.received_on, min(today, each.due_on)) if drawn else money.received_on
            done.append(_Cleared(money, each, share.amount, on, OrderUsed.CREDIT if drawn else share.order_used))
        return done


def _is_for(since: datetime, owed: _Owed, today: date) -> bool:
    """As credit is drawn: for what is due, and for what was billed after the money came."""
    return owed.due_on <= today or owed.recorded_at >= since


def _owed(books: Books, account_ids: Collection[int]) -> dict[int, list[_Owed]]:
    owed: dict[int, list[_Owed]] = defaultdict(list)
    with connection.cursor() as cursor:
        wanted: dict[str, Any] = {"site_id": books.site.pk, "account_ids": list(account_ids)}
        cursor.execute(statement("billing", "open_in_accounts"), wanted)
        for account_id, *facts in cursor:
            owed[account_id].append(_Owed(*facts))
    return owed


def _credit(account_ids: Collection[int]) -> dict[int, list[_Money]]:
    """What earlier payments have left, by account; what is kept for months paid ahead is none of it."""
    credit: dict[int, list[_Money]] = defaultdict(list)
    rows = Payment.objects.filter(account_id__in=account_ids, unallocated__gt=0, prepayment__isnull=True)
    facts = rows.order_by("pk").values_list(
        "account_id", "pk", "unallocated", "received_on", "item__code", "recorded_at"
    )
    for account_id, pk, left, received_on, item, recorded_at in facts:
        wish = Designation(item=item) if item else None
        credit[account_id].append(_Money(pk, left, received_on, wish, since=recorded_at))
    return credit


def _apart(books: Books, account_ids: Collection[int]) -> set[int]:
    """Accounts with late fees posted, or with months paid ahead."""
    late = Charge.objects.filter(site=books.site, account_id__in=account_ids, late_fee_of__isnull=False)
    ahead = Prepayment.objects.filter(account_id__in=account_ids, payment__unallocated__gt=0)
    return {*late.values_list("account_id", flat=True).distinct(), *ahead.values_list("account_id", flat=True)}


def _write_money(books: Books, payments: Sequence[OldPayment], done: Sequence[_Cleared]) -> None:
    received = [one for one in done if one.money.payment is not None]
    drawn = [one for one in done if one.money.payment is None]
    days = books.days([*(one.received_on for one in payments), *(one.on for one in drawn)])
    paid = {day: reserve_entry() for day in sorted({days[one.received_on] for one in payments})}
    spent = {day: reserve_entry() for day in sorted({days[one.on] for one in drawn})}
    _copy_payments(books, payments, days, paid)
    rows = [(one, paid[days[one.money.received_on]]) for one in received]
    rows += [(one, spent[days[one.on]]) for one in drawn]
    if rows:
        copy_rows(Allocation, _ALLOCATION, (_allocation_row(books, one, entry_id) for one, entry_id in rows))
    books.post_days(EntryKind.PAYMENT, "imported_payments", _legs_of_payments(payments, received, days), paid)
    books.post_days(EntryKind.CREDIT_DRAWN, "imported_draws", _legs_of_draws(drawn, days), spent)


def _copy_payments(
    books: Books, payments: Sequence[OldPayment], days: Mapping[date, date], entries: Mapping[date, int]
) -> None:
    if not payments:
        return
    before, prefix = reserve_numbers(
        prefix="SK", site_code=books.site.code, day=day_of(books.at), count=len(payments)
    )  # fmt: skip
    copy_rows(
        Payment,
        _PAYMENT,
        (
            (
                one.pk, books.site.pk, f"{prefix}{before + nth:04d}", one.account_id, one.amount, one.method.value,
                one.reference, one.received_on, books.at, books.actor.user_id, "", one.note,
                one.item.pk if one.item else None, one.amount, entries[days[one.received_on]],
            )
            for nth, one in enumerate(payments, start=1)
        ),
    )  # fmt: skip


def _allocation_row(books: Books, one: _Cleared, entry_id: int) -> tuple[Any, ...]:
    return (
        books.site.pk, one.owed.charge_id, one.money.payment_id, one.amount, one.on, books.at, one.order_used.value,
        entry_id,
    )  # fmt: skip


def _legs_of_payments(
    payments: Sequence[OldPayment], done: Sequence[_Cleared], days: Mapping[date, date]
) -> dict[date, list[Leg]]:
    """By day in the books: what came in each way, what of it cleared debts of each fund, and what is credit."""
    credit: dict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
    used: dict[tuple[date, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for payment in payments:
        credit[days[payment.received_on], MONEY[payment.method]] += payment.amount
    for one in done:
        payment = one.money.payment  # type: ignore[assignment]
        key = days[payment.received_on], MONEY[payment.method]
        credit[key] -= one.amount
        used[key][one.owed.fund] += one.amount
    legs: dict[date, list[Leg]] = defaultdict(list)
    for key, left in credit.items():
        legs[key[0]] += cleared(key[1], used[key], credit=left)
    return legs


def _legs_of_draws(drawn: Sequence[_Cleared], days: Mapping[date, date]) -> dict[date, list[Leg]]:
    used: dict[date, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for one in drawn:
        used[days[one.on]][one.owed.fund] += one.amount
    return {day: cleared(CREDIT, by_fund) for day, by_fund in used.items()}
