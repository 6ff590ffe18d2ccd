"""Finance looks at the figures of money: what they say, where they lead, and who may see them."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.billing.till import DAY, Till
from tests.cast import Cast
from zhongshu.billing import actions
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import ChargeItem
from zhongshu.estate.models import AccountPlace, KeeperTerritory, Occupancy, Place
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now

PAGES = ("collection", "ageing", "takings", "paid-months", "receipts", "occupancy")


class Reader:
    """Somebody's browser on the figures of money."""

    def __init__(self, cast: Cast, role: Role, *, everywhere: bool = False) -> None:
        self.client = Client()
        self.client.force_login(cast.user(role, None if everywhere else cast.yql))

    def reads(self, page: str, status: int = 200, **query: object) -> str:
        answer = self.client.get(f"/insight/money/{page}", query)
        assert answer.status_code == status, page
        return answer.content.decode()

    def figure(self, page: str, code: str, **query: object) -> str:
        """As it stands there."""
        found = re.search(rf'data-(?:figure|rate)="{code}">([^<]+)<', self.reads(page, **query))
        assert found, (page, code)
        return found[1]

    def rows(self, page: str, sheet: int = 0, **query: object) -> list[list[object]]:
        answer = self.client.get(f"/insight/money/{page}", query | {"export": "xlsx"})
        return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(sheet).to_python()


@pytest.fixture
def today() -> date:
    return day_of(now())


@pytest.fixture
def till(cast: Cast, today: date) -> Till:
    """Two dwellings in one building; old bills and this year's, money for each, and a payment that bounced."""
    till = Till.open(cast, now())
    second = Till.account_of(cast, "A-2")
    building = Place.objects.create(site=cast.yql, kind="building", code="P1-1", path="P1/P1-1", label="一期1栋")
    for nth, account in enumerate((till.account, second)):
        code = f"P1-1-10{nth}"
        account.unit = Place.objects.create(
            site=cast.yql, kind="unit", code=code, path=f"{building.path}/{code}", label=code, parent=building,
            handed_over_on=DAY("2020-01-01"),
        )  # fmt: skip
        account.save()
        AccountPlace.objects.create(site=cast.yql, account=account, place=account.unit, starts_on=DAY("2020-01-01"))
        Occupancy.objects.create(
            site=cast.yql, place=account.unit, status=("occupied", "vacant")[nth], starts_on=today - timedelta(500)
        )
    last_year, this_year = date(today.year - 1, 6, 30), date(today.year, 1, 31)
    for account in (till.account, second):
        till.bill("100.00", str(last_year), account=account, place=account.unit)
        till.bill("200.00", str(this_year), account=account, place=account.unit)
    ChargeItem.objects.filter(code="WYF").update(is_recurring=True, name="物业费")
    till.takes("130.00", on=str(this_year))  # the old bill first, then 30 of this year's
    bad = till.takes("50.00", on=str(this_year), account_id=second.pk, method=PaymentMethod.POS)
    actions.bounce_payment(actor=till.cashier, at=now(), payment_id=bad.pk, on=today, reason="退票")
    return till


def test_collection_and_recovery_are_never_mixed(till: Till, today: date) -> None:
    finance = Reader(till.cast, Role.FINANCE)
    said = {code: finance.figure("collection", code) for code in ("due", "collected", "opening", "recovered")}
    assert said == {"due": "400.00", "collected": "30.00", "opening": "200.00", "recovered": "100.00"}
    assert finance.figure("collection", "collection") == "7.5%"
    assert finance.figure("collection", "recovery") == "50.0%"
    assert "相符" in finance.reads("collection")
    assert finance.figure("fees", "recovered", figure="recovered") == "100.00"
    assert "A-1" in finance.reads("fees", figure="recovered", item="WYF")
    assert ["物业费", 400, 30, 0, 370, "7.5%", 200, 100, 0, 100, "50.0%"] in finance.rows("collection", 1)


def test_every_page_opens_and_leads_to_what_is_behind_it(till: Till, today: date) -> None:
    finance = Reader(till.cast, Role.FINANCE)
    for page in PAGES:
        shown = finance.reads(page)
        assert "不符" not in shown
        assert finance.rows(page)
        if page in ("collection", "ageing"):
            assert finance.client.get(f"/insight/money/{page}?export=pdf").content[:5] == b"%PDF-"
        found = re.findall(r'href="(/(?:insight/money/(?:fees|payments|unpaid)|ledger/accounts)[^"]+)"', shown)
        links = {link.split("?")[0]: link for link in found}  # one of each
        for link in links.values():
            assert finance.client.get(link.replace("&amp;", "&")).status_code == 200, link
    assert "至少要 18 个月才能预测" in finance.reads("receipts")


def test_ageing_by_building_and_on_a_day_gone_by(till: Till, today: date) -> None:
    finance = Reader(till.cast, Role.FINANCE)
    assert finance.figure("ageing", "overdue") == "470.00"
    assert finance.figure("ageing", "overdue", on=f"{today.year}-01-30") == "200.00"
    assert any(row[0] == "一期1栋" and row[-2] == 470 for row in finance.rows("ageing", 2))


def test_what_bounced_was_never_received(till: Till, today: date) -> None:
    finance = Reader(till.cast, Role.FINANCE)
    assert finance.figure("takings", "taken", month=1) == "130.00"
    assert finance.figure("payments", "taken", month=1, method="cash") == "130.00"
    assert finance.figure("payments", "bounced", month=1, figure="bounced") == "50.00"


def test_months_paid_and_accounts_that_have_not(till: Till, today: date) -> None:
    finance = Reader(till.cast, Role.FINANCE)
    (row,) = finance.rows("paid-months")[1:]
    assert row[:5] == [f"{today.year}-01", "物业费", 2, 0, 2]
    (row,) = finance.rows("paid-months", year=today.year - 1)[1:]
    assert row[2:5] == [2, 0, 2]  # of last year, at the end of last year
    assert "A-2" in finance.reads("unpaid", item="WYF", of=f"{today.year}-01")


def test_a_keeper_sees_the_ageing_of_the_own_territory_and_nothing_else(till: Till, today: date) -> None:
    keeper = till.cast.user(Role.KEEPER, till.cast.yql)
    reader = Reader(till.cast, Role.KEEPER)
    assert "没有未结的费用" in reader.reads("ageing")
    place = till.account.unit
    KeeperTerritory.objects.create(site=till.cast.yql, place=place, keeper=keeper, starts_on=DAY("2020-01-01"))
    assert reader.figure("ageing", "overdue") == "170.00"
    shown = reader.reads("fees", figure="overdue")
    assert ("A-1" in shown, "A-2" in shown) == (True, False)
    for page in ("collection", "takings", "receipts", "paid-months", "occupancy", "payments", "unpaid"):
        reader.reads(page, status=404)
    reader.reads("fees", status=404, figure="due")


def test_the_company_sees_its_sites_beside_each_other(till: Till, today: date) -> None:
    boss = Reader(till.cast, Role.HEAD_OFFICE, everywhere=True)
    shown = boss.reads("collection", scope="company")
    assert all(name in shown for name in ("云栖里", "西荷", "按项目"))
    assert ["云栖里", 400, 30, 0, 370, "7.5%", 200, 100, 0, 100, "50.0%"] in boss.rows("collection", 1, scope="company")
    assert boss.figure("ageing", "overdue", scope="company") == "470.00"


def test_a_program_gets_the_same_figures(till: Till, today: date) -> None:
    finance = Reader(till.cast, Role.FINANCE)

    def asks(what: str, **query: object) -> dict[str, Any]:
        answer = finance.client.get(f"/api/v1/insight/money/{what}", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    collection = asks("collection")
    assert collection["now"]["figures"]["collected"] == "30.00"
    assert collection["now"]["rates"] == {"collection": 0.075, "recovery": 0.5}
    (item,) = collection["by"]["item"]
    assert (item["key"], item["figures"]["opening"], collection["books"][0]["difference"]) == ("WYF", "200.00", "0.00")
    assert asks("ageing")["total"]["figures"]["overdue"] == asks("fees", figure="overdue")["sum"] == "470.00"
    assert asks("takings", month=f"{today.year}-01")["total"]["taken"] == "130.00"
    assert [row["amount"] for row in asks("payments", day=f"{today.year}-01-31")["items"]] == ["130.00"]
    assert "18" in asks("receipts")["refusal"]
    assert asks("occupancy")["months"][-1]["by_status"] == {"occupied": 1, "vacant": 1}
    assert asks("paid-months")[0]["asked"] == 2


def test_odd_addresses_are_understood_or_said_not_to_exist(till: Till) -> None:
    finance = Reader(till.cast, Role.FINANCE)
    odd = {
        "collection": "year=99999&month=13", "ageing": "on=2999-01-01", "takings": "year=x&month=-1",
        "fees": "figure=due&building=x&keeper=٣&item='&due_month=2026-02&page=999999999",
        "payments": "method=x&cashier=99999999999999999999&day=2026-11-04", "unpaid": "item=&of=2026-11&page=-1",
    }  # fmt: skip
    for page, query in odd.items():
        assert finance.client.get(f"/insight/money/{page}?{query}").status_code == 200, page
    for page, query in (("fees", "due_month=2026-13"), ("fees", "figure=taken"), ("payments", "day=9999-12-31")):
        assert finance.client.get(f"/insight/money/{page}?{query}").status_code == 404, query
