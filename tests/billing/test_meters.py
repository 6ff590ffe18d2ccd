"""Meters from the wall to the bill; common costs shared to the cent; contracts charged as agreed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.billing.estate import Estate
from tests.cast import Cast
from zhongshu.billing import actions
from zhongshu.billing.actions.contracting import Partner, Terms
from zhongshu.billing.actions.metering import Dial, Shown
from zhongshu.billing.actions.sharing import Cost
from zhongshu.billing.engine import ending
from zhongshu.billing.errors import (
    CannotShare,
    Implausible,
    NotNow,
    NumberUsed,
    PeriodCharged,
    PeriodOverlap,
    ReadingExists,
)
from zhongshu.billing.kinds import Method, SharingBasis
from zhongshu.billing.models import Charge, ChargeItem, Contract, Meter, Reading, SharedCost, SharedShare
from zhongshu.billing.policies import rent
from zhongshu.billing.policies.rent import Step
from zhongshu.billing.policies.sharing import Sharer, shares
from zhongshu.estate.models import Place
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound

DAY = date.fromisoformat
TIERS = [{"up_to": "180", "price": "0.56"}, {"up_to": "260", "price": "0.61"}, {"up_to": None, "price": "0.86"}]


def water(estate: Estate, **facts: Any) -> ChargeItem:
    return estate.item("3.00", code="SF", method=Method.METERED, timing="arrears", **facts)


def fitted(estate: Estate, place: str, item: str = "SF", since: str = "2026-01-01", **dial: Any) -> Meter:
    told = Dial(**({"number": f"B{place}"} | dial))
    return actions.add_meter(
        actor=estate.bookkeeper, at=estate.at, site_id=estate.site.pk, place_code=place, item_code=item,
        starts_on=DAY(since), dial=told,
    )  # fmt: skip


def read(estate: Estate, meter: Meter, on: str, value: str, **facts: Any) -> Reading:
    shown = Shown(DAY(on), Decimal(value), **facts)
    return actions.take_reading(actor=estate.bookkeeper, at=estate.at, meter_id=meter.pk, shown=shown)


def test_usage_is_charged_and_the_bill_tells_how(estate: Estate) -> None:
    estate.home("1-101")
    water(estate)
    meter = fitted(estate, "1-101", start_value=Decimal(100))
    read(estate, meter, "2026-03-31", "130")
    read(estate, meter, "2026-04-30", "142.5")
    run = estate.run("2026-04")
    assert estate.charged() == ["37.50"]
    assert estate.doubts(run) == []
    charge = Charge.objects.get()
    assert (charge.quantity, charge.unit_price) == (Decimal("12.5"), Decimal(3))
    told = {"meter": "B1-101", "on": "2026-04-30", "from": "130", "to": "142.5", "usage": "12.5", "price": "3"}
    assert charge.detail["readings"] == [told]
    assert estate.books_agree()
    estate.run("2026-04")
    assert estate.charged() == ["37.50"]


def test_a_meter_not_read_is_told_of_and_the_next_reading_has_it_all(estate: Estate) -> None:
    estate.home("1-101")
    item = water(estate)
    meter = fitted(estate, "1-101")
    assert estate.doubts(estate.run("2026-03")) == [("no_reading", "1-101")]
    read(estate, meter, "2026-04-30", "30")
    estate.run("2026-04")
    assert estate.charged(item=item) == ["90.00"]


def test_a_replaced_meter_and_its_successor_stand_on_one_bill(estate: Estate) -> None:
    estate.home("1-101")
    water(estate)
    old = fitted(estate, "1-101", digits=4, start_value=Decimal(9985))
    read(estate, old, "2026-04-10", "12")
    new = actions.replace_meter(
        actor=estate.bookkeeper, at=estate.at, meter_id=old.pk,
        shown=Shown(DAY("2026-04-15"), Decimal(15)), dial=Dial("B2", start_value=Decimal("0.5")),
    )  # fmt: skip
    read(estate, new, "2026-04-30", "10.5")
    estate.run("2026-04")
    charge = Charge.objects.get()
    assert [(row["meter"], row["usage"]) for row in charge.detail["readings"]] == [
        ("B1-101", "27"),
        ("B1-101", "3"),
        ("B2", "10"),
    ]
    assert charge.detail["readings"][0]["rolled_over"] is True
    assert str(charge.amount) == "120.00"
    with pytest.raises(NotNow):
        read(estate, old, "2026-05-01", "16")


def test_tiers_count_from_the_start_of_their_year(estate: Estate) -> None:
    estate.home("1-101")
    item = estate.item("0", code="DF", method=Method.METERED, timing="arrears", tariff={"tiers": TIERS})
    meter = fitted(estate, "1-101", "DF")
    read(estate, meter, "2026-03-31", "170")
    read(estate, meter, "2026-04-30", "300")
    estate.run("2026-04", item)
    assert estate.charged() == ["88.80"]  # 10 × 0.56 + 80 × 0.61 + 40 × 0.86
    (row,) = Charge.objects.get().detail["readings"]
    assert [(part["usage"], part["price"]) for part in row["tiers"]] == [("10", "0.56"), ("80", "0.61"), ("40", "0.86")]


def test_whoever_held_the_home_the_day_before_pays_for_what_was_read(estate: Estate) -> None:
    home = estate.unit("1-101")
    estate.account(home, until="2026-04-15")
    estate.account(home, "2026-04-15")
    water(estate)
    meter = fitted(estate, "1-101")
    read(estate, meter, "2026-04-15", "20")
    read(estate, meter, "2026-04-30", "30")
    estate.run("2026-04")
    assert estate.charged() == ["60.00", "30.00"]


def test_usage_that_nobody_answers_for_is_told_of(estate: Estate) -> None:
    estate.unit("1-101")
    estate.home("1-102")
    item = water(estate)
    read(estate, fitted(estate, "1-101"), "2026-04-30", "5")
    assert estate.doubts(estate.run("2026-04", item)) == [("no_account", "1-101")]


def test_what_is_rather_a_slip_is_asked_about(estate: Estate) -> None:
    estate.home("1-101")
    water(estate)
    meter = fitted(estate, "1-101")
    read(estate, meter, "2026-03-01", "30")
    with pytest.raises(Implausible, match="三倍"):
        read(estate, meter, "2026-03-31", "300")
    with pytest.raises(Implausible, match="过零"):
        read(estate, meter, "2026-03-31", "3")
    assert read(estate, meter, "2026-03-31", "300", is_sure=True).usage == 270
    assert Reading.objects.count() == 2


def test_a_reading_is_refused_with_its_reason(estate: Estate) -> None:
    estate.home("1-101")
    item = water(estate)
    meter = fitted(estate, "1-101", since="2026-03-01")
    for on, value, refusal in [
        ("2026-11-05", "5", Invalid),  # tomorrow
        ("2026-02-01", "5", ReadingExists),  # before it was fitted
        ("2026-04-30", "100000", Invalid),  # it has five digits
        ("2026-04-30", "1.2345", Invalid),
        ("2026-04-30", "-1", Invalid),
        ("2026-04-30", "NaN", Invalid),
    ]:
        with pytest.raises(refusal):
            read(estate, meter, on, value)
    first = read(estate, meter, "2026-04-30", "5")
    assert read(estate, meter, "2026-04-30", "5.0") == first  # the same again
    with pytest.raises(ReadingExists):
        read(estate, meter, "2026-04-30", "6")
    estate.run("2026-04", item)
    with pytest.raises(PeriodCharged):
        actions.reverse_reading(actor=estate.bookkeeper, at=estate.at, reading_id=first.pk, reason="抄错")
    assert Reading.objects.count() == 1


def test_a_reversed_reading_counts_no_longer(estate: Estate) -> None:
    estate.home("1-101")
    water(estate)
    meter = fitted(estate, "1-101")
    wrong = read(estate, meter, "2026-04-30", "50")
    actions.reverse_reading(actor=estate.bookkeeper, at=estate.at, reading_id=wrong.pk, reason="看错了")
    with pytest.raises(NotNow):
        actions.reverse_reading(actor=estate.bookkeeper, at=estate.at, reading_id=wrong.pk, reason="看错了")
    assert read(estate, meter, "2026-04-30", "5").usage == 5
    estate.run("2026-04")
    assert estate.charged() == ["15.00"]


def test_a_charged_period_takes_no_reading(estate: Estate) -> None:
    estate.home("1-101")
    water(estate)
    meter = fitted(estate, "1-101")
    read(estate, meter, "2026-04-25", "5")
    estate.run("2026-04")
    with pytest.raises(PeriodCharged):
        read(estate, meter, "2026-04-30", "6")
    assert read(estate, meter, "2026-05-01", "6").usage == 1


def test_who_may_not_sees_no_meter(estate: Estate) -> None:
    estate.home("1-101")
    water(estate)
    meter = fitted(estate, "1-101")
    shown = Shown(DAY("2026-04-30"), Decimal(5))
    for actor in (estate.cast.actor(Role.CLEANER), estate.cast.actor(Role.FINANCE, estate.cast.xh)):
        with pytest.raises(NotFound):
            actions.take_reading(actor=actor, at=estate.at, meter_id=meter.pk, shown=shown)
    with pytest.raises(NumberUsed):
        fitted(estate, "1-101")
    assert not Reading.objects.exists()


# ---- common costs


def share(estate: Estate, place: str, amount: str | None = "100.00", item: str = "GT", **facts: Any) -> SharedCost:
    cost = Cost(Decimal(amount) if amount else None, **facts)
    return actions.share_cost(
        actor=estate.bookkeeper, at=estate.at, site_id=estate.site.pk, place_code=place, item_code=item,
        month=DAY("2026-04-01"), cost=cost,
    )  # fmt: skip


def lift(estate: Estate) -> ChargeItem:
    return estate.item("0", code="GT", method=Method.SHARED, timing="arrears")


def building(estate: Estate) -> None:
    Place.objects.create(site=estate.site, kind="building", code="B1", path="B1", label="1栋")
    Place.objects.create(site=estate.site, kind="entrance", code="B1-1", path="B1/B1-1", label="1栋1单元")


def test_a_hundred_over_three_equal_rooms_in_the_order_of_their_codes(estate: Estate) -> None:
    building(estate)
    for code in ("B1-1-10", "B1-1-2", "B1-1-1"):
        estate.home(code, path=f"B1/B1-1/{code}")
    estate.home("C-1")
    lift(estate)
    cost = share(estate, "B1", note="四月电梯电费")
    estate.run("2026-04")
    rows = Charge.objects.order_by("place__path_as_counted").values_list("place__code", "amount")
    assert [(code, str(amount)) for code, amount in rows] == [
        ("B1-1-1", "33.34"),
        ("B1-1-2", "33.33"),
        ("B1-1-10", "33.33"),
    ]
    detail = Charge.objects.filter(place__code="B1-1-2").get().detail
    assert detail["shared"] == {
        "place": "1栋", "note": "四月电梯电费", "amount": "100.00", "basis": "area", "weight": "89.27", "of": "267.81",
        "units": 3, "share": "33.33",
    }  # fmt: skip
    assert estate.books_agree()
    with pytest.raises(PeriodCharged):
        actions.cancel_cost(actor=estate.bookkeeper, at=estate.at, cost_id=cost.pk, reason="录错")


def test_entrance_and_site_are_levels_too(estate: Estate) -> None:
    building(estate)
    root = Place.objects.create(site=estate.site, kind="community", code="YQLR", path="YQLR", label="小区")
    for code, path in (("101", "YQLR/B1/B1-1/101"), ("102", "YQLR/B2/102")):
        estate.home(code, path=path)
    Place.objects.filter(code__startswith="B1").update(path=Place.objects.get(code="B1-1").path)
    Place.objects.filter(code="B1-1").update(path="YQLR/B1/B1-1")
    item = lift(estate)
    share(estate, root.code, None, quantity=Decimal("100"), unit_price=Decimal("0.61"), basis=SharingBasis.HOUSEHOLD)
    share(estate, "B1-1", "8.88")
    estate.run("2026-04", item)
    assert estate.charged() == ["30.50", "8.88", "30.50"]


def test_a_share_follows_the_days_somebody_held_the_home(estate: Estate) -> None:
    home = estate.unit("1-101")
    estate.account(home, until="2026-04-11")
    estate.account(home, "2026-04-11")
    lift(estate)
    share(estate, "1-101", "100.01")
    estate.run("2026-04")
    assert estate.charged() == ["33.34", "66.67"]


def test_a_cost_that_cannot_be_shared_is_refused(estate: Estate) -> None:
    estate.home("1-101", None, floor_no=None)
    building(estate)
    lift(estate)
    water(estate)
    for place, facts, refusal in [
        ("1-101", {}, CannotShare),  # no area
        ("1-101", {"basis": SharingBasis.FLOOR_FACTOR, "factors": [(1, Decimal(1))]}, CannotShare),  # no floor
        ("1-101", {"basis": SharingBasis.FLOOR_FACTOR}, Invalid),
        ("B1", {}, CannotShare),  # nobody
        ("1-101", {"item": "SF"}, Invalid),
        ("1-101", {"amount": "0"}, Invalid),
        ("1-101", {"amount": None}, Invalid),
        ("nowhere", {}, NotFound),
    ]:
        with pytest.raises(refusal):
            share(estate, place, **facts)
    assert not SharedCost.objects.exists()
    share(estate, "1-101", basis=SharingBasis.HOUSEHOLD)
    with pytest.raises(PeriodOverlap):
        share(estate, "1-101", basis=SharingBasis.HOUSEHOLD)


def test_a_cancelled_cost_makes_way_for_another(estate: Estate) -> None:
    estate.home("1-101")
    lift(estate)
    cost = share(estate, "1-101", "10.00")
    actions.cancel_cost(actor=estate.bookkeeper, at=estate.at, cost_id=cost.pk, reason="录错")
    with pytest.raises(NotNow):
        actions.cancel_cost(actor=estate.bookkeeper, at=estate.at, cost_id=cost.pk, reason="录错")
    share(estate, "1-101", "12.00")
    estate.run("2026-04")
    assert estate.charged() == ["12.00"]


class SplitTest(TestCase):
    """The statement splits as the rule does."""

    @settings(max_examples=12, deadline=None)
    @given(
        st.decimals("0.01", 100_000, places=2),
        st.sampled_from(SharingBasis),
        st.lists(st.tuples(st.decimals("0.01", 500, places=2), st.integers(-2, 33)), min_size=1, max_size=12),
    )
    def test_split(self, amount: Decimal, basis: SharingBasis, homes: list[tuple[Decimal, int]]) -> None:
        factors = [(-9, Decimal("0.3")), (2, Decimal("0.8")), (11, Decimal("1.2"))]
        estate = Estate(Cast.assemble(), datetime.fromisoformat("2026-11-04T12:00:00+08:00"))
        lift(estate)
        Place.objects.create(site=estate.site, kind="building", code="B", path="B", label="B")
        for nth, (area, floor) in enumerate(homes):
            estate.unit(f"B-{nth}", str(area), path=f"B/B-{nth}", floor_no=floor)
        share(estate, "B", str(amount), basis=basis, factors=factors if basis == SharingBasis.FLOOR_FACTOR else ())
        rows = SharedShare.objects.order_by("place__path_as_counted").values_list("amount", flat=True)
        sharers = [Sharer(nth, area, floor) for nth, (area, floor) in enumerate(homes)]
        assert list(rows) == shares(amount, basis, sharers, factors)
        assert sum(rows) == amount


# ---- contracts


def sign(estate: Estate, number: str = "HT-1", **facts: Any) -> Contract:
    starts_on, ends_on = DAY("2026-01-15"), DAY("2027-01-15")
    terms = Terms(starts_on, ends_on, rent.steps(starts_on, ends_on, Decimal(300), Decimal(0)))
    said = {"kind": "kiosk", "title": "大堂售货机", "partner": Partner("友宝"), "item_code": "ZJ", "terms": terms}
    return actions.sign_contract(
        actor=estate.bookkeeper, at=estate.at, site_id=estate.site.pk, number=number, **said | facts
    )


def rented(estate: Estate) -> ChargeItem:
    return estate.item("0", code="ZJ", method=Method.RENT, fund="common_area_revenue", tariff={"vat_rate": "0.09"})


def test_a_contract_is_charged_as_agreed(estate: Estate) -> None:
    item = rented(estate)
    steps = [Step(DAY("2026-01-15"), Decimal(300)), Step(DAY("2026-03-15"), Decimal(310))]
    sign(estate, terms=Terms(DAY("2026-01-15"), DAY("2026-04-25"), steps, cycle="month"))
    for month in ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05"):
        estate.run(month, item)
    assert [str(charge.amount) for charge in Charge.objects.order_by("period_start")] == [
        "300.00", "300.00", "310.00", "103.33",
    ]  # fmt: skip
    last = Charge.objects.latest("period_start")
    assert (last.detail["from"], last.detail["until"], last.detail["contract"]) == ("2026-04-15", "2026-04-25", "HT-1")
    assert last.account.number == "JY.1"
    assert estate.books_agree()


@pytest.mark.parametrize("cycle", ["month", "half_year"])
def test_the_statement_charges_what_the_rule_says(estate: Estate, cycle: str) -> None:
    item = rented(estate)
    starts_on, ends_on = DAY("2025-08-31"), DAY("2026-08-10")
    ladder = rent.steps(starts_on, ends_on, Decimal("1234.56"), Decimal("0.05"))
    sign(estate, terms=Terms(starts_on, ends_on, ladder, cycle=cycle))
    months = {"month": 1, "half_year": 6}[cycle]
    for month in ("2025-08", "2025-09", "2026-02", "2026-07"):
        estate.run(month, item)
    rows = sorted((charge.detail["from"], charge.detail["until"], charge.amount) for charge in Charge.objects.all())
    agreed = rent.instalments(starts_on, ends_on, months, ladder)
    ran = [part for part in agreed if (part.since.month, months) in ((8, 1), (9, 1), (2, 1), (7, 1), (8, 6), (2, 6))]
    assert rows == [(str(part.since), str(part.until), part.amount) for part in ran]


def test_a_contract_ended_early_is_charged_no_longer(estate: Estate) -> None:
    item = rented(estate)
    contract = sign(estate)
    estate.run("2026-01", item)
    actions.terminate_contract(
        actor=estate.bookkeeper,
        at=estate.at,
        contract_id=contract.pk,
        ended_on=DAY("2026-02-20"),
        reason="撤场",
    )
    estate.run("2026-02", item)
    estate.run("2026-03", item)
    assert estate.charged() == ["300.00", "53.57"]  # 5 of the 28 days from 15 February


def test_who_manages_contracts_hears_once_that_one_ends(estate: Estate) -> None:
    rented(estate)
    estate.cast.user(Role.FINANCE, estate.site)
    sign(estate)
    assert ending.watch(at=estate.at) == 0  # 15 January is far
    later = datetime.fromisoformat("2026-11-20T09:00:00+08:00")
    assert (ending.watch(at=later), ending.watch(at=later)) == (1, 0)
    ending.watch(at=datetime.fromisoformat("2027-01-15T09:00:00+08:00"))
    sign(estate, "HT-2")
    assert [row.state for row in Contract.objects.order_by("number")] == ["ended", "active"]


def test_a_contract_is_refused_with_its_reason(estate: Estate) -> None:
    rented(estate)
    water(estate)
    sign(estate)
    for number, facts, refusal in [
        ("HT-1", {}, NumberUsed),
        ("HT-2", {"item_code": "SF"}, Invalid),
        ("HT-2", {"terms": Terms(DAY("2026-01-01"), DAY("2026-01-01"), [])}, Invalid),
        ("HT-2", {"terms": Terms(DAY("2026-01-01"), DAY("2026-02-01"), [])}, Invalid),
        ("HT-2", {"title": " "}, Invalid),
    ]:
        with pytest.raises(refusal):
            sign(estate, number, **facts)
