"""What an account owes on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from zhongshu.billing.models import BillingPolicy
from zhongshu.billing.policies.allocation import Debt
from zhongshu.billing.policies.late_fees import LateFee
from zhongshu.estate.models import Account
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.periods import in_force
from zhongshu.kernel.sql import statement

_POLICY = Composed(lambda: BillingPolicy.objects.filter(in_force(given("on")), site_id=given("site")))


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge with something open, in yuan: `principal`, and its late fee to the day asked about.

    `posted`: the late fee's own charges that are open, as (charge id, open amount), oldest first; `unposted` has
    accrued since. `fund` is the item's. `posted_until`: late days before it are posted.
    """

    charge_id: int
    item: str
    item_name: str
    fund: str
    security: int
    place: str
    period_start: date
    period_end: date
    due_on: date
    amount: Decimal
    late_fee_rate: Decimal
    recorded_at: datetime
    principal: Decimal
    posted: tuple[tuple[int, Decimal], ...]
    is_disputed: bool
    late: LateFee | None = None

    @property
    def unposted(self) -> Decimal:
        return self.late.unposted if self.late else ZERO

    @property
    def late_fee(self) -> Decimal:
        return sum((amount for _pk, amount in self.posted), self.unposted)

    @property
    def owed(self) -> Decimal:
        return self.principal + self.late_fee

    @property
    def debt(self) -> Debt:
        """As the rule of allocation sees it."""
        return Debt(
            charge_id=self.charge_id,
            item=self.item,
            period_start=self.period_start,
            due_on=self.due_on,
            principal=self.principal,
            late_fee=self.late_fee,
            late_fee_rate=self.late_fee_rate,
            security=self.security,
        )


def policy_at(site_id: int, on: date) -> BillingPolicy:
    """How the site settles debts that day; without a row the defaults, as a row that is not saved."""
    return _POLICY.first(site=site_id, on=on) or BillingPolicy(site_id=site_id, starts_on=on)


def open_charges(account_id: int, on: date) -> list[OpenCharge]:
    """What the account has open, with late fee to the day; by due day, item and charge."""
    site_id = Account.objects.values_list("site_id", flat=True).get(pk=account_id)
    return open_charges_of(site_id, account_id, on=on, policy=policy_at(site_id, on))


def open_charges_of(site_id: int, account_id: int, *, on: date, policy: BillingPolicy) -> list[OpenCharge]:
    """The same, for who knows the account's site and policy."""
    wanted: dict[str, Any] = {"site_id": site_id, "account_id": account_id, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(statement("billing", "open_charges"), wanted)
        rows = cursor.fetchall()
    accrues = [row[0] for row in rows if row[8] < on and row[10] > 0]
    late = late_fees(site_id, on=on, freezes=policy.freezes_disputed, charge_ids=accrues) if accrues else {}
    return [
        OpenCharge(*row[:13], tuple(zip(*row[13:15], strict=True)), row[15], late.get(row[0]))  # type: ignore[call-arg]
        for row in rows
    ]


def late_fees(
    site_id: int,
    *,
    on: date,
    freezes: bool,
    account_ids: Collection[int] | None = None,
    charge_ids: Collection[int] | None = None,
) -> dict[int, LateFee]:
    """By charge, of what is late on the day: the open charges of the site, of accounts; or of the named charges."""
    wanted: dict[str, Any] = {
        "site_id": site_id,
        "on": on,
        "freezes": freezes,
        "account_ids": None if account_ids is None else list(account_ids),
        "charge_ids": None if charge_ids is None else list(charge_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("billing", "late_fees"), wanted)
        return {row[0]: LateFee(*row) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Accrued:
    """Late fees that stand on no bill yet: of how many charges, and yuan."""

    count: int
    total: Decimal


def accrued(site_id: int, on: date) -> Accrued:
    """Of the site, to the day: what `actions.post_late_fees` would put on bills."""
    rows = late_fees(site_id, on=on, freezes=policy_at(site_id, on).freezes_disputed).values()
    unposted = [each.unposted for each in rows if each.unposted]
    return Accrued(len(unposted), sum(unposted, ZERO))
