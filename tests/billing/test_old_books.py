"""A company moves in from its old books: charges, payments, and HC's lines that are both."""

from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.billing.estate import Estate
from tests.billing.old_books import CHARGES, DETAILS, PAYMENTS, agrees, book, refused, take
from tests.estate.books import cells
from zhongshu.billing.importing.words import by_names, method_of
from zhongshu.billing.models import Allocation, Charge, ChargeItem, Payment
from zhongshu.billing.policies.allocation import Debt, Designation, Rules, allocate, foremost
from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound
from zhongshu.ledger.actions import close_period
from zhongshu.ledger.models import Entry

METHODS = {
    "现金": "cash", " 现 金 ": "cash", "微信": "wechat", "微信扫码支付": "wechat", "WeChat Pay": "wechat",
    "支付宝": "alipay", "转账": "transfer", "银行转帐": "transfer", "网银": "transfer", "对公汇款": "transfer",
    "支票": "transfer", "刷卡": "pos", "POS机": "pos", "ＰＯＳ": "pos", "银行卡": "pos", "银联": "pos",
    "银行代扣": "direct_debit", "托收": "direct_debit", "其它": "other", "银行": "transfer", "微信转账": "wechat",
}  # fmt: skip


@pytest.mark.parametrize(("text", "method"), list(METHODS.items()))
def test_ways_of_paying_have_many_names(text: str, method: str) -> None:
    assert method_of(text) == method


@pytest.mark.parametrize("text", ["比特币", "一卡通", "押金抵扣", "现金+微信", "现金/转账"])
def test_other_ways_of_paying_are_refused(text: str) -> None:
    with pytest.raises(BadCell):
        method_of(text)


def test_items_are_known_by_code_by_name_and_by_what_else_they_are_called() -> None:
    known = by_names([("WYF", "物业费", 1), ("SF", "水费", 2), ("CWF1", "车位费", 3), ("CWF2", "停车费", 4)])
    asked = ("wyf", "物业管理费", "自来水费", "车位费", "停车费", "车位管理费")
    assert [known.get(name) for name in asked] == [1, 1, 2, 3, 4, None]


debts = st.lists(
    st.builds(
        Debt, charge_id=st.integers(1, 10**6), item=st.sampled_from("ABC"), period_start=st.just(date(2026, 1, 1)),
        due_on=st.dates(date(2026, 1, 1), date(2026, 1, 9)), principal=st.decimals("0.01", 50, places=2),
        late_fee_rate=st.sampled_from([Decimal(0), Decimal("0.0005")]), security=st.integers(0, 1),
    ),
    max_size=12,
    unique_by=lambda debt: debt.charge_id,
)  # fmt: skip
wishes = st.none() | st.builds(Designation, item=st.sampled_from("AB"))


@given(debts, st.decimals("0.01", 300, places=2), wishes, st.sampled_from([(), ("B", "A")]))
@settings(max_examples=60)
def test_money_meets_the_same_debts_whether_it_is_shown_all_or_the_foremost(
    owed: list[Debt], amount: Decimal, wish: Designation | None, order: tuple[str, ...]
) -> None:
    rules = Rules(date(2026, 1, 5), contract_order=order)
    few = foremost(owed, amount, rules, wish)
    assert allocate(few, amount, rules, wish) == allocate(owed, amount, rules, wish)


def test_charges_and_payments_come_in_once(estate: Estate) -> None:
    estate.home("1-101", since="2026-11-04")
    estate.home("1-102")
    estate.item(None, code="WYF", name="物业费")
    charges = book(
        CHARGES,
        ["1-101", "物业管理费", "2026-01", "", "2026-01-31", "¥1,200.50"],
        [" 1 - 101 ", "WYF", "2026.2.1", "2026/2/28 0:00", 46081, 100],
        ["1-102", "物业费", "20260101", "20260131", "2026年1月31日", "100元"],
        ["1-102", "物业费", "20260101", "20260131", "2026年1月31日", "100元"],
        ["9-999", "物业费", "2026-01", "", "", 5],
        ["1-102", "空气费", "2026-03", "", "", 5],
        ["1-102", "物业费", "2026-03", "", "", 0],
        ["合计", "", "", "", "", 1505.5],
    )
    assert take(estate, "charges", charges, is_dry_run=True).report.tally()["taken"] == 3
    assert not Charge.objects.exists()
    taken = take(estate, "charges", charges)
    assert taken.report.tally() == {"rows": 7, "taken": 3, "already": 1, "refused": 3}
    assert refused(taken) == [(6, "房屋"), (7, "收费项目"), (8, "金额")]
    assert [one.examples for one in taken.report.readings if one.column == "开始"] == [
        ("2026-01 → 2026-01-01 至 2026-01-31", "2026.2.1 → 2026-02-01", "20260101 → 2026-01-01")
    ]
    assert take(estate, "charges", charges).report.tally() == {"rows": 7, "taken": 0, "already": 4, "refused": 3}
    assert estate.charged() == ["1200.50", "100.00", "100.00"]
    assert agrees(estate)
    payments = book(
        PAYMENTS,
        ["1-101", 1250.5, "微信支付", "", "2026-02-05", ""],
        ["1-102", "50", "银行转账", "A1", "2026-01-20", "物业费"],
    )
    assert take(estate, "payments", payments).report.tally()["taken"] == 2
    assert take(estate, "payments", payments).report.tally() == {"rows": 2, "taken": 0, "already": 2, "refused": 0}
    opened = Charge.objects.order_by("account__number", "due_on").values_list("open_amount", flat=True)
    assert list(map(str, opened)) == ["0.00", "50.00", "50.00"]
    assert agrees(estate)
    assert Payment.objects.count() == 2


def test_refused_rows_go_back_with_their_reasons_and_come_in_when_mended(estate: Estate) -> None:
    estate.home("1-101")
    estate.item(None, code="WYF", name="物业费")
    rows = [["1-101", "物业费", "2026-01", "", "", 100], ["1-101", "物业费", "2026-02", "", "", -3]]
    taken = take(estate, "charges", book(["华庭物业 2026 年", "", "", "", "", ""], CHARGES, *rows))
    assert taken.errors is not None
    back = cells(taken.errors, "Sheet1")
    assert [row[5:] for row in back[1:]] == [
        ["金额", "错误"],
        [-3.0, "金额是负数：-3.00；退款和冲减请在系统里办理，不从历史账导入"],
    ]
    mended = book(*[row[:7] for row in back[:2]], [*back[2][:5], 80, back[2][6]])
    assert take(estate, "charges", mended).report.tally() == {"rows": 1, "taken": 1, "already": 0, "refused": 0}
    assert estate.charged() == ["100.00", "80.00"]


def test_a_month_of_the_old_book_is_not_billed_again_nor_the_other_way_round(estate: Estate) -> None:
    estate.home("1-101")
    estate.home("1-102")
    estate.item("2.35", name="物业费")
    year = book(CHARGES, ["1-101", "物业费", "2026-01", "2026-12", "2026-12-31", 2517.36])
    assert take(estate, "charges", year).report.tally()["taken"] == 1
    facts = Charge.objects.order_by("period_start").values_list("period_start", "amount")
    assert [(str(day)[:7], str(amount)) for day, amount in facts] == [
        ("2026-01", "2097.80"), ("2026-11", "209.78"), ("2026-12", "209.78"),
    ]  # fmt: skip
    estate.run("2026-11")
    assert Charge.objects.count() == 4
    assert take(estate, "charges", year).report.tally()["already"] == 1
    later = book(
        CHARGES,
        ["1-102", "物业费", "2026-11", "", "", 209.78],
        ["1-102", "物业费", "2026年11月", "", "", 300],
        ["1-102", "物业费", "2026-11-15", "2026-11-20", "", 10],
    )
    taken = take(estate, "charges", later)
    assert (taken.report.tally()["already"], refused(taken)) == (1, [(3, "金额"), (4, "金额")])


def test_money_that_came_in_before_its_charges_clears_them_from_its_own_day(estate: Estate) -> None:
    estate.home("1-101")
    estate.item(None, code="WYF", name="物业费")
    take(estate, "payments", book(PAYMENTS, ["1-101", 150, "现金", "R1", "2026-01-10", ""]))
    rows = [["1-101", "物业费", f"2026-0{month}", "", f"2026-0{month}-28", 100] for month in (2, 1)]
    take(estate, "charges", book(CHARGES, *rows))
    cleared = Allocation.objects.order_by("charge__due_on").values_list("charge__due_on", "amount", "on", "order_used")
    assert [(str(due), str(amount), str(on), used) for due, amount, on, used in cleared] == [
        ("2026-01-28", "100.00", "2026-01-28", "credit"), ("2026-02-28", "50.00", "2026-02-28", "credit"),
    ]  # fmt: skip
    assert agrees(estate)


def test_a_price_with_a_late_fee_has_money_received_one_by_one(estate: Estate) -> None:
    estate.home("1-101")
    estate.item("2", name="物业费", tariff={"late_fee_rate": Decimal("0.001")})
    rows = [["1-101", "物业费", f"2026-0{month}", "", f"2026-0{month}-28", 1000] for month in (1, 2)]
    take(estate, "charges", book(CHARGES, *rows))
    paid = [["1-101", 1000, "现金", "R1", "2026-01-20", ""], ["1-101", 1010, "现金", "R2", "2026-03-10", ""]]
    for what in ("taken", "already"):
        assert take(estate, "payments", book(PAYMENTS, *paid)).report.tally()[what] == 2
    late = Charge.objects.get(late_fee_of__isnull=False)
    assert (str(late.amount), str(late.open_amount)) == ("10.00", "0.00")
    assert agrees(estate)


def test_what_belongs_to_closed_months_stands_in_the_first_open_one(estate: Estate) -> None:
    estate.home("1-101")
    estate.item(None, code="WYF", name="物业费")
    take(estate, "charges", book(CHARGES, ["1-101", "物业费", "2026-01", "", "", 100]))
    close_period(actor=estate.bookkeeper, at=estate.at, site=estate.site, month=date(2026, 1, 1))
    take(estate, "charges", book(CHARGES, ["1-101", "物业费", "2025-12", "", "2025-12-31", 50]))
    late = Charge.objects.select_related("entry").get(amount=50)
    assert (str(late.issued_on), str(late.entry.dated_on)) == ("2025-12-01", "2026-02-01")


def test_a_line_of_hc_is_a_charge_and_its_payment(estate: Estate) -> None:
    estate.home("1-1-1001")
    for code, name in (("WYF", "物业费"), ("LJF", "垃圾费")):
        estate.item(None, code=code, name=name)
    details = book(
        DETAILS,
        ["1-1-1001", "物业费", 1, "2026-01-01", "2026-01-31", "2026-01-15 10:20:30", 200, 200, "张三", "老系统"],
        ["1-1-1001", "物业费#垃圾费", 1, "2026-02-01", "2026-02-28", "2026-02-10", "200#10", "150#10", "", ""],
        ["1-1-1001", "物业费", 1, "2026-03-01", "2026-03-31", "", 200, 0, "", ""],
        ["1-1-1001", "物业费#垃圾费", 1, "2026-04-01", "2026-04-30", "", 210, "", "", ""],
    )
    for what in ("taken", "already"):
        taken = take(estate, "charges", details)
        assert (taken.report.layout, taken.report.tally()[what], refused(taken)) == ("hc", 3, [(5, "应缴")])
    facts = Charge.objects.order_by("period_start", "-item__code").values_list("item__code", "amount", "open_amount")
    assert [(code, str(amount), str(left)) for code, amount, left in facts] == [
        ("WYF", "200.00", "0.00"), ("WYF", "200.00", "50.00"), ("LJF", "10.00", "0.00"), ("WYF", "200.00", "200.00"),
    ]  # fmt: skip
    assert agrees(estate)


def test_fees_as_hc_exports_them_and_semicolons_in_gb18030(estate: Estate) -> None:
    estate.home("1-1-1001")
    estate.item(None, code="WYF", name="物业费")
    headings = "房屋编码;费用名称;开始;结束;收费金额"
    lines = (headings, "1-1-1001;物业费;2026-01-01;2026-01-31;1,200.00", "1-1-1001;物业费;2026-02;;80")
    assert take(estate, "charges", "\n".join(lines).encode("gb18030")).report.tally()["taken"] == 2
    assert estate.charged() == ["1200.00", "80.00"]


def test_a_receipt_counts_once_for_each_item_and_for_nobody_else(estate: Estate) -> None:
    estate.home("1-101")
    estate.home("1-102")
    estate.item(None, code="WYF", name="物业费")
    estate.item(None, code="LJF", name="垃圾费")
    rows = [
        ["1-101", 100, "现金", "0012", "2026-01-10", "物业费"],
        ["1-101", 10, "现金", "0012", "2026-01-10", "垃圾费"],
        ["1-102", 100, "现金", "0012", "2026-01-10", "物业费"],
        ["1-101", 100, "现金", "0012", "2026-01-10", "物业费"],
        ["1-101", 100, "比特币", "0013", "2026-01-10", ""],
        ["1-101", 100, "现金", "0014", "2027-01-10", ""],
    ]
    taken = take(estate, "payments", book(PAYMENTS, *rows))
    assert refused(taken) == [(6, "方式"), (7, "收款日期"), (4, "凭证号")]
    again = take(estate, "payments", book(PAYMENTS, *reversed(rows)))
    assert again.report.tally() == {"rows": 6, "taken": 0, "already": 3, "refused": 3}
    assert Payment.objects.count() == 2


def test_a_usual_item_becomes_the_sites_when_an_old_book_names_it(estate: Estate) -> None:
    estate.home("1-101")
    rows = book(CHARGES, ["1-101", "物业管理费", "2026-01", "", "", 100], ["1-101", "健身会费", "2026-01", "", "", 10])
    looked = take(estate, "charges", rows, is_dry_run=True)
    assert (looked.report.tally()["taken"], ChargeItem.objects.count()) == (1, 0)
    taken = take(estate, "charges", rows)
    assert refused(taken) == [(3, "收费项目")]
    assert list(ChargeItem.objects.values_list("code", "is_recurring")) == [("WYF", True)]
    assert Charge.objects.get().item.code == "WYF"


def test_a_cashier_adds_no_items(estate: Estate) -> None:
    estate.home("1-101")
    rows = book(PAYMENTS, ["1-101", 100, "现金", "0001", "2026-01-10", "物业费"])
    assert refused(take(estate, "payments", rows, actor=estate.cast.actor(Role.CASHIER, estate.site))) == [
        (2, "指定收费项目")
    ]
    assert not ChargeItem.objects.exists()


def test_who_may_not_charge_does_not_import_charges(estate: Estate) -> None:
    estate.home("1-101")
    rows = book(CHARGES, ["1-101", "物业费", "2026-01", "", "", 100])
    with pytest.raises(NotFound):
        take(estate, "charges", rows, actor=estate.cast.actor(Role.KEEPER, estate.site))
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_file_at_once_bring_it_in_once(estate: Estate) -> None:
    estate.home("1-101")
    estate.item(None, code="WYF", name="物业费")
    assert estate.bookkeeper.user_id  # made before they run
    charges = book(CHARGES, *[["1-101", "物业费", f"2026-0{month}", "", "", 100] for month in range(1, 6)])
    paid = book(PAYMENTS, *[["1-101", 90, "现金", f"R{month}", f"2026-0{month}-10", ""] for month in range(1, 6)])

    def send() -> None:
        take(estate, "charges", charges)
        take(estate, "payments", paid)
        connection.close()

    both = [Thread(target=send) for _nth in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert (Charge.objects.count(), Payment.objects.count()) == (5, 5)
    assert sum(Charge.objects.values_list("open_amount", flat=True)) == 50
    assert agrees(estate)
