"""The cashier's screen without a mouse: room, Enter, what was given, Enter, the receipt."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.billing.till import Till
from tests.cast import Cast
from zhongshu.billing import batch
from zhongshu.billing.models import Payment
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now


@pytest.mark.django_db(transaction=True)
def test_money_is_taken_by_keyboard_alone(
    cast: Cast, at_desk: Callable[..., Page], on_phone: Callable[..., Page], look: Any, accessible: Any
) -> None:
    till = Till.open(cast, now())
    till.bill("209.78", day_of(till.at).isoformat())
    till.bill("60.00", day_of(till.at).isoformat(), item="CWF")
    user = cast.user(Role.CASHIER, cast.yql)
    page = at_desk(user)
    page.goto("/cashier/")
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_focused()
    accessible(page)
    page.keyboard.type("A-1")
    page.keyboard.press("Enter")
    amount = page.locator("#taking-amount")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("269.78")
    page.locator("[data-owed]").last.focus()
    page.keyboard.press("Space")
    expect(amount).not_to_have_value("269.78")
    page.keyboard.press("Space")
    amount.focus()
    page.keyboard.press("Tab")
    page.keyboard.type("300")
    expect(page.locator("[data-change]")).to_contain_text("30.22")
    accessible(page)
    look(page, "counter-desk", whole=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cashier/receipts/*")
    expect(page.get_by_text("贰佰陆拾玖元柒角捌分")).to_be_visible()
    accessible(page)
    look(page, "counter-receipt-desk")
    with page.expect_download() as paper:
        page.keyboard.press("Enter")
    assert paper.value.suggested_filename.endswith("-1.pdf")
    page.keyboard.press("n")
    expect(page.locator("#who")).to_be_focused()
    assert Payment.objects.get().taken.printed == 1

    phone = on_phone(user)
    for name, path in (
        ("counter", "/cashier/?account=A-1"),
        ("shift", f"/cashier/shifts/{Payment.objects.get().taken.shift}"),
    ):
        phone.goto(path)
        accessible(phone)
        look(phone, f"{name}-phone", whole=True)

    _pages_of_a_bookkeeper(till, on_phone, look, accessible)


def _pages_of_a_bookkeeper(till: Till, on_phone: Any, look: Any, accessible: Any) -> None:
    """Items, a run, late fees and months ahead, in the hand and in English."""
    user = till.cast.user(Role.FINANCE, till.cast.yql)
    user.language = "en"
    user.save(update_fields=["language"])
    run = batch.preview(actor=till.bookkeeper, at=now(), site_id=till.site_id, period=day_of(now()).replace(day=1))
    page = on_phone(user)
    for name in ("items", "runs", f"runs/{run.pk}", "late-fees", "accounts/A-1/prepayment"):
        page.goto(f"/billing/{name}")
        accessible(page)
        look(page, f"billing-{name.replace('/', '-')}", whole=True)
