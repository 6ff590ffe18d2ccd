"""Items and their prices: dated, by two people, never over a bill that stands; what holds for one place."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.estate import DAY, Estate
from zhongshu.billing import actions
from zhongshu.billing.errors import AlreadyDecided, ItemInUse, PeriodOverlap, SecondPersonNeeded
from zhongshu.billing.models import BillingPolicy, ChargeItem, ItemTerm, Tariff
from zhongshu.billing.policies.cycles import Months, cycle_around, due_in, due_on
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound


def propose(estate: Estate, item: ChargeItem, price: str, since: str, **facts: Any) -> Tariff:
    return actions.propose_price(
        actor=estate.bookkeeper, at=estate.at, item_id=item.pk, starts_on=DAY(since), unit_price=Decimal(price),
        **facts,
    )  # fmt: skip


def approve(estate: Estate, tariff: Tariff) -> Tariff:
    manager = estate.cast.actor(Role.SITE_MANAGER, estate.site)
    return actions.approve_price(actor=manager, at=estate.at, tariff_id=tariff.pk)


def test_a_price_needs_two_people_and_ends_the_one_before(estate: Estate) -> None:
    item = estate.item(None)
    first = propose(estate, item, "2.35", "2026-01-01")
    with pytest.raises(SecondPersonNeeded):
        actions.approve_price(actor=estate.bookkeeper, at=estate.at, tariff_id=first.pk)
    with pytest.raises(NotFound):
        actions.approve_price(actor=estate.cast.actor(Role.CASHIER, estate.site), at=estate.at, tariff_id=first.pk)
    approve(estate, first)
    approve(estate, propose(estate, item, "2.50", "2026-12-01"))
    first.refresh_from_db()
    assert (first.ends_on, first.state) == (DAY("2026-12-01"), "approved")
    with pytest.raises(AlreadyDecided):
        approve(estate, first)
    with pytest.raises(PeriodOverlap, match="第 2 版"):
        propose(estate, item, "2.40", "2026-06-01")
    right = approve(estate, propose(estate, item, "2.45", "2026-12-01"))
    estate.home("101", "100.00")
    estate.run("2026-12")
    assert (right.version, estate.charged()) == (3, ["245.00"])


def test_a_price_changes_no_bill_that_stands(estate: Estate) -> None:
    item = estate.item("2.35")
    estate.home("101", "100.00")
    estate.run("2026-11")
    early = Tariff.objects.create(
        site=estate.site, item=item, version=2, starts_on=DAY("2026-11-01"), unit_price=3, proposed_at=estate.at
    )
    for since in ("2026-03-01", "2026-11-01"):
        with pytest.raises(PeriodOverlap, match="2026-12-01"):
            propose(estate, item, "2.50", since)
    with pytest.raises(PeriodOverlap):
        approve(estate, early)
    approve(estate, propose(estate, item, "2.50", "2026-11-15"))
    estate.run("2026-12")
    assert estate.charged() == ["235.00", "250.00"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"price": "-1"}, "unit_price"),
        ({"vat_rate": Decimal("6")}, "vat_rate"),
        ({"vacant_factor": Decimal("1.1")}, "vacant_factor"),
        ({"formula": "t/f*r"}, "formula"),
        ({"formula": ""}, "formula"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused_where_it_is_wrong(
    estate: Estate, facts: dict[str, Any], field: str
) -> None:
    item = estate.item(None, method="formula" if "formula" in facts else "fixed")
    with pytest.raises(Invalid) as refusal:
        propose(estate, item, facts.pop("price", "1"), "2026-01-01", **facts)
    assert refusal.value.field == field


def test_refused_and_withdrawn_prices_never_count(estate: Estate) -> None:
    item, manager = estate.item("1.00"), estate.cast.actor(Role.SITE_MANAGER, estate.site)
    refused, mine = propose(estate, item, "9", "2026-01-01"), propose(estate, item, "8", "2026-01-01")
    actions.refuse_price(actor=manager, at=estate.at, tariff_id=refused.pk)
    other = estate.cast.actor(Role.FINANCE, estate.site, name="另一位")
    with pytest.raises(Invalid):
        actions.withdraw_price(actor=other, at=estate.at, tariff_id=mine.pk)
    actions.withdraw_price(actor=estate.bookkeeper, at=estate.at, tariff_id=mine.pk)
    estate.home("101", "100.00")
    estate.run()
    assert estate.charged() == ["100.00"]


def test_an_item_that_was_charged_keeps_its_ways(estate: Estate) -> None:
    facts = {"actor": estate.bookkeeper, "at": estate.at}
    item = estate.item()
    actions.edit_item(**facts, item_id=item.pk, cycle="quarter")
    actions.edit_item(**facts, item_id=item.pk, cycle="month")
    estate.home("101")
    estate.run()
    with pytest.raises(ItemInUse):
        actions.edit_item(**facts, item_id=item.pk, cycle="quarter")
    assert actions.edit_item(**facts, item_id=item.pk, name="物业服务费", due_day=10).name == "物业服务费"
    for wrong in ({"code": "wyf"}, {"code": "WYF"}, {"due_day": 0}, {"method": "deposit"}, {"method": "late_fee"}):
        with pytest.raises(Invalid):
            actions.add_item(
                **facts, site_id=estate.site.pk, **{"code": "NEU", "name": "新", "method": "fixed"} | wrong
            )
    with pytest.raises(NotFound):
        actions.edit_item(**facts | {"actor": estate.cast.actor(Role.SITE_MANAGER, estate.site)}, item_id=item.pk)


def test_the_usual_items_are_taken_over_once(estate: Estate) -> None:
    facts = {"actor": estate.bookkeeper, "at": estate.at, "site_id": estate.site.pk}
    estate.item(code="WYF")
    made = actions.take_over_items(**facts)
    assert "WYF" not in {item.code for item in made}
    assert ChargeItem.objects.get(code="ZXYJ").fund == "deposits"
    assert actions.take_over_items(**facts) == []


def test_a_term_holds_from_its_day_on_instead_of_what_held(estate: Estate) -> None:
    facts: dict[str, Any] = {"actor": estate.bookkeeper, "at": estate.at}
    item, home = estate.item("1.00"), estate.home("101", "100.00")
    said: dict[str, Any] = facts | {"item_id": item.pk, "place": "101"}
    free = actions.set_term(**said, starts_on=DAY("2026-01-01"), is_exempt=True)
    actions.set_term(**said, starts_on=DAY("2026-05-01"), unit_price=Decimal("0.50"))
    free.refresh_from_db()
    assert free.ends_on == DAY("2026-05-01")
    estate.run("2026-04")
    estate.run("2026-05")
    assert estate.charged() == ["50.00"]
    with pytest.raises(PeriodOverlap, match="2026-06-01"):
        actions.set_term(**said, starts_on=DAY("2026-05-15"), is_exempt=True)
    running = ItemTerm.objects.get(unit_price__isnull=False)
    with pytest.raises(PeriodOverlap):
        actions.end_term(**facts, term_id=running.pk, ends_on=DAY("2026-05-20"))
    actions.end_term(**facts, term_id=running.pk, ends_on=DAY("2026-06-01"))
    estate.run("2026-06")
    assert estate.charged(account=home) == ["50.00", "100.00"]
    with pytest.raises(Invalid):
        actions.set_term(**said, starts_on=DAY("2026-09-01"), coefficient=Decimal(-1))


def test_a_policy_ends_the_one_before(estate: Estate) -> None:
    facts: dict[str, Any] = {"actor": estate.bookkeeper, "at": estate.at, "site_id": estate.site.pk}
    actions.set_policy(**facts, starts_on=DAY("2026-01-01"))
    actions.set_policy(**facts, starts_on=DAY("2026-07-01"), settle_order="late_fee_first")
    assert [row.ends_on for row in BillingPolicy.objects.order_by("starts_on")] == [DAY("2026-07-01"), None]
    with pytest.raises(PeriodOverlap):
        actions.set_policy(**facts, starts_on=DAY("2026-03-01"))
    with pytest.raises(Invalid):
        actions.set_policy(**facts, starts_on=DAY("2027-01-01"), contract_order=["NIX"])


@pytest.mark.parametrize(
    ("cycle", "timing", "month", "expected"),
    [
        ("month", "advance", "2026-04-01", ("2026-04-01", "2026-05-01")),
        ("quarter", "advance", "2026-04-01", ("2026-04-01", "2026-07-01")),
        ("quarter", "advance", "2026-05-01", None),
        ("quarter", "arrears", "2026-06-01", ("2026-04-01", "2026-07-01")),
        ("half_year", "advance", "2026-07-01", ("2026-07-01", "2027-01-01")),
        ("year", "arrears", "2026-12-01", ("2026-01-01", "2027-01-01")),
        ("year", "arrears", "2026-01-01", None),
    ],
)
def test_when_a_cycle_is_charged(cycle: str, timing: str, month: str, expected: tuple[str, str] | None) -> None:
    found = due_in(cycle, timing, DAY(month))
    assert found == (Months(DAY(expected[0]), DAY(expected[1])) if expected else None)


def test_when_it_is_to_be_paid() -> None:
    def due(timing: str, cycle: str, day: date, **rule: int) -> str:
        return due_on(timing, cycle_around(cycle, day), **rule).isoformat()

    assert due("advance", "month", DAY("2026-02-03"), due_months=0, due_day=31) == "2026-02-28"
    assert due("advance", "quarter", DAY("2026-05-03"), due_months=0, due_day=10) == "2026-04-10"
    assert due("arrears", "quarter", DAY("2026-05-03"), due_months=1, due_day=31) == "2026-07-31"
    assert due("arrears", "year", DAY("2026-05-03"), due_months=2, due_day=30) == "2027-02-28"
