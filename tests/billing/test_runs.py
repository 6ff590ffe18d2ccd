"""Bill runs: amounts to the cent, once, and what cannot be charged is said."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from tests.billing.estate import DAY, Estate
from zhongshu.billing import batch
from zhongshu.billing.engine import issuing
from zhongshu.billing.errors import ChangedMeanwhile, NotNow
from zhongshu.billing.models import BillRun, Charge, Relief
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.ledger.models import Entry
from zhongshu.simulation.mishaps import at_once


def test_area_times_price_rounded_once(estate: Estate) -> None:
    estate.home("101", "89.27")
    estate.home("102", "100.10")
    item = estate.item("2.35", tariff={"vat_rate": "0.06", "late_fee_rate": "0.0005"})
    estate.term(item, estate.site.place_set.get(code="102"), unit_price="2.05")
    run = estate.run()
    assert estate.charged() == ["209.78", "205.21"]
    assert run.result == {"WYF": {"count": 2, "total": "414.99", "already": 0, "exceptions": 0}}
    charge = Charge.objects.get(place__code="101")
    assert (charge.quantity, charge.unit_price, charge.vat_amount) == tuple(map(Decimal, ("89.27", "2.35", "11.87")))
    assert (charge.period_start, charge.period_end) == (DAY("2026-04-01"), DAY("2026-05-01"))
    assert charge.due_on == DAY("2026-04-30")
    assert estate.books_agree()


def test_the_same_run_again_changes_nothing(estate: Estate) -> None:
    estate.home("101")
    estate.item()
    estate.run()
    again = estate.run()
    assert again.result["WYF"] == {"count": 0, "total": "0.00", "already": 1, "exceptions": 0}
    assert estate.charged() == ["209.78"]
    assert Entry.objects.count() == 1


def test_the_command_previews_and_issues(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> dict[str, Any]:
        call_command("billing", "run", "--site", "YQL", "--period", "2026-04", *words, "--json")
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    estate.home("101")
    estate.item()
    estate.unit("102")
    seen = said("--preview")
    assert estate.charged() == []
    issued = said()
    assert (seen["state"], issued["state"]) == ("previewed", "issued")
    assert issued["items"] == [{"item": "WYF", "count": 1, "total": "209.78", "already": 0, "exceptions": 1}]
    assert {key: issued[key] for key in ("site", "period", "charges", "total", "already", "exceptions")} == {
        "site": "YQL", "period": "2026-04", "charges": 1, "total": "209.78", "already": 0, "exceptions": 1,
    }  # fmt: skip
    assert {**seen, "state": "issued"} == issued
    assert said("--item", "WYF")["already"] == 1


def test_broken_months_by_day(estate: Estate) -> None:
    estate.home("101", handed_over_on=DAY("2026-04-10"))
    estate.item()
    estate.run()
    assert estate.charged() == ["146.85"]
    told = Charge.objects.get().detail
    assert told["months"] == [
        {"month": "2026-04", "price": "2.35", "amount": "146.85", "days": 21, "of": 30, "full": "209.78"}
    ]
    assert (told["from"], told["until"]) == ("2026-04-10", "2026-05-01")


def test_a_month_shared_by_two_owners_adds_up(estate: Estate) -> None:
    place = estate.unit("101", "100.01", handed_over_on=DAY("2026-04-02"))
    estate.account(place, "2026-01-01", "2026-04-12")
    estate.account(place, "2026-04-12")
    estate.item("1.00")
    estate.run()
    first, second = (Decimal(amount) for amount in estate.charged())
    assert (first, second) == (Decimal("33.34"), Decimal("63.34"))  # 10 of 30 days; 29 of 30 less these
    assert estate.books_agree()


def test_a_year_at_once_is_twelve_rounded_months(estate: Estate) -> None:
    estate.home("101")
    estate.item(cycle="year")
    assert estate.run("2026-02").result == {}
    estate.run("2026-01")
    assert estate.charged() == ["2517.36"]
    months = Charge.objects.get().detail["months"]
    assert [month["amount"] for month in months] == ["209.78"] * 12
    assert (months[0]["month"], months[-1]["month"]) == ("2026-01", "2026-12")


def test_a_quarter_in_arrears_at_each_months_price(estate: Estate) -> None:
    estate.home("101", "100.00")
    item = estate.item("1.00", cycle="quarter", timing="arrears", due_months=1, due_day=15)
    estate.price(item, "1.10", DAY("2026-05-15"))
    estate.price(item, "1.20", DAY("2026-06-01"))
    assert estate.run("2026-04").result == {}
    estate.run("2026-06")
    charge = Charge.objects.get()
    assert (charge.amount, charge.due_on) == (Decimal("320.00"), DAY("2026-07-15"))
    assert [month["price"] for month in charge.detail["months"]] == ["1", "1", "1.2"]


def test_what_holds_for_one_place(estate: Estate) -> None:
    """Exempt, own price, coefficient, quantity, surcharge; from their day on."""
    homes = {code: estate.home(code, "100.00").unit for code in ("1", "2", "3", "4", "5", "6")}
    item = estate.item("1.00")
    estate.term(item, homes["1"], is_exempt=True)
    estate.term(item, homes["2"], unit_price="0.80")
    estate.term(item, homes["3"], coefficient="1.50", surcharge="5.00")
    estate.term(item, homes["4"], quantity="90.00")
    estate.term(item, homes["5"], "2026-05-01", unit_price="9.00")
    estate.run()
    assert estate.charged() == ["80.00", "155.00", "90.00", "100.00", "100.00"]


def test_only_places_with_terms(estate: Estate) -> None:
    item = estate.item("30.00", method="fixed", is_everywhere=False, place_kinds=["parking"])
    spaces = [estate.unit(code, None, kind="parking", usage="") for code in ("K1", "K2", "K3")]
    owner = estate.home("101")
    for space in spaces[:2]:
        estate.hold(owner, space)
        estate.term(item, space)
    estate.hold(owner, spaces[2])
    run = estate.run()
    assert estate.charged() == ["30.00", "30.00"]
    assert estate.doubts(run) == []


def test_a_vacant_dwelling_pays_its_share(estate: Estate) -> None:
    homes = [estate.home(code, "100.00") for code in ("1", "2")]
    estate.item("1.00", tariff={"vacant_factor": "0.7"})
    assert homes[0].unit is not None
    homes[0].unit.occupancies.create(site=estate.site, status="vacant", starts_on=DAY("2026-03-20"))
    estate.run()
    assert estate.charged() == ["70.00", "100.00"]


def test_the_developer_pays_for_the_unsold_and_until_the_handover(estate: Estate) -> None:
    sold, unsold = estate.unit("1", "100.00", handed_over_on=DAY("2026-04-16")), estate.unit("2", "100.00")
    developer = estate.account(unsold, number="DEV.1", kind="developer", unit=None)
    estate.hold(developer, sold, "2020-01-01", "2026-04-16")
    estate.account(sold, "2026-04-16")
    item = estate.item("1.00")
    estate.run()
    assert estate.charged() == ["50.00", "50.00", "100.00"]
    assert set(developer.charges.values_list("payer", flat=True)) == {"developer"}
    estate.term(item, sold, "2026-05-01", payer="developer")
    estate.run("2026-05")
    assert developer.charges.filter(period_start="2026-05-01").count() == 2


def test_a_formula_counts_like_any_other_method(estate: Estate) -> None:
    for path in ("P1", "P1/E1", "P1/E2"):
        estate.unit(path[-2:], None, kind="building" if path == "P1" else "entrance", usage="", path=path)
    estate.home("101", "100.00", path="P1/E1/101", floor_no=3)
    estate.home("102", "50.00", path="P1/E1/102", floor_no=1)
    estate.home("201", "150.00", path="P1/E2/201")
    words = "if(楼层 > 2, 单元面积, 小区面积) * 单价 + 1200 / (楼层 - 1)"
    estate.item("1.00", method="formula", tariff={"formula": words})
    run = estate.run()
    assert estate.charged() == ["750.00"]
    assert estate.doubts(run) == [("division_by_zero", "102"), ("no_input", "201")]
    detail = Charge.objects.get().detail
    assert detail["formula"] == "如果(楼层 > 2, 单元面积, 小区面积) * 单价 + 1200 / (楼层 - 1)"
    assert detail["inputs"] == {"floor": "3", "price": "1", "site_area": "300", "entrance_area": "150"}


def test_what_cannot_be_charged_is_said(estate: Estate) -> None:
    estate.home("1", None)
    estate.home("2", "100.00")
    estate.unit("3", "100.00")
    estate.unit("4", "100.00", handed_over_on=DAY("2026-06-01"))
    free = estate.home("5", "100.00")
    item = estate.item("1.00")
    assert free.unit is not None
    estate.term(item, free.unit, unit_price="0")
    estate.item(None, code="LJF", method="fixed")
    late = estate.item("5.00", code="TV", method="fixed", since=DAY("2026-05-01"))
    run = estate.run()
    assert estate.doubts(run) == [
        ("no_account", "3"), ("no_area", "1"), ("no_tariff", ""), ("no_tariff", ""), ("zero", "5"),
    ]  # fmt: skip
    assert run.result["TV"] == {"count": 0, "total": "0.00", "already": 0, "exceptions": 1}
    assert estate.run("2026-05", late).result["TV"]["count"] == 3


def test_an_amount_out_of_line_is_charged_and_said(estate: Estate) -> None:
    homes = [estate.home(code, "100.00") for code in ("1", "2")]
    item = estate.item("1.00")
    estate.run()
    assert homes[0].unit is not None
    estate.term(item, homes[0].unit, "2026-05-01", coefficient="3.01")
    run = estate.run("2026-05")
    assert estate.doubts(run) == [("out_of_line", "1")]
    assert run.exceptions.get().words == {"amount": "301.00", "before": "100.00"}
    assert run.result["WYF"]["count"] == 2


def test_a_reversed_charge_is_made_anew_and_a_transfer_charges_nobody_twice(estate: Estate) -> None:
    place = estate.unit("101", "100.00")
    seller = estate.account(place)
    estate.item("1.00")
    estate.run()
    seller.places.update(ends_on=DAY("2026-04-16"))
    type(seller).objects.filter(pk=seller.pk).update(ends_on=DAY("2026-04-16"))
    estate.account(place, "2026-04-16")
    run = estate.run()
    assert estate.charged() == ["100.00"]
    assert [reason for reason, _ in estate.doubts(run)] == ["charged_elsewhere"]
    charge = Charge.objects.get()
    Relief.objects.create(
        site=estate.site, charge=charge, kind="reversal", amount=charge.amount, reason="过户", on=charge.due_on,
        state="approved", proposed_at=estate.at,
    )  # fmt: skip
    estate.run()
    assert estate.charged() == ["100.00", "50.00", "50.00"]
    assert list(seller.charges.order_by("pk").values_list("revision", flat=True)) == [0, 1]
    assert estate.run().result["WYF"]["already"] == 2


def test_what_is_issued_is_what_was_looked_at(estate: Estate) -> None:
    """Somebody moves in between preview and issue: look again."""
    said = {"actor": estate.bookkeeper, "at": estate.at}
    estate.home("1", "100.00")
    estate.item("1.00")
    run = batch.preview(**said, site_id=estate.site.pk, period=DAY("2026-04-01"))
    estate.home("2", "100.00")
    with pytest.raises(ChangedMeanwhile):
        batch.start(**said, run_id=run.pk)
    assert estate.charged() == []
    seen = batch.preview(**said, site_id=estate.site.pk, period=DAY("2026-04-01"))
    assert seen.pk == run.pk
    with pytest.raises(ChangedMeanwhile):
        batch.start(**said, run_id=run.pk, seen=run.preview)
    batch.start(**said, run_id=run.pk, seen=seen.preview)
    with pytest.raises(NotNow):
        batch.cancel(**said, run_id=run.pk)
    assert batch.work(**said, run_id=run.pk).result == seen.preview
    assert estate.books_agree()


def test_cancelled_before_issue_it_makes_nothing(estate: Estate) -> None:
    said = {"actor": estate.bookkeeper, "at": estate.at}
    estate.home("1")
    estate.item()
    run = batch.preview(**said, site_id=estate.site.pk, period=DAY("2026-04-01"))
    assert batch.cancel(**said, run_id=run.pk).state == "cancelled"
    with pytest.raises(NotNow):
        batch.start(**said, run_id=run.pk)
    assert estate.charged() == []
    stranger = estate.cast.actor(Role.CASHIER, estate.site)
    with pytest.raises(NotFound):
        batch.preview(actor=stranger, at=estate.at, site_id=estate.site.pk, period=DAY("2026-04-01"))
    with pytest.raises(Invalid, match="12"):
        batch.preview(**said, site_id=estate.site.pk, period=DAY("2027-12-01"))


def test_killed_in_the_middle_it_is_finished_by_the_next(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("1", "2", "3", "4", "5"):
        estate.home(code, "100.00")
    estate.item("1.00")
    monkeypatch.setattr(issuing, "CHUNK", 2)
    issue, chunks = issuing.issued, iter(range(9))

    def dies_in_the_second(*given: Any, **facts: Any) -> Any:
        tally = issue(*given, **facts)
        if next(chunks) == 1:
            raise KeyboardInterrupt  # the charges are made, the transaction is not over
        return tally

    monkeypatch.setattr(issuing, "issued", dies_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        estate.run()
    assert len(estate.charged()) == 2
    assert estate.books_agree()
    run = estate.run()
    assert run.result["WYF"] == {"count": 5, "total": "500.00", "already": 0, "exceptions": 0}
    assert (run.chunks, run.chunks_done) == (3, 3)
    assert len(estate.charged()) == 5
    assert BillRun.objects.count() == 1
    assert estate.books_agree()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_no_harm(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in range(9):
        estate.home(str(code), "100.00")
    estate.item("1.00")
    estate.item("2.00", code="LJF", method="fixed")
    monkeypatch.setattr(issuing, "CHUNK", 2)
    at_once(*[lambda: batch.run_month(
        actor=estate.cast.system, at=estate.at, site_id=estate.site.pk, period=DAY("2026-04-01")
    )] * 3)  # fmt: skip
    assert sorted(estate.charged()) == ["100.00"] * 9 + ["2.00"] * 9
    assert estate.books_agree()
    results = [run.result for run in BillRun.objects.filter(state="issued")]
    assert sum(result[code]["count"] for result in results for code in result) == 18
