"""An account's money, as its page and the customer's page show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from zhongshu.billing.models import Payment, Prepayment
from zhongshu.billing.queries.credit import credit_of, free_credit
from zhongshu.billing.queries.debts import OpenCharge, open_charges_of, policy_at
from zhongshu.estate.models import Account
from zhongshu.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class AccountMoney:
    """What the account owes on the day, and its credit, in yuan; `free` of it may be drawn or paid back."""

    account: Account
    on: date
    owed: Sequence[OpenCharge]
    credit: Decimal
    free: Decimal

    @property
    def principal(self) -> Decimal:
        return sum((charge.principal for charge in self.owed), ZERO)

    @property
    def late_fee(self) -> Decimal:
        return sum((charge.late_fee for charge in self.owed), ZERO)

    @property
    def total(self) -> Decimal:
        return self.principal + self.late_fee

    @property
    def due(self) -> Decimal:
        """What of it should have been paid by now."""
        return sum((charge.owed for charge in self.owed if charge.due_on <= self.on), ZERO)

    @property
    def unposted(self) -> Decimal:
        """Late fees that are not charges yet."""
        return sum((charge.unposted for charge in self.owed), ZERO)


def account_money(account: Account, on: date) -> AccountMoney:
    """At most six statements."""
    free = sum((amount for _payment, amount in free_credit(account.pk)), ZERO)
    owed = open_charges_of(account.site_id, account.pk, on=on, policy=policy_at(account.site_id, on))
    return AccountMoney(account, on, owed, credit_of(account.pk), free)


def payments_of(account: Account) -> "QuerySet[Payment]":
    """The latest first."""
    return Payment.objects.filter(account=account).select_related("item").order_by("-received_on", "-pk")


def prepayments_of(account: Account) -> list[Prepayment]:
    """The latest first."""
    rows = Prepayment.objects.filter(account=account).select_related("item", "place", "payment")
    return list(rows.order_by("-starts_on", "-pk"))
