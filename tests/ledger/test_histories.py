"""Whatever is posted, undone, closed and reopened: the books balance, and are the sum of what was said."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Refusal
from zhongshu.ledger import actions
from zhongshu.ledger.kinds import BANK, CASH, INCOME, RECEIVABLE, EntryKind, Fund
from zhongshu.ledger.models import Entry, LedgerAccount, Period
from zhongshu.ledger.policies import Leg, differences
from zhongshu.ledger.queries import balance, fund_differences, legs_on, trial_balance, turnover, with_balances

START = date(2026, 6, 1)
DAYS = st.integers(0, 150).map(lambda n: START + timedelta(days=n))
AMOUNTS = st.integers(-99_999, 99_999).map(lambda cents: Decimal(cents) / 100)
CODES = st.sampled_from([CASH, BANK, RECEIVABLE, INCOME])


@st.composite
def balanced(draw: st.DrawFn) -> list[Leg]:
    """Up to three legs in one or two funds, and in each the one that makes it balance."""
    legs: list[Leg] = []
    for fund in draw(st.lists(st.sampled_from(Fund), min_size=1, max_size=2, unique=True)):
        own = [Leg(fund, draw(CODES), draw(AMOUNTS)) for _ in range(draw(st.integers(1, 3)))]
        legs += [*own, Leg(fund, draw(CODES), -differences(own).get(fund, Decimal(0)))]
    return legs


STEPS = st.one_of(
    st.tuples(st.just("post"), DAYS, balanced()),
    st.tuples(st.just("reverse"), DAYS, st.integers(0, 5)),
    st.tuples(st.just("close"), st.just(START), st.just(0)),
    st.tuples(st.just("reopen"), st.just(START), st.just(0)),
)


class Story:
    """A site's books and, beside them, the plainest account of the same: every leg with its day in one list."""

    def __init__(self, cast: Cast, site: Site, at: datetime) -> None:
        self.cast, self.site, self.at = cast, site, at
        self.posted: list[tuple[date, Entry, list[Leg]]] = []
        self.closed: list[date] = []

    def step(self, verb: str, day: date, what: Any, nth: int) -> None:
        try:
            getattr(self, verb)(day, what, f"tests.step:{nth}")
        except Refusal:
            return

    def post(self, day: date, legs: list[Leg], source: str) -> None:
        facts = {"site_id": self.site.pk, "dated_on": day, "kind": EntryKind.OTHER, "source": source}
        entry = actions.post(actor=self.cast.system, at=self.at, legs=legs, **facts)
        self._note(day, entry, legs)

    def reverse(self, day: date, which: int, source: str) -> None:
        if self.posted:
            _day, entry, legs = self.posted[which % len(self.posted)]
            facts = {"entry_id": entry.pk, "dated_on": day, "source": source}
            undone = actions.reverse(actor=self.cast.system, at=self.at, **facts)
            self._note(day, undone, [Leg(leg.fund, leg.code, -leg.amount) for leg in legs])

    def _note(self, day: date, entry: Entry, legs: list[Leg]) -> None:
        assert all((day.year, day.month) > (month.year, month.month) for month in self.closed)
        self.posted.append((day, entry, legs))

    def close(self, _day: date, _what: int, _source: str) -> None:
        last = self.closed[-1] if self.closed else None
        first = min((day for day, _entry, _legs in self.posted), default=START).replace(day=1)
        month = (last + timedelta(days=31)).replace(day=1) if last else first
        actions.close_period(actor=self.cast.actor(Role.FINANCE, name="甲"), at=self.at, site=self.site, month=month)
        self.closed.append(month)

    def reopen(self, _day: date, _what: int, _source: str) -> None:
        if self.closed:
            actor, month = self.cast.actor(Role.FINANCE, name="乙"), self.closed[-1]
            actions.reopen_period(actor=actor, at=self.at, site=self.site, month=month, reason="漏记")
            self.closed.pop()

    def expected(self, on: date) -> dict[tuple[str, str], Decimal]:
        sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for day, _entry, legs in self.posted:
            for leg in legs:
                sums[str(leg.fund), leg.code] += leg.amount if day <= on else 0
        return {key: total for key, total in sums.items() if total}

    def check(self, on: date) -> None:
        rows = trial_balance(self.site.pk, on)
        assert {(row.fund, row.code): row.closing for row in rows if row.closing} == self.expected(on)
        assert all(row.opening + row.debit - row.credit == row.closing for row in rows)
        assert fund_differences(self.site.pk, on) == []
        for row in rows[:2]:
            assert balance(self.site.pk, row.fund, row.code, on) == row.closing
            account = LedgerAccount.objects.get(pk=row.account_id)
            lines = with_balances(account, list(legs_on(account, since=on.replace(day=1), until=on)))
            assert not lines or lines[-1].balance == row.closing
            assert turnover(account, since=on.replace(day=1), until=on).closing == row.closing
        months = Period.objects.filter(site=self.site, reopened_at__isnull=True).order_by("month")
        assert list(months.values_list("month", flat=True)) == self.closed


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=14), on=DAYS)
def test_any_history_balances(cast: Cast, noon: datetime, steps: list[tuple[str, date, Any]], on: date) -> None:
    site = Site.objects.create(company=cast.company, code=f"S{Site.objects.count()}", name="任意")
    story = Story(cast, site, noon)
    for nth, (verb, day, what) in enumerate(steps):
        story.step(verb, day, what, nth)
    story.check(on)
    story.check(date(2026, 12, 31))
