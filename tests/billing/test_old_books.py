"""A company moves in from its old books: charges, payments, and HC's lines that are both."""

from tests.billing.estate import Estate
from tests.billing.old_books import CHARGES, DETAILS, PAYMENTS, agrees, book, refused, take
from zhongshu.billing.models import Charge, Payment


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
    taken = take(estate, "charges", charges)
    assert taken.report.tally() == {"rows": 7, "taken": 3, "already": 1, "refused": 3}
    assert refused(taken) == [(6, "房屋"), (7, "收费项目"), (8, "金额")]
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


def test_a_line_of_hc_is_a_charge_and_its_payment(estate: Estate) -> None:
    estate.home("1-1-1001")
    for code, name in (("WYF", "物业费"), ("LJF", "垃圾费")):
        estate.item(None, code=code, name=name)
    details = book(
        DETAILS,
        ["1-1-1001", "物业费", 1, "2026-01-01", "2026-01-31", "2026-01-15 10:20:30", 200, 200, "张三", "老系统"],
        ["1-1-1001", "物业费#垃圾费", 1, "2026-02-01", "2026-02-28", "2026-02-10", "200#10", "150#10", "", ""],
        ["1-1-1001", "物业费", 1, "2026-03-01", "2026-03-31", "", 200, 0, "", ""],
    )
    for what in ("taken", "already"):
        report = take(estate, "charges", details).report
        assert (report.layout, report.tally()[what]) == ("hc", 3)
    facts = Charge.objects.order_by("period_start", "item__code").values_list("item__code", "amount", "open_amount")
    assert [(code, str(amount), str(left)) for code, amount, left in facts] == [
        ("WYF", "200.00", "0.00"), ("LJF", "10.00", "0.00"), ("WYF", "200.00", "50.00"), ("WYF", "200.00", "200.00"),
    ]  # fmt: skip
    assert agrees(estate)
