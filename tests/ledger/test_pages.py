"""The bookkeeper's pages and the API: what she reads, proposes and closes, and what her colleague decides."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from tests.ledger.conftest import Post, charged, paid
from zhongshu.identity.actions import create_token
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.ledger.kinds import BANK, BANK_FEES, RECEIVABLE, Fund
from zhongshu.ledger.models import Entry, LedgerAccount, Period, Proposal


def browser(cast: Cast, user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["site_id"] = cast.yql.pk
    session.save()
    return client


@pytest.fixture
def bookkeeper(cast: Cast) -> Client:
    return browser(cast, cast.user(Role.FINANCE, cast.yql, name="会计"))


@pytest.fixture
def colleague(cast: Cast) -> Client:
    return browser(cast, cast.user(Role.HEAD_OFFICE, name="财务总监"))


def sheet(answer: Any) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


VOUCHER = {
    "dated_on": str(day_of(now())),
    "memo": "银行手续费",
    "count": "4",
    **{f"fund-{n}": "operating" for n in range(4)},
    "code-0": BANK_FEES,
    "debit-0": "12.50",
    "code-1": BANK,
    "credit-1": "12.50",
}


def test_she_reads_from_the_balance_down_to_the_source(bookkeeper: Client, post: Post, cast: Cast) -> None:
    post(charged("1234.50"), "2026-10-31", source="billing.run:7")
    post(paid("1000.00"), "2026-11-01")
    post(charged("5.00", Fund.COMMON_AREA_REVENUE), "2026-11-03")
    page = bookkeeper.get("/ledger/?on=2026-11-02").content.decode()
    for words in ("经营资金", "应收账款", "借 1,234.50", "借 234.50", "试算平衡"):
        assert words in page
    assert "公共收益" not in page
    account = LedgerAccount.objects.get(code=RECEIVABLE, fund=Fund.OPERATING)
    page = bookkeeper.get(f"/ledger/accounts/{account.pk}?since=2026-11-01&until=2026-11-30").content.decode()
    assert "借 1,234.50" in page
    assert "借 234.50" in page
    assert "JZ-YQL-202610-0001" not in page
    page = bookkeeper.get("/ledger/entries?until=2026-10-31").content.decode()
    assert "JZ-YQL-202610-0001" in page
    assert "JZ-YQL-202611-0001" not in page
    assert "billing.run:7" in bookkeeper.get("/ledger/entries/JZ-YQL-202610-0001").content.decode()
    assert "这不是一个日期" in bookkeeper.get("/ledger/?on=gestern").content.decode()


def test_a_statement_goes_on_over_its_pages(bookkeeper: Client, post: Post) -> None:
    for _ in range(22):
        post(charged("1.00"))
    account = LedgerAccount.objects.get(code=RECEIVABLE)
    where = f"/ledger/accounts/{account.pk}?since="
    second = bookkeeper.get(f"{where}&page=2").content.decode()
    assert "借 21.00" in second
    assert "借 20.00" not in second
    rows = sheet(bookkeeper.get(f"{where}&export=xlsx"))
    assert [row[7] for row in rows[1:]] == [float(n) for n in range(1, 23)]
    balances = sheet(bookkeeper.get("/ledger/?on=2026-11-30&export=xlsx"))
    assert [row[6] for row in balances[1:]] == [22.0, -22.0]


def test_she_fills_a_voucher_in_and_a_colleague_posts_it(bookkeeper: Client, colleague: Client) -> None:
    wrong = bookkeeper.post("/ledger/proposals/new", VOUCHER | {"credit-1": "12.49"})
    assert wrong.status_code == 422
    assert "相差 0.01 元" in wrong.content.decode()
    assert "银行手续费" in wrong.content.decode()
    more = bookkeeper.post("/ledger/proposals/new", VOUCHER | {"more": "1"}).content.decode()
    assert 'name="debit-7"' in more
    assert 'value="12.50"' in more
    sent = bookkeeper.post("/ledger/proposals/new", VOUCHER)
    proposal = Proposal.objects.get()
    where = f"/ledger/proposals/{proposal.pk}"
    assert sent.headers["Location"] == where
    assert "复核无误，记账" not in bookkeeper.get(where).content.decode()
    assert "撤回" in bookkeeper.get(where).content.decode()
    bookkeeper.post(f"{where}/approval")
    assert not Entry.objects.exists()
    assert "复核无误，记账" in colleague.get(where).content.decode()
    colleague.post(f"{where}/approval")
    number = Entry.objects.get().number
    assert number in colleague.get("/ledger/proposals").content.decode()
    asked = colleague.post(f"/ledger/entries/{number}/reversal", {"dated_on": VOUCHER["dated_on"], "memo": "重复"})
    undo = asked.headers["Location"]
    assert colleague.post(f"{undo}/declining", {"reason": "x"}).status_code == 422
    bookkeeper.post(f"{undo}/approval")
    assert "已被冲销" in bookkeeper.get(f"/ledger/entries/{number}").content.decode()


@pytest.mark.parametrize(
    ("slip", "says"),
    [
        ({"debit-1": "3"}, "一行只填借方或贷方"),
        ({"code-0": ""}, "请选择科目"),
        ({"debit-0": "-1"}, "大于或等于"),
        ({"memo": ""}, "这个字段是必填项"),
    ],
)
def test_a_slip_is_shown_at_its_place(bookkeeper: Client, slip: dict[str, str], says: str) -> None:
    answer = bookkeeper.post("/ledger/proposals/new", VOUCHER | slip)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_she_sends_one_back_and_takes_one_back(bookkeeper: Client, colleague: Client) -> None:
    for _ in range(2):
        bookkeeper.post("/ledger/proposals/new", VOUCHER)
    first, second = (f"/ledger/proposals/{pk}" for pk in Proposal.objects.order_by("pk").values_list("pk", flat=True))
    assert colleague.post(f"{first}/declining", {"reason": ""}).status_code == 422
    colleague.post(f"{first}/declining", {"reason": "科目不对"})
    bookkeeper.post(f"{second}/withdrawal")
    assert [row.state for row in Proposal.objects.order_by("pk")] == ["declined", "withdrawn"]
    assert "科目不对" in bookkeeper.get(first).content.decode()


def test_she_closes_the_month_and_a_colleague_opens_it(bookkeeper: Client, colleague: Client, post: Post) -> None:
    last_month = day_of(now()).replace(day=1) - timedelta(days=1)
    month = str(last_month.replace(day=1))
    assert "没有可以结账的月份" in bookkeeper.get("/ledger/periods").content.decode()
    post(charged("1.00"), str(last_month))
    assert f"{last_month:%Y-%m}" in bookkeeper.get("/ledger/periods").content.decode()
    assert bookkeeper.post("/ledger/periods/closing", {"month": "2020-01-01"}).status_code == 422
    bookkeeper.post("/ledger/periods/closing", {"month": month})
    assert Period.objects.get().closed_by_name == "会计"
    assert "要由另一位同事" in bookkeeper.get("/ledger/periods").content.decode()
    assert bookkeeper.post("/ledger/periods/reopening", {"month": month, "reason": "漏记"}).status_code == 422
    assert colleague.post("/ledger/periods/reopening", {"month": month, "reason": ""}).status_code == 422
    colleague.post("/ledger/periods/reopening", {"month": month, "reason": "漏记"})
    assert "漏记" in bookkeeper.get("/ledger/periods").content.decode()


def test_a_manager_reads_and_finds_nothing_to_press(cast: Cast, post: Post) -> None:
    post(charged("1.00"))
    manager = browser(cast, cast.user(Role.SITE_MANAGER, cast.yql))
    for where in ("", "entries", "proposals", "periods"):
        page = manager.get(f"/ledger/{where}")
        assert page.status_code == 200
        assert "填制凭证" not in page.content.decode()
    assert manager.get("/ledger/proposals/new").status_code == 404
    assert browser(cast, cast.user(Role.CASHIER, cast.yql)).get("/ledger/").status_code == 404


def test_in_english(bookkeeper: Client, post: Post) -> None:
    post(charged("1.00"))
    bookkeeper.cookies["django_language"] = "en"
    page = bookkeeper.get("/ledger/?on=2026-11-30", headers={"accept-language": "en"}).content.decode()
    assert "Receivables" in page
    assert "Dr 1.00" in page


class Program:
    """Speaks to the API as somebody."""

    def __init__(self, cast: Cast, user: User) -> None:
        scopes = ["ledger.view", "ledger.post_manually", "ledger.close_periods"]
        _token, secret = create_token(actor=cast.system, at=now(), user=user, name="财务软件", scopes=scopes)
        self.head = {"authorization": f"Bearer {secret}"}
        self.client = Client()

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/ledger/{path}", headers=self.head).json()

    def post(self, path: str, **said: Any) -> Any:
        answer = self.client.post(f"/api/v1/ledger/{path}", said, content_type="application/json", headers=self.head)
        return answer.json() | {"status_code": answer.status_code}


def test_programs_read_propose_post_and_close(cast: Cast, post: Post) -> None:
    one = Program(cast, cast.user(Role.FINANCE, cast.yql, name="会计"))
    other = Program(cast, cast.user(Role.HEAD_OFFICE, name="财务总监"))
    today = day_of(now())
    post(charged("7.00"), str(today.replace(day=1) - timedelta(days=1)))
    legs = [{"fund": "operating", "code": c, "amount": a} for c, a in ((BANK_FEES, "1.50"), (BANK, "-1.50"))]
    said = {"site": "YQL", "dated_on": str(today), "memo": "手续费", "legs": legs}
    assert one.post("proposals", **said | {"legs": legs[:1]})["status_code"] == 422
    made = one.post("proposals", **said)
    assert made["status_code"] == 201
    assert one.post(f"proposals/{made['id']}/decision", decision="post")["status_code"] == 409
    number = other.post(f"proposals/{made['id']}/decision", decision="post")["entry"]
    assert one.get(f"entries/{number}")["legs"] == legs
    bank = next(row["id"] for row in one.get("accounts?site=YQL")["items"] if row["code"] == BANK)
    assert [row["number"] for row in one.get(f"entries?account_id={bank}")["items"]] == [number]
    rows = one.get("trial-balance?site=YQL")["accounts"]
    assert [(row["code"], row["closing"]) for row in rows][:2] == [(BANK, "-1.50"), (RECEIVABLE, "7.00")]
    undo = one.post("proposals", dated_on=str(today), memo="重复", reverses=number)
    assert undo["reverses"] == number
    assert one.post(f"proposals/{undo['id']}/decision", decision="withdraw")["state"] == "withdrawn"
    month = str(today.replace(day=1) - timedelta(days=1))
    assert one.post("periods", site="YQL", month=month)["status_code"] == 201
    assert one.post("periods/reopening", site="YQL", month=month, reason="漏记")["code"] == "second_person_needed"
    assert other.post("periods/reopening", site="YQL", month=month, reason="漏记")["reason"] == "漏记"
    assert one.get("periods?site=YQL")["total"] == 1
    assert one.get("proposals?state=posted")["total"] == 1
