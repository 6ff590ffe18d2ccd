"""Every figure of money equals what one counts by hand, the list behind it, and the ledger."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.billing.test_money_machine import ITEMS, Money, world  # noqa: F401 - a fixture
from tests.billing.till import Till
from zhongshu.billing.kinds import ReliefKind
from zhongshu.billing.models import Allocation, Charge, Relief
from zhongshu.insight.kinds import MoneyBy, Topic
from zhongshu.insight.policies.money import AGES, MONEY_FIGURES, MONEY_RATES, of_topic
from zhongshu.insight.queries import money_books
from zhongshu.insight.queries.money import Cut, fees_behind, measured
from zhongshu.kernel.clock import day_of

DOCS = Path(__file__).resolve().parents[2] / "docs" / "figures.md"
ZERO = Decimal(0)


def collection_by_hand(of: Cut) -> Counter[str]:
    found: Counter[str] = Counter()
    for charge in fees():
        if charge.due_on > of.on:
            continue
        rows = [row for row in charge.allocations.all() if row.on <= of.on]
        before = [row for row in rows if row.on < of.since]
        money, early = paid(rows), paid(before)
        relief = sum((row.amount for row in rows), ZERO) - money
        early_relief = sum((row.amount for row in before), ZERO) - early
        if charge.due_on >= of.since:
            told = {"due": charge.amount, "collected": money, "ahead": early, "relieved": relief}
            told["unpaid"] = charge.amount - money - relief
        else:
            told = {"opening": charge.amount - early - early_relief, "recovered": money - early}
            told |= {"forgiven": relief - early_relief, "remaining": charge.amount - money - relief}
        found.update(told)
    return found


def ageing_by_hand(of: Cut) -> Counter[str]:
    found: Counter[str] = Counter()
    for charge in fees():
        if charge.issued_on <= of.on:
            left = charge.amount - sum((row.amount for row in charge.allocations.all() if row.on <= of.on), ZERO)
            found[bucket(charge.due_on, of.on)] += left
            found["overdue"] += left if charge.due_on < of.on else 0
    return found


def fees() -> Iterable[Charge]:
    wrong = Relief.objects.filter(kind="reversal", state="approved").values("charge")
    rows = Charge.objects.filter(late_fee_of=None).exclude(pk__in=wrong).exclude(item__fund="deposits")
    return rows.prefetch_related("allocations")


def paid(rows: Iterable[Allocation]) -> Decimal:
    return sum((row.amount for row in rows if row.payment_id), ZERO)


def bucket(due: date, on: date) -> str:
    if due >= on:
        return "not_due"
    months = (on.year - due.year) * 12 + on.month - due.month
    months -= 1 if later_in_month(due, on) else 0
    return next(code for code, (after, until) in AGES.items() if after <= months and (until is None or months <= until))


def later_in_month(due: date, on: date) -> bool:
    """A month from the 31st ends on the last day there is."""
    return due.day > on.day and (on + timedelta(days=1)).day != 1


DEEDS = {
    "bill": 14, "receive": 10, "bounce": 3, "reverse": 2, "relieve": 4, "pay_back": 2, "pay_ahead": 3, "draw": 2,
    "time_goes_by": 4, "post_late_fees": 1, "close_a_month": 3,
}  # fmt: skip


class Figures(Money):
    """The same people doing the same things, more of them billing and paying; looked at when they end."""

    def live(self, dice: Random) -> None:
        cent = lambda: Decimal(dice.randint(1, 60_000)) / 100  # noqa: E731
        which = lambda: dice.randint(0, 99)  # noqa: E731
        self.begin()
        for _ in range(40):
            deed = dice.choices(*zip(*DEEDS.items(), strict=True))[0]
            if deed == "bill":
                self.bill(which(), dice.choice(sorted(ITEMS)), cent(), dice.choice((3, 40, 400, 1200)), which() < 20)
            elif deed == "receive":
                self.receive(which(), cent() * 3, dice.randint(0, 40), dice.choice((None, "WYF", "rest")), dies=False)
            elif deed == "relieve":
                self.relieve(which(), dice.choice((ReliefKind.WAIVER, ReliefKind.WRITE_OFF)), which() < 50)
            elif deed == "pay_back":
                self.pay_back(which(), cent())
            elif deed == "pay_ahead":
                self.pay_ahead(which(), dice.randint(1, 4), cent())
            elif deed == "time_goes_by":
                self.time_goes_by(dice.randint(1, 40))
            elif deed in ("bounce", "reverse"):
                getattr(self, deed)(which())
            elif deed == "post_late_fees":
                self.post_late_fees(dice.randint(0, 40))
            else:
                getattr(self, deed)()

    def figures_agree(self) -> None:
        today = day_of(self.at)
        sites = (self.till.site_id,)
        new_year = date(today.year, 1, 1)
        now = Cut(sites, new_year, today, is_now=True)
        for of in (now, replace(now, is_now=False), Cut(sites, today - timedelta(20), today - timedelta(9))):
            by = tuple(MoneyBy)
            for topic, by_hand in ((Topic.COLLECTION, collection_by_hand), (Topic.AGEING, ageing_by_hand)):
                table, expected = measured(topic, of, by=by), by_hand(of)
                for figure in of_topic(topic):
                    yuan = table.total.of(figure.code)
                    assert yuan == expected[figure.code], (figure.code, of)
                    assert fees_behind(figure, of, page=1, size=3)[1] == yuan, figure.code
                    for dimension in by:
                        assert sum(row.sums.of(figure.code) for row in table.by[dimension]) == yuan, dimension
            (owed,), (cleared,) = money_books.receivable(of), money_books.cleared(of)
            overdue, ahead = (measured(Topic.AGEING, of).total.of(code) for code in ("overdue", "not_due"))
            assert (owed.fees, owed.difference) == (overdue + ahead, 0)
            total = measured(Topic.COLLECTION, of).total
            assert cleared.current == total.of("collected") - total.of("ahead")
            assert (cleared.old, cleared.difference) == (total.of("recovered"), 0)
            assert [
                row.difference for row in money_books.received(sites, since=of.since, until=of.until) if row.difference
            ] == []
        assert owed_now_has_no_shift(now)


def owed_now_has_no_shift(now: Cut) -> bool:
    return all(row.shift == 0 for row in money_books.receivable(now))


@settings(
    max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(1, 10**9))
def test_figures_equal_what_one_counts_and_the_ledger_after_random_histories(world: Till, seed: int) -> None:  # noqa: F811
    history = Figures()
    try:
        history.live(Random(seed))
        history.figures_agree()
    finally:
        history.teardown()


def test_the_documentation_says_what_the_code_adds_up() -> None:
    said = DOCS.read_text(encoding="utf-8")
    missing = [code for code, figure in MONEY_FIGURES.items() if f"| `{code}` | {figure.label} · " not in said]
    missing += [code for code, rate in MONEY_RATES.items() if f"`{rate.part}` ÷ `{rate.whole}`" not in said]
    assert not missing
