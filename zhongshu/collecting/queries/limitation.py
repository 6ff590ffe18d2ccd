"""The limitation clock of debts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from zhongshu.collecting.policies.limitation import CAUSE_LABELS, Cause
from zhongshu.kernel.sql import statement

MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Debt:
    """An open charge past due: since when its three years run, by what they began, the last day to sue."""

    charge_id: int
    account_id: int
    due_on: date
    open_amount: Decimal
    since: date
    cause: str
    barred_on: date
    account_number: str = ""
    customer: str = ""
    unit: str = ""
    item: str = ""

    @property
    def cause_label(self) -> str:
        return str(CAUSE_LABELS[Cause(self.cause)])

    def days_left(self, on: date) -> int:
        return (self.barred_on - on).days


_LISTED: Final = """
    SELECT debt.*, account.number, customer.name, coalesce(unit.label, ''), item.name
    FROM ({limitation}) debt
    JOIN estate_account account ON account.id = debt.account_id
    JOIN estate_customer customer ON customer.id = account.customer_id
    LEFT JOIN estate_place unit ON unit.id = account.unit_id
    JOIN billing_charge charge ON charge.id = debt.charge_id
    JOIN billing_chargeitem item ON item.id = charge.item_id
    WHERE %(until)s::date IS NULL OR debt.barred_on <= %(until)s
    ORDER BY debt.barred_on, debt.account_id, debt.charge_id
    LIMIT %(most)s
"""


def debts(
    site_id: int, *, on: date, account_ids: Collection[int] | None = None, until: date | None = None, most: int = MOST
) -> list[Debt]:
    """Nearest limitation first; with `until`, those barred by that day. One statement."""
    named = None if account_ids is None else list(account_ids)
    wanted: dict[str, Any] = {"site_id": site_id, "account_ids": named, "on": on, "until": until, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_LISTED.replace("{limitation}", statement("collecting", "limitation")), wanted)
        return [Debt(*row) for row in cursor.fetchall()]
