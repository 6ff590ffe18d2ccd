"""Money meets charges: shares become allocations, late fees they touch become charges."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from zhongshu.billing.engine.late_fees import post_late_fees
from zhongshu.billing.kinds import OrderUsed, Part, SettleOrder
from zhongshu.billing.models import BillingPolicy
from zhongshu.billing.policies.allocation import Rules, Share
from zhongshu.billing.queries.debts import OpenCharge
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement


@dataclass(frozen=True, slots=True)
class Clearing:
    """So much for one charge, be it a principal or a late fee's own charge; `fund` is its item's.

    `may_be_late`: the charge bears a late fee, or is one.
    """

    charge_id: int
    fund: str
    amount: Decimal
    order_used: OrderUsed
    may_be_late: bool = True


def locked_account(account_id: int) -> Account:
    """The account, held until the transaction ends: all that moves its money takes this lock first. Raises NotFound."""
    account = _LOCKED.first(account=account_id)
    if account is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return account


_LOCKED = Composed(
    lambda: (
        Account.objects.select_for_update(of=("self",), no_key=True).select_related("site").filter(pk=given("account"))
    )
)


def rules_of(policy: BillingPolicy, on: date) -> Rules:
    """The site's policy as the rule of allocation takes it."""
    return Rules(on, SettleOrder(policy.settle_order), tuple(policy.contract_order))


def clearings(
    owed: Sequence[OpenCharge], shares: Iterable[Share], *, actor: Actor, at: datetime, site_id: int, on: date
) -> list[Clearing]:
    """The charges the shares clear. What has accrued is posted first, where a share pays it or ends its principal."""
    by_id = {charge.charge_id: charge for charge in owed}
    listed = list(shares)
    touched = [late for charge in owed if (late := charge.late) and _is_touched(charge, listed)]
    posted = post_late_fees(actor=actor, at=at, site_id=site_id, on=on, late=touched)
    return [
        clearing
        for share in listed
        for clearing in _of_share(share, by_id[share.charge_id], posted.get(share.charge_id))
    ]


def _is_touched(charge: OpenCharge, shares: Iterable[Share]) -> bool:
    mine = [share for share in shares if share.charge_id == charge.charge_id]
    paid = sum((share.amount for share in mine if share.part == Part.PRINCIPAL), ZERO)
    return any(share.part == Part.LATE_FEE for share in mine) or (charge.principal > 0 and paid == charge.principal)


def _of_share(share: Share, charge: OpenCharge, posted: tuple[int, Decimal] | None) -> Iterable[Clearing]:
    if share.part == Part.PRINCIPAL:
        yield Clearing(share.charge_id, charge.fund, share.amount, share.order_used, charge.late_fee_rate > 0)
        return
    left = share.amount
    for charge_id, amount in (*charge.posted, *([posted] if posted else ())):
        given = min(left, amount)
        left -= given
        if given:
            yield Clearing(charge_id, charge.fund, given, share.order_used)


def by_fund(cleared: Iterable[Clearing]) -> dict[str, Decimal]:
    """What was cleared in each fund."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for one in cleared:
        sums[one.fund] += one.amount
    return dict(sums)


def write(cleared: Iterable[Clearing], *, payment_id: int, entry_id: int, site_id: int, on: date, at: datetime) -> None:
    """The allocations of one payment, in one statement; triggers keep the open amounts."""
    rows = list(cleared)
    if not rows:
        return
    values: dict[str, Any] = {
        "site_id": site_id,
        "payment_id": payment_id,
        "entry_id": entry_id,
        "on": on,
        "at": at,
        "charge_ids": [one.charge_id for one in rows],
        "amounts": [one.amount for one in rows],
        "orders": [str(one.order_used) for one in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("billing", "allocate"), values)
