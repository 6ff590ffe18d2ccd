"""The keeper's day, legal affairs' day and the site manager's day with those who owe, through the real pages."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.collecting.site import Site
from tests.stories.test_cashier_day import Pages
from zhongshu.billing.models import Charge
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.models import Notice, PaymentPlan
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role


@pytest.fixture
def site(cast, noon, monkeypatch: pytest.MonkeyPatch) -> Site:
    """It is noon: one may call."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    return Site(cast, noon, Site.account_of(cast, "A-1")).settle()


def test_a_keeper_s_day(site: Site) -> None:
    keeper = Pages(site.cast, Role.KEEPER, name="管家1")
    assert "今天联系谁" in keeper.reads("/m/me")
    assert "欠 4 个月" in keeper.reads("/collecting/m/day")
    home, today = "/collecting/accounts/H101", site.today

    # One call is enough: what was promised is written down, and why it came so far.
    promised = {"manner": "phone", "outcome": "promised", "promised_on": today + timedelta(days=3), "from": "phone"}
    assert keeper.sends(f"{home}/contacts", **promised) == "/collecting/m/accounts/H101"
    assert "每天最多 1 次" in keeper.is_told(f"{home}/contacts", **promised)
    keeper.sends(f"{home}/reasons", kind="away", note="在外地", **{"from": "phone"})
    shown = keeper.reads("/collecting/m/accounts/H101")
    assert all(words in shown for words in ("在外地", "承诺交费"))
    assert "每天最多 1 次" in keeper.reads("/collecting/m/day")

    # The whole list is narrowed to the own houses; what others owe stays theirs.
    assert "1 户，逾期本金 400.00 元" in keeper.reads("/collecting/arrears?months=3&reason=away")
    assert "H201" not in keeper.reads("/collecting/arrears")
    verbs = AuditEntry.objects.filter(verb__startswith="collecting.").values_list("verb", flat=True)
    assert sorted(verbs) == ["collecting.note_reason", "collecting.record_contact"]


def test_legal_affairs_day(site: Site) -> None:
    legal, account = Pages(site.cast, Role.LEGAL), site.homes["101"]
    wanted = [Wanted(account.pk, NoticeKind.FINAL_DEMAND, "story", 30)]
    on = site.today - timedelta(days=31)
    make_notices(actor=site.cast.system, at=site.at, site_id=site.site_id, on=on, wanted=wanted)
    notice = Notice.objects.get()
    assert notice.number in legal.reads("/collecting/pursuit")
    papers = ZipFile(BytesIO(legal.client.get("/collecting/accounts/H101/papers").content))
    assert papers.namelist() == ["1-statement.pdf", "2-history.pdf", "3-notices.pdf"]
    assert all(papers.read(name).startswith(b"%PDF-") for name in papers.namelist())

    # They agree instead: the debts of today in three parts.
    debts = [charge.pk for charge in Charge.objects.filter(account=account)]
    first = {"agreed_on": site.today, "first_on": site.today, "count": 3, "agreed_with": "业主H101", "charges": debts}
    led_to = legal.sends("/collecting/accounts/H101/plans", **first)
    assert "按期履行" in legal.reads(led_to)
    part = PaymentPlan.objects.get().instalments.first()
    assert part is not None
    site.takes(str(part.amount), account_id=account.pk, at=site.at + timedelta(minutes=5))
    shown = legal.reads(led_to)
    assert f"{part.amount:,.2f}" in shown
    assert "分期 · 按期履行" in legal.reads("/collecting/arrears?plan=kept")


def test_a_site_manager_s_day(site: Site) -> None:
    manager, cashier = Pages(site.cast, Role.SITE_MANAGER), Pages(site.cast, Role.CASHIER)
    shown = manager.reads("/collecting/overview")
    assert all(words in shown for words in ("管家1", "管家2", "500.00"))
    site.takes("100.20", account_id=site.homes["201"].pk)  # with the late fee of four days
    after = manager.reads("/collecting/overview")
    assert ("管家2" in after, "400.00" in after) == (False, True)

    # Any day's statement is the same on the page, on paper and at the till; every figure equals the ledger.
    statement = "/billing/accounts/H201/statement"
    assert "没有未清的账单" in cashier.reads(statement)
    yesterday = site.today - timedelta(days=1)
    assert "100.00" in cashier.reads(f"{statement}?on={yesterday}")
    paper = cashier.client.get(f"{statement}/paper?on={yesterday}")
    assert paper.content.startswith(b"%PDF-")
    assert sub_ledger_differences(site.site_id) == []
