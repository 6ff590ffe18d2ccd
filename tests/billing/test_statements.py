"""The statement of an account at the end of a day: worked amounts, days gone by and to come, up to when it is paid."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.billing.estate import Estate
from tests.billing.test_money_api import caller
from tests.billing.till import DAY, YUAN, Till
from zhongshu.billing import actions
from zhongshu.billing.kinds import PaymentMethod, SettleOrder
from zhongshu.billing.models import Allocation, Charge, Outflow, Payment, Relief
from zhongshu.billing.policies.late_fees import Cleared, accrued, late_from
from zhongshu.billing.queries.debts import open_charges
from zhongshu.billing.queries.statements import Statement, statement, statements
from zhongshu.identity.roles import Role

RATE = "0.0005"


def on(till: Till, day: str) -> Statement:
    return statement(till.account.pk, DAY(day))


def lines(till: Till, day: str) -> list[tuple[str, str]]:
    """What is open of each charge, and its late fee."""
    return [(str(line.open_amount), str(line.late_fee)) for line in on(till, day).lines]


def month(till: Till, first: str, **facts: Any) -> Charge:
    """A month of the management fee, due on its last day."""
    start = DAY(first)
    end = (start + timedelta(days=31)).replace(day=1)
    return till.bill("100.00", str(end - timedelta(days=1)), period_start=start, period_end=end, **facts)


def test_a_late_fee_to_the_day(till: Till) -> None:
    till.bill("3000.00", "2026-03-31", rate=RATE)
    assert lines(till, "2026-03-31") == [("3000.00", "0.00")]
    assert lines(till, "2026-04-30") == [("3000.00", "45.00")]
    assert lines(till, "2027-03-31") == [("3000.00", "547.50")]  # a day to come: it goes on
    assert lines(till, "2040-01-01") == [("3000.00", "3000.00")]


@pytest.mark.parametrize(
    ("order", "left", "later"),
    [
        (SettleOrder.LATE_FEE_FIRST, [("73.00", "0.00"), ("1000.00", "90.50")], ("73.00", "0.37")),
        (SettleOrder.PRINCIPAL_FIRST, [("0.00", "273.00"), ("800.00", "90.50")], ("0.00", "273.00")),
    ],
)
def test_two_bills_and_1200(
    till: Till, order: SettleOrder, left: list[tuple[str, str]], later: tuple[str, str]
) -> None:
    till.policy(settle_order=order)
    till.bill("1000.00", "2024-12-31", rate=RATE)
    till.bill("1000.00", "2025-12-31", rate=RATE)
    till.takes("1200.00", on="2026-06-30")
    assert lines(till, "2026-06-30") == left
    assert lines(till, "2026-07-10")[0] == later
    assert lines(till, "2026-06-29") == [("1000.00", "272.50"), ("1000.00", "90.00")]  # the day before it came
    assert on(till, "2026-06-29").late_fees == YUAN("362.50")


def test_money_before_its_bills_is_credit_and_what_is_paid_back_is_not(till: Till) -> None:
    till.takes("500.00", on="2026-02-01")
    till.bill("300.00", "2026-03-31")
    actions.draw_credit(actor=till.cashier, at=till.at, account_id=till.account.pk)
    drawn_on = str(till.at.date())
    assert [str(on(till, day).credit) for day in ("2026-01-31", "2026-02-01", "2026-11-03", drawn_on)] == [
        "0.00", "500.00", "500.00", "200.00",
    ]  # fmt: skip
    assert lines(till, "2026-11-03") == [("300.00", "0.00")]
    assert lines(till, drawn_on) == []


def test_what_bounced_or_was_reversed_never_was(till: Till) -> None:
    wrong, right = till.bill("100.00", "2026-01-31", rate=RATE), till.bill("200.00", "2026-02-28", rate=RATE)
    never_came = till.takes("300.00", on="2026-03-05")
    later = till.at + timedelta(hours=1)
    actions.bounce_payment(actor=till.cashier, at=later, payment_id=never_came.pk, on=DAY("2026-03-20"), reason="退票")
    actions.reverse_charge(actor=till.bookkeeper, at=later, charge_id=wrong.pk, reason="多收")
    assert [line.charge_id for line in on(till, "2026-03-10").lines] == [right.pk]
    assert (lines(till, "2026-03-10"), on(till, "2026-03-10").credit) == ([("200.00", "1.00")], 0)


def test_a_bill_counts_from_its_issue_and_one_told_late_from_its_period(till: Till) -> None:
    till.bill("100.00", "2026-04-30", issued_on=DAY("2026-04-10"))
    assert [len(on(till, day).lines) for day in ("2026-04-09", "2026-04-10")] == [0, 1]
    till.bill("100.00", "2025-04-30", issued_on=DAY("2026-04-20"))  # as from an old spreadsheet
    assert [len(on(till, day).lines) for day in ("2025-03-31", "2025-04-01", "2026-04-09", "2026-04-10")] == [
        0,
        1,
        1,
        2,
    ]


def test_a_disputed_charge_stands_still_and_says_so(till: Till) -> None:
    bill = till.bill("1000.00", "2026-03-31", rate=RATE)
    actions.open_dispute(
        actor=till.bookkeeper, at=till.at, charge_id=bill.pk, starts_on=DAY("2026-04-11"), reason="面积不对"
    )
    assert [(str(line.late_fee), line.is_disputed) for line in on(till, "2026-04-10").lines] == [("5.00", False)]
    assert [(str(line.late_fee), line.is_disputed) for line in on(till, "2026-06-10").lines] == [("5.00", True)]


def test_today_it_says_what_the_till_says(till: Till) -> None:
    till.bill("1000.00", "2026-03-31", rate=RATE)
    till.bill("500.00", "2026-09-30", rate="0.001")
    till.takes("1100.00", on="2026-10-10")
    today = till.at.date()
    said = [(one.charge_id, one.principal, one.late_fee) for one in open_charges(till.account.pk, today)]
    assert [(one.charge_id, one.open_amount, one.late_fee) for one in on(till, str(today)).lines] == said


# Up to when it is paid


def paid_until(till: Till, day: str, item: str = "WYF") -> date | None:
    return on(till, day).paid_until.get(item)


def test_a_gap_ends_what_is_paid(till: Till) -> None:
    for first in ("2026-01-01", "2026-02-01", "2026-04-01"):
        month(till, first)
    till.takes("300.00", on="2026-05-02")
    assert paid_until(till, "2026-05-01") is None
    assert paid_until(till, "2026-05-02") == DAY("2026-02-28")  # nobody was billed for March
    month(till, "2026-03-01")
    assert paid_until(till, "2026-05-02") == DAY("2026-02-28")
    till.takes("100.00", on="2026-05-03")
    assert paid_until(till, "2026-05-03") == DAY("2026-04-30")


def test_a_quarter_is_paid_month_by_month_from_its_day_of_handover(till: Till) -> None:
    till.bill("265.00", "2026-04-30", period_start=DAY("2026-04-10"), period_end=DAY("2026-07-01"))
    for amount, until in (("65.00", None), ("6.00", "2026-04-30"), ("100.00", "2026-05-31"), ("94.00", "2026-06-30")):
        till.takes(amount, on="2026-05-02")
        assert paid_until(till, "2026-05-02") == (DAY(until) if until else None), amount


def test_what_is_no_service_is_paid_bill_by_bill_and_work_done_once_never(till: Till) -> None:
    till.item("TCF", is_recurring=False)
    till.item("WXF", is_recurring=False, method="one_off")
    till.bill("300.00", "2026-03-31", item="TCF", period_start=DAY("2026-01-01"), period_end=DAY("2026-04-01"))
    till.bill("80.00", "2026-03-31", item="WXF")
    till.takes("379.00", on="2026-04-01")
    assert on(till, "2026-03-31").paid_until == {"TCF": None}
    assert on(till, "2026-04-01").paid_until == {"TCF": DAY("2026-03-31")}


def test_months_paid_ahead_are_paid_until_a_bill_for_them_is_past_due(estate: Estate) -> None:
    estate.item("1.00")
    account = estate.home("101", "100.00")
    actions.prepay(
        actor=estate.bookkeeper, at=estate.at, account_id=account.pk, place_id=account.unit_id, item_code="WYF",
        months=12, starts_on=DAY("2026-11-01"), method=PaymentMethod.POS, reference="P1", received_on=DAY("2026-11-04"),
        monthly=YUAN("100.00"),
    )  # fmt: skip
    assert statement(account.pk, DAY("2026-11-03")).paid_until == {}
    assert statement(account.pk, DAY("2026-11-04")).paid_until == {"WYF": DAY("2027-10-31")}
    estate.run("2026-11")
    assert statement(account.pk, DAY("2026-11-04")).paid_until == {"WYF": DAY("2027-10-31")}
    estate.run("2026-10")  # a month before, not paid
    assert statement(account.pk, DAY("2026-11-04")).paid_until == {"WYF": None}


def test_a_prepayment_that_bounced_or_ended_pays_no_longer(estate: Estate) -> None:
    estate.item("1.00")
    account = estate.home("101", "100.00")
    ahead = actions.prepay(
        actor=estate.bookkeeper, at=estate.at, account_id=account.pk, place_id=account.unit_id, item_code="WYF",
        months=12, starts_on=DAY("2026-11-01"), method=PaymentMethod.POS, reference="P1", received_on=DAY("2026-11-04"),
        monthly=YUAN("100.00"),
    )  # fmt: skip
    by = {"actor": estate.bookkeeper, "at": estate.at}
    actions.end_prepayment(**by, prepayment_id=ahead.pk, on=DAY("2027-03-01"))
    assert statement(account.pk, DAY("2026-11-04")).paid_until == {"WYF": DAY("2027-02-28")}
    actions.bounce_payment(**by, payment_id=ahead.payment_id, on=DAY("2026-11-04"), reason="退票")
    assert statement(account.pk, DAY("2026-11-04")).paid_until == {}


# By another way


def recounted(till: Till, day: date) -> dict[str, Any]:
    """A statement as a patient clerk would make it, row by row."""
    wrong = set(Relief.objects.filter(kind="reversal", state="approved").values_list("charge_id", flat=True))
    bounced = set(Outflow.objects.filter(kind="bounce").values_list("payment_id", flat=True))
    charges = {one.pk: one for one in Charge.objects.filter(account=till.account) if one.pk not in wrong}
    rows = list(Allocation.objects.filter(charge__account=till.account))
    steps: dict[int, list[Cleared]] = {pk: [] for pk in charges}
    for row in rows:
        if row.on <= day and row.charge_id in charges:
            steps[row.charge_id].append(Cleared(row.on, row.amount))
    told = []
    for one in sorted(charges.values(), key=lambda one: (one.due_on, one.item.code, one.pk)):
        begins = min(one.period_start, one.due_on) if one.due_on < one.issued_on else one.issued_on
        if one.late_fee_of_id or begins > day:
            continue
        open_amount = one.amount - sum((step.amount for step in steps[one.pk]), Decimal(0))
        fee = accrued(
            principal=one.amount, rate=one.late_fee_rate, cleared=steps[one.pk], on=day,
            since=late_from(due_on=one.due_on, issued_on=one.issued_on, revision=one.revision),
        ) if one.due_on < day else Decimal(0)  # fmt: skip
        for late in charges.values():
            if late.late_fee_of_id == one.pk:
                fee -= sum((step.amount for step in steps[late.pk]), Decimal(0))
        if open_amount or fee > 0:
            told.append((one.pk, open_amount, max(fee, Decimal(0))))
    credit = Decimal(0)
    for payment in Payment.objects.filter(account=till.account, received_on__lte=day):
        if payment.pk not in bounced:
            credit += payment.amount - sum(row.amount for row in rows if row.payment_id == payment.pk and row.on <= day)
            credit -= sum(gone.amount for gone in payment.outflows.all() if gone.on <= day)
    return {"lines": told, "credit": credit}


FIRST = DAY("2026-06-01")
days = st.integers(0, 150)
cents = st.integers(1, 40_000).map(lambda n: Decimal(n) / 100)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("bill"), days, cents),
        st.tuples(st.just("take"), days, cents),
        st.tuples(st.just("bounce"), days, st.integers(0, 9)),
        st.tuples(st.just("reverse"), days, st.integers(0, 9)),
        st.tuples(st.just("post"), days, st.none()),
    ),
    min_size=4,
    max_size=10,
)


def happen(till: Till, what: str, day: date, more: Any, turn: int) -> None:
    at = till.at + timedelta(minutes=turn)
    if what == "bill":
        till.bill(str(more), str(day), rate="0.001", source_id=turn, issued_on=day - timedelta(days=turn % 3 * 20 - 20))
    elif what == "take":
        till.takes(str(more), on=str(day), at=at)
    elif what == "post":
        actions.post_late_fees(actor=till.bookkeeper, at=at, site_id=till.site_id, on=day)
    elif what == "bounce" and (paid := Payment.objects.order_by("pk")[more : more + 1]):
        said = {"payment_id": paid[0].pk, "on": max(day, paid[0].received_on), "reason": "退票"}
        actions.bounce_payment(actor=till.cashier, at=at, **said)
    elif what == "reverse":
        standing = Charge.objects.filter(late_fee_of=None).exclude(reliefs__kind="reversal").order_by("pk")
        for charge in standing[more : more + 1]:
            actions.reverse_charge(actor=till.bookkeeper, at=at, charge_id=charge.pk, reason="错")


def test_it_is_what_a_patient_clerk_counts_on_any_day(till: Till) -> None:
    assert [till.cashier, till.bookkeeper]  # made before, they outlive each story

    @settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
    @given(happenings, st.lists(st.integers(-30, 400), min_size=3, max_size=3))
    def agree(story: list[tuple[str, int, Any]], asked: list[int]) -> None:
        with transaction.atomic():
            for turn, (what, day, more) in enumerate(story):
                happen(till, what, FIRST + timedelta(days=day), more, turn)
            for day in (FIRST + timedelta(days=number) for number in asked):
                found = statement(till.account.pk, day)
                told = [(one.charge_id, one.open_amount, one.late_fee) for one in found.lines]
                assert {"lines": told, "credit": found.credit} == recounted(till, day)
            transaction.set_rollback(True)

    agree()


# For many, and for programs


def test_many_accounts_at_once_say_what_each_says(till: Till, django_assert_max_num_queries) -> None:
    other = till.account_of(till.cast, "A-2")
    till.bill("100.00", "2026-01-31", rate=RATE)
    till.bill("200.00", "2026-02-28", rate=RATE, account=other)
    till.takes("50.00", on="2026-03-01")
    day = DAY("2026-06-01")
    with django_assert_max_num_queries(6):
        both = statements(till.site_id, [till.account.pk, other.pk], day)
    assert both == {pk: statement(pk, day) for pk in (till.account.pk, other.pk)}


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    call_command("billing", "statement", *words, "--json")
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_from_the_command_line(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    month(till, "2026-01-01", rate=RATE)
    month(till, "2026-02-01", rate=RATE)
    till.takes("100.00", on="2026-01-31")
    answer = told(capsys, "A-1", "--on", "2026-03-10")
    (charge,) = answer.pop("charges")
    assert answer == {
        "account": "A-1", "site": "YQL", "on": "2026-03-10", "principal": "100.00", "late_fees": "0.50",
        "credit": "0.00", "months_in_arrears": 1, "paid_until": {"WYF": "2026-01-31"},
    }  # fmt: skip
    expected = {
        "item": "WYF", "period_start": "2026-02-01", "period_end": "2026-03-01", "due_on": "2026-02-28",
        "amount": "100.00", "open": "100.00", "late_fee": "0.50",
    }  # fmt: skip
    assert charge | expected == charge
    call_command("billing", "statement", "a-1", "--on", "2026-03-10", "--site", "yql")
    assert "未清 100.00 元，违约金 0.50 元" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["A-9"], "没有编号为“A-9”的账户"),
        (["A-1", "--on", "2026-02-30"], "日期请写成"),
        (["A-1", "--on", "20260228"], "日期请写成"),
        (["A-1", "--site", "NO"], "没有编码为 NO 的项目"),
        (["A-1", "--site", "XH"], "没有编号为“A-1”的账户"),
    ],
)
def test_what_it_cannot_tell_it_says(till: Till, words: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("billing", "statement", *words, "--json")


def test_over_the_api(till: Till) -> None:
    till.bill("3000.00", "2026-03-31", rate=RATE)
    program = caller(till, Role.FINANCE)
    said = program.get("/accounts/YQL/A-1/statement?on=2026-04-30").json()
    assert (said["late_fees"], said["charges"][0]["open"], said["months_in_arrears"]) == ("45.00", "3000.00", 1)
    assert said["paid_until"] == {"WYF": None}
    for path in ("/accounts/XH/A-1/statement", "/accounts/YQL/A-9/statement"):
        assert program.get(path).status_code == 404
    assert program.get("/accounts/YQL/A-1/statement?on=2026-02-30").status_code == 422


def test_on_the_screen_and_on_paper(till: Till, client: Client) -> None:
    till.bill("3000.00", "2026-03-31", rate=RATE)
    client.force_login(till.cast.user(Role.CASHIER, till.cast.yql))
    shown = client.get("/billing/accounts/A-1/statement?on=2026-04-30").content.decode()
    assert all(words in shown for words in ("3,000.00", "45.00", "2026-03-31"))
    wrong = client.get("/billing/accounts/A-1/statement?on=2026-02-30")
    assert (wrong.status_code, 'value="2026-02-30"' in wrong.content.decode()) == (422, True)
    paper = client.get("/billing/accounts/A-1/statement/paper?on=2026-04-30")
    assert (paper.content[:5], "statement-2026-04-30" in paper["Content-Disposition"]) == (b"%PDF-", True)
    client.force_login(till.cast.user(Role.CASHIER, till.cast.xh))
    for path in ("statement", "statement/paper"):
        assert client.get(f"/billing/accounts/A-1/{path}").status_code == 404
