"""An account with bills at a site, and somebody at the till."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tests.cast import Cast
from zhongshu.billing import actions
from zhongshu.billing.kinds import Method, PaymentMethod
from zhongshu.billing.models import Allocation, BillingPolicy, Charge, ChargeItem, Payment
from zhongshu.billing.policies.legs import charged, vat_in
from zhongshu.billing.queries.debts import OpenCharge, open_charges
from zhongshu.estate.models import Account, Customer
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.ledger.actions import post
from zhongshu.ledger.kinds import EntryKind, Fund

YUAN, DAY = Decimal, date.fromisoformat


@dataclass
class Till:
    """The site YQL, one account there; `at` is today's noon."""

    cast: Cast
    at: datetime
    account: Account
    numbers: Any = field(default_factory=lambda: count(1))

    @classmethod
    def open(cls, cast: Cast, at: datetime) -> "Till":
        return cls(cast, at, cls.account_of(cast, "A-1"))

    @staticmethod
    def account_of(cast: Cast, number: str) -> Account:
        customer = Customer.objects.create(site=cast.yql, kind="person", name=f"业主{number}")
        return Account.objects.create(site=cast.yql, number=number, customer=customer, starts_on=DAY("2020-01-01"))

    @property
    def site_id(self) -> int:
        return self.cast.yql.pk

    @property
    def cashier(self) -> Actor:
        return self.cast.actor(Role.CASHIER, self.cast.yql)

    @property
    def bookkeeper(self) -> Actor:
        return self.cast.actor(Role.FINANCE, self.cast.yql)

    @property
    def manager(self) -> Actor:
        return self.cast.actor(Role.SITE_MANAGER, self.cast.yql)

    def item(self, code: str, fund: Fund = Fund.OPERATING, **facts: Any) -> ChargeItem:
        facts = {"name": code, "fund": fund, "method": Method.FIXED} | facts
        return ChargeItem.objects.get_or_create(site=self.cast.yql, code=code, defaults=facts)[0]

    def bill(
        self, amount: str, due: str, *, rate: str = "0", item: str = "WYF", account: Account | None = None, **facts: Any
    ) -> Charge:
        """A charge of the month in which it is due, issued as a run issues it."""
        of, due_on, yuan = self.item(item), DAY(due), YUAN(amount)
        vat_rate = facts.pop("vat_rate", YUAN(0))
        period = {"period_start": due_on.replace(day=1), "period_end": due_on + timedelta(days=1)}
        vat = vat_in(yuan, vat_rate)
        who = account or self.account
        key = f"test:{who.pk}:{of.pk}:{due}:{next(self.numbers)}"
        entry = post(
            actor=self.cast.system,
            at=self.at,
            site_id=self.site_id,
            dated_on=facts.pop("issued_on", due_on),
            kind=EntryKind.CHARGES,
            source=key,
            legs=charged(of.fund, of.method, yuan, vat),
        )
        return Charge.objects.create(
            site=self.cast.yql, account=who, item=of, entry=entry, due_on=due_on, issued_on=entry.dated_on,
            recorded_at=self.at, quantity=1, unit_price=yuan, amount=yuan, open_amount=yuan, vat_rate=vat_rate,
            vat_amount=vat, late_fee_rate=YUAN(rate), **period | facts,
        )  # fmt: skip

    def policy(self, **facts: Any) -> BillingPolicy:
        return BillingPolicy.objects.create(site=self.cast.yql, starts_on=DAY("2020-01-01"), **facts)

    def takes(self, amount: str, *, on: str | None = None, reference: str = "", **facts: Any) -> Payment:
        """The cashier takes cash today, or says that it came on that day."""
        said = {
            "actor": self.cashier,
            "at": self.at,
            "account_id": self.account.pk,
            "method": PaymentMethod.CASH,
            "reference": reference or f"R{next(self.numbers)}",
            "received_on": DAY(on) if on else day_of(self.at),
        }
        return actions.receive(**(said | facts), amount=YUAN(amount))

    def owes(self, on: str) -> list[OpenCharge]:
        return open_charges(self.account.pk, DAY(on))

    def allocated(self, payment: Payment) -> list[tuple[str, str, str]]:
        """Item, amount, rule, in the order written."""
        rows = Allocation.objects.filter(payment=payment).order_by("pk").select_related("charge__item")
        return [(row.charge.item.code, str(row.amount), row.order_used) for row in rows]
