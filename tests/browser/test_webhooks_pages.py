"""The pages of webhooks as an administrator sees them: at a desk in Chinese, on a phone in English."""

from datetime import timedelta
from typing import Any

import pytest

from tests.browser.conftest import SignIn
from tests.cast import Cast
from tests.identity.conftest import no_jobs
from tests.webhooks.conftest import Wire, receiver
from tests.webhooks.receiver import Receiver
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.webhooks import actions

__all__ = ["no_jobs", "receiver"]


@pytest.mark.django_db(transaction=True)
def test_endpoints_and_deliveries(
    at_desk: SignIn, on_phone: SignIn, cast: Cast, receiver: Receiver, settings: Any, look: Any, accessible: Any
) -> None:
    settings.WEBHOOKS_PRIVATE = True
    wire = Wire(cast, receiver, now() - timedelta(hours=2))
    receiver.answers = [(500, {}, b"out of order"), 200]
    for _ in range(3):
        wire.happen()
        wire.send()
        wire.send(after=timedelta(minutes=1))
    paused, _secret = wire.add(None, ["cases"])
    actions.pause_endpoint(actor=wire.admin, at=wire.at, endpoint_id=paused.pk)
    user = cast.user(Role.ADMINISTRATOR)
    home = "/admin/webhooks"
    pages = {
        "endpoints": home,
        "new": f"{home}/new",
        "endpoint": f"{home}/{wire.endpoint.pk}",
        "edit": f"{home}/{wire.endpoint.pk}/edit",
        "deliveries": f"{home}/deliveries?since=tomorrow",
        "delivery": f"{home}/deliveries/{wire.delivery.pk - 1}",
    }
    desk = at_desk(user)
    for name, address in pages.items():
        desk.goto(address)
        accessible(desk)
        look(desk, f"webhooks-{name}-desk")
    desk.goto(pages["new"])
    desk.get_by_label("推送地址").fill(receiver.url)
    desk.get_by_label("work.order_moved").check()
    desk.get_by_role("button", name="创建").click()
    assert desk.locator("output.secret").inner_text().startswith("whsec_")
    look(desk, "webhooks-secret-desk")
    user.language = "en"
    user.save()
    phone = on_phone(user)
    for name, address in pages.items():
        phone.goto(address)
        accessible(phone)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        look(phone, f"webhooks-{name}-phone", whole=True)
