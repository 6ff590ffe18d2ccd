"""What a table would have done to the months that lie behind: read from what was billed, paid and judged.

Nothing is written. The months in arrears, the ladder and the legal tier are found by the very statements of an
evaluation, over all the days at once and under one version; what really was sent counts where the same step fired in
reality. For the version under which a site was evaluated day by day this gives the entries, tasks and letters of its
ledger.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, transaction

from zhongshu.care.engine import golden, pauses
from zhongshu.care.engine.running import tables_of
from zhongshu.care.engine.statements import affected, clear, perform, rows
from zhongshu.care.kinds import Band
from zhongshu.care.models import BackTest, GoLive, Policy
from zhongshu.care.policies.gold import month_after
from zhongshu.care.policies.reading import from_json
from zhongshu.care.queries.tables import Span, choices_of, policy_then
from zhongshu.cases.policies.complaints import ROLES
from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.queries.notices import fitting_kind, lawyer_of
from zhongshu.community.policies.drawing import wanted_by
from zhongshu.community.policies.quarters import quarter_of
from zhongshu.community.queries.rules import rule_on
from zhongshu.community.queries.visits import scored
from zhongshu.identity.models import Site, User
from zhongshu.kernel.workdays import is_workday

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days `[from_on, to_on)` of a site."""

    site: Site
    from_on: date
    to_on: date

    @property
    def upto(self) -> date:
        return self.to_on - A_DAY

    @property
    def ends(self) -> list[date]:
        """The last day of each of its months; of the last month the last day looked at."""
        days, first = [], month_after(self.from_on)
        while first < self.to_on:
            days.append(first - A_DAY)
            first = month_after(first)
        return [*days, self.upto]

    @property
    def workdays(self) -> int:
        return sum(is_workday(self.from_on + A_DAY * nth) for nth in range((self.to_on - self.from_on).days))


def worked_out(test_id: int, *, at: Callable[[], datetime]) -> BackTest:
    """Work out what was asked for and write it into its own row; `at` gives the time when it is done. Again: the same.

    `result`: `today`, the table in force on the last day, and `proposed`, with the choices changed; `today` alone is
    worked out where nothing differs.
    """
    test = BackTest.objects.select_related("site").get(pk=test_id)
    window, policy = Window(test.site, test.from_on, test.to_on), policy_then(test.site_id, test.to_on - A_DAY)
    before = choices_of(policy)
    try:
        today = looked_back(window, policy)
        changed = before | from_json(test.choices)
        proposed = today if changed == before else looked_back(window, Policy(pk=0, **changed))
    except DatabaseError as error:
        test.failure = " ".join(str(error).split())[:300]
    else:
        found = {"version": policy.version, "today": today, "proposed": proposed}
        test.result = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    test.done_at = at()
    test.save(update_fields=["result", "failure", "done_at"])
    return test


@transaction.atomic
def looked_back(window: Window, policy: Policy) -> dict[str, Any]:
    """What the version would have done in those days, had it been in force all along: accounts by band at the end of
    each month, falls into a band, entries and points by rule, letters by kind, tasks by rule and by keeper and day.
    """
    values = _values(window, policy)
    _live_through(values, policy)
    return {
        "bands": _bands(window, values),
        "falls": dict(rows("back_falls", values)),
        **_points(values),
        "letters": _letters(window, values),
        **_tasks(window, values),
        "visits": _visits(window),
    }


def _values(window: Window, policy: Policy) -> dict[str, Any]:
    live_on = GoLive.objects.filter(site=window.site).values_list("on", flat=True).first()
    bands = [{"name": name, "rank": rank, "least": least} for rank, (name, least) in enumerate(policy.bands)]
    return {
        "site_id": window.site.pk,
        "from_on": window.from_on,
        "upto": window.upto,
        "accounts": None,
        "days": window.ends,
        "after": window.from_on,
        "since": None,
        "live_on": live_on,
        "dispute_days": policy.dispute_hold_days if policy.dispute_hold else None,
        "repeat_days": policy.legal_repeat_days,
        "per_day": policy.opening_per_keeper_day,
        "initial_score": policy.initial_score,
        "arrears_life": policy.arrears_life,
        "complaint_life": policy.complaint_life,
        "prepaid_points": policy.prepaid_points,
        "bands": json.dumps(bands),
        "severities": json.dumps(_severities(policy)),
    }


def _severities(policy: Policy) -> list[dict[str, Any]]:
    return [
        {"severity": severity, "most": most, "least": least, "roles": ROLES[severity]}
        for severity in ROLES
        for most, least in [policy.complaint_bands[severity]]
    ]


def _live_through(values: Mapping[str, Any], policy: Policy) -> None:
    """Fill the tables of this connection with a ledger and with what people would have been asked to do."""
    clear()
    perform("prepare", tables_of([Span(policy, None, None)]))
    perform("back_begin", values)
    pauses.note(values)
    perform("months", {**values, **affected(values)})
    for step in ("back_episodes", "firings", "back_acts", "demands", "back_demands", "legal", "back_acts"):
        perform(step, values)
    perform("back_repeats", values)
    perform("back_ledger", {**values, "golds": json.dumps(_golds(values, policy), default=str)})


def _golds(values: Mapping[str, Any], policy: Policy) -> list[dict[str, Any]]:
    return [
        {
            "account_id": account_id,
            "number": number,
            "paid_on": gold.paid_on,
            "effective_on": gold.effective_on,
            "until": gold.until,
        }
        for account_id, found in golden.far_ahead(values, policy).items()
        for number, gold in enumerate(found, start=1)
    ]


def _bands(window: Window, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """At the end of each month: how many accounts there are, by band, and how many of them are gold."""
    found: dict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    for day, band, count, gold in rows("back_bands", values):
        found[day][band] = (count, gold)
    return [
        {
            "on": day,
            "accounts": sum(count for count, _gold in found[day].values()),
            "gold": sum(gold for _count, gold in found[day].values()),
            **{str(band): found[day].get(band, (0, 0))[0] for band in Band},
        }
        for day in window.ends
    ]


def _points(values: Mapping[str, Any]) -> dict[str, Any]:
    entries: Counter[str] = Counter()
    points: Counter[str] = Counter()
    by_month: Counter[str] = Counter()
    for rule, month, count, total in rows("back_points", values):
        entries[rule] += count
        points[rule] += total
        by_month[f"{month:%Y-%m}"] += total
    rules = {rule: {"entries": entries[rule], "points": points[rule]} for rule in sorted(entries)}
    return {"rules": rules, "points": sum(points.values()), "points_by_month": dict(sorted(by_month.items()))}


def _letters(window: Window, values: Mapping[str, Any]) -> dict[str, int]:
    """By kind; a lawyer's letter is one where a lawyer was registered that day."""
    found: Counter[str] = Counter()
    for letter, day, count in rows("back_letters", values):
        kind = NoticeKind(letter)
        needs_lawyer = kind == NoticeKind.LAWYER_LETTER
        found[fitting_kind(kind, lawyer_of(window.site.pk, day)) if needs_lawyer else kind] += count
    return {str(kind): found[kind] for kind in NoticeKind if found[kind]}


def _tasks(window: Window, values: Mapping[str, Any]) -> dict[str, Any]:
    by_rule: Counter[str] = Counter()
    by_month: Counter[str] = Counter()
    load: dict[int | None, Counter[date]] = defaultdict(Counter)
    for rule, day, keeper_id, count, for_keeper in rows("back_tasks", values):
        by_rule[rule] += count
        by_month[f"{day:%Y-%m}"] += count
        load[keeper_id][day] += for_keeper
    return {
        "tasks": sum(by_rule.values()),
        "tasks_by_rule": dict(sorted(by_rule.items())),
        "tasks_by_month": dict(sorted(by_month.items())),
        "keepers": _loads(window, load),
    }


def _loads(window: Window, load: Mapping[int | None, Counter[date]]) -> list[dict[str, Any]]:
    """Of each keeper (None: of accounts that nobody looks after) the tasks day by day; the busiest keeper first."""
    names = _names(load)
    found = [
        {
            "keeper": names.get(keeper_id or 0),
            "tasks": days.total(),
            "per_workday": round(days.total() / (window.workdays or 1), 2),
            "busiest_on": max(days, key=lambda day: (days[day], -day.toordinal())),
            "busiest": max(days.values()),
            "days": [{"on": day, "tasks": days[day]} for day in sorted(days)],
        }
        for keeper_id, days in load.items()
        if days.total()
    ]
    return sorted(found, key=lambda row: (-row["tasks"], row["keeper"] or ""))


def _names(keeper_ids: Iterable[int | None]) -> dict[int, str]:
    known = [pk for pk in keeper_ids if pk]
    return dict(User.objects.filter(pk__in=known).values_list("pk", "name"))


def _visits(window: Window) -> list[dict[str, Any]]:
    """Visits at the door asked of each keeper in the quarter of the last day, and by working day of a quarter."""
    homes = Counter(one.keeper_id for one in scored(window.site.pk, window.upto))
    names, first = _names(homes), quarter_of(window.upto)
    percent = rule_on(window.site.pk, first).visit_percent
    workdays = sum(is_workday(first + A_DAY * nth) for nth in range((month_after(first, 3) - first).days))
    found = [
        {"keeper": names.get(pk or 0), "accounts": count, "visits": asked, "per_workday": round(asked / workdays, 2)}
        for pk, count in homes.items()
        for asked in [wanted_by(count, 3, percent=percent)]
    ]
    return sorted(found, key=lambda row: (-row["visits"], row["keeper"] or ""))
