"""One row per matter, with a column for everything a figure may ask: the one source of counts and of lists.

`CASES` and `ORDERS` are SELECTs over the matters opened at `sites` from `since` until `until`, judged at `at`.
docs/figures.md says what each column means. Each part is MATERIALIZED: it is made once, whatever the planner believes
of tables that nobody has counted yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from zhongshu.cases.models import Case
from zhongshu.cases.policies import COMPLAINTS
from zhongshu.insight.kinds import Subject
from zhongshu.insight.policies.figures import Figure
from zhongshu.insight.policies.periods import Span
from zhongshu.work.models import WorkOrder

_OPENED = "site_id = ANY(%(sites)s) AND opened_at >= %(since)s AND opened_at < %(until)s"
_LOCAL = "AT TIME ZONE 'Asia/Shanghai'"

# `speaker`: the customer, else the number; null for what nobody telephoned or said. The last score counts.
CASES = f"""
    WITH c AS MATERIALIZED (
        SELECT id, number, site_id, opened_at, channel, category, urgency, team_kind, state, reopened_count, owner_id,
            place_id, account_id, referrals, coalesce('c' || customer_id, 'p' || nullif(caller_phone, '')) AS speaker
        FROM cases_case WHERE {_OPENED}
    ), call AS MATERIALIZED (
        SELECT f.case_id, bool_or(f.done_at IS NOT NULL) AS made,
            bool_or(f.done_at IS NULL AND f.due_at < %(at)s) AS missed
        FROM c JOIN cases_followup f ON f.case_id = c.id GROUP BY f.case_id
    ), said AS MATERIALIZED (
        SELECT f.case_id, (array_agg(a.score ORDER BY a.id DESC))[1] AS score
        FROM c JOIN cases_followup f ON f.case_id = c.id JOIN cases_followupattempt a ON a.follow_up_id = f.id
        WHERE a.score IS NOT NULL GROUP BY f.case_id
    ), judged AS MATERIALIZED (
        SELECT j.case_id, (array_agg(j.upheld ORDER BY j.id DESC))[1] AS upheld
        FROM c JOIN cases_judgement j ON j.case_id = c.id LEFT JOIN cases_judgement back ON back.reverses_id = j.id
        WHERE j.reverses_id IS NULL AND back.id IS NULL GROUP BY j.case_id
    )
    SELECT c.id, c.number, c.site_id, c.opened_at, c.channel, c.category, c.urgency, c.team_kind AS team, c.state,
        c.reopened_count, c.owner_id AS person, c.account_id, c.speaker, place.path,
        date_trunc(%(bucket)s, c.opened_at {_LOCAL}) AS bucket,
        c.category = ANY(%(complaints)s) AS is_complaint,
        jsonb_array_length(c.referrals) > 0 AS is_referred,
        CASE WHEN c.speaker IS NULL THEN 0 ELSE count(*) OVER (PARTITION BY c.site_id, c.speaker) END AS spoke,
        coalesce(call.made, false) AS call_made, coalesce(call.missed, false) AS call_missed, said.score,
        coalesce(judged.upheld, false) AS is_upheld
    FROM c LEFT JOIN estate_place place ON place.id = c.place_id LEFT JOIN call ON call.case_id = c.id
    LEFT JOIN said ON said.case_id = c.id LEFT JOIN judged ON judged.case_id = c.id
"""

# A target is due once its clock was stopped, or has run out while running; late when that was beyond the target.
_DECIDED = "k.stopped_at IS NOT NULL OR k.paused_at IS NULL AND k.target_at < %(at)s"
_LATE = "coalesce(k.stopped_at, CASE WHEN k.paused_at IS NULL THEN %(at)s END) > k.target_at"
_STAGES = ",\n".join(
    f"bool_or(k.stage = '{stage}' AND ({_DECIDED})) AS {stage}_due, "
    f"coalesce(bool_or(k.stage = '{stage}' AND {_LATE}), false) AS {stage}_late"
    for stage in ("acknowledge", "arrive", "finish")
)
_KNOWN = ", ".join(
    f"coalesce(clock.{stage}_{word}, false) AS {stage}_{word}"
    for stage in ("acknowledge", "arrive", "finish")
    for word in ("due", "late")
)
# `minutes`: the time between each move to `on_site` and the next move.
ORDERS = f"""
    WITH o AS MATERIALIZED (
        SELECT id, number, site_id, opened_at, category, urgency, state, team_id, assignee_id, place_id
        FROM work_workorder WHERE {_OPENED}
    ), clock AS MATERIALIZED (
        SELECT k.order_id, {_STAGES} FROM o JOIN work_slaclock k ON k.order_id = o.id GROUP BY k.order_id
    ), stay AS MATERIALIZED (
        SELECT order_id, sum(extract(epoch FROM next_at - at) / 60)::bigint AS minutes FROM (
            SELECT m.order_id, m.to_state, m.at, lead(m.at) OVER (PARTITION BY m.order_id ORDER BY m.id) AS next_at
            FROM o JOIN work_ordermove m ON m.order_id = o.id
        ) move WHERE to_state = 'on_site' GROUP BY order_id
    ), aid AS MATERIALIZED (
        SELECT a.order_id, sum(a.minutes) AS minutes FROM o JOIN work_aidspell a ON a.order_id = o.id
        GROUP BY a.order_id
    )
    SELECT o.id, o.number, o.site_id, o.opened_at, NULL::text AS channel, o.category, o.urgency,
        coalesce(team.kind, '') AS team, o.state, staff.user_id AS person, NULL::text AS speaker, place.path,
        date_trunc(%(bucket)s, o.opened_at {_LOCAL}) AS bucket, {_KNOWN},
        coalesce(stay.minutes, 0) AS minutes, coalesce(aid.minutes, 0) AS aid_minutes
    FROM o LEFT JOIN people_team team ON team.id = o.team_id LEFT JOIN people_staff staff ON staff.id = o.assignee_id
    LEFT JOIN estate_place place ON place.id = o.place_id LEFT JOIN clock ON clock.order_id = o.id
    LEFT JOIN stay ON stay.order_id = o.id LEFT JOIN aid ON aid.order_id = o.id
"""
SOURCES: Mapping[Subject, str] = {Subject.CASES: CASES, Subject.ORDERS: ORDERS}

_NARROWED = {
    "channel": "channel = %(channel)s",
    "category": "category = %(category)s",
    "urgency": "urgency = %(urgency)s",
    "team": "team = %(team)s",
    "bucket": "bucket = %(bucket_start)s",
    "person": "person = %(person)s",
    "place": "(path = %(place)s OR starts_with(path, %(place)s || '/'))",
    "caller": "speaker = (SELECT coalesce('c' || customer_id, 'p' || nullif(caller_phone, '')) FROM cases_case"
    " WHERE number = %(caller)s AND site_id = ANY(%(sites)s))",
}


@dataclass(frozen=True, slots=True)
class Slice:
    """The matters looked at: of which sites, opened when, judged at which instant, narrowed by what.

    `narrowed` may name `channel`, `category`, `urgency`, `team` (a kind), `bucket` (a beginning on the wall clock),
    `person` (a user's id), `place` (a path: all below it) and `caller` (the number of a case: all of its speaker).
    """

    site_ids: tuple[int, ...]
    span: Span
    at: datetime
    bucket: str = "day"
    narrowed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def condition(self) -> str:
        """The narrowing, as SQL over a source's rows."""
        return " AND ".join(["true", *(_NARROWED[name] for name in sorted(self.narrowed))])

    @property
    def values(self) -> dict[str, Any]:
        wanted = {"bucket_start" if name == "bucket" else name: value for name, value in self.narrowed.items()}
        return wanted | {
            "sites": list(self.site_ids),
            "since": self.span.since,
            "until": self.span.until,
            "at": self.at,
            "bucket": self.bucket,
            "complaints": sorted(COMPLAINTS),
        }


def rows_of(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Runs a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def cases_behind(figure: Figure, of: Slice) -> QuerySet[Case]:
    """The very cases that the figure counts, newest first."""
    rows = Case.objects.filter(pk__in=_ids(figure, of))
    return rows.select_related("place", "site", "owner").order_by("-opened_at", "-pk")


def orders_behind(figure: Figure, of: Slice) -> QuerySet[WorkOrder]:
    """The very orders that the figure counts, newest first."""
    rows = WorkOrder.objects.filter(pk__in=_ids(figure, of))
    return rows.select_related("place", "site", "team", "assignee__user").order_by("-opened_at", "-pk")


def _ids(figure: Figure, of: Slice) -> RawSQL:
    chosen = f"SELECT id FROM ({SOURCES[figure.subject]}) AS matter WHERE ({figure.where}) AND {of.condition}"
    sql = f"WITH chosen AS MATERIALIZED ({chosen}) SELECT id FROM chosen"
    return RawSQL(*_by_position(sql, of.values))  # noqa: S611 - put together from our own constants


def _by_position(sql: str, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Django's expressions take their parameters by position."""
    given: list[Any] = []

    def put(found: re.Match[str]) -> str:
        given.append(values[found[1]])
        return "%s"

    return re.sub(r"%\((\w+)\)s", put, sql), given
