"""Money comes in, and sometimes turns out not to have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from zhongshu.billing.engine import correcting, drawing, settling, undoing
from zhongshu.billing.engine.booking import post_by
from zhongshu.billing.engine.settling import Clearing
from zhongshu.billing.errors import NotNow, ReferenceUsed
from zhongshu.billing.events import PaymentBounced, PaymentReceived
from zhongshu.billing.kinds import OrderUsed, OutflowKind, PaymentMethod
from zhongshu.billing.models import Allocation, Charge, ChargeItem, Outflow, Payment, Prepayment
from zhongshu.billing.permissions import RECEIVE
from zhongshu.billing.policies.allocation import Designation, allocate
from zhongshu.billing.policies.legs import MONEY, cleared
from zhongshu.billing.queries.books import day_in_books
from zhongshu.billing.queries.debts import open_charges_of, policy_at
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.composed import Composed, given, insert
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import CENT, ZERO
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short, stated
from zhongshu.ledger.actions import post, reserve_entry
from zhongshu.ledger.errors import SourceUsed
from zhongshu.ledger.kinds import EntryKind
from zhongshu.ledger.policies import negated

PREFIX = "SK"
MOST = Decimal("999999999.99")


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Money as it is told: the facts of `receive`. `is_kept`: none of it clears anything yet (months paid ahead)."""

    account_id: int
    amount: Decimal
    method: PaymentMethod
    reference: str
    received_on: date
    designation: Designation | None = None
    payer_name: str = ""
    note: str = ""
    is_kept: bool = False


def receive(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    amount: Decimal,
    method: PaymentMethod,
    reference: str,
    received_on: date,
    designation: Designation | None = None,
    payer_name: str = "",
    note: str = "",
) -> Payment:
    """Money received for an account on a day: it clears debts by the rules, what is left is account credit.

    `reference` counts once per site and method: the same again (account, amount, day) returns the first payment.
    Its `recorded_at` tells which. Raises NotFound, Invalid, ReferenceUsed.
    """
    receipt = Receipt(
        account_id=account_id,
        amount=amount,
        method=method,
        reference=reference,
        received_on=received_on,
        designation=designation,
        payer_name=payer_name,
        note=note,
    )
    return received(receipt, actor=actor, at=at)


def received(receipt: Receipt, *, actor: Actor, at: datetime) -> Payment:
    """As `receive`."""
    try:
        with transaction.atomic():
            return _received(receipt, actor=actor, at=at)
    except (IntegrityError, SourceUsed):  # the same reference at the same moment, for another account
        with transaction.atomic():
            return _received(receipt, actor=actor, at=at)


def _received(receipt: Receipt, *, actor: Actor, at: datetime) -> Payment:
    account = settling.locked_account(receipt.account_id)
    actor.require(RECEIVE, account.site_id)
    payment = _payment(receipt, account, actor=actor, at=at)
    if earlier := _of_reference(payment):
        return _the_same(earlier, payment)
    _check_charges(account, receipt.designation)
    return _settle(payment, receipt, actor=actor, at=at)


def _payment(said: Receipt, account: Account, *, actor: Actor, at: datetime) -> Payment:
    return Payment(
        site_id=account.site_id,
        account=account,
        amount=checked(said.amount),
        method=PaymentMethod(said.method).value,
        reference=stated(said.reference, field="reference", most=80, what=_("付款凭证号")),
        received_on=past(said.received_on, at),
        recorded_at=at,
        recorded_by_id=actor.user_id,
        payer_name=short(said.payer_name, field="payer_name", most=80, what=_("付款人")),
        note=short(said.note, field="note", most=300, what=_("备注")),
        item=_wished_item(account, said.designation),
    )


@transaction.atomic
def bounce_payment(*, actor: Actor, at: datetime, payment_id: int, on: date, reason: str) -> Outflow:
    """A payment never came: what it cleared is open again, as from the day it had been cleared. Other credit of the
    account is drawn for it. Again: the first bounce. Raises NotFound, Invalid, and NotNow when some of it was refunded.
    """
    payment, account = _locked_payment(payment_id)
    actor.require(RECEIVE, payment.site_id)
    said = stated(reason, field="reason", most=300, what=_("原因"))
    day = past(on, at, field="on")
    if earlier := payment.outflows.filter(kind=OutflowKind.BOUNCE).first():
        return earlier
    if payment.outflows.exists():
        raise NotNow(_("这笔款已有退款，不能再撤销。"))
    outflow = _bounced(payment, said, actor=actor, at=at, on=day)
    drawing.draw(account, policy=policy_at(payment.site_id, day_of(at)), actor=actor, at=at, on=day_of(at))
    return outflow


def _locked_payment(payment_id: int) -> tuple[Payment, Account]:
    """The payment as it is once its account is held."""
    account_id = found(Payment.objects.filter(pk=payment_id).only("account_id")).account_id
    account = settling.locked_account(account_id)
    return Payment.objects.select_related("item").get(pk=payment_id), account


def _bounced(payment: Payment, reason: str, *, actor: Actor, at: datetime, on: date) -> Outflow:
    rows, site_id = undoing.live(payment.allocations.all()), payment.site_id
    code, entry_id = MONEY[PaymentMethod(payment.method)], reserve_entry()
    discounts = _discounts_with(payment)
    legs = [*negated(cleared(code, undoing.by_fund(rows), credit=payment.unallocated)), *undoing.legs_back(discounts)]
    post(
        actor=actor,
        at=at,
        site_id=site_id,
        dated_on=day_in_books(site_id, on),
        kind=EntryKind.BOUNCE,
        source=f"billing.bounce:{payment.pk}",
        legs=legs,
        memo=reason,
        entry_id=entry_id,
    )
    undoing.undo([*rows, *discounts], entry_id=entry_id, at=at)
    Prepayment.objects.filter(payment=payment, ended_on__isnull=True).update(ended_on=F("starts_on"))
    outflow = Outflow.objects.create(
        site_id=site_id, payment=payment, kind=OutflowKind.BOUNCE, amount=payment.amount, on=on, recorded_at=at,
        reason=reason, entry_id=entry_id,
    )  # fmt: skip
    after = {"number": payment.number, "amount": payment.amount, "on": on, "reason": reason}
    audit.record(actor=actor, at=at, verb="billing.bounce_payment", target=payment, after=after)
    publish(
        PaymentBounced(
            site_id=site_id, payment_id=payment.pk, account_id=payment.account_id, amount=str(payment.amount), on=on
        ),
        at=at,
    )
    return outflow


def _discounts_with(payment: Payment) -> list[Allocation]:
    """What was discounted because it had been paid ahead with this money."""
    mine = payment.allocations.filter(order_used=OrderUsed.PREPAYMENT).values("charge_id")
    rows = Allocation.objects.filter(relief__isnull=False, order_used=OrderUsed.PREPAYMENT, charge__in=mine)
    return undoing.live(rows)


def _settle(payment: Payment, receipt: Receipt, *, actor: Actor, at: datetime) -> Payment:
    clearings = [] if receipt.is_kept else _clearings(payment, receipt.designation, actor=actor, at=at)
    used = settling.by_fund(clearings)
    payment.unallocated = payment.amount
    credit = payment.amount - sum(used.values(), ZERO)
    payment.entry = post_by(
        payment.received_on,
        actor=actor,
        at=at,
        site_id=payment.site_id,
        kind=EntryKind.PAYMENT,
        source=f"billing.payment:{payment.method}:{payment.reference}",
        legs=cleared(MONEY[PaymentMethod(payment.method)], used, credit=credit),
    )
    payment.number = next_number(prefix=PREFIX, site_code=payment.account.site.code, at=at)
    insert(payment)
    entry_id, site_id = payment.entry_id, payment.site_id
    settling.write(clearings, payment_id=payment.pk, entry_id=entry_id, site_id=site_id, on=payment.received_on, at=at)
    payment.unallocated = credit
    _tell(payment, actor=actor, at=at)
    if payment.received_on < day_of(at) and any(one.may_be_late for one in clearings):
        _told_late(payment, clearings, actor=actor, at=at)
    return payment


def _told_late(payment: Payment, clearings: Sequence[Clearing], *, actor: Actor, at: datetime) -> None:
    ids, site_id = [one.charge_id for one in clearings], payment.site_id
    if correcting.told_late(ids, actor=actor, at=at, site_id=site_id):
        today = day_of(at)
        drawing.draw(payment.account, policy=policy_at(site_id, today), actor=actor, at=at, on=today)
        payment.refresh_from_db(fields=["unallocated"])


def _clearings(payment: Payment, wish: Designation | None, *, actor: Actor, at: datetime) -> list[Clearing]:
    """What the rules make of the money, with the policy and the debts of the day it came."""
    site_id, on = payment.site_id, payment.received_on
    policy = policy_at(site_id, on)
    owed = open_charges_of(site_id, payment.account_id, on=on, policy=policy)
    shares = allocate([charge.debt for charge in owed], payment.amount, settling.rules_of(policy, on), wish)
    return settling.clearings(owed, shares, actor=actor, at=at, site_id=site_id, on=on)


def _tell(payment: Payment, *, actor: Actor, at: datetime) -> None:
    fields = ("number", "amount", "method", "reference", "received_on", "unallocated")
    audit.record(actor=actor, at=at, verb="billing.receive", target=payment, after=audit.values(payment, fields))
    publish(
        PaymentReceived(
            site_id=payment.site_id,
            payment_id=payment.pk,
            account_id=payment.account_id,
            amount=str(payment.amount),
            credit=str(payment.unallocated),
            received_on=payment.received_on,
        ),
        at=at,
    )


def checked(amount: Decimal) -> Decimal:
    """Raises Invalid unless it is yuan and whole cents, more than nothing."""
    if not amount.is_finite() or not 0 < amount <= MOST or amount != amount.quantize(CENT):
        raise Invalid(_("金额应大于0，最多两位小数。"), field="amount")
    return amount.quantize(CENT)


def past(day: date, at: datetime, *, field: str = "received_on") -> date:
    """Raises Invalid for a day that has not come."""
    if day > day_of(at):
        raise Invalid(_("日期不能晚于今天。"), field=field)
    return day


_OF_REFERENCE = Composed(
    lambda: Payment.objects.filter(
        site_id=given("site"), method=given("method"), reference=given("reference")
    ).select_related("account__site", "item")
)


def _of_reference(payment: Payment) -> Payment | None:
    return _OF_REFERENCE.first(site=payment.site_id, method=payment.method, reference=payment.reference)


def _the_same(earlier: Payment, said: Payment) -> Payment:
    facts = ("account_id", "amount", "received_on")
    if any(getattr(earlier, name) != getattr(said, name) for name in facts):
        what = {"reference": earlier.reference, "number": earlier.number}
        sentence = _("凭证号“%(reference)s”已经记过另一笔收款（%(number)s）。")
        raise ReferenceUsed(sentence % what, field="reference")
    return earlier


def _wished_item(account: Account, wish: Designation | None) -> ChargeItem | None:
    if wish is None or not wish.item:
        return None
    item = ChargeItem.objects.filter(site_id=account.site_id, code=wish.item).first()
    if item is None:
        raise Invalid(_("没有编码为“%(code)s”的收费项目。") % {"code": wish.item}, field="designation")
    return item


def _check_charges(account: Account, wish: Designation | None) -> None:
    if wish is None or not wish.charges:
        return
    own = Charge.objects.filter(account=account, late_fee_of__isnull=True, pk__in=wish.charges)
    if own.count() < len(wish.charges):
        raise Invalid(_("指定的账单不属于这个账户。"), field="designation")
