"""Finance's day on the figures: what came in, who owes, a bounce that undoes the noon, and books that agree."""

import re
from datetime import date

from tests.billing.till import Till
from tests.stories.test_cashier_day import Pages, till  # noqa: F401 - a fixture
from zhongshu.billing.models import Charge, Payment
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of


def figure(pages: Pages, path: str, code: str) -> str:
    found = re.search(rf'data-(?:figure|rate)="{code}">([^<]+)<', pages.reads(path))
    assert found, (path, code)
    return found[1]


def test_finance_s_day(till: Till) -> None:  # noqa: F811
    cast, today = till.cast, day_of(till.at)
    finance, manager, cashier = (Pages(cast, role) for role in (Role.FINANCE, Role.SITE_MANAGER, Role.CASHIER))
    till.bill("500.00", str(date(today.year - 1, 12, 31)))

    # In the morning: what is owed, and since when.
    assert "欠费账龄" in finance.reads("/")
    assert figure(finance, "/insight/money/collection", "opening") == "500.00"
    assert figure(manager, "/insight/money/ageing", "overdue") == "500.00"
    assert figure(finance, "/insight/money/ageing", "not_due") == "269.78"

    # At noon the owner pays all of it: the old debt counts for recovery, the rest for this year.
    cashier.sends("/cashier/opening", opening_cash="0")
    paying = "/cashier/accounts/A-1/payments"
    cashier.sends(paying, key="k1", method="pos", amount="769.78", reference="POS-1")
    year = "/insight/money/collection"
    assert (figure(finance, year, "recovered"), figure(finance, year, "collected")) == ("500.00", "269.78")
    assert (figure(finance, year, "recovery"), figure(finance, year, "collection")) == ("100.0%", "100.0%")
    assert figure(finance, "/insight/money/takings", "taken") == "769.78"
    assert "没有未结的费用" in finance.reads("/insight/money/ageing")

    # A fee was wrong; then the terminal's money never came. Nothing was ever received.
    wrong = Charge.objects.get(item__code="CWF")
    finance.sends(f"/billing/charges/{wrong.pk}/reversal", reason="车位已退", confirmed="1")
    assert figure(finance, year, "due") == "209.78"
    payment = Payment.objects.get()
    finance.sends(f"/billing/payments/{payment.number}/bounce", on=today, reason="拒付")
    assert (figure(finance, year, "recovered"), figure(finance, year, "collected")) == ("0.00", "0.00")
    assert figure(finance, f"/insight/money/payments?day={today}&figure=bounced", "bounced") == "769.78"

    # In the evening every page equals the ledger, and leads there.
    for page in ("collection", "ageing", "takings", "paid-months", "receipts"):
        shown = finance.reads(f"/insight/money/{page}")
        assert "与总账核对" in shown
        assert ("相符" in shown, "不符" in shown) == (True, False), page
    account = re.search(r'href="(/ledger/accounts/[^"]+)"', finance.reads("/insight/money/ageing"))
    assert account is not None
    assert "709.78" in finance.reads(account[1].replace("&amp;", "&"))
