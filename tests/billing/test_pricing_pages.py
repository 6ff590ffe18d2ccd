"""Pages of items, prices, terms, runs and charges."""

import pytest
from django.test import Client

from tests.billing.estate import DAY, Estate
from zhongshu.billing.models import BillRun, Charge, ChargeItem, ItemTerm, Tariff
from zhongshu.identity.roles import Role


def browser(estate: Estate, role: Role, *, name: str = "") -> Client:
    client = Client()
    client.force_login(estate.cast.user(role, estate.site, name=name))
    session = client.session
    session["site_id"] = estate.site.pk
    session.save()
    return client


@pytest.fixture
def bookkeeper(estate: Estate) -> Client:
    return browser(estate, Role.FINANCE)


@pytest.fixture
def manager(estate: Estate) -> Client:
    return browser(estate, Role.SITE_MANAGER)


def test_from_the_usual_items_to_a_price_in_force(estate: Estate, bookkeeper: Client, manager: Client) -> None:
    assert "带入常用项目" in bookkeeper.get("/billing/items").content.decode()
    bookkeeper.post("/billing/items/usual")
    item = ChargeItem.objects.get(code="WYF")
    page = f"/billing/items/{item.pk}"
    typed = {"starts_on": "2026-01-01", "unit_price": "2.35", "vat_percent": "6", "late_fee_permille": "0.5",
             "vacant_percent": "70"}  # fmt: skip
    wrong = bookkeeper.post(f"{page}/prices", typed | {"vat_percent": "600"})
    assert wrong.status_code == 422
    assert "2.35" in wrong.content.decode()
    assert bookkeeper.post(f"{page}/prices", typed).status_code == 302
    tariff = Tariff.objects.get()
    assert [str(value) for value in (tariff.vat_rate, tariff.late_fee_rate, tariff.vacant_factor)] == [
        "0.060000", "0.000500", "0.700000",
    ]  # fmt: skip
    bookkeeper.post(f"/billing/prices/{tariff.pk}/approval")
    tariff.refresh_from_db()
    assert tariff.state == "proposed"
    assert "批准" in manager.get(page).content.decode()
    manager.post(f"/billing/prices/{tariff.pk}/approval")
    assert "2.35" in manager.get("/billing/items").content.decode()


def test_a_formula_is_refused_where_it_is_wrong(estate: Estate, bookkeeper: Client) -> None:
    item = estate.item(None, method="formula")
    typed = {"starts_on": "2026-01-01", "formula": "t/f*r", "vat_percent": "0", "late_fee_permille": "0",
             "vacant_percent": "100"}  # fmt: skip
    page = bookkeeper.post(f"/billing/items/{item.pk}/prices", typed)
    assert page.status_code == 422
    assert "t/f*r" in page.content.decode()
    assert "第 1 个字符" in page.content.decode()


def test_a_place_is_exempted_and_charged_again(estate: Estate, bookkeeper: Client) -> None:
    item = estate.item("1.00")
    estate.home("101", "100.00")
    page = f"/billing/items/{item.pk}/terms"
    typed = {"place": "nix", "starts_on": "2026-01-01", "is_exempt": "on", "coefficient": "1", "surcharge": "0"}
    assert bookkeeper.post(page, typed).status_code == 422
    assert bookkeeper.post(page, typed | {"place": "101"}).status_code == 302
    assert "免收" in bookkeeper.get(f"{page}?q=101").content.decode()
    assert bookkeeper.get(f"{page}?export=xlsx").content[:2] == b"PK"
    bookkeeper.post(f"/billing/terms/{ItemTerm.objects.get().pk}/ending", {"ends_on": "2026-04-01"})
    assert ItemTerm.objects.get().ends_on == DAY("2026-04-01")


def test_a_policy_is_written(estate: Estate, bookkeeper: Client) -> None:
    estate.item(code="WYF")
    typed = {"starts_on": "2026-12-01", "mode": "remuneration", "settle_order": "late_fee_first",
             "contract_order": "WYF，NIX", "prepay_most_months": "12", "prepay_discount": "0.95",
             "lpr_percent": "3"}  # fmt: skip
    assert bookkeeper.post("/billing/policy", typed).status_code == 422
    assert bookkeeper.post("/billing/policy", typed | {"contract_order": "WYF"}).status_code == 302
    assert "酬金制" in bookkeeper.get("/billing/policy").content.decode()


def test_a_month_is_looked_at_issued_and_searched(estate: Estate, bookkeeper: Client, manager: Client) -> None:
    estate.home("101", "89.27")
    estate.unit("102")
    estate.item("2.35")
    assert bookkeeper.post("/billing/runs", {"period": "2026-13"}).status_code == 422
    page = bookkeeper.post("/billing/runs", {"period": "2026-04"}).headers["Location"]
    run = BillRun.objects.get()
    shown = bookkeeper.get(page).content.decode()
    assert "209.78" in shown
    assert "确认出账" in shown
    assert "确认出账" not in manager.get(page).content.decode()
    assert "209.78" in bookkeeper.get(f"{page}/lines/WYF").content.decode()
    assert "没有户主" in bookkeeper.get(f"{page}/exceptions?reason=no_account").content.decode()
    assert bookkeeper.get(f"{page}/exceptions?export=xlsx").content[:2] == b"PK"
    bookkeeper.post(f"{page}/issue", {"seal": "old"})
    assert not Charge.objects.exists()
    seal = bookkeeper.get(page).context["seal"]
    assert manager.post(f"{page}/issue", {"seal": seal}).status_code == 404
    bookkeeper.post(f"{page}/issue", {"seal": seal})
    run.refresh_from_db()
    assert run.state == "issued"
    assert bookkeeper.get("/billing/runs").status_code == 200
    for query, found in (("?q=101.1", True), ("?item=WYF&period=2026-04&state=open", True), ("?period=2026-05", False),
                         ("?state=paid", False), ("?state=reversed", False)):  # fmt: skip
        assert ("209.78" in manager.get(f"/billing/charges{query}").content.decode()) is found
    assert manager.get("/billing/charges?export=xlsx").content[:2] == b"PK"
    assert "请写成" in manager.get("/billing/charges?period=x").content.decode()


def test_a_single_charge_is_looked_at_before_it_is_made(estate: Estate, bookkeeper: Client) -> None:
    estate.home("101")
    estate.item(None, code="WXF", method="one_off")
    form = bookkeeper.get("/billing/charges/new?account=101.1").context["form"]
    typed = {"account": "101.1", "item_code": "WXF", "amount": "80.00", "due_on": "2026-11-30", "note": "换锁",
             "token": form.initial["token"]}  # fmt: skip
    assert bookkeeper.post("/billing/charges/new", typed | {"account": "9"}).status_code == 422
    assert "80.00" in bookkeeper.post("/billing/charges/new", typed).content.decode()
    assert not Charge.objects.exists()
    for _ in range(2):
        assert bookkeeper.post("/billing/charges/new", typed | {"confirmed": "1"}).status_code == 302
    assert Charge.objects.get().detail == {"note": "换锁"}
