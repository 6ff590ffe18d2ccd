"""Whole months paid ahead at an agreed price, and ended early."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zhongshu.billing.actions.receiving import Receipt, received
from zhongshu.billing.engine import drawing, settling
from zhongshu.billing.errors import NotNow, PeriodOverlap
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import ChargeItem, Prepayment
from zhongshu.billing.permissions import RECEIVE
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.policies.cycles import months_later
from zhongshu.billing.policies.prepaying import MOST_MONTHS, months_between, price
from zhongshu.billing.queries.credit import drawn_places
from zhongshu.billing.queries.debts import policy_at
from zhongshu.estate.models import Account, Place
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid


@transaction.atomic
def prepay(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    place_id: int,
    item_code: str,
    starts_on: date,
    months: int,
    monthly: Decimal,
    method: PaymentMethod,
    reference: str,
    received_on: date,
) -> Prepayment:
    """Months of an item paid ahead, `monthly` yuan each by the list, less the site's discount. The money is kept for
    them. With a reference that counted before: that prepayment.

    Raises NotFound, Invalid (not whole months, more than allowed, begun before it is paid), PeriodOverlap,
    ReferenceUsed.
    """
    account = settling.locked_account(account_id)
    actor.require(RECEIVE, account.site_id)
    policy = policy_at(account.site_id, received_on)
    _check_months(starts_on, months, min(policy.prepay_most_months, MOST_MONTHS), received_on)
    item = found(ChargeItem.objects.filter(site_id=account.site_id, code=item_code, is_active=True))
    place = found(Place.objects.filter(site_id=account.site_id, pk=place_id, account_places__account=account))
    whole, agreed = price(monthly, months, policy.prepay_discount)
    receipt = Receipt(
        account_id=account_id,
        amount=agreed,
        method=method,
        reference=reference,
        received_on=received_on,
        designation=Designation(item=item.code),
        is_kept=True,
    )
    payment = received(receipt, actor=actor, at=at)
    if earlier := Prepayment.objects.filter(payment=payment).first():
        return earlier
    ends_on = months_later(starts_on, months)
    _check_overlap(account, place, item, starts_on, ends_on)
    prepayment = Prepayment.objects.create(
        site_id=account.site_id,
        account=account,
        place=place,
        item=item,
        payment=payment,
        starts_on=starts_on,
        ends_on=ends_on,
        months=months,
        list_amount=whole,
        paid_amount=agreed,
        created_at=at,
    )
    fields = ("starts_on", "months", "list_amount", "paid_amount")
    audit.record(actor=actor, at=at, verb="billing.prepay", target=prepayment, after=audit.values(prepayment, fields))
    drawing.draw(account, policy=policy, actor=actor, at=at, on=day_of(at))
    return prepayment


@transaction.atomic
def end_prepayment(*, actor: Actor, at: datetime, prepayment_id: int, on: date) -> Prepayment:
    """The month in which `on` lies is the first not served; what was paid for the rest is credit that may be refunded
    or drawn: 12 months for 2,391.49, 8 served, 797.16. Raises NotFound, Invalid, NotNow when it has ended.
    """
    rows = Prepayment.objects.filter(pk=prepayment_id)
    settling.locked_account(found(rows).account_id)
    prepayment = rows.select_related("payment").get()
    actor.require(RECEIVE, prepayment.site_id)
    first_not_served = on.replace(day=1)
    if prepayment.ended_on is not None:
        raise NotNow(_("这笔预交已经结束。"))
    if not prepayment.starts_on <= first_not_served < prepayment.ends_on:
        raise Invalid(_("结束的月份应在预交期内。"), field="on")
    if months_between(prepayment.starts_on, first_not_served) <= max(drawn_places(prepayment), default=-1):
        raise Invalid(_("这个月已经抵扣，请选更晚的月份，或先冲销账单。"), field="on")
    rows.update(ended_on=first_not_served)
    prepayment.ended_on = first_not_served
    after = {"ended_on": first_not_served}
    audit.record(actor=actor, at=at, verb="billing.end_prepayment", target=prepayment, after=after)
    return prepayment


def _check_months(starts_on: date, months: int, most: int, received_on: date) -> None:
    if not 1 <= months <= most:
        raise Invalid(_("预交月数应在 1 到 %(most)s 之间。") % {"most": most}, field="months")
    if starts_on.day != 1 or starts_on < received_on.replace(day=1):
        raise Invalid(_("预交从某个月的1日开始，不能早于本月。"), field="starts_on")


def _check_overlap(account: Account, place: Place, item: ChargeItem, starts_on: date, ends_on: date) -> None:
    others = Prepayment.objects.filter(account=account, place=place, item=item, starts_on__lt=ends_on)
    until = Coalesce("ended_on", "ends_on")
    if others.annotate(until=until).filter(until__gt=starts_on).exists():
        raise PeriodOverlap(_("这段时间已经预交过。"), field="starts_on")
