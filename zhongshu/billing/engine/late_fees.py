"""Late fees become charges: when they are paid, demanded, or a month ends."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import override

from zhongshu.billing.kinds import METHOD_LABELS, Method
from zhongshu.billing.models import Charge, ChargeItem
from zhongshu.billing.policies.late_fees import LateFee
from zhongshu.billing.policies.legs import charged, vat_in
from zhongshu.billing.queries.books import day_in_books
from zhongshu.billing.queries.debts import late_fees, policy_at
from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement
from zhongshu.ledger.actions import Leg, reserve_entry
from zhongshu.ledger.actions import post as post_entry
from zhongshu.ledger.kinds import EntryKind, Fund

ITEM_CODES = {
    Fund.OPERATING: "WYJ",
    Fund.MAINTENANCE_FUND: "WYJ-WX",
    Fund.COMMON_AREA_REVENUE: "WYJ-GG",
    Fund.DEPOSITS: "WYJ-YJ",
}


def post_late_fees(
    *, actor: Actor, at: datetime, site_id: int, on: date, late: Iterable[LateFee], booked_on: date | None = None
) -> dict[int, tuple[int, Decimal]]:
    """What has accrued and is not posted becomes a charge for each; by late charge its new charge and the amount.
    In the books on `booked_on`, if not on the same day.

    The caller has locked the accounts.
    """
    due = sorted((one for one in late if one.unposted), key=lambda one: one.charge_id)
    if not due:
        return {}
    starts = [min(one.posted_until, on) for one in due]
    entry_id = reserve_entry()
    post_entry(
        actor=actor,
        at=at,
        site_id=site_id,
        dated_on=day_in_books(site_id, booked_on or on),
        kind=EntryKind.LATE_FEES,
        source=f"billing.late_fees:{due[0].charge_id}:{entry_id}",
        legs=_legs(due),
        entry_id=entry_id,
    )
    items = _items(site_id, {Fund(one.fund) for one in due})
    values: dict[str, Any] = {
        "charge_ids": [one.charge_id for one in due],
        "amounts": [one.unposted for one in due],
        "vats": [vat_in(one.unposted, one.vat_rate) for one in due],
        "starts": starts,
        "funds": [str(fund) for fund in items],
        "item_ids": list(items.values()),
        "entry_id": entry_id,
        "on": on,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("billing", "post_late_fees"), values)
        made = dict(cursor.fetchall())
    return {one.charge_id: (made[one.charge_id], one.unposted) for one in due}


def post_ended(*, actor: Actor, at: datetime, site_id: int, charge_ids: Collection[int], on: date) -> None:
    """The late fees of charges whose principal has just been cleared: they grow no more, so they are posted."""
    ended = Charge.objects.filter(pk__in=charge_ids, open_amount=0).values_list("pk", flat=True)
    if ids := list(ended):
        freezes = policy_at(site_id, on).freezes_disputed
        late = late_fees(site_id, on=on, freezes=freezes, charge_ids=ids)
        post_late_fees(actor=actor, at=at, site_id=site_id, on=on, late=late.values())


def _legs(due: Sequence[LateFee]) -> list[Leg]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    vats: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for one in due:
        amounts[one.fund] += one.unposted
        vats[one.fund] += vat_in(one.unposted, one.vat_rate)
    return [leg for fund in sorted(amounts) for leg in charged(fund, Method.LATE_FEE, amounts[fund], vats[fund])]


def _items(site_id: int, funds: Iterable[Fund]) -> dict[Fund, int]:
    """The late fee's item in each fund; made on first use."""
    found: dict[Fund, int] = {}
    with override("zh-hans"):
        name = str(METHOD_LABELS[Method.LATE_FEE])
    for fund in sorted(funds):
        facts = {"name": name, "fund": fund, "method": Method.LATE_FEE, "is_recurring": False, "is_everywhere": False}
        item, _made = ChargeItem.objects.get_or_create(site_id=site_id, code=ITEM_CODES[fund], defaults=facts)
        found[fund] = item.pk
    return found
