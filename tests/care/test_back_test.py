"""What another table would have done to the last months, beside today's."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management.base import CommandError

from tests.billing.till import DAY, YUAN
from tests.care.household import Household, command, noon_of
from tests.care.looking_back import both_ledgers, what_was
from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.care import actions
from zhongshu.care.engine.back_test import Window, looked_back
from zhongshu.care.models import BackTest, Entry, Policy
from zhongshu.care.policies.checking import LADDER
from zhongshu.care.policies.table import arrears_tiers, months_later
from zhongshu.cases.kinds import Severity
from zhongshu.collecting.actions.plans import agree_plan
from zhongshu.collecting.policies.plans import Part
from zhongshu.estate.models import Account, AccountPlace, Place
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role

pytestmark = pytest.mark.django_db

SOONER: tuple[list[int], ...] = ([1], [2], [3], [4], [5], [])
EVENTS = ("2025-03-11", "2025-08-21", "2026-02-18", "2026-03-21", "2026-04-02")


def bills(home: Household, account: Account, months: int) -> list[Any]:
    ends = [months_later(DAY("2025-01-01"), nth + 1) - timedelta(days=1) for nth in range(months)]
    return [home.till.bill("100.00", str(end), account=account) for end in ends]


def prepay(home: Household, account: Account) -> None:
    """Twelve months from April on, in March: gold until the end of March 2026."""
    site = home.till.cast.yql
    unit = Place.objects.create(site=site, kind="unit", code="P1-1", label="101", path="P1-1", room_no="101")
    AccountPlace.objects.create(site=site, account=account, place=unit, starts_on=account.starts_on)
    billing.prepay(
        actor=home.till.cashier, at=home.at, account_id=account.pk, place_id=unit.pk, item_code="WYF",
        starts_on=DAY("2025-04-01"), months=12, monthly=YUAN(100), method=PaymentMethod.CASH, reference="A",
        received_on=DAY("2025-03-10"),
    )  # fmt: skip


@pytest.fixture
def town(home: Household) -> Household:
    """Nine accounts, evaluated on every day on which anything happens, from March 2025 to April 2026."""
    till = home.till
    more = [till.account_of(till.cast, f"A-{nth}") for nth in range(2, 10)]
    silent, payer, disputes, complains, ahead, patient, forgiven, late = till.account, *more[:-1]
    charges = {account.pk: bills(home, account, 15) for account in (silent, payer, disputes, complains, patient, late)}
    bills(home, forgiven, 3)
    till.takes("600.00", on="2025-06-30", account_id=payer.pk)
    till.takes("200.00", on="2025-05-31", account_id=late.pk)
    billing.open_dispute(
        actor=till.bookkeeper, at=noon_of("2025-12-20"), charge_id=charges[disputes.pk][0].pk, reason="漏水未修",
        starts_on=DAY("2025-12-20"),
    )  # fmt: skip
    agree_plan(
        actor=till.manager, at=noon_of("2025-05-20"), account_id=patient.pk, agreed_on=DAY("2025-05-20"),
        agreed_with="业主", instalments=[Part(DAY("2025-08-20"), YUAN("400.00"))],
    )  # fmt: skip
    prepay(home, ahead)
    day = DAY("2025-03-01")
    while day <= DAY("2026-04-02"):
        if day.day == 1 or str(day) in EVENTS:
            home.evaluated(str(day))
        if str(day) == "2025-05-02":
            till.account = complains
            case = home.judged("2025-05-02", -8)
            home.judge(home.complaint(), Severity.MAJOR, -30, noon_of("2025-05-02"))
        if str(day) == "2025-08-01":
            home.revised(case, "2025-08-01")
            took = Entry.objects.get(account=forgiven, rule="arrears.3")
            judge = till.cast.actor(Role.QUALITY, till.cast.yql)
            actions.reverse_entry(actor=judge, at=noon_of("2025-08-01"), entry_id=took.pk, reason="当时已申请减免")
        day += timedelta(days=1)
    return home


def window(home: Household) -> Window:
    return Window(Site.objects.get(pk=home.till.site_id), DAY("2025-04-03"), DAY("2026-04-03"))


def test_todays_table_gives_what_the_ledger_says(town: Household) -> None:
    asked = window(town)
    told, was = looked_back(asked, town.policy()), what_was(asked)
    assert {name: told[name] for name in was} == was
    assert told["tasks"] == sum(was["tasks_by_rule"].values()) > 20
    found, stand = both_ledgers(town.till.site_id, date(2020, 1, 1), DAY("2026-04-03"), town.policy())
    assert found == stand
    assert {row.split()[2] for row in stand} >= {*LADDER, "prepaid.12", "complaint.major", "reversal"}


def test_another_table_gives_something_else_and_nothing_is_written(home: Household) -> None:
    home.bills("2025-01-01", 12)
    home.evaluated("2025-12-15")
    count = {model: model._default_manager.count() for model in apps.get_models()}
    sooner = [tier | {"months": months} for tier, months in zip(arrears_tiers(), SOONER, strict=True)]
    asked = Window(home.till.cast.yql, DAY("2025-01-01"), DAY("2026-01-01"))
    today, told = (looked_back(asked, table) for table in (home.policy(), Policy(pk=0, tiers=sooner, grace_days=10)))
    assert (today["points"], today["falls"]) == (-21, {"good": 1, "fair": 1})
    assert "final_demand" not in today["letters"]
    assert told["letters"] == {"payment_reminder": 3, "payment_notice": 1, "final_demand": 1, "formal_demand": 1}
    months = {"03": 1, "04": 1, "05": 1, "06": 2, "08": 1, "10": 1, "12": 1}  # legal comes back every sixty days
    assert (told["points"], told["tasks_by_month"]) == (-41, {f"2025-{nth}": count for nth, count in months.items()})
    assert told["bands"][-1]["poor"] == 1
    assert {model: model._default_manager.count() for model in apps.get_models()} == count


def test_on_the_command_line_a_table_is_shown_tried_and_changed(home: Household) -> None:
    home.bills("2026-01-01", 9)
    home.evaluated("2026-11-01")
    told = command("back-test", "--site", "yql", "--on", "2026-11-01", "--set", "arrears.3.points=-10", "grace_days=10")
    assert (told["from"], told["to"], told["today"]["points"], told["proposed"]["points"]) == (
        "2025-11-02", "2026-11-01", -16, -25,
    )  # fmt: skip
    assert told["choices"]["grace_days"] == 10
    alone = command("back-test", "--site", "YQL")
    assert alone["today"] == alone["proposed"]
    assert BackTest.objects.filter(done_at__isnull=False, failure="").count() == 2
    shown = command("policy", "--site", "YQL")
    assert (shown["of"], shown["version"], shown["choices"]["evaluate_at"]) == ("company", 1, "06:00")
    made = command("policy", "--site", "YQL", "--set", "grace_days=10", "--starts-on", "2099-01-01")
    assert (made["of"], made["version"], made["choices"]["grace_days"]) == ("site", 2, 10)
    assert command("policy", "--set", "evaluate_at=05:30", "--starts-on", "2099-01-01")["choices"]["grace_days"] == 30


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["back-test", "--site", "YQL", "--set", "grace_days=soon"], "催费通知书的期限"),
        (["back-test", "--site", "YQL", "--set", "grace_days=0"], "催费通知书的期限"),
        (["back-test", "--site", "YQL", "--on", "2099-01-01"], "和今天之间"),
        (["back-test", "--site", "YQL", "--on", "0001-01-01"], "和今天之间"),
        (["back-test", "--site", "nowhere"], "没有编码为 nowhere"),
        (["policy", "--set", "bands.good=99"], "比上一个区间的低"),
        (["policy", "--set", "grace_days=45", "--starts-on", "soon"], "日期请写成"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(home: Household, words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        command(*words)
    assert not BackTest.objects.exists()
