"""Random histories, lived through with real bills, money and judgements, against the naive reading of the score."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.billing.till import Till
from tests.care import naive
from tests.care.looking_back import both_ledgers
from tests.care.naive import DAY, Ahead, Bill, History, Payment, Verdict, days, later
from tests.cast import Cast
from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.care import actions
from zhongshu.care.models import Policy
from zhongshu.care.policies.table import arrears_tiers
from zhongshu.care.queries import explain
from zhongshu.cases import actions as cases
from zhongshu.cases.kinds import Criterion, Severity
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case
from zhongshu.collecting.lifecycle import NoticeState
from zhongshu.collecting.models import Notice
from zhongshu.estate.models import AccountPlace, Place
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import Urgency

FIRST = date(2025, 1, 1)
CYCLES = {"month": 1, "quarter": 3, "year": 12}
POINTS = {"not_upheld": -1, "ordinary": -4, "medium": -8, "major": -30}
CRITERION = {
    "not_upheld": Criterion.NO_FACTS,
    "ordinary": Criterion.CURT,
    "medium": Criterion.QUARREL,
    "major": Criterion.HARM,
}
POLICY = ("starts_on", "initial_score", "repeat_deducts", "grace_days", "complaint_life", "arrears_life")


@dataclass(frozen=True)
class Pays:
    """So many of the oldest open bills (0: half of the first), received some days ago, and perhaps bouncing later."""

    bills: int
    days_ago: int
    bounces_in: int | None


@dataclass(frozen=True)
class Complains:
    severity: str
    reversed_in: int | None


@dataclass(frozen=True)
class Plan:
    """What is to happen on which day after FIRST; `ahead`: when twelve months are paid ahead, and their end."""

    cycle: str
    months: int
    policies: tuple[naive.Policy, ...]
    moves: dict[int, Pays | Complains]
    gaps: list[int]
    ahead: int | None = None
    ahead_ends: int | None = None

    def history(self) -> History:
        """The plan with its amounts: nobody pays more than is owed."""
        told = History(date(2020, 1, 1), (), bills=self._bills(), policies=self.policies, aheads=self._aheads())
        for offset, move in sorted(self.moves.items()):
            today = FIRST + timedelta(offset)
            if isinstance(move, Complains):
                told = replace(told, verdicts=[*told.verdicts, *_verdicts(move, today)])
            elif payment := _payment(told, self._certain(move), today):
                told = replace(told, payments=[*told.payments, payment])
        return replace(told, runs=self._runs(told))

    def _certain(self, move: Pays) -> Pays:
        """What is left of an ended year paid ahead would clear what bounces: billing's matter."""
        return replace(move, bounces_in=None) if self.ahead and self.ahead_ends else move

    def _bills(self) -> list[Bill]:
        step = CYCLES[self.cycle]
        firsts = [later(FIRST, nth) for nth in range(0, self.months, step)]
        due = {"month": later(FIRST, 1) - DAY - FIRST, "quarter": timedelta(9), "year": timedelta(364)}[self.cycle]
        last = {first: later(first, 1) - DAY if self.cycle == "month" else first + due for first in firsts}
        return [Bill(first, step, last[first], Decimal(100 * step), first) for first in firsts]

    def _aheads(self) -> list[Ahead]:
        if self.ahead is None or self.cycle != "month":
            return []
        paid_on = later(FIRST, self.months - 1) + timedelta(self.ahead)
        first = later(FIRST, self.months)
        ended_on = later(first, self.ahead_ends) if self.ahead_ends else None
        return [Ahead(first, paid_on, paid_on, ended_on, ended_on)]

    def _runs(self, told: History) -> list[date]:
        last = max([FIRST, *_days_of(told)]) + timedelta(2)
        runs, day = [last], FIRST
        for gap in self.gaps:
            day += timedelta(gap)
            runs += [day] if day < last else []
        return runs


def _payment(told: History, move: Pays, today: date) -> Payment | None:
    known = replace(naive.known(told, today), bills=[one for one in told.bills if one.typed_on <= today])
    received = max(today - timedelta(move.days_ago), FIRST)
    owed = list(naive.open_on(known, received).values())
    amount = sum(owed[: move.bills]) if move.bills else sum(owed[:1]) / 2
    bounced = today + timedelta(move.bounces_in) if move.bounces_in else None
    return Payment(Decimal(amount), received, today, bounced) if amount else None


def _verdicts(move: Complains, today: date) -> list[Verdict]:
    if not move.reversed_in:
        return [Verdict(move.severity, POINTS[move.severity], today)]
    back = today + timedelta(move.reversed_in)
    return [Verdict(move.severity, POINTS[move.severity], today, back), Verdict("not_upheld", -1, back)]


def _days_of(told: History) -> list[date]:
    days = [day for one in told.payments for day in (one.typed_on, one.bounced_on) if day]
    days += [day for one in told.verdicts for day in (one.judged_on, one.reversed_on) if day]
    days += [day for one in told.aheads for day in (one.typed_on, one.ended_typed_on) if day]
    return [*days, *(one.due_on for one in told.bills)]


changes = st.builds(
    naive.Policy,
    st.dates(date(2025, 2, 1), date(2025, 12, 31)),
    points=st.sampled_from([(-1, -2, -3, -5, -10, -20), (-2, -2, -4, -6, -8, -25)]),
    repeat_deducts=st.booleans(),
    grace_days=st.sampled_from([30, 10]),
    complaint_life=st.sampled_from([12, 6, None]),
    arrears_life=st.sampled_from([12, 3, None]),
)
offsets = st.integers(20, 520)
moves = st.one_of(
    st.builds(Pays, st.sampled_from([0, 1, 1, 2, 4, 30]), st.sampled_from([0, 0, 3, 40, 90]), st.sampled_from(
        [None, None, 5, 60])),
    st.builds(Complains, st.sampled_from(list(POINTS)), st.sampled_from([None, None, 12])),
)  # fmt: skip
plans = st.builds(
    Plan,
    st.sampled_from(["month", "month", "month", "quarter", "year"]),
    st.integers(6, 18),
    st.lists(changes, max_size=1).map(lambda found: (naive.Policy(date(2000, 1, 1)), *found)),
    st.dictionaries(offsets, moves, max_size=5),
    st.lists(st.integers(1, 90), max_size=9),
    st.sampled_from([None, None, 5, 27]),
    st.sampled_from([None, None, 4]),
)


@dataclass
class Lived:
    """A history played with the real actions: what is typed at noon is known to the next morning's evaluation."""

    cast: Cast
    history: History
    till: Till = field(init=False)
    payments: dict[int, Any] = field(default_factory=dict)
    cases: dict[int, int] = field(default_factory=dict)
    aheads: dict[int, Any] = field(default_factory=dict)
    seen: list[tuple[datetime, date, Any]] = field(default_factory=list)

    def play(self) -> "Lived":
        self.till = Till.open(self.cast, datetime.combine(FIRST, time(12), SITE_ZONE))
        self._policies()
        runs = set(self.history.runs)
        for day in days(FIRST, max(runs)):
            if day in runs:
                self._evaluate(day)
            self.till.at = datetime.combine(day, time(12), SITE_ZONE)
            self._type(day)
        return self

    @property
    def account_id(self) -> int:
        return self.till.account.pk

    def _evaluate(self, day: date) -> None:
        at = datetime.combine(day, time(6), SITE_ZONE)
        actions.evaluate(actor=self.cast.system, at=at, site_id=self.till.site_id, on=day)
        self.seen.append((at, day, explain(self.account_id, day)))
        # The post takes what was printed the same day; how letters go out has stories of its own.
        Notice.objects.filter(state=NoticeState.PLANNED).update(state=NoticeState.SENT, sent_on=day)

    def _policies(self) -> None:
        for version, one in enumerate(self.history.policies, start=1):
            tiers = [tier | {"points": points} for tier, points in zip(arrears_tiers(), one.points, strict=True)]
            facts = {name: getattr(one, name) for name in POLICY}
            Policy.objects.create(version=version, tiers=tiers, made_at=self.till.at, **facts)

    def _type(self, day: date) -> None:
        for bill in self.history.bills:
            if bill.typed_on == day:
                end = later(bill.first, bill.months)
                self.till.bill(
                    str(bill.amount), str(bill.due_on), issued_on=day, period_start=bill.first, period_end=end
                )
        for nth, payment in enumerate(self.history.payments):
            if payment.typed_on == day:
                self.payments[nth] = self.till.takes(str(payment.amount), on=str(payment.received_on))
        for nth, payment in enumerate(self.history.payments):
            if payment.bounced_on == day:
                self._bounce(self.payments[nth].pk, day)
        self._hear(day)
        self._pay_ahead(day)

    def _bounce(self, payment_id: int, day: date) -> None:
        billing.bounce_payment(actor=self.till.cashier, at=self.till.at, payment_id=payment_id, on=day, reason="退票")

    def _hear(self, day: date) -> None:
        for nth, verdict in enumerate(self.history.verdicts):
            if verdict.judged_on == day and nth - 1 not in self._taken_back(day):
                self.cases[nth] = self._complaint()
                self._judge(cases.judge, self.cases[nth], verdict.severity, verdict.points)
            if verdict.reversed_on == day:
                self._judge(cases.revise_judgement, self.cases[nth], "not_upheld", -1)

    def _taken_back(self, day: date) -> set[int]:
        """Whose new judgement of that day comes with the old one's reversal."""
        return {nth for nth, verdict in enumerate(self.history.verdicts) if verdict.reversed_on == day}

    def _complaint(self) -> int:
        case = cases.open_case(
            actor=self.cast.system, at=self.till.at, site=self.cast.yql, text="保安态度很差，骂人",
            channel=Channel.TELEPHONE, category="service_attitude", urgency=Urgency.P3,
            team_kind=TeamKind.CUSTOMER_SERVICE,
        ).case  # fmt: skip
        Case.objects.filter(pk=case.pk).update(account=self.till.account)
        return int(case.pk)

    def _judge(self, act: Callable[..., Any], case_id: int, severity: str, points: int) -> None:
        act(
            actor=self.cast.system, at=self.till.at, case_id=case_id, severity=Severity(severity), points=points,
            criteria=[CRITERION[severity]], note_text="已核实",
        )  # fmt: skip

    def _pay_ahead(self, day: date) -> None:
        for nth, ahead in enumerate(self.history.aheads):
            if ahead.typed_on == day:
                self.aheads[nth] = self._prepay(ahead)
            if ahead.ended_typed_on == day:
                by = {"actor": self.till.cashier, "at": self.till.at}
                billing.end_prepayment(**by, prepayment_id=self.aheads[nth].pk, on=ahead.ended_on)

    def _prepay(self, ahead: Ahead) -> Any:
        site, account = self.cast.yql, self.till.account
        unit = Place.objects.create(site=site, kind="unit", code="P1-1", label="101", path="P1-1", room_no="101")
        AccountPlace.objects.create(site=site, account=account, place=unit, starts_on=account.starts_on)
        self.till.item("WYF")
        return billing.prepay(
            actor=self.till.cashier, at=self.till.at, account_id=account.pk, place_id=unit.pk, item_code="WYF",
            starts_on=ahead.first, months=12, monthly=Decimal(100), method=PaymentMethod.CASH, reference="A",
            received_on=ahead.received_on,
        )  # fmt: skip


def shown_really(lived: Lived, on: date) -> dict[str, Any]:
    shown = explain(lived.account_id, on)
    days_of = {one.entry_id: one.effective_on for one in shown.entries}
    disproved = [one for one in shown.entries if one.reverses_id and days_of[one.reverses_id] == one.effective_on]
    gone = {pk for one in disproved for pk in (one.entry_id, one.reverses_id)}
    facts = [
        (one.effective_on, one.rule, one.occurrence, one.points, one.until)
        for one in shown.entries
        if one.entry_id not in gone
    ]
    return {
        "score": shown.score,
        "band": str(shown.band),
        "gold": shown.gold,
        "months": shown.months_in_arrears,
        "entries": sorted(map(str, filter(_costs, map(_plain, facts)))),
    }


def shown_naively(history: History, standing: naive.Standing, on: date) -> dict[str, Any]:
    shown = standing.shown(on)
    months = naive.service_months(naive.known(history, date.max))
    return {
        "score": shown.score,
        "band": shown.band,
        "gold": shown.gold,
        "months": naive.number(months, on, before=on + DAY),
        "entries": sorted(map(str, filter(_costs, map(_plain, shown.entries)))),
    }


def _plain(entry: Any) -> Any:
    """A reversal's own number is nobody's business."""
    on, rule, occurrence, points, until = entry
    return str(on), str(rule), 1 if rule == "reversal" else occurrence, points, str(until)


def _costs(entry: Any) -> bool:
    """Repeats that only act may have an entry of no points, or none."""
    return bool(entry[3])


def work_really(lived: Lived, on: date) -> dict[str, list[str]]:
    shown = explain(lived.account_id, on)
    tasks = [one for one in shown.tasks if not one.rule.startswith("complaint.")]
    facts = [
        (str(one.rule), one.occurrence, str(one.opened_on), sorted(one.roles), str(one.manner), str(one.state))
        for one in _once(tasks)
    ]
    return {
        "tasks": sorted(map(str, facts)),
        "notices": sorted(str((str(one.rule), str(one.kind), str(one.on))) for one in shown.notices),
    }  # fmt: skip


def _once(tasks: list[Any]) -> list[Any]:
    """The legal order comes back until a suit is recorded: it counts once, as it stands at last."""
    legal = [one for one in tasks if one.rule == "arrears.legal"]
    first = [replace(legal[0], state=legal[-1].state)] if legal else []
    return [*(one for one in tasks if one not in legal), *first]


def work_naively(standing: naive.Standing) -> dict[str, list[str]]:
    tasks = [
        (one.rule, one.occurrence, str(one.opened_on), sorted(one.roles), one.manner, one.state)
        for one in standing.tasks
    ]
    return {
        "tasks": sorted(map(str, tasks)),
        "notices": sorted(str((one.rule, one.kind, str(one.on))) for one in standing.notices),
    }


class _Undo(Exception):
    """The next history begins with an empty site."""


def compare(plan: Plan) -> None:
    history = plan.history()
    standing = naive.play(history)
    last = max(history.runs)
    try:
        with transaction.atomic():
            lived = Lived(Cast.assemble(), history).play()
            for on in [*[*days(FIRST, last)][31::23], last, later(last, 3), later(last, 13)]:
                assert (on, shown_really(lived, on)) == (on, shown_naively(history, standing, on))
            assert work_really(lived, last) == work_naively(standing)
            if len(history.policies) == 1:
                policy = Policy.objects.get()
                found, stand = both_ledgers(lived.till.site_id, FIRST, last + DAY, policy)
                assert found == stand
            for at, day, shown in lived.seen:
                again = explain(lived.account_id, day, known_at=at)
                assert (again.score, again.gold, again.entries) == (shown.score, shown.gold, shown.entries)
            raise _Undo
    except _Undo:
        pass


rules: dict[str, Any] = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=3, **rules)
@given(plans)
@pytest.mark.django_db
def test_the_score_is_what_a_plain_reading_says(plan: Plan) -> None:
    compare(plan)


@pytest.mark.slow
@settings(max_examples=150, **rules)
@given(plans)
@pytest.mark.django_db
def test_and_so_it_is_for_many_histories(plan: Plan) -> None:
    compare(plan)
