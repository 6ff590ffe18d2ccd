"""The providers' door and the pages behind a dwelling's code, over HTTP; and two callbacks at the same instant."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.billing.till import Till
from tests.cast import Cast
from tests.remittance.online import Counter
from tests.remittance.servers.alipay import Alipay
from tests.remittance.servers.wechat import WechatPay
from zhongshu.billing.models import Payment
from zhongshu.kernel.clock import now
from zhongshu.remittance import actions
from zhongshu.remittance.gateways.base import Callback
from zhongshu.remittance.lifecycle import OrderState
from zhongshu.remittance.models import OnlineNotice, OnlineOrder, ProviderAccount

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
    assert opened.headers["Referrer-Policy"] == "no-referrer"
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
