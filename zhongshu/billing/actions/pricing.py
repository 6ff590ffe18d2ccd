"""Prices: proposed by one person, approved by another, in force from a day on, and then never changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from zhongshu.billing import formula
from zhongshu.billing.errors import AlreadyDecided, PeriodOverlap, SecondPersonNeeded
from zhongshu.billing.kinds import Method
from zhongshu.billing.lifecycle import PROPOSAL_LABELS, ProposalState
from zhongshu.billing.models import ChargeItem, Tariff
from zhongshu.billing.permissions import APPROVE_PRICES, SET_PRICES
from zhongshu.billing.policies.cycles import first_month_from
from zhongshu.billing.queries.items import charged_until, item_seen, tariff_seen
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid

FACTS: Final = (
    "version", "starts_on", "unit_price", "formula", "tiers", "tier_cycle", "late_fee_rate", "vacant_factor",
    "vat_rate", "note",
)  # fmt: skip


@transaction.atomic
def propose_price(*, actor: Actor, at: datetime, item_id: int, starts_on: date, **facts: Any) -> Tariff:
    """`facts`: the columns of a Tariff. Nothing is charged by it before somebody else approves it.

    Raises NotFound, Invalid, PeriodOverlap (bills stand for that time, or a later price is approved).
    """
    item = ChargeItem.objects.select_for_update().get(pk=item_seen(actor, item_id).pk)
    actor.require(SET_PRICES, item.site_id)
    last = item.tariffs.aggregate(last=Max("version"))["last"] or 0
    tariff = Tariff(
        site_id=item.site_id, item=item, version=last + 1, starts_on=starts_on, proposed_by_id=actor.user_id,
        proposed_at=at, **facts,
    )  # fmt: skip
    _check(tariff)
    _check_time(tariff)
    tariff.save()
    after = {"item": item.code, **audit.values(tariff, FACTS)}
    audit.record(actor=actor, at=at, verb="billing.propose_price", target=tariff, after=after)
    return tariff


@transaction.atomic
def approve_price(*, actor: Actor, at: datetime, tariff_id: int) -> Tariff:
    """The price in force ends where this one begins; one of the same first day that never counted gives way.

    Raises NotFound, SecondPersonNeeded, AlreadyDecided, PeriodOverlap.
    """
    tariff = _locked(actor, tariff_id)
    if tariff.proposed_by_id is not None and tariff.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded(_("价格要由提出人以外的人批准。"))
    _check_time(tariff)
    for former in tariff.item.tariffs.filter(state=ProposalState.APPROVED):
        if former.ends_on is None or former.ends_on > tariff.starts_on:
            former.ends_on = tariff.starts_on
            former.save(update_fields=["ends_on"])
    return _decide(tariff, ProposalState.APPROVED, actor=actor, at=at)


@transaction.atomic
def refuse_price(*, actor: Actor, at: datetime, tariff_id: int) -> Tariff:
    """Raises NotFound, AlreadyDecided."""
    return _decide(_locked(actor, tariff_id), ProposalState.REFUSED, actor=actor, at=at)


@transaction.atomic
def withdraw_price(*, actor: Actor, at: datetime, tariff_id: int) -> Tariff:
    """By whoever proposed it. Raises NotFound, Invalid, AlreadyDecided."""
    tariff = _locked(actor, tariff_id, right=SET_PRICES)
    if tariff.proposed_by_id != actor.user_id:
        raise Invalid(_("只有提出人可以撤回。"))
    return _decide(tariff, ProposalState.WITHDRAWN, actor=actor, at=at)


def _locked(actor: Actor, tariff_id: int, right: Any = APPROVE_PRICES) -> Tariff:
    seen = tariff_seen(actor, tariff_id)
    actor.require(right, seen.site_id)
    ChargeItem.objects.select_for_update().get(pk=seen.item_id)
    tariff = Tariff.objects.select_related("item").get(pk=seen.pk)
    if tariff.state != ProposalState.PROPOSED:
        label = PROPOSAL_LABELS[ProposalState(tariff.state)]
        raise AlreadyDecided(_("这个价格%(state)s，不能再决定。") % {"state": label})
    return tariff


def _decide(tariff: Tariff, state: ProposalState, *, actor: Actor, at: datetime) -> Tariff:
    tariff.state, tariff.decided_by_id, tariff.decided_at = state, actor.user_id, at
    tariff.save(update_fields=["state", "decided_by", "decided_at"])
    after = {"item": tariff.item.code, "state": state, **audit.values(tariff, FACTS)}
    audit.record(actor=actor, at=at, verb=f"billing.price_{state}", target=tariff, after=after)
    return tariff


def _check(tariff: Tariff) -> None:
    for name in ("unit_price", "late_fee_rate", "vacant_factor", "vat_rate"):
        value: Decimal = getattr(tariff, name)
        if value < 0 or (name != "unit_price" and value > 1):
            raise Invalid(_("单价不能小于零，各种比率在 0 和 1 之间。"), field=name)
    if tariff.item.method == Method.FORMULA:
        _check_formula(tariff)
    if tariff.item.method == Method.METERED and tariff.tiers:
        _check_tiers(tariff)


def _check_formula(tariff: Tariff) -> None:
    error = formula.answer(tariff.formula)["error"]
    if error is not None:
        words = {"place": error["position"] + 1, "reason": error["reason"], "suggestion": error["suggestion"]}
        said = _("第 %(place)s 个字符：%(reason)s 可以写成：%(suggestion)s") % words
        raise Invalid(said, field="formula")


def _check_tiers(tariff: Tariff) -> None:
    """Ascending, the last without an end."""
    ends = [Decimal(tier["up_to"]) for tier in tariff.tiers[:-1] if tier["up_to"] is not None]
    ascending = all(low < high for low, high in zip([Decimal(0), *ends], ends, strict=False))
    if len(ends) != len(tariff.tiers) - 1 or not ascending or tariff.tiers[-1]["up_to"] is not None:
        raise Invalid(_("阶梯要从低到高，最后一档没有上限。"), field="tiers")
    if any(Decimal(tier["price"]) < 0 for tier in tariff.tiers):
        raise Invalid(_("单价不能小于零，各种比率在 0 和 1 之间。"), field="tiers")


def _check_time(tariff: Tariff) -> None:
    """A price counts from the first day of a month on: it may change no bill that stands, nor come before another."""
    item = tariff.item
    until = charged_until(item)
    if until is not None and first_month_from(tariff.starts_on) < until:
        raise PeriodOverlap(
            _("账单已按原价出到 %(until)s 之前；新价格最早从这天起。") % {"until": until}, field="starts_on"
        )
    approved = item.tariffs.filter(state=ProposalState.APPROVED, starts_on__gt=tariff.starts_on)
    later = approved.exclude(ends_on=F("starts_on")).order_by("starts_on").first()
    if later is not None:
        words = {"day": later.starts_on, "version": str(later.version)}
        raise PeriodOverlap(
            _("第 %(version)s 版价格已批准从 %(day)s 起执行，新价格要晚于它。") % words, field="starts_on"
        )
