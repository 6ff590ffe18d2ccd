"""A resident scans the code on the door and pays; the provider calls us; the page turns to paid by itself."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.billing.till import Till
from tests.cast import Cast
from tests.remittance.online import Counter
from tests.remittance.servers.alipay import Alipay
from tests.remittance.servers.wechat import wechat_pay
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.remittance.models import OnlineOrder

SignIn = Callable[..., Page]


@pytest.mark.django_db(transaction=True)
def test_paid_at_the_door(
    cast: Cast,
    at_desk: SignIn,
    on_phone: SignIn,
    look: Callable[..., None],
    accessible: Callable[[Page], None],
    settings: Any,
) -> None:
    settings.WEBHOOKS_PRIVATE = True
    with wechat_pay() as wechat:
        counter = Counter.open(Till.open(cast, now()), wechat, Alipay(port=1))
        counter.till.bill("209.78", "2026-11-30")
        code = counter.dwelling()
        phone = on_phone(None)
        phone.goto(f"/remittance/u/{code.token}")
        accessible(phone)
        look(phone, "pay-code-phone")
        phone.get_by_role("button", name="微信支付").click()
        expect(phone.get_by_role("heading", name="等待支付")).to_be_visible()
        accessible(phone)
        look(phone, "pay-order-phone")
        order = OnlineOrder.objects.get()

        callback = wechat.pays(order.number, now())
        heard = httpx.post(
            wechat.trades[order.number]["said"]["notify_url"], content=callback.body, headers=dict(callback.headers)
        )

        assert heard.status_code == 204
        expect(phone.get_by_role("heading", name="已支付，谢谢")).to_be_visible()
        desk = at_desk(cast.user(Role.FINANCE, cast.yql))
        desk.goto(f"/remittance/online/orders/{order.number}")
        expect(desk.get_by_text("已支付，收款单")).to_be_visible()
        accessible(desk)
        look(desk, "pay-order-desk")
