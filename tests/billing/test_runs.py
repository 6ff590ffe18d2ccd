"""Bill runs: amounts to the cent, once, and what cannot be charged is said."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from tests.billing.estate import DAY, Estate
from zhongshu.billing.models import Charge
from zhongshu.ledger.models import Entry


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
