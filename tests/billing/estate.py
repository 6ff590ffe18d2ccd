"""A small estate to be billed: dwellings with owners, items with prices."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

from tests.cast import LONG_AGO, Cast
from zhongshu.billing import batch
from zhongshu.billing.kinds import Method
from zhongshu.billing.models import BillRun, Charge, ChargeItem, ItemTerm, Tariff
from zhongshu.estate.models import Account, AccountPlace, Customer, Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.kinds import DEPOSITS, INCOME, OWNERS_FUND, RECEIVABLE, VAT_OUTPUT, Fund
from zhongshu.ledger.queries import balance

DAY = date.fromisoformat


@dataclass
class Estate:
    """The site YQL; today is `at`."""

    cast: Cast
    at: datetime

    @property
    def site(self) -> Site:
        return self.cast.yql

    @property
    def bookkeeper(self) -> Actor:
        return self.cast.actor(Role.FINANCE, self.site)

    def unit(self, code: str, area: str | None = "89.27", **facts: Any) -> Place:
        facts = {"kind": "unit", "usage": "dwelling", "path": code, "label": code, "gross_area": area} | facts
        return Place.objects.create(site=self.site, code=code, **facts)

    def account(self, place: Place, since: str = "2020-01-01", until: str | None = None, **facts: Any) -> Account:
        """Somebody answers for the place from that day on."""
        facts = {"number": f"{place.code}.{place.account_places.count() + 1}", "unit": place} | facts
        customer = Customer.objects.create(site=self.site, kind="person", name=f"业主{facts['number']}")
        ends_on = DAY(until) if until else None
        account = Account.objects.create(
            site=self.site, customer=customer, starts_on=DAY(since), ends_on=ends_on, **facts
        )
        self.hold(account, place, since, until)
        return account

    def hold(self, account: Account, place: Place, since: str = "2020-01-01", until: str | None = None) -> None:
        ends_on = DAY(until) if until else None
        AccountPlace.objects.create(site=self.site, account=account, place=place, starts_on=DAY(since), ends_on=ends_on)

    def home(self, code: str, area: str | None = "89.27", *, since: str = "2020-01-01", **facts: Any) -> Account:
        """A dwelling with its owner."""
        return self.account(self.unit(code, area, **facts), since)

    def item(
        self, price: str | None = "2.35", *, code: str = "WYF", since: date = LONG_AGO, **facts: Any
    ) -> ChargeItem:
        """By area, a month, in advance; at that price, if one is given. `tariff` holds the tariff's other facts."""
        tariff = facts.pop("tariff", {})
        facts = {"name": code, "method": Method.AREA_GROSS} | facts
        item = ChargeItem.objects.create(site=self.site, code=code, **facts)
        if price is not None:
            self.price(item, price, since, **tariff)
        return item

    def price(self, item: ChargeItem, price: str, since: date, until: date | None = None, **facts: Any) -> Tariff:
        version = item.tariffs.count() + 1
        item.tariffs.filter(ends_on=None).update(ends_on=since)
        return Tariff.objects.create(
            site=self.site, item=item, version=version, starts_on=since, ends_on=until, unit_price=Decimal(price),
            state="approved", proposed_at=self.at, **facts,
        )  # fmt: skip

    def term(self, item: ChargeItem, place: Place, since: str = "2020-01-01", **facts: Any) -> ItemTerm:
        return ItemTerm.objects.create(site=self.site, item=item, place=place, starts_on=DAY(since), **facts)

    def run(self, month: str = "2026-04", item: ChargeItem | None = None) -> BillRun:
        """From preview to issue; what was made is what was seen."""
        run = batch.run_month(
            actor=self.bookkeeper, at=self.at, site_id=self.site.pk, period=DAY(f"{month}-01"), item=item
        )
        assert run.state == "issued"
        return run

    def charged(self, **narrowed: Any) -> list[str]:
        """Amounts in the order of the accounts' numbers."""
        rows = Charge.objects.filter(site=self.site, **narrowed)
        return [str(row.amount) for row in rows.order_by("account__number", "place__code", "source_id", "pk")]

    def doubts(self, run: BillRun) -> list[tuple[str, str]]:
        """The reason, and the place's code."""
        rows = run.exceptions.select_related("place").order_by("reason", "place__code")
        return [(row.reason, row.place.code if row.place else "") for row in rows]

    def books_agree(self) -> bool:
        """What the ledger says is owed and earned is what the charges say, fund by fund."""
        for fund in Fund:
            sums = Charge.objects.filter(site=self.site, item__fund=fund).aggregate(
                owed=Coalesce(Sum("open_amount"), ZERO), vat=Coalesce(Sum("vat_amount"), ZERO)
            )
            earned = -sum(balance(self.site.pk, fund, code) for code in (INCOME, DEPOSITS, OWNERS_FUND))
            said = balance(self.site.pk, fund, RECEIVABLE), -balance(self.site.pk, fund, VAT_OUTPUT)
            if said != (sums["owed"], sums["vat"]) or earned != sums["owed"] - sums["vat"]:
                return False
        return True
