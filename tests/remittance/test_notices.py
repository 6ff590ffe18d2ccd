"""The providers' door and the pages behind a dwelling's code, over HTTP; and two callbacks at the same instant."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.billing.till import Till
from tests.cast import Cast
from tests.remittance.online import Counter
from tests.remittance.servers.alipay import Alipay
from tests.remittance.servers.wechat import API_KEY, WechatPay
from zhongshu.billing.models import Payment
from zhongshu.estate.models import Customer
from zhongshu.identity.actions import create_token
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.remittance import actions
from zhongshu.remittance.gateways import opened
from zhongshu.remittance.gateways.base import Callback
from zhongshu.remittance.lifecycle import OrderState
from zhongshu.remittance.models import OnlineAlert, OnlineNotice, OnlineOrder, ProviderAccount

RIGHTS = ["remittance.view_online", "remittance.open_orders", "remittance.propose_refunds"]
RIGHTS += ["remittance.approve_refunds", "billing.receive"]
ON_A_PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36"}


def sent(client: Client, merchant: ProviderAccount, callback: Callback) -> Any:
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in callback.headers.items()}
    kind = headers.pop("HTTP_CONTENT_TYPE", "application/json")
    path = f"/remittance/notices/{merchant.provider}/{merchant.key}"
    return client.post(path, callback.body, content_type=kind, **headers)


@pytest.fixture
def today(counter: Counter) -> Counter:
    """The doors know the clock on the wall: so does the story."""
    counter.at = now()
    return counter


def test_scanned_at_the_door_paid_on_the_phone(today: Counter, client: Client) -> None:
    bill = today.till.bill("209.78", "2026-11-30")
    code = today.dwelling()
    page = client.get(f"/remittance/u/{code.token}", **ON_A_PHONE).content.decode()
    assert "一期1栋1单元101" in page
    assert "209.78" in page
    assert "业主A-1" not in page

    opened = client.post(f"/remittance/u/{code.token}/orders", {"provider": "wechat"}, follow=True, **ON_A_PHONE)

    order = OnlineOrder.objects.get()
    assert (order.kind, order.code) == ("h5", code)
    shown = opened.content.decode()
    assert "checkmweb" in shown
    assert f"u%2F{code.token}%2Forders%2F{order.number}" in shown
    assert opened.headers["Referrer-Policy"] == "strict-origin"
    assert today.wechat.trades[order.number]["said"]["scene_info"]["payer_client_ip"] == "127.0.0.1"

    answer = sent(client, today.merchant, today.wechat.pays(order.number, today.at))

    bill.refresh_from_db()
    assert (answer.status_code, bill.open_amount) == (204, 0)
    part = client.get(f"/remittance/u/{code.token}/orders/{order.number}", headers={"HX-Request": "true"})
    assert "已支付" in part.content.decode()
    assert "every 3s" not in part.content.decode()
    assert "都交清了" in client.get(f"/remittance/u/{code.token}").content.decode()


def test_alipay_on_a_desk_and_its_form_of_thanks(today: Counter, client: Client) -> None:
    today.till.bill("209.78", "2026-11-30")
    code = today.dwelling()
    shown = client.post(f"/remittance/u/{code.token}/orders", {"provider": "alipay"}, follow=True).content.decode()
    assert "<svg" in shown
    order = OnlineOrder.objects.get()
    good = today.ali.pays(order.number, today.at)
    today.ali.signer = "somebody else"
    bad = today.ali.tells(order.number, today.at)
    answers = [sent(client, today.alipay_merchant, callback) for callback in (bad, good, good)]
    assert [(answer.status_code, answer.content) for answer in answers] == [
        (401, b"failure"),
        (200, b"success"),
        (200, b"success"),
    ]
    assert today.verdicts() == ["forged", "taken", "replayed"]


def test_the_door_is_deaf_to_strangers(today: Counter, client: Client) -> None:
    path = f"/remittance/notices/wechat/{today.merchant.key}"
    assert client.post("/remittance/notices/wechat/nobody", b"{}", content_type="application/json").status_code == 404
    assert client.post(f"/remittance/notices/alipay/{today.merchant.key}").status_code == 404
    assert client.get(path).status_code == 405
    assert client.post(path, b"x" * 70_000, content_type="application/json").status_code == 413
    assert client.post(path, b"\x00\xff" * 5000, content_type="application/json").status_code == 401
    assert len(OnlineNotice.objects.get().body) <= 2000


def test_a_code_opens_its_own_dwelling_alone(today: Counter, client: Client) -> None:
    today.till.bill("209.78", "2026-11-30")
    code = today.dwelling()
    order = today.order()  # by the cashier
    assert client.get(f"/remittance/u/{code.token}/orders/{order.number}").status_code == 200
    assert order.number not in client.get(f"/remittance/u/{code.token}/orders/{order.number}").content.decode()
    assert client.post(f"/remittance/u/{code.token}/orders", {"provider": "cash"}).status_code == 422
    actions.revoke_code(actor=today.till.cashier, at=today.at, code_id=code.pk)
    assert client.get(f"/remittance/u/{code.token}").status_code == 404
    assert client.post(f"/remittance/u/{code.token}/orders", {"provider": "wechat"}).status_code == 404
    (again,) = actions.make_codes(actor=today.till.cashier, at=today.at, place=code.place)
    assert again.token != code.token


def test_in_wechat_it_says_to_go_to_a_browser(today: Counter, client: Client) -> None:
    today.till.bill("209.78", "2026-11-30")
    code = today.dwelling()
    said = client.get(f"/remittance/u/{code.token}", HTTP_USER_AGENT="Mobile MicroMessenger/8.0").content.decode()
    assert "在浏览器中打开" in said


@pytest.mark.django_db(transaction=True)
def test_two_callbacks_and_the_job_at_the_same_instant(
    cast: Cast, noon: datetime, wechat: WechatPay, ali: Alipay, settings: Any
) -> None:
    settings.WEBHOOKS_PRIVATE = True
    counter = Counter.open(Till.open(cast, noon), wechat, ali)
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    callback = counter.wechat.pays(order.number, counter.at)
    again = counter.wechat.tells(order.number, counter.at)
    together(lambda: counter.hears(callback), lambda: counter.hears(again), lambda: counter.ask(1))
    order.refresh_from_db()
    assert (order.state, Payment.objects.count(), counter.owed()) == (OrderState.PAID, 1, 0)
    assert sorted(counter.verdicts()) in (["replayed", "replayed"], ["replayed", "taken"])


def together(*acts: Callable[[], object]) -> None:
    """All at once, each on a connection of its own; raises what any of them raised."""
    barrier, failed = Barrier(len(acts)), list[Exception]()

    def act(one: Callable[[], object]) -> None:
        try:
            barrier.wait()
            one()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_a_resident_pays_from_their_own_pages(today: Counter, client: Client) -> None:
    today.till.bill("209.78", "2026-11-30")
    code = today.dwelling()
    resident = today.till.cast.user(Role.RESIDENT, today.till.cast.yql)
    Customer.objects.filter(pk=today.till.account.customer_id).update(user=resident)
    client.force_login(resident)
    page = client.get("/resident/fees").content.decode()
    assert "一期1栋1单元101" in page
    assert "209.78" in page
    led = client.post(f"/resident/fees/{today.till.account.pk}/code")
    assert led.headers["Location"] == f"/remittance/u/{code.token}"
    stranger = today.till.account_of(today.till.cast, "A-2")
    assert client.post(f"/resident/fees/{stranger.pk}/code").status_code == 404


def test_the_story_of_one_payment_from_the_door_to_the_bill(today: Counter, client: Client) -> None:
    """Scanned, paid, told, cleared, a receipt; the next day it stands in the provider's bill; nothing differs."""
    bill = today.till.bill("209.78", "2026-11-30")
    code = today.dwelling()
    client.post(f"/remittance/u/{code.token}/orders", {"provider": "wechat"}, **ON_A_PHONE)
    order = OnlineOrder.objects.get()
    sent(client, today.merchant, today.wechat.pays(order.number, today.at))
    bill.refresh_from_db()
    order.refresh_from_db()
    assert (bill.open_amount, order.state) == (0, OrderState.PAID)
    assert order.payment is not None
    receipt = order.payment.number
    cashier = signed_in(today, Role.CASHIER)
    assert receipt in cashier.get(f"/remittance/online/orders/{order.number}").content.decode()

    tomorrow, finance = today.at + timedelta(days=1), today.till.bookkeeper
    read = actions.fetch_bill(actor=finance, at=tomorrow, merchant_id=today.merchant.pk, day=day_of(today.at))

    books = signed_in(today, Role.FINANCE)
    page = books.get(f"/remittance/online/bills/{read.pk}").content.decode()
    assert "一致 1 笔，有差异 0 笔" in page
    assert books.get(f"/remittance/online/bills/{read.pk}?export=xlsx").content[:2] == b"PK"


def test_the_cashier_shows_a_code_and_finance_settles_what_is_odd(today: Counter) -> None:
    bill = today.till.bill("209.78", "2026-11-30")
    cashier = signed_in(today, Role.CASHIER)
    start = f"/remittance/online/accounts/{today.till.account.pk}/order"
    assert "209.78" in cashier.get(start).content.decode()
    assert cashier.post(start, {"way": "wechat:native"}).status_code == 422  # nothing chosen
    made = cashier.post(start, {"charges": [bill.pk], "way": "wechat:native"})
    order = OnlineOrder.objects.get()
    shown = cashier.get(made.headers["Location"]).content.decode()
    assert "<svg" in shown
    assert "every 3s" in shown

    today.hears(today.wechat.pays(order.number, today.at, fen=20000))

    live = cashier.get(f"/remittance/online/orders/{order.number}/live").content.decode()
    assert "与订单不符" in live
    assert cashier.get("/remittance/online/alerts").status_code == 404
    books = signed_in(today, Role.FINANCE)
    alert = OnlineAlert.objects.get()
    refused = books.post(f"/remittance/online/alerts/{alert.pk}/settlement", {"note": ""})
    assert refused.status_code == 422
    books.post(f"/remittance/online/alerts/{alert.pk}/booking")
    order.refresh_from_db()
    assert (order.state, today.owed()) == (OrderState.PAID, Decimal("9.78"))
    cashier.post(f"/remittance/online/orders/{order.number}/refunds", {"reason": "付错户"})
    refund = order.refunds.get()
    assert books.post(f"/remittance/online/refunds/{refund.pk}/approval").status_code == 302
    assert today.wechat.refunds[refund.number]["amount"]["refund"] == 20000


def test_a_sheet_of_codes_and_keys_that_are_never_shown(today: Counter) -> None:
    today.dwelling()
    sheet = signed_in(today, Role.CASHIER).post("/remittance/online/codes", {"place": "yql"})
    assert sheet.content[:5] == b"%PDF-"
    admin = signed_in(today, Role.ADMINISTRATOR)
    page = admin.get("/remittance/online/merchants/YQL/wechat").content.decode()
    assert f"/remittance/notices/wechat/{today.merchant.key}" in page
    assert "PRIVATE KEY" not in page
    assert API_KEY not in page
    said = today.wechat.settings | {"private_key": "", "api_key": "", "app": "wx0000000000000000"}
    assert admin.post("/remittance/online/merchants/YQL/wechat", said).status_code == 302
    today.merchant.refresh_from_db()
    assert today.merchant.settings["app"] == "wx0000000000000000"
    assert opened(today.merchant.secret)["api_key"] == API_KEY
    assert admin.post("/remittance/online/merchants/YQL/wechat", said | {"public_key": "x"}).status_code == 422


def test_programs_do_the_same(today: Counter) -> None:
    bill = today.till.bill("209.78", "2026-11-30")
    who = today.till.cast.user(Role.FINANCE, today.till.cast.yql)
    _token, secret = create_token(actor=today.till.cast.system, at=today.at, user=who, name="x", scopes=RIGHTS)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    said = {"site": "YQL", "account": "A-1", "provider": "wechat", "kind": "native", "charge_ids": [bill.pk]}
    made = api.post("/api/v1/online-orders", said, content_type="application/json", headers={"Idempotency-Key": "1"})
    assert (made.status_code, made.json()["state"], made.json()["amount"]) == (201, "created", "209.78")
    order = OnlineOrder.objects.get()
    actions.offer_order(at=today.at, order_id=order.pk, home="https://zs.example.cn", ip="")
    shown = api.get(f"/api/v1/online-orders/{order.number}").json()
    assert (shown["state"], shown["pay_url"][:9]) == ("waiting", "weixin://")
    today.hears(today.wechat.pays(order.number, today.at))
    back = api.post(f"/api/v1/online-orders/{order.number}/refunds", {"reason": "x"}, content_type="application/json")
    decision = f"/api/v1/online-refunds/{back.json()['id']}/decision"
    own = api.post(decision, {"decision": "approve"}, content_type="application/json")
    assert (own.status_code, own.json()["code"]) == (409, "same_person")
    actions.allow_refund(actor=today.till.manager, at=today.at, refund_id=back.json()["id"])
    today.ask(0)
    assert list(today.wechat.refunds) == [back.json()["number"]]


def signed_in(counter: Counter, role: Role) -> Client:
    everywhere = role is Role.ADMINISTRATOR
    browser = Client()
    browser.force_login(counter.till.cast.user(role, None if everywhere else counter.till.cast.yql))
    return browser
