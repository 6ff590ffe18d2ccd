"""A cashier's day and the bookkeeper's evening, through the real pages."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.billing.till import Till
from tests.cast import Cast
from zhongshu.billing.kinds import Method
from zhongshu.billing.models import Charge, ChargeItem, Payment, Prepayment, Refund
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.cashier.models import DailyClose, DepositRelease, Handover, Shift
from zhongshu.estate.models import AccountPlace, Place
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.ledger.kinds import BANK, CASH, CLEARING, DEPOSITS, Fund
from zhongshu.ledger.queries import balance, trial_balance

YUAN = Decimal


class Pages:
    """Somebody's browser: what is sent must be taken, what is asked for must be there."""

    def __init__(self, cast: Cast, role: Role, *, name: str = "") -> None:
        self.client = Client()
        self.client.force_login(cast.user(role, cast.yql, name=name))

    def reads(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    def sends(self, path: str, **said: Any) -> str:
        """Where it leads to."""
        answer = self.client.post(path, said)
        assert answer.status_code == 302, answer.content.decode()
        return answer.headers["Location"]

    def is_told(self, path: str, **said: Any) -> str:
        """What the form says when it is not taken."""
        answer = self.client.post(path, said)
        assert answer.status_code == 422
        return answer.content.decode()


@pytest.fixture
def till(cast: Cast) -> Till:
    """A dwelling that owes, an item that recurs, and one for deposits."""
    till = Till.open(cast, now())
    unit = Place.objects.create(
        site=cast.yql, kind="unit", code="P1-1-1-101", label="一期1栋1单元101", path="P1-1-1-101", room_no="101"
    )
    AccountPlace.objects.create(site=cast.yql, account=till.account, place=unit, starts_on=till.account.starts_on)
    till.account.unit = unit
    till.account.save()
    today = day_of(till.at).isoformat()
    till.bill("209.78", today)
    till.bill("60.00", today, item="CWF")
    ChargeItem.objects.filter(code="WYF").update(is_recurring=True, name="物业费")
    till.item("ZXYJ", fund=Fund.DEPOSITS, method=Method.DEPOSIT, name="装修押金")
    till.item("SSPC", method=Method.ONE_OFF, name="损坏赔偿")
    return till


def test_a_cashier_s_day(till: Till) -> None:
    cast = till.cast
    cashier, finance, manager = (Pages(cast, role) for role in (Role.CASHIER, Role.FINANCE, Role.SITE_MANAGER))
    colleague = Pages(cast, Role.CASHIER, name="second")
    assert "收款前先开班" in cashier.reads("/cashier/")
    cashier.sends("/cashier/opening", opening_cash="0")
    shift = Shift.objects.get()

    # Cash, twice clicked: one payment, and the change.
    shown = cashier.reads("/cashier/?q=101")
    assert all(words in shown for words in ("209.78", "269.78", "业主A-1"))
    paying, cash = "/cashier/accounts/A-1/payments", {"key": "k1", "method": "cash", "amount": "209.78"}
    assert "实收现金少于应收金额" in cashier.is_told(paying, **cash, tendered="200")
    bill = Charge.objects.get(item__code="WYF")
    first = cashier.sends(paying, **cash, tendered="300", charges=bill.pk)
    assert cashier.sends(paying, **cash, tendered="300", charges=bill.pk) == first
    receipt = cashier.reads(first)
    assert all(words in receipt for words in ("贰佰零玖元柒角捌分", "90.22", "按付款人指定", "打印收据"))
    paper = cashier.client.post(first + "/prints")
    assert (paper.headers["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert "补打收据" in cashier.reads(first)

    # By card reader the slip's number is needed; a slip of the tongue is taken back.
    assert "请填写凭证号" in cashier.is_told(paying, key="k2", method="pos", amount="60.00")
    wrong = cashier.sends(paying, key="k2", method="pos", amount="60.00", reference="POS-1")
    cashier.sends(wrong + "/cancellation", reason="刷错了户")
    assert "已撤销" in cashier.reads(wrong)
    cashier.sends(paying, key="k3", method="pos", amount="60.00", reference="POS-2", item="CWF")
    assert till.owes(day_of(till.at).isoformat()) == []
    cashier.sends(paying, key="k4", method="transfer", amount="100.00", reference="ZZ-1")

    # A prepayment, and a deposit that finance has charged.
    ahead = {"item_code": "WYF", "place_id": till.account.unit_id, "starts_on": day_of(till.at).replace(day=1)}
    paid = cashier.sends(
        "/cashier/accounts/A-1/prepayments", **ahead, months=3, monthly="209.78", key="k5", method="cash"
    )
    assert (Prepayment.objects.get().paid_amount, "预交 3 个月" in cashier.reads(paid)) == (YUAN("629.34"), True)
    asked = {"account": "A-1", "item_code": "ZXYJ", "amount": "2000.00", "due_on": day_of(till.at), "token": 7}
    finance.sends("/billing/charges/new", **asked, confirmed="1")
    deposit = Charge.objects.get(item__code="ZXYJ")
    cashier.sends(paying, key="k6", method="cash", amount="2000.00", charges=deposit.pk)

    # Credit goes back in cash, when somebody else has agreed.
    back = {"amount": "100.00", "method": "cash", "reference": "TK-1", "on": day_of(till.at), "reason": "业主要求"}
    cashier.sends("/billing/accounts/A-1/refund", **back)
    refund = Refund.objects.get()
    manager.sends(f"/billing/refunds/{refund.pk}/approval")
    assert "付现金" in cashier.reads("/cashier/")
    cashier.sends(f"/cashier/credit-refunds/{refund.pk}/cash")
    cashier.sends(f"/cashier/credit-refunds/{refund.pk}/cash")

    # Part of the deposit is kept, the rest goes back.
    kept = {"kept_item": "SSPC", "kept_amount": "350.00", "kept_reason": "地砖破损"}
    asked_back = f"/cashier/deposits/{deposit.pk}"
    assert "业主A-1" in cashier.reads("/cashier/deposits?q=101")
    assert "没有在账" in cashier.reads("/cashier/deposits?months=3")
    release = cashier.sends(asked_back, amount="2000.00", method="cash", reason="装修验收合格", **kept)
    assert "不批准" not in cashier.reads(release)
    assert "不批准" in manager.reads(release)
    manager.sends(release + "/approval")
    cashier.sends(release + "/payment")
    assert DepositRelease.objects.get().shift == shift
    shift.refresh_from_db()
    assert shift.cash == YUAN("1089.12")  # 209.78 + 629.34 + 2000 - 100 - 1650

    # The drawer lacks eight cents; the cash goes to the bank, to a colleague, and stays for tomorrow.
    here = f"/cashier/shifts/{shift.number}"
    notes = {"note_100": 10, "note_50": 1, "note_20": 1, "note_10": 1, "note_5": 1, "note_1": 4, "slip_pos": "60"}
    notes |= {"slip_transfer": "100"}
    assert "请说明原因" in cashier.is_told(here + "/counts", **notes)
    cashier.sends(here + "/counts", **notes, reason="找零差")
    refused = cashier.client.post(paying, {"key": "k7", "method": "cash", "amount": "1"})
    assert (refused.status_code, Payment.objects.filter(reference="k7").exists()) == (422, False)
    cashier.sends(here + "/handovers", goes="bank", amount="689.00", reference="HD-1")
    second = cast.user(Role.CASHIER, cast.yql, name="second")
    cashier.sends(here + "/handovers", goes="colleague", amount="200.00", to_id=second.pk)
    cashier.sends(here + "/handovers", goes="drawer", amount="200.00")
    assert "还没有交接" in finance.is_told("/cashier/closes", day=day_of(now()))
    waiting = Handover.objects.get(goes="colleague")
    assert "等我确认" in colleague.reads("/cashier/handovers")
    colleague.sends(f"/cashier/handovers/{waiting.pk}/acceptance")
    colleague.sends(f"/cashier/handovers/{waiting.pk}/banking", reference="HD-2")
    assert "已结束" in cashier.reads(here)

    # Finance compares and closes; the day's books agree.
    finance.sends("/cashier/closes", day=day_of(now()))
    close = DailyClose.objects.get()
    report = f"/cashier/closes/{close.day}"
    shown = finance.reads(report)
    assert all(words in shown for words in ("2,839.12", "2,999.12", "-0.12", "找零差", "889.00", "1,750.00"))
    book = CalamineWorkbook.from_filelike(BytesIO(finance.client.get(report + "?export=xlsx").content))
    assert ["现金", 3, 2839.12, 0, 2839.12, 0] in book.get_sheet_by_index(0).to_python()
    assert finance.client.get(report + "?export=pdf").content[:5] == b"%PDF-"
    refused = cashier.client.post("/cashier/opening", {"opening_cash": "0"})
    assert (refused.status_code, "已经日结" in refused.content.decode()) == (422, True)

    operating = {code: balance(till.site_id, Fund.OPERATING, code) for code in (CASH, BANK, CLEARING)}
    assert (operating[CASH], operating[BANK]) == (YUAN("200.00"), YUAN("989.00"))
    assert balance(till.site_id, Fund.DEPOSITS, DEPOSITS) == 0
    assert sub_ledger_differences(till.site_id) == []
    assert trial_balance(till.site_id, day_of(now()))
