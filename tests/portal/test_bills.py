"""What residents see of their money: how a bill came about, what they paid, and nothing of their neighbours'."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.billing.estate import Estate
from tests.cast import Cast
from zhongshu.billing import actions
from zhongshu.billing.actions.metering import Dial, Shown
from zhongshu.billing.actions.sharing import Cost
from zhongshu.billing.kinds import Method, PaymentMethod, ReliefKind, SharingBasis
from zhongshu.billing.models import Charge, Payment
from zhongshu.cashier import actions as cashier
from zhongshu.estate.models import Account, HouseholdMember
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now

YUAN = Decimal
MONTH = date(2026, 4, 1)


@pytest.fixture
def estate(cast: Cast) -> Estate:
    return Estate(cast, now())


def resident_of(estate: Estate, account: Account) -> Client:
    """A browser of whoever answers for the account."""
    customer = account.customer
    customer.user = estate.cast.user(Role.RESIDENT, estate.site, name=f"yz{customer.pk}")
    customer.save()
    return browser(customer.user)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, path: str) -> str:
    response = client.get(f"/resident/fees{path}")
    assert response.status_code == 200, path
    return str(response.content.decode())


def bill_of(estate: Estate, account: Account, amount: str = "60.00", **facts: Any) -> Charge:
    estate.item(None, code="ZXF", name="有偿服务", method=Method.ONE_OFF)
    return actions.charge_once(
        actor=estate.bookkeeper, at=estate.at, account_id=account.pk, item_code="ZXF", amount=YUAN(amount),
        due_on=day_of(estate.at), period_start=day_of(estate.at), **facts,
    )  # fmt: skip


def test_a_common_cost_is_shown_to_each_home_line_by_line(estate: Estate) -> None:
    estate.unit("YQL-1", None, kind="building", path="YQL-1", label="1栋")
    homes = [estate.home(f"10{n}", path=f"YQL-1/10{n}") for n in (1, 2, 3)]
    estate.item("0", code="GT", name="电梯公摊", method=Method.SHARED)
    actions.share_cost(
        actor=estate.bookkeeper, at=estate.at, site_id=estate.site.pk,
        place_code="YQL-1", item_code="GT", month=MONTH,
        cost=Cost(YUAN("100.00"), basis=SharingBasis.HOUSEHOLD, note="四月电费"),
    )  # fmt: skip
    estate.run()
    clients = [resident_of(estate, home) for home in homes]
    for home, client, share in zip(homes, clients, ("33.34", "33.33", "33.33"), strict=True):
        page = text(client, f"/{Charge.objects.get(account=home).pk}")
        for said in ("1栋 · 四月电费", "按户", "3（3 户）", f"¥100.00 × 1 ÷ 3 → ¥{share}"):
            assert said in page
    mine, theirs = clients[0], Charge.objects.get(account=homes[1])
    for pk in (theirs.pk, 999_999):
        assert mine.get(f"/resident/fees/{pk}").status_code == 404


def test_what_is_paid_waived_and_wrong_is_seen_with_its_reason(estate: Estate) -> None:
    home = estate.home("101")
    client, bill = resident_of(estate, home), bill_of(estate, home, detail={"title": "换龙头"})
    assert "换龙头" in text(client, f"/{bill.pk}")
    waived = actions.propose_relief(
        actor=estate.bookkeeper, at=estate.at, charge_id=bill.pk, kind=ReliefKind.WAIVER, amount=YUAN("10.00"),
        reason="等了三天",
    )  # fmt: skip
    assert "等了三天" not in text(client, f"/{bill.pk}")  # nobody has agreed yet
    actions.approve_relief(actor=estate.cast.actor(Role.SITE_MANAGER, estate.site), at=estate.at, relief_id=waived.pk)
    paid = pay(estate, home, "80.00")
    page = text(client, f"/{bill.pk}")
    for said in ("等了三天", "已清", f"/resident/fees/payments/{paid.number}"):
        assert said in page
    assert "30.00" in text(client, f"/payments/{paid.number}")  # left over
    assert "预存款" in text(client, "")
    actions.reverse_charge(actor=estate.bookkeeper, at=estate.at, charge_id=bill.pk, reason="重复收费")
    page = text(client, f"/{bill.pk}")
    for said in ("重复收费", "已冲销", "已撤销"):
        assert said in page
    assert "已冲销" in text(client, "/bills")


def pay(estate: Estate, account: Account, amount: str) -> Payment:
    return actions.receive(
        actor=estate.bookkeeper, at=estate.at, account_id=account.pk, amount=YUAN(amount),
        method=PaymentMethod.TRANSFER, reference=f"R-{account.number}", received_on=day_of(estate.at),
    )  # fmt: skip


def test_a_payment_at_the_counter_has_its_receipt_on_paper(estate: Estate) -> None:
    home, other = estate.home("101"), estate.home("102")
    client, teller = resident_of(estate, home), estate.cast.actor(Role.CASHIER, estate.site)
    cashier.open_shift(actor=teller, at=estate.at, site_id=estate.site.pk)
    taken = cashier.take_payment(
        actor=teller, at=estate.at, account_id=home.pk, amount=YUAN("50.00"), method=PaymentMethod.CASH, reference="S1"
    )
    number = taken.payment.number
    assert f"{number}/receipt" in text(client, f"/payments/{number}")
    paper = client.get(f"/resident/fees/payments/{number}/receipt")
    assert paper.content.startswith(b"%PDF")
    taken.refresh_from_db()
    assert taken.printed == 0  # the counter's copies are the counter's
    by_transfer = pay(estate, home, "5.00")
    assert "receipt" not in text(client, f"/payments/{by_transfer.number}")
    assert client.get(f"/resident/fees/payments/{by_transfer.number}/receipt").status_code == 404
    stranger = resident_of(estate, other)
    for path in (f"payments/{number}", f"payments/{number}/receipt"):
        assert stranger.get(f"/resident/fees/{path}").status_code == 404


def test_months_paid_ahead_are_named(estate: Estate) -> None:
    home = estate.home("101")
    estate.item("2.35", name="物业费")
    actions.prepay(
        actor=estate.bookkeeper, at=estate.at, account_id=home.pk, place_id=home.unit_id or 0, item_code="WYF",
        starts_on=day_of(estate.at).replace(day=1), months=3, monthly=YUAN("50.00"), method=PaymentMethod.CASH,
        reference="R9", received_on=day_of(estate.at),
    )  # fmt: skip
    assert "物业费 3 个月" in text(resident_of(estate, home), "")


def test_readings_are_those_since_one_lives_there(estate: Estate) -> None:
    today = day_of(estate.at)
    flat = estate.unit("101")
    head: dict[str, Any] = {"actor": estate.cast.actor(Role.HEAD_OFFICE, at=estate.at), "at": estate.at}
    estate.account(flat, until=str(today.replace(day=1)))
    home = estate.account(flat, since=str(today.replace(day=1)))
    estate.item("3.20", code="SF", name="水费", method=Method.METERED)
    meter = actions.add_meter(
        **head, site_id=estate.site.pk, place_code="101", item_code="SF", starts_on=date(2024, 1, 1), dial=Dial("B77")
    )
    for day, value in ((today.replace(day=1), 11), (today, 23)):
        if day == today and today.day == 1:
            continue
        actions.take_reading(**head, meter_id=meter.pk, shown=Shown(day, YUAN(value), is_sure=True))
    page = text(resident_of(estate, home), "/meters")
    assert "B77" in page
    assert str(today.replace(day=1)) not in page
    assert today.day == 1 or "用量 12" in page


def test_who_lives_there_sees_it_until_they_leave(estate: Estate) -> None:
    home = estate.home("101")
    bill, user = bill_of(estate, home), estate.cast.user(Role.RESIDENT, estate.site, name="tenant")
    tenant = estate.home("102").customer
    tenant.user = user
    tenant.save()
    client = browser(user)
    assert client.get(f"/resident/fees/{bill.pk}").status_code == 404
    lives = HouseholdMember.objects.create(
        site=estate.site, account=home, customer=tenant, relation="tenant", starts_on=date(2026, 1, 1)
    )
    assert "60.00" in text(client, f"/{bill.pk}")
    lives.ends_on = day_of(estate.at)
    lives.save()
    assert client.get(f"/resident/fees/{bill.pk}").status_code == 404


def test_programs_of_residents_read_the_same(estate: Estate) -> None:
    home = estate.home("101")
    client, bill = resident_of(estate, home), bill_of(estate, home, detail={"title": "换龙头"})
    paid = pay(estate, home, "80.00")
    api = "/api/v1/resident"
    assert [row["id"] for row in client.get(f"{api}/bills").json()["items"]] == [bill.pk]
    told = client.get(f"{api}/bills/{bill.pk}").json()
    assert told["how"] == [{"label": "事项", "text": "换龙头"}]
    assert [(row["payment"], row["amount"]) for row in told["cleared"]] == [(paid.number, "60.00")]
    cleared = client.get(f"{api}/payments/{paid.number}").json()
    assert (cleared["lines"][0]["bill"], cleared["credit"]) == (bill.pk, "20.00")
    assert client.get(f"{api}/credit").json()[0]["credit"] == "20.00"
    assert client.get(f"{api}/meters").json() == []
    stranger = resident_of(estate, estate.home("102"))
    assert stranger.get(f"{api}/bills/{bill.pk}").status_code == 404
    assert stranger.get(f"{api}/payments").json()["items"] == []


def test_residents_see_their_own_statement_of_any_day(estate: Estate) -> None:
    mine, theirs = estate.home("101"), estate.home("102")
    bill_of(estate, mine)
    me = resident_of(estate, mine)
    assert f"/resident/fees/{mine.pk}/statement" in text(me, "")
    assert "60.00" in text(me, f"/{mine.pk}/statement")
    assert "60.00" not in text(me, f"/{mine.pk}/statement?on=2020-01-01")
    paper = me.get(f"/resident/fees/{mine.pk}/statement/paper")
    assert paper.content.startswith(b"%PDF-")
    for path in ("statement", "statement/paper"):
        assert me.get(f"/resident/fees/{theirs.pk}/{path}").status_code == 404
