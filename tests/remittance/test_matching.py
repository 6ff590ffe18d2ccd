"""Whose money a line is: the points and when they are certain, as a table; then statements in, said and undone."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.remittance.bank import DAY, OURS, Bank
from zhongshu.billing.actions import receive
from zhongshu.billing.errors import ReferenceUsed
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.ledger.kinds import BANK, CLEARING, Fund
from zhongshu.ledger.queries import balance
from zhongshu.remittance import actions
from zhongshu.remittance.errors import AlreadyDone
from zhongshu.remittance.kinds import MatchReason
from zhongshu.remittance.layouts.trouble import FileRefused
from zhongshu.remittance.models import BankStatement, StatementLine
from zhongshu.remittance.policies.matching import CERTAIN, LEAD, Candidate, Debt, Paid, suggestions

R = MatchReason
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
DEBTS = (
    Debt("WYF", MARCH, Decimal("209.78")),
    Debt("WYF", APRIL, Decimal("209.78")),
    Debt("TCF", APRIL, Decimal(150)),
)
WANG = Candidate(1, "H101", frozenset({"王小明"}), frozenset({"刘洋"}), DEBTS)
LEI = Candidate(2, "H102", frozenset({"李雷"}), debts=(Debt("WYF", APRIL, Decimal("209.78")),))
NAMESAKE = Candidate(3, "H103", frozenset({"王小明"}))


def paid(amount: str, payer: str = "", remark: str = "", *, places: set[int] = frozenset(), by: set[int] = frozenset()):
    return Paid(Decimal(amount), payer, remark, frozenset(places), frozenset(by))


@pytest.mark.parametrize(
    ("line", "best", "reasons", "is_certain"),
    [
        (paid("569.56", "王小明"), 1, [R.OWNER, R.OPEN_SUM], False),  # a name and an amount are not enough
        (paid("569.56", "王小明", "101物业费", places={1}), 1, [R.PLACE, R.OWNER, R.OPEN_SUM], True),
        (paid("1.00", "王 小明", "101", places={1}), 1, [R.PLACE, R.OWNER], True),
        (paid("569.56", "某人", "101", places={1}), 1, [R.PLACE, R.OPEN_SUM], True),
        (paid("209.78", "某人", "101", places={1}), 1, [R.PLACE, R.PART], False),
        (paid("1.00", "刘洋", "户号H101", by={1}), 1, [R.ACCOUNT_NUMBER, R.REMEMBERED, R.MEMBER], True),
        (paid("1.00", "某人", "H1012"), None, [], False),  # another number
        (paid("569.56", "某人", "", by={1}), 1, [R.REMEMBERED, R.OPEN_SUM], True),
        (paid("1.00", "某人", "", by={1, 2}), 1, [R.REMEMBERED_SHARED], False),
        (paid("1.00", "某人", "王小明交物业费", by={1}), 1, [R.REMEMBERED, R.NAMED], False),
        (paid("209.78", "王小明", "给102交", places={2}), 2, [R.PLACE, R.OPEN_SUM], True),
        (paid("569.56", "某人"), None, [], False),  # an amount alone tells nobody
    ],
)
def test_the_points(line: Paid, best: int | None, reasons: list[MatchReason], is_certain: bool) -> None:
    found = suggestions(line, [WANG, LEI])
    assert (found[0].account_id if found else None) == best
    if found:
        assert list(found[0].reasons) == reasons
        assert found[0].is_certain is is_certain


def test_namesakes_are_never_certain_by_name() -> None:
    first, second = suggestions(paid("1.00", "王小明"), [WANG, NAMESAKE])
    assert first.score == second.score
    assert not first.is_certain


@pytest.mark.parametrize(
    "amount", ["209.78", "419.56", "569.56", "150.00", "359.78"], ids=["one", "item", "all", "one more", "month"]
)
def test_what_people_pay_when_not_everything_counts(amount: str) -> None:
    [found] = suggestions(paid(amount, "王小明"), [WANG])
    assert found.reasons[-1] == (R.OPEN_SUM if amount == "569.56" else R.PART)


LINES = st.builds(
    paid,
    st.sampled_from(["1.00", "209.78", "419.56", "569.56"]),
    st.sampled_from(["", "王小明", "刘洋", "李雷"]),
    st.sampled_from(["", "H101", "李雷物业费", "H103"]),
    places=st.sets(st.sampled_from([1, 2, 3]), max_size=2),
    by=st.sets(st.sampled_from([1, 2, 3]), max_size=2),
)


@given(LINES)
def test_certain_means_enough_points_and_no_rival(line: Paid) -> None:
    found = suggestions(line, [WANG, LEI, NAMESAKE])
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    assert not any(one.is_certain for one in found[1:])
    if found and found[0].is_certain:
        assert found[0].score >= CERTAIN
        assert found[0].score - (scores[1] if len(scores) > 1 else 0) >= LEAD


# --- stories ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bank(cast: Cast, noon: datetime) -> Bank:
    bank = Bank.build(cast, noon)
    bank.home("101", "王小明", "209.78", "209.78", member="刘洋")
    bank.home("102", "李雷", "150.00")
    return bank


FIRST = "2026-11-01,419.56,,王小明,6222020200112233445,1期1栋1单元101物业费,HX1"
SECOND = "2026-11-01,150.00,,韩梅梅,6217001210012345678,李雷停车,HX2"
FEE = "2026-11-02,,12.00,,,手续费,HX3"
INTEREST = "2026-11-02,3.21,,,,利息,HX4"


def test_a_statement_counts_once_however_often_it_comes(bank: Bank) -> None:
    assert bank.imports(FIRST, SECOND, FEE) == 3
    assert bank.imports(FIRST, SECOND, FEE) == 0
    assert bank.imports(SECOND, FEE, INTEREST, FIRST) == 1  # a later file with some of the same days
    assert StatementLine.objects.count() == 4
    assert BankStatement.objects.count() == 2
    assert bank.line("手续费").state == "outgoing"


def test_truly_equal_lines_are_two(bank: Bank) -> None:
    same = "2026-11-01,150.00,,李雷,6217001210012345678,停车费,"
    assert bank.imports(same, same) == 2
    assert bank.imports(same, same, same) == 1


def test_a_statement_of_another_account_is_refused(bank: Bank) -> None:
    said = {"actor": bank.cashier, "at": bank.at, "bank_account_id": bank.ours.pk, "file_name": "s.csv"}
    text = "账号:,0200001234567890999\n交易日期,收入,支出\n2026-11-01,1.00,\n"
    with pytest.raises(FileRefused, match=r"这是账号 0200\*\*\*\*0999 的对账单"):
        actions.import_statement(**said, content=text.encode())
    assert actions.import_statement(**said, content=text.replace("0999", "0123").encode()).new_count == 1
    assert OURS.endswith("0123")


def test_what_is_suggested_says_why_and_is_never_booked_by_itself(bank: Bank) -> None:
    bank.imports(FIRST, SECOND)
    assert bank.advice("101") == [("H101", 115, ["place", "owner", "open_sum"], True)]
    assert bank.advice("停车") == []  # a name in the remark alone finds nobody
    assert not Payment.objects.exists()


def test_a_confirmed_match_is_received_and_remembered(bank: Bank) -> None:
    bank.imports(FIRST, SECOND)
    line = actions.confirm_match(
        actor=bank.cashier, at=bank.at, line_id=bank.line("停车").pk, account_id=bank.homes["102"].pk
    )
    payment = Payment.objects.get()
    assert (payment.method, payment.reference, payment.received_on) == ("transfer", "HX2", DAY("2026-11-01"))
    assert (line.reason, line.payment_id) == ("由人选定", payment.pk)
    assert bank.owes("102") == 0
    with pytest.raises(AlreadyDone):
        actions.confirm_match(actor=bank.cashier, at=bank.at, line_id=line.pk, account_id=bank.homes["101"].pk)
    bank.till.bill("150.00", "2026-11-03", account=bank.homes["102"])
    bank.imports("2026-11-04,150.00,,韩梅梅,6217001210012345678,又交一次,HX9")
    assert bank.advice("又交一次") == [("H102", 80, ["remembered", "open_sum"], True)]


def test_all_that_is_certain_at_once_but_only_while_it_still_is(bank: Bank) -> None:
    again = "2026-11-02,419.56,,某人,,1期1栋1单元101物业费,HX7"
    bank.imports(FIRST, again, SECOND)
    assert StatementLine.objects.filter(is_certain=True).count() == 2
    said = {"actor": bank.cashier, "at": bank.at, "site_id": bank.ours.site_id}
    last = actions.confirm_certain(**said)
    assert actions.confirm_certain(**said, after_id=last) == 0
    assert [one.amount for one in Payment.objects.all()] == [Decimal("419.56")]
    assert StatementLine.objects.get(reference="HX1").reason == "附言写了这套房；付款人与业主同名；金额等于全部欠费"
    second = StatementLine.objects.get(reference="HX7")  # the debt is gone: the amount says nothing any more
    assert (second.state, second.is_certain, second.suggestions[0]["reasons"]) == ("open", False, ["place"])


def test_what_the_counter_booked_by_the_banks_number_is_not_booked_again(bank: Bank) -> None:
    bank.imports(SECOND)
    receive(
        actor=bank.cashier, at=bank.at, account_id=bank.homes["102"].pk, amount=Decimal("150.00"),
        method=PaymentMethod.TRANSFER, reference="HX2", received_on=DAY("2026-11-01"),
    )  # fmt: skip
    said = {"actor": bank.cashier, "at": bank.at, "line_id": bank.line("停车").pk}
    with pytest.raises(ReferenceUsed):
        actions.confirm_match(**said, account_id=bank.homes["101"].pk)
    line = actions.confirm_match(**said, account_id=bank.homes["102"].pk)  # it is that payment
    assert line.payment_id == Payment.objects.get().pk


def test_a_match_is_undone_by_finance_and_can_be_made_anew(bank: Bank) -> None:
    bank.imports(SECOND)
    line = bank.line("停车")
    said = {"actor": bank.cashier, "at": bank.at, "line_id": line.pk}
    actions.confirm_match(**said, account_id=bank.homes["101"].pk)
    with pytest.raises(NotFound):
        actions.undo_match(**said, reason="认错了")
    by_finance = said | {"actor": bank.finance}
    actions.undo_match(**by_finance, reason="认错了")
    with pytest.raises(AlreadyDone):
        actions.undo_match(**by_finance, reason="认错了")
    assert bank.owes("101") == Decimal("419.56")
    assert StatementLine.objects.get(pk=line.pk).state == "open"
    actions.confirm_match(**said, account_id=bank.homes["102"].pk)
    assert (bank.owes("102"), Payment.objects.get(account=bank.homes["102"]).reference) == (0, "HX2/2")


def test_what_is_nobodys_is_set_aside_and_money_on_its_way_arrives(bank: Bank) -> None:
    bank.imports(INTEREST, "2026-11-03,99.40,,财付通,,微信结算,HX5", FEE)
    said = {"actor": bank.cashier, "at": bank.at}
    with pytest.raises(Invalid):
        actions.set_aside(**said, line_id=bank.line("利息").pk, reason=" ")
    assert actions.set_aside(**said, line_id=bank.line("利息").pk, reason="利息").state == "set_aside"
    with pytest.raises(Invalid):
        actions.set_aside(**said, line_id=bank.line("手续费").pk, reason="x")
    line = actions.clear_transit(**said, line_id=bank.line("微信").pk, reason="微信 11 月 2 日")
    site = bank.ours.site_id
    assert (balance(site, Fund.OPERATING, BANK), balance(site, Fund.OPERATING, CLEARING)) == (
        Decimal("99.40"), Decimal("-99.40"),
    )  # fmt: skip
    actions.undo_match(actor=bank.finance, at=bank.at, line_id=line.pk, reason="弄错")
    assert balance(site, Fund.OPERATING, BANK) == 0


def test_other_sites_neither_see_nor_match(bank: Bank) -> None:
    bank.imports(SECOND)
    line = bank.line("停车")
    stranger = bank.till.cast.actor(Role.CASHIER, bank.till.cast.xh)
    with pytest.raises(NotFound):
        actions.confirm_match(actor=stranger, at=bank.at, line_id=line.pk, account_id=bank.homes["102"].pk)
    with pytest.raises(NotFound):
        actions.import_statement(actor=stranger, at=bank.at, bank_account_id=bank.ours.pk, file_name="", content=b"x")
    elsewhere = bank.till.cast.xh
    bank.homes["102"].site = elsewhere
    bank.homes["102"].save()
    with pytest.raises(NotFound):
        actions.confirm_match(actor=bank.cashier, at=bank.at, line_id=line.pk, account_id=bank.homes["102"].pk)
