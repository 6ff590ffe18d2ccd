"""The figures of money in a real browser: drawn, leading to what is behind them, readable in the hand."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.billing.till import Till
from tests.insight.test_money_pages import till as two_dwellings  # noqa: F401 - a fixture
from tests.insight.test_money_pages import today  # noqa: F401 - likewise
from zhongshu.identity.roles import Role
from zhongshu.insight.policies.stretches import months_before

PLOTS = {"collection": 2, "ageing": 1, "takings": 1, "paid-months": 1, "receipts": 1, "occupancy": 1}


@pytest.fixture
def till(two_dwellings: Till, today: date) -> Till:  # noqa: F811
    """Money came for twenty months; one month it did not."""
    for back in range(20, -1, -1):
        day = months_before(today, back)
        two_dwellings.bill("209.78", str(day), item="WYF", period_end=months_before(today, back - 1))
        if back != 9:
            two_dwellings.takes("209.78" if back % 12 else "900.00", on=str(day))
    return two_dwellings


def test_figures_of_money_on_the_desk_and_in_the_hand(
    till: Till,
    at_desk: Callable[..., Page],
    on_phone: Callable[..., Page],
    look: Callable[..., None],
    accessible: Callable[[Page], None],
) -> None:
    manager = till.cast.user(Role.SITE_MANAGER, till.cast.yql)
    page = at_desk(manager)
    for name, plots in PLOTS.items():
        page.goto(f"/insight/money/{name}")
        expect(page.locator("[data-plot] svg")).to_have_count(plots)
        look(page, f"insight-money-{name}", whole=True)
        accessible(page)
    page.goto("/insight/money/ageing")
    page.locator("[data-figure=overdue]").click()
    expect(page.locator("h1")).to_contain_text("逾期合计")
    accessible(page)
    manager.language = "en"
    manager.save()
    phone = on_phone(manager)
    for name in PLOTS:
        phone.goto(f"/insight/money/{name}")
        look(phone, f"insight-money-{name}-phone", whole=True)
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
