"""Banks' files: what we write can be read, and what is foreign, cut off or wrong is refused with its place."""

from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhongshu.remittance.kinds import DebitState
from zhongshu.remittance.layouts.debits import Debit, Outcome, file_of, returned_in, sample, shipped
from zhongshu.remittance.layouts.files import Sheet, read, write
from zhongshu.remittance.layouts.spec import Failure, Holds, layout_of
from zhongshu.remittance.layouts.statements import read_statement
from zhongshu.remittance.layouts.trouble import FileRefused, LayoutRefused
from zhongshu.remittance.policies.debits import Asked, settled

DAY = date(2026, 3, 5)
ASKED = (
    Debit(1, "DD2603050001-1", "6222020200112233445", "王小明", Decimal("209.78"), "XY001", remark="2026年3月物业费"),
    Debit(2, "DD2603050001-2", "6217001210012345678", "欧阳娜娜", Decimal("1205.21"), "XY002", remark="物业费"),
    Debit(3, "DD2603050001-3", "6230520010009988776", "上海某某商贸有限公司", Decimal("0.01"), "XY003"),
)


def sent(name: str, debits: Sequence[Debit] = ASKED) -> bytes:
    return file_of(shipped(name), batch="DD2603050001", merchant="M10086", day=DAY, debits=debits)


def answered(name: str, codes: Sequence[tuple[str, str]], debits: Sequence[Debit] = ASKED) -> bytes:
    return answered_for(name, "DD2603050001", debits, codes, DAY)


def answered_for(name: str, batch: str, debits: Sequence[Debit], codes: Sequence[tuple[str, str]], day: date) -> bytes:
    """What a bank that knows the layout sends back."""
    layout = shipped(name)
    details: list[dict[Holds, Any]] = [
        {
            Holds.BATCH: batch, Holds.SEQUENCE: debit.sequence, Holds.REFERENCE: debit.reference,
            Holds.ACCOUNT_NO: debit.account_no, Holds.AMOUNT: debit.amount, Holds.CODE: code, Holds.MESSAGE: said,
            Holds.COLLECTED: debit.amount if code in layout.paid else Decimal("0.00"), Holds.DAY: day,
        }
        for debit, (code, said) in zip(debits, codes, strict=True)
    ]  # fmt: skip
    paid = [one[Holds.AMOUNT] for one in details if one[Holds.CODE] in layout.paid]
    total = sum((debit.amount for debit in debits), Decimal(0))
    around = {
        Holds.BATCH: batch, Holds.MERCHANT: "M10086", Holds.DAY: day, Holds.COUNT: len(debits),
        Holds.TOTAL: total, Holds.PAID_COUNT: len(paid), Holds.PAID_TOTAL: sum(paid, Decimal(0)),
    }  # fmt: skip
    return write(layout, layout.back, Sheet(around, details, around))


def test_the_fixed_file_counts_bytes_not_characters() -> None:
    lines = sent("fixed").split(b"\r\n")
    assert [line[:1] for line in lines] == [b"H", b"D", b"D", b"D", b"T", b""]
    assert {len(line) for line in lines[1:4]} == {180}
    assert lines[2][67:107] == "欧阳娜娜".encode("gbk") + b" " * 32
    assert lines[2][107:120] == b"0000000120521"
    assert lines[4] == b"T" + b"00000003" + b"0000000000141500"


def test_the_csv_file_has_its_titles_and_a_mark_of_order() -> None:
    lines = sent("csv").decode("utf-8").split("\r\n")
    assert lines[0] == "\ufeff批次号,商户订单号,付款账号,付款户名,金额,协议号,摘要"
    assert lines[1] == "DD2603050001,DD2603050001-1,6222020200112233445,王小明,209.78,XY001,2026年3月物业费"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("fixed", [("0000", ""), ("1001", "账户余额不足"), ("9999", "处理中")]),
        ("csv", [("成功", ""), ("F02", "已销户"), ("P", "处理中")]),
    ],
)
def test_results_are_collected_failed_with_a_reason_or_unknown(name: str, codes: list[tuple[str, str]]) -> None:
    one, two, three = returned_in(shipped(name), answered(name, codes)).answers
    assert (one.outcome, one.collected, one.failure) == (Outcome.PAID, Decimal("209.78"), None)
    assert two.outcome == Outcome.FAILED
    assert two.failure == (Failure.INSUFFICIENT if name == "fixed" else Failure.CLOSED)
    assert (two.collected, two.message) == (Decimal(0), codes[1][1])
    assert (three.outcome, three.code, three.message) == (Outcome.UNKNOWN, codes[2][0], "处理中")


ALL_PAID = [("0000", "")] * 3


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda lines: lines[:-1], "第 4 行：末行不是汇总行"),
        (lambda lines: [*lines[:2], *lines[3:]], "第 1 行：笔数写的是 3，明细却是 2"),
        (lambda lines: [lines[0], lines[1][:-3], *lines[2:]], "第 2 行：应有 124 字节，却有 121 字节"),
        (lambda lines: [lines[0], b"X" + lines[1][1:], *lines[2:]], "第 2 行 记录类型：应是“D”，却是“X”"),
        (lambda lines: [*lines[:2], lines[1], *lines[3:]], "第 1 行：金额合计"),
        (lambda lines: [lines[0], lines[1][:70] + b"x" + lines[1][71:], *lines[2:]], "第 2 行 金额：“"),
        (lambda lines: [*lines[:4], lines[4][:9] + b"00000002" + lines[4][17:]], "第 5 行：成功笔数写的是 2"),
        (lambda _lines: [], "缺少首行"),
    ],
)
def test_a_spoilt_result_is_refused_with_its_place(spoil: Any, where: str) -> None:
    lines = answered("fixed", ALL_PAID).split(b"\r\n")[:-1]
    with pytest.raises(FileRefused, match=where):
        returned_in(shipped("fixed"), b"\r\n".join(spoil(lines)))


def test_the_same_debit_twice_is_refused_with_both_lines() -> None:
    twice = (ASKED[0], ASKED[1], ASKED[0])
    with pytest.raises(FileRefused, match="第 4 行：DD2603050001-1 与第 2 行重复"):
        returned_in(shipped("csv"), answered("csv", [("S", "")] * 3, twice))


def test_a_csv_that_ends_in_the_middle_of_a_quote_or_lacks_a_column_is_refused() -> None:
    whole = answered("csv", [("S", "")] * 3)
    with pytest.raises(FileRefused, match="第 4 行：应有 8 列"):
        returned_in(shipped("csv"), whole[:-20])
    with pytest.raises(FileRefused, match="引号"):
        returned_in(shipped("csv"), whole + b'"DD')
    with pytest.raises(FileRefused, match="缺少或重复：状态"):
        returned_in(shipped("csv"), whole.replace("状态".encode(), "结果".encode()))
    with pytest.raises(FileRefused, match="第 1 行：不是 utf-8-sig 编码的字"):
        returned_in(shipped("csv"), whole.decode("utf-8-sig").encode("gbk"))


def test_what_does_not_fit_is_refused_before_it_goes_to_the_bank() -> None:
    long = Debit(4, "R", "1", "很长很长很长很长很长很长很长很长很长很长的户名", Decimal(1))
    with pytest.raises(FileRefused, match=r"第 3 行 户名：.*超过 40 字节"):
        sent("fixed", [ASKED[0], long])
    with pytest.raises(FileRefused, match="第 2 行 户名：“𠮷田”里有 gbk 编码没有的字"):
        sent("fixed", [Debit(1, "R", "1", "𠮷田", Decimal(1))])
    with pytest.raises(FileRefused, match="控制字符"):
        sent("csv", [Debit(1, "R", "1", "王\n二", Decimal(1))])


WORDS = st.text(st.sampled_from("王小明欧阳娜 ab,\"'|=9（）"), max_size=12).map(str.strip)
DEBITS = st.lists(
    st.tuples(WORDS, st.decimals("0.01", "99999999.99", places=2), st.from_regex(r"[0-9]{8,19}", fullmatch=True)),
    max_size=6,
)


@pytest.mark.parametrize("name", ["fixed", "csv"])
@settings(max_examples=40, deadline=None)
@given(rows=DEBITS)
def test_what_is_written_is_read_again(name: str, rows: list[tuple[str, Decimal, str]]) -> None:
    debits = [Debit(n, f"R{n}", account, holder, amount) for n, (holder, amount, account) in enumerate(rows, 1)]
    layout = shipped(name)
    seen = read(layout, layout.out, sent(name, debits))
    told = [(one[Holds.REFERENCE], one[Holds.ACCOUNT_NO], one[Holds.HOLDER], one[Holds.AMOUNT]) for one in seen.details]
    assert told == [(one.reference, one.account_no, one.holder, one.amount) for one in debits]


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 660), noise=st.binary(max_size=4))
def test_a_file_that_is_not_whole_is_never_taken(cut: int, noise: bytes) -> None:
    whole = answered("fixed", ALL_PAID)
    spoilt = whole[:cut] + noise
    if spoilt.rstrip(b"\r\n\x1a") == whole.rstrip(b"\r\n"):
        return
    with pytest.raises(FileRefused):
        returned_in(shipped("fixed"), spoilt)


def changed(name: str, way: str, value: Any) -> dict[str, Any]:
    rules = deepcopy(sample(name))
    *steps, end = way.split(".")
    at: Any = rules
    for step in steps:
        at = at[int(step) if isinstance(at, list) else step]
    last: Any = int(end) if isinstance(at, list) else end
    if value is None:
        del at[last]
    else:
        at[last] = value
    return rules


@pytest.mark.parametrize(
    ("name", "way", "value", "words"),
    [
        ("fixed", "shape", "xml", "shape：只能是"),
        ("fixed", "out.detail.3.width", None, r"out.detail\[4\].width：定长文件的每一项都要有宽度"),
        ("fixed", "out.detail.3.width", 0, r"out.detail\[4\].width：填得不对"),
        ("fixed", "out.detail.3.colour", "red", r"out.detail\[4\].colour：没有这一项"),
        ("fixed", "out.detail.3.text", "x", r"out.detail\[4\]：“holds”和“text”应填且只填一个"),
        ("fixed", "out.detail.0.text", "𠮷", r"out.detail\[1\].text：有 gbk 编码里没有的字"),
        ("fixed", "out.detail.4.form", "yuan", r"out.detail\[5\]：“form”与所填内容不符"),
        ("fixed", "out.detail.3.pad", "0", r"out.detail\[4\]：只有靠右的数字才能用 0 补位"),
        ("fixed", "out.header.4.holds", "amount", r"out.header\[5\].holds：这里不能有 amount"),
        ("fixed", "back.detail.5.holds", "message", r"back.detail\[7\].holds：message 出现了两次"),
        ("fixed", "failed.0000", "other", "failed.0000：同一个代码"),
        ("fixed", "failed.1001", "broke", "failed.1001：只能是"),
        ("csv", "back.detail.6", None, "back.detail：缺少 code"),
        ("csv", "back.detail.1", None, "back.detail：送盘和回盘要有同一个"),
        ("csv", "back.detail.2.title", "金额", r"back.detail\[4\].title：每一列要有不重复的列名"),
        ("csv", "back", None, "back：缺少这一项"),
    ],
)
def test_a_wrong_layout_is_refused_with_the_way_to_the_fault(name: str, way: str, value: Any, words: str) -> None:
    with pytest.raises(LayoutRefused, match=words):
        layout_of(changed(name, way, value))


# --- a result against its batch ---------------------------------------------------------------------------------------


def batch(**states: DebitState) -> dict[int, Asked]:
    by_sequence = {one.sequence: Asked(one, DebitState.ASKED) for one in ASKED}
    for name, state in states.items():
        one = ASKED[int(name[1:]) - 1]
        by_sequence[one.sequence] = Asked(one, state, one.amount if state == DebitState.PAID else Decimal(0))
    return by_sequence


MIXED = [("0000", ""), ("1001", "余额不足"), ("9999", "处理中")]


def test_a_result_changes_each_line_once() -> None:
    returned = returned_in(shipped("fixed"), answered("fixed", MIXED))
    first = settled("DD2603050001", batch(), returned, today=DAY)
    assert [(one.sequence, one.state) for one in first] == [(1, "paid"), (2, "failed"), (3, "unknown")]
    after = batch(_1=DebitState.PAID, _2=DebitState.FAILED, _3=DebitState.UNKNOWN)
    assert settled("DD2603050001", after, returned, today=DAY) == ()


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [
        ("DD9", batch(), "这是批次 DD2603050001 的结果"),
        ("DD2603050001", {1: batch()[1], 2: batch()[2]}, "第 4 行：本批没有 DD2603050001-3"),
        ("DD2603050001", batch(_1=DebitState.FAILED), "第 2 行：DD2603050001-1 已按另一结果处理过"),
        ("DD2603050001", batch() | {2: Asked(Debit(2, "DD2603050001-2", "6217001210012345678", "", Decimal(9)),
                                             DebitState.ASKED)}, "第 3 行：.*送盘时是 9"),
        ("DD2603050001", batch() | {2: Asked(Debit(2, "DD2603050001-2", "1", "", Decimal("1205.21")),
                                             DebitState.ASKED)}, "第 3 行：.*账号与送盘时不同"),
    ],
)  # fmt: skip
def test_a_foreign_result_is_refused_line_by_line(name: str, asked: dict[int, Asked], words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        settled(name, asked, returned_in(shipped("fixed"), answered("fixed", MIXED)), today=DAY)


def test_a_result_from_tomorrow_is_refused() -> None:
    returned = returned_in(shipped("csv"), answered("csv", [("S", "")] * 3))
    with pytest.raises(FileRefused, match="还没有到"):
        settled("DD2603050001", batch(), returned, today=date(2026, 3, 4))


# --- statements -------------------------------------------------------------------------------------------------------

CREDIT_DEBIT = """账号:,0200 0012 3456 7890 123,,,,,
户名:,某某物业服务有限公司,,,,,
交易日期,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要,附言,交易流水号
2026-03-01,,"1,209.78","11,209.78",王小明,6222020200112233445\t,转账,3-2-1502物业费,HX001
2026-03-01,12.00,,"11,197.78",,,手续费,,HX002
20260302,0.00,"￥1,205.21","12,402.99",欧阳娜娜,="6217001210012345678",网银,,HX003
,,,,,,,,
本页小计,12.00,2414.99,,,,,,
合计,12.00,2414.99,,,,,,
"""
SIGNED = """交易时间,交易金额(元),借贷标志,对方账户名称,对方账号,用途,备注
2026/3/1 10:11:12,300.00,贷,李雷,6.22202E+18,停车费,
2026/3/1 10:11:12,300.00,贷,李雷,6.22202E+18,停车费,
2026年3月2日,50.00,借,水务公司,,水费,
"""
INCOME = """日期,收入,支出,对方名称,摘要
2026-03-01,88.00,-,张三,物业费
"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_statement_with_two_columns_of_amounts(encoding: str) -> None:
    read_in = read_statement(CREDIT_DEBIT.encode(encoding), today=DAY)
    one, fee, two = read_in.bookings
    assert read_in.account_no == "0200001234567890123"
    assert (one.line, one.booked_on, one.amount, one.reference) == (4, date(2026, 3, 1), Decimal("1209.78"), "HX001")
    assert (one.payer_name, one.payer_account) == ("王小明", "6222020200112233445")
    assert (one.remark, one.balance) == ("转账 3-2-1502物业费", Decimal("11209.78"))
    assert (fee.amount, fee.remark) == (Decimal("-12.00"), "手续费")
    assert (two.booked_on, two.amount, two.payer_account) == (
        DAY.replace(day=2),
        Decimal("1205.21"),
        ASKED[1].account_no,
    )
    assert read_in.skipped == 2


def test_truly_equal_lines_are_counted_and_a_rounded_account_number_is_none() -> None:
    one, two, three = read_statement(SIGNED.encode("gbk"), today=DAY).bookings
    assert (one.digest, one.nth, two.nth) == (two.digest, 1, 2)
    assert one.payer_account == ""
    assert (three.amount, three.nth) == (Decimal("-50.00"), 1)
    assert read_statement(INCOME.encode(), today=DAY).bookings[0].amount == 88


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (("2026-03-01,,", "2026-13-01,,"), "第 4 行：.*不是日期"),
        (('"1,209.78"', '"1209.7x"'), "第 4 行：“1209.7x”不是金额"),
        (('"1,209.78"', '"1,09.78"'), "第 4 行：“1,09.78”不是金额"),
        (("2026-03-01,,", "2026-03-01,5,"), "第 4 行：收入和支出两列都有金额"),
        (("2026-03-01,,", ",,"), "第 4 行：没有交易日期"),
        (("贷方发生额", "另一列"), "第 5 行|没有一笔|不是"),
        (("交易日期", "另一列"), "没有找到列名"),
    ],
)
def test_a_wrong_statement_is_refused_with_its_line(spoil: tuple[str, str], words: str) -> None:
    text = CREDIT_DEBIT.replace(*spoil)
    if spoil[0] == "贷方发生额":  # what went out alone is still a statement
        assert [one.amount for one in read_statement(text.encode(), today=DAY).bookings] == [Decimal("-12.00")]
        return
    with pytest.raises(FileRefused, match=words):
        read_statement(text.encode(), today=DAY)


MT940 = """:20:ZS260301
:25:ICBCCNBJ/0200001234567890123
:28C:00001/001
:60F:C260301CNY10000,00
:61:2603010301C209,78NTRFNONREF//B20260301001
:86:166?00转账?20二期3栋2单元1502 物业费?30102100099996?316222020200112233445?32王小?33明
:61:2603010301D12,00NCHGNONREF//B20260301002
:86:手续费
:62F:C260301CNY10197,78
-
:20:ZS260302
:25:ICBCCNBJ/0200001234567890123
:28C:00002/001
:60F:C260302CNY10197,78
:61:2603020302C100,00NTRFNONREF
:86:停车费 李雷
:62F:C260302CNY10297,78
-
"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_mt940_with_structured_fields(encoding: str) -> None:
    read_in = read_statement(MT940.replace("\n", "\r\n").encode(encoding), today=DAY)
    one, fee, three = read_in.bookings
    assert read_in.account_no == "0200001234567890123"
    assert (one.line, one.booked_on, one.amount, one.reference) == (
        5,
        date(2026, 3, 1),
        Decimal("209.78"),
        "B20260301001",
    )
    assert (one.payer_name, one.payer_account) == ("王小明", "6222020200112233445")
    assert one.remark == "二期3栋2单元1502 物业费"
    assert (fee.amount, fee.remark) == (Decimal("-12.00"), "手续费")
    assert (three.line, three.reference, three.remark) == (15, "", "停车费 李雷")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ((":62F:C260302CNY10297,78\n", ""), "缺少期初或期末余额"),
        (("C209,78", "C209,77"), "不等于期末"),
        ((":61:2603020302C100,00NTRFNONREF\n", ":61:nonsense\n"), "MT940|:61:"),
    ],
)
def test_mt940_that_is_not_whole_is_refused(spoil: tuple[str, str], words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_statement(MT940.replace(*spoil).encode(), today=DAY)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=120).map(lambda text: text.encode("utf-8", "replace"))))
def test_nonsense_is_refused_and_nothing_else(content: bytes) -> None:
    for act in (
        lambda: read_statement(content, today=DAY),
        lambda: read_statement(b"\xe6\x97\xa5\xe6\x9c\x9f,\xe9\x87\x91\xe9\xa2\x9d\n" + content, today=DAY),
        lambda: read_statement(b":20:X\n:60F:C260301CNY1,00\n:61:" + content, today=DAY),
        lambda: returned_in(shipped("fixed"), content),
        lambda: returned_in(shipped("csv"), content),
    ):
        with suppress(FileRefused):
            act()
