"""care for programs: the score of an account with its reasons; evaluating days."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.care import actions
from zhongshu.care.api import boards, contesting, policies, tasks
from zhongshu.care.permissions import EVALUATE, VIEW_CARE
from zhongshu.care.queries import as_told, explain
from zhongshu.care.queries.accounts import scored_account
from zhongshu.estate.models import Account
from zhongshu.identity.api_kit import Day, Instant, Line, Typed, actor_of, site_of
from zhongshu.kernel.clock import day_of, now

router = Router(tags=["care"])
for part in (tasks, policies, contesting, boards):
    router.add_router("", part.router)


class ScoreEntryOut(Schema):
    """Points in force on the day. `in_force_until` exclusive; null: no end known yet."""

    effective_on: date
    recorded_at: datetime
    rule: str
    occurrence: int
    points: int
    reason: str
    customer_reason: str
    policy_version: int
    in_force_until: date | None
    source: str


class ScoreTaskOut(Schema):
    rule: str
    occurrence: int
    opened_on: date
    roles: list[str]
    manner: str
    state: Literal["open", "done", "withdrawn", "held"]


class ScoreNoticeOut(Schema):
    rule: str
    kind: str
    on: date
    state: str


class ScoreOut(Schema):
    """The score of an account on a day, and everything that makes it."""

    account: str
    on: date
    score: int
    band: Literal["excellent", "good", "fair", "poor", "priority"]
    gold: bool
    months_in_arrears: int
    entries: list[ScoreEntryOut]
    tasks: list[ScoreTaskOut]
    notices: list[ScoreNoticeOut]


class ScoreQuery(Typed):
    """`on`: without it today. `as_known_at`: only what had been recorded by that instant. `site` where several have
    the account."""

    on: Day | None = None
    as_known_at: Instant | None = None
    site: Line = ""


@router.get("/care/accounts/{account_number}/score", response=ScoreOut, summary="Why an account has the score it has")
def score(request: HttpRequest, account_number: Line, asked: Query[ScoreQuery]) -> dict[str, Any]:
    """`account_number`: its number, or the code of its unit."""
    actor, on = actor_of(request), asked.on or day_of(now())
    site_id = site_of(actor, asked.site, VIEW_CARE).pk if asked.site else None
    among = actor.visible(Account.objects.all(), VIEW_CARE)
    return as_told(explain(scored_account(account_number, on, site_id=site_id, among=among).pk, on, asked.as_known_at))


class EvaluationIn(Typed):
    """`on`: the last day; without it today."""

    site: Line
    on: Day | None = None


class EvaluationOut(Schema):
    """The days evaluated; `from` null: that day had been evaluated, and nothing was done."""

    site: str
    first: date | None = Field(serialization_alias="from")
    to: date
    accounts_changed: int
    entries: int
    tasks: int
    notices: int


@router.post("/care/evaluations", response={201: EvaluationOut}, by_alias=True, summary="Evaluate the days missed")
def evaluate(request: HttpRequest, said: EvaluationIn) -> Status[dict[str, Any]]:
    """Every day of the site that was missed, up to `on`."""
    actor, at = actor_of(request), now()
    site = site_of(actor, said.site, EVALUATE)
    done = actions.evaluate(actor=actor, at=at, site_id=site.pk, on=said.on or day_of(at))
    names = ("accounts_changed", "entries", "tasks", "notices")
    counts = {name: getattr(done, name) for name in names}
    return Status(201, {"site": done.site, "first": done.from_on, "to": done.to_on, **counts})
