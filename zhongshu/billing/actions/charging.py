"""Charges made singly: one-off work, deposits, contracts, meters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.engine.issuing import wait_for_others
from zhongshu.billing.errors import AlreadyCharged
from zhongshu.billing.models import Charge, ChargeItem
from zhongshu.billing.permissions import CHARGE
from zhongshu.billing.policies.legs import charged, vat_in
from zhongshu.billing.queries.items import item_by_code, standing, tariff_at
from zhongshu.estate.models import Account, Place
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import CENT, ZERO
from zhongshu.ledger.actions import post
from zhongshu.ledger.kinds import EntryKind

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Key:
    """What a charge is charged for; not reversed, it stands once."""

    site_id: int
    item_id: int
    period_start: date
    account_id: int
    place_id: int | None
    source_id: int


@transaction.atomic
def charge_once(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    item_code: str,
    amount: Decimal,
    due_on: date,
    period_start: date,
    period_end: date | None = None,
    place_id: int | None = None,
    quantity: Decimal = Decimal(1),
    unit_price: Decimal | None = None,
    source_id: int = 0,
    detail: Mapping[str, Any] | None = None,
) -> Charge:
    """Charge the account `amount` yuan for `[period_start, period_end)` (one day, if not said) of the item.

    Once for each account, item, period_start, place and `source_id`: again with the same amount, it returns what is
    there. `unit_price` None: the amount for one. Tax and late-fee rate are those of the item's tariff on the first day.
    Raises NotFound, Invalid, AlreadyCharged (with another amount), PeriodClosed.
    """
    account = found(Account.objects.select_related("site").filter(pk=account_id))
    actor.require(CHARGE, account.site_id)
    item = item_by_code(account.site_id, item_code)
    _check(account, item, amount, place_id)
    wait_for_others(item)
    key = _Key(account.site_id, item.pk, period_start, account.pk, place_id, source_id)
    before = Charge.objects.filter(**_as_filter(key))
    there = standing(before).first()
    if there is not None:
        return _the_same(there, amount)
    tariff = tariff_at(item, period_start)
    vat_rate = tariff.vat_rate if tariff else ZERO
    charge = Charge(
        **_as_filter(key),
        tariff=tariff,
        revision=before.count(),
        period_end=period_end or period_start + _A_DAY,
        due_on=due_on,
        issued_on=day_of(at),
        recorded_at=at,
        quantity=quantity,
        unit_price=amount if unit_price is None else unit_price,
        amount=amount,
        vat_rate=vat_rate,
        vat_amount=vat_in(amount, vat_rate),
        late_fee_rate=tariff.late_fee_rate if tariff else ZERO,
        payer=item.payer,
        open_amount=amount,
        detail=dict(detail or {}),
    )
    _post(charge, item, actor=actor, at=at)
    charge.save()
    after = {"account": account.number, "item": item.code, "amount": amount, "period_start": period_start}
    audit.record(actor=actor, at=at, verb="billing.charge_once", target=charge, after=after)
    return charge


def _check(account: Account, item: ChargeItem, amount: Decimal, place_id: int | None) -> None:
    if amount <= 0 or amount != amount.quantize(CENT):
        raise Invalid(_("金额要大于零，精确到分。"), field="amount")
    if not item.is_active:
        raise Invalid(_("收费项目“%(item)s”已经停用。") % {"item": item.name}, field="item")
    if place_id is not None and not Place.objects.filter(pk=place_id, site_id=account.site_id).exists():
        raise Invalid(_("位置和户号不在同一个项目。"), field="place")


def _as_filter(key: _Key) -> dict[str, Any]:
    return {name: getattr(key, name) for name in _Key.__slots__}


def _the_same(charge: Charge, amount: Decimal) -> Charge:
    if charge.amount != amount:
        words = {"day": charge.period_start, "amount": charge.amount}
        raise AlreadyCharged(_("%(day)s 的这笔费用已经出过账，金额是 %(amount)s 元。") % words, field="amount")
    return charge


def _post(charge: Charge, item: ChargeItem, *, actor: Actor, at: datetime) -> None:
    facts = (charge.account_id, item.pk, charge.period_start, charge.place_id or 0, charge.source_id, charge.revision)
    charge.entry = post(
        actor=actor,
        at=at,
        site_id=item.site_id,
        dated_on=day_of(at),
        kind=EntryKind.CHARGES,
        source="billing.charge:" + ":".join(map(str, facts)),
        legs=charged(item.fund, item.method, charge.amount, charge.vat_amount),
        memo=item.name,
    )
