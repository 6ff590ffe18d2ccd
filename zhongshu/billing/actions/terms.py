"""What holds for one place, and how the site settles debts: from a day on."""

from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.errors import PeriodOverlap
from zhongshu.billing.models import BillingPolicy, ChargeItem, ItemTerm
from zhongshu.billing.permissions import SET_PRICES
from zhongshu.billing.queries.items import charged_until, item_seen, term_seen
from zhongshu.estate.queries import find_place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.periods import in_force

TERM_FACTS: Final = (
    "starts_on", "ends_on", "is_exempt", "unit_price", "coefficient", "quantity", "surcharge", "payer", "note",
)  # fmt: skip
POLICY_FACTS: Final = (
    "starts_on", "mode", "settle_order", "contract_order", "freezes_disputed", "prepay_most_months", "prepay_discount",
    "lpr",
)  # fmt: skip


@transaction.atomic
def set_term(
    *, actor: Actor, at: datetime, item_id: int, place: str, starts_on: date, ends_on: date | None = None, **facts: Any
) -> ItemTerm:
    """From that day on this holds for the place (its code), instead of what holds there now. `facts`: the columns of an
    ItemTerm. Raises NotFound, Invalid, PeriodOverlap (bills stand for that time, or something later is agreed).
    """
    item = ChargeItem.objects.select_for_update().get(pk=item_seen(actor, item_id).pk)
    actor.require(SET_PRICES, item.site_id)
    where = find_place(item.site_id, place)
    if where is None:
        raise Invalid(_("没有编码为 %(code)s 的位置。") % {"code": place}, field="place")
    term = ItemTerm(site_id=item.site_id, item=item, place=where, starts_on=starts_on, ends_on=ends_on, **facts)
    _check_term(term)
    for running in item.terms.filter(in_force(starts_on), place=where, starts_on__lt=starts_on):
        running.ends_on = starts_on
        running.save(update_fields=["ends_on"])
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError as error:
        raise PeriodOverlap(_("这个位置在那段时间里另有约定，请先结束它。"), field="starts_on") from error
    after = {"item": item.code, "place": where.code, **audit.values(term, TERM_FACTS)}
    audit.record(actor=actor, at=at, verb="billing.set_term", target=term, after=after)
    return term


@transaction.atomic
def end_term(*, actor: Actor, at: datetime, term_id: int, ends_on: date) -> ItemTerm:
    """From that day on the item's own rules hold there again. Raises NotFound, Invalid, PeriodOverlap."""
    term = ItemTerm.objects.select_for_update(of=("self",)).select_related("item", "place").get(
        pk=term_seen(actor, term_id).pk
    )  # fmt: skip
    actor.require(SET_PRICES, term.site_id)
    before = {"ends_on": term.ends_on}
    _check_not_billed(term, ends_on, "ends_on")
    if ends_on < term.starts_on or (term.ends_on is not None and ends_on > term.ends_on):
        raise Invalid(_("结束日期要在约定的期间以内。"), field="ends_on")
    term.ends_on = ends_on
    term.save(update_fields=["ends_on"])
    audit.record(
        actor=actor, at=at, verb="billing.end_term", target=term, before=before, after={"ends_on": ends_on}
    )  # fmt: skip
    return term


def _check_term(term: ItemTerm) -> None:
    if term.ends_on is not None and term.ends_on <= term.starts_on:
        raise Invalid(_("结束日期要晚于开始日期。"), field="ends_on")
    for name in ("unit_price", "coefficient", "quantity", "surcharge"):
        value = getattr(term, name)
        if value is not None and value < 0:
            raise Invalid(_("不能小于零。"), field=name)
    _check_not_billed(term, term.starts_on, "starts_on")


def _check_not_billed(term: ItemTerm, day: date, field: str) -> None:
    until = charged_until(term.item, term.place)
    if until is not None and day < until:
        words = {"place": term.place.label, "until": until}
        raise PeriodOverlap(_("%(place)s 的账单已出到 %(until)s 之前；请从这天起，或先冲销账单。") % words, field=field)


@transaction.atomic
def set_policy(*, actor: Actor, at: datetime, site_id: int, starts_on: date, **facts: Any) -> BillingPolicy:
    """From that day on, instead of what holds now. `facts`: the columns of a BillingPolicy. Raises NotFound, Invalid,
    PeriodOverlap.
    """
    actor.require(SET_PRICES, site_id)
    Site.objects.select_for_update(no_key=True).get(pk=site_id)
    policy = BillingPolicy(site_id=site_id, starts_on=starts_on, **facts)
    _check_policy(policy)
    if BillingPolicy.objects.filter(site_id=site_id, starts_on__gte=starts_on).exists():
        raise PeriodOverlap(_("已有从那天或更晚开始的规则；新规则要晚于它。"), field="starts_on")
    BillingPolicy.objects.filter(in_force(starts_on), site_id=site_id).update(ends_on=starts_on)
    policy.save()
    audit.record(
        actor=actor, at=at, verb="billing.set_policy", target=policy, after=audit.values(policy, POLICY_FACTS)
    )  # fmt: skip
    return policy


def _check_policy(policy: BillingPolicy) -> None:
    if not 0 < policy.prepay_discount <= 1:
        raise Invalid(_("预缴折扣在 0 和 1 之间，1 表示不打折。"), field="prepay_discount")
    if not 0 <= policy.lpr < 1:
        raise Invalid(_("利率在 0 和 1 之间，如 0.03。"), field="lpr")
    known = set(ChargeItem.objects.filter(site_id=policy.site_id).values_list("code", flat=True))
    unknown = [code for code in policy.contract_order if code not in known]
    if unknown:
        raise Invalid(_("没有编码为“%(code)s”的收费项目。") % {"code": unknown[0]}, field="contract_order")
