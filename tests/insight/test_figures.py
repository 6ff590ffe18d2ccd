"""Every figure equals the list behind it, and both equal what one counts by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.insight.conftest import Year
from zhongshu.cases.models import Case, FollowUpAttempt
from zhongshu.cases.policies import COMPLAINTS
from zhongshu.insight.kinds import Dimension, Rhythm, Subject
from zhongshu.insight.policies.figures import FIGURES, RATES
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries.matters import Slice, cases_behind, orders_behind
from zhongshu.insight.queries.tallies import Tally, counted, tallied
from zhongshu.work.models import WorkOrder

DOCS = Path(__file__).resolve().parents[2] / "docs" / "figures.md"


def of(year: Year, rhythm: Rhythm = Rhythm.YEAR, **narrowed: object) -> Slice:
    period = Period.of(rhythm, year.at.date())
    return Slice(year.ids, period.span, year.at, period.bucket, narrowed)


def listed(code: str, seen: Slice) -> int:
    behind = cases_behind if FIGURES[code].subject is Subject.CASES else orders_behind
    return behind(FIGURES[code], seen).count()


def test_the_list_behind_every_figure_has_as_many_rows_as_the_figure_says(year: Year) -> None:
    found = tallied(of(year))
    for code, figure in FIGURES.items():
        assert listed(code, of(year)) == found.total.n(code) == counted(figure, of(year)).n(code), code
        assert found.total.n(code) > 0, f"{code}: a world without any proves nothing"


def test_so_it_is_for_every_value_of_every_breakdown(year: Year) -> None:
    found = tallied(of(year))
    for dimension in set(Dimension) - {Dimension.SITE}:
        value, tally = max(found.by[dimension].items(), key=lambda pair: sum(pair[1].count.values()))
        narrowed = of(year, **{str(dimension): value})
        whole = tallied(narrowed, dimensions=()).total
        assert whole == Tally({c: tally.n(c) for c in FIGURES}, {c: tally.total.get(c, 0) for c in whole.total})
        for code in FIGURES:
            assert listed(code, narrowed) == tally.n(code), (dimension, value, code)


def test_the_values_of_a_breakdown_add_up_to_the_whole(year: Year) -> None:
    found = tallied(of(year))
    for dimension in set(Dimension):
        summed = {code: sum(tally.n(code) for tally in found.by[dimension].values()) for code in FIGURES}
        assert summed == {code: found.total.n(code) for code in FIGURES} or dimension is Dimension.CHANNEL, dimension


@pytest.mark.parametrize("rhythm", [Rhythm.DAY, Rhythm.MONTH])
def test_figures_equal_what_one_counts_by_hand(year: Year, rhythm: Rhythm) -> None:
    seen = of(year, rhythm)
    opened = {"opened_at__gte": seen.span.since, "opened_at__lt": seen.span.until, "site_id__in": year.ids}
    cases, orders = list(Case.objects.filter(**opened)), list(WorkOrder.objects.filter(**opened))
    found = tallied(seen, dimensions=()).total
    by_hand = {code: sum(map(rule(cases, year.at), cases)) for code, rule in CASES_BY_HAND.items()}
    by_hand |= {code: sum(rule(order, year.at) for order in orders) for code, rule in ORDERS_BY_HAND.items()}
    assert {code: found.n(code) for code in FIGURES} == by_hand
    assert found.total["worked"] == pytest.approx(sum(_minutes(order) for order in orders), abs=len(orders))
    assert found.total["aided"] == sum(spell.minutes for order in orders for spell in order.aid_spells.all())


def _made(case: Case, at: datetime) -> tuple[bool, bool]:
    calls = list(case.follow_ups.all())
    return any(c.done_at for c in calls), any(c.done_at is None and c.due_at < at for c in calls)


def _score(case: Case) -> int | None:
    said = FollowUpAttempt.objects.filter(follow_up__case=case, score__isnull=False).order_by("pk").last()
    return said.score if said else None


def _upheld(case: Case) -> bool:
    standing = [j for j in case.judgements.order_by("pk") if j.reverses_id is None and not hasattr(j, "reversal")]
    return bool(standing) and standing[-1].upheld


def _speaker(case: Case) -> tuple[int, object] | None:
    who = case.customer_id or case.caller_phone
    return (case.site_id, who) if who else None


def _plain(test: Callable[[Case, datetime], object]) -> Callable[..., Callable[[Case], bool]]:
    return lambda _all, at: lambda case: bool(test(case, at))


def _repeated(cases: list[Case], _at: datetime) -> Callable[[Case], bool]:
    said = [_speaker(case) for case in cases]
    return lambda case: _speaker(case) is not None and said.count(_speaker(case)) >= 3


CASES_BY_HAND = {
    "opened": _plain(lambda c, at: True),
    "urgent": _plain(lambda c, at: c.urgency == "P1"),
    "settled": _plain(lambda c, at: c.state != "withdrawn"),
    "closed": _plain(lambda c, at: c.state == "closed"),
    "unclosed": _plain(lambda c, at: c.state in ("open", "follow_up")),
    "withdrawn": _plain(lambda c, at: c.state == "withdrawn"),
    "ended_once": _plain(lambda c, at: c.state == "closed" or c.reopened_count),
    "fixed_first": _plain(lambda c, at: c.state == "closed" and not c.reopened_count),
    "reopened": _plain(lambda c, at: c.reopened_count),
    "calls_due": _plain(lambda c, at: any(_made(c, at))),
    "calls_made": _plain(lambda c, at: _made(c, at) == (True, False)),
    "scored": _plain(lambda c, at: _score(c) is not None),
    "content": _plain(lambda c, at: (_score(c) or 0) >= 4),
    "complaints": _plain(lambda c, at: c.category in COMPLAINTS),
    "upheld": _plain(lambda c, at: _upheld(c)),
    "referred": _plain(lambda c, at: c.referrals),
    "repeated": _repeated,
}


def _clocks(order: WorkOrder, stage: str, at: datetime) -> tuple[bool, bool]:
    """Whether a target of the stage is decided, and whether one was missed."""
    clocks = [c for c in order.clocks.all() if c.stage == stage]
    running_late = [c.stopped_at is None and c.paused_at is None and c.target_at < at for c in clocks]
    stopped = [c.stopped_at is not None for c in clocks]
    missed = [c.stopped_at is not None and c.stopped_at > c.target_at for c in clocks]
    return any(stopped) or any(running_late), any(missed) or any(running_late)


def _kept(stage: str) -> Callable[[WorkOrder, datetime], bool]:
    return lambda o, at: o.state != "withdrawn" and _clocks(o, stage, at) == (True, False)


def _due(stage: str) -> Callable[[WorkOrder, datetime], bool]:
    return lambda o, at: o.state != "withdrawn" and _clocks(o, stage, at)[0]


def _minutes(order: WorkOrder) -> float:
    moves = list(order.moves.order_by("pk"))
    spells = [b.at - a.at for a, b in pairwise(moves) if a.to_state == "on_site"]
    return sum(spells, timedelta()).total_seconds() / 60


STAGES = ("acknowledge", "arrive", "finish")
ORDERS_BY_HAND: dict[str, Callable[[WorkOrder, datetime], bool]] = {
    "orders": lambda o, at: True,
    "done": lambda o, at: o.state in ("done", "signed_off", "closed"),
    **{f"{stage}_due": _due(stage) for stage in STAGES},
    **{f"{stage}_kept": _kept(stage) for stage in STAGES},
    "late": lambda o, at: o.state != "withdrawn" and any(_clocks(o, stage, at)[1] for stage in STAGES),
    "worked": lambda o, at: _minutes(o) > 0,
    "aided": lambda o, at: o.aid_spells.exists(),
}


def test_the_documentation_says_what_the_code_counts() -> None:
    said = DOCS.read_text(encoding="utf-8")
    missing = [code for code, figure in FIGURES.items() if f"`{code}`" not in said or f"`{figure.where}`" not in said]
    missing += [code for code, rate in RATES.items() if f"`{code}` |" not in said]
    missing += [code for code, rate in RATES.items() if f"`{rate.part}` ÷ `{rate.whole}`" not in said]
    assert not missing
