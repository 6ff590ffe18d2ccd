"""The table of the score for programs: what is in force, a new version, what another would have done."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.care import actions
from zhongshu.care.jobs import back_test as job
from zhongshu.care.permissions import SET_CARE_POLICY, VIEW_CARE
from zhongshu.care.queries.policies import back_test_seen, back_test_told, policy_told
from zhongshu.identity.api_kit import Day, Line, Typed, actor_of, site_of
from zhongshu.kernel.clock import day_of, now

router = Router(tags=["care"])


TestId = Annotated[int, Field(ge=1, le=2**62)]


class LadderTierIn(Typed):
    """`months`: when it fires, and fires again; none for legal. `letter`, `manner`: "" for none."""

    rule: Line
    months: list[int]
    points: int
    letter: Line
    roles: list[Line]
    manner: Line


class CarePolicyChoicesIn(Typed):
    """What differs from the table in force; what is left out stays. `tiers`, `bands`, `complaint_bands` are whole."""

    initial_score: int | None = None
    tiers: list[LadderTierIn] | None = None
    bands: list[tuple[Line, int]] | None = None
    complaint_bands: dict[Line, tuple[int, int]] | None = None
    ignore_below: Decimal | None = None
    grace_days: int | None = None
    repeat_deducts: bool | None = None
    dispute_hold: bool | None = None
    dispute_hold_days: int | None = None
    complaint_life: int | None = None
    arrears_life: int | None = None
    prepaid_points: int | None = None
    prepaid_months: int | None = None
    legal_repeat_days: int | None = None
    opening_per_keeper_day: int | None = None
    improvement_days: int | None = None
    answer_days: int | None = None
    evaluate_at: time | None = None

    def said(self) -> dict[str, Any]:
        """A null that was sent is a choice: for ever, or refused."""
        return self.model_dump(exclude_unset=True)


class CarePolicyVersionOut(Schema):
    of: Literal["site", "company"]
    version: int
    starts_on: date


class CarePolicyOut(CarePolicyVersionOut):
    """The version in force on the day; `choices` by name, money and hours as text. `versions`: all there are."""

    site: str | None
    on: date
    choices: dict[str, Any]
    versions: list[CarePolicyVersionOut]


class CarePolicyQuery(Typed):
    """`site`: without it the company's table. `on`: without it today."""

    site: Line = ""
    on: Day | None = None


@router.get("/care/policies", response=CarePolicyOut, summary="The table of the score in force")
def care_policy(request: HttpRequest, asked: Query[CarePolicyQuery]) -> dict[str, Any]:
    """With every choice, and all versions."""
    actor = actor_of(request)
    actor.require(VIEW_CARE)
    site = site_of(actor, asked.site, VIEW_CARE) if asked.site else None
    return policy_told(site, asked.on or day_of(now()))


class CarePolicyIn(Typed):
    """`site`: without it a version of the company, for every site without one of its own."""

    site: Line = ""
    starts_on: Day
    choices: CarePolicyChoicesIn


@router.post("/care/policies", response={201: CarePolicyOut}, summary="A new version of the table of the score")
def change_care_policy(request: HttpRequest, said: CarePolicyIn) -> Status[dict[str, Any]]:
    """From a day that was not evaluated yet; what has been evaluated is not rewritten."""
    actor = actor_of(request)
    site = site_of(actor, said.site, SET_CARE_POLICY) if said.site else None
    site_id = site.pk if site else None
    actions.change_policy(actor=actor, at=now(), site_id=site_id, starts_on=said.starts_on, **said.choices.said())
    return Status(201, policy_told(site, said.starts_on))


class BackTestIn(Typed):
    """`on`: the last day looked at; without it today."""

    site: Line
    on: Day | None = None
    choices: CarePolicyChoicesIn | None = None


class BackTestOut(Schema):
    """The year from `from` up to and with `to`. `today` and `proposed` are null until it is done: accounts by band at
    the end of each month, points by rule, letters by kind, tasks by rule and by keeper and day."""

    id: int
    site: str
    first: date = Field(alias="from", serialization_alias="from")
    to: date
    choices: dict[str, Any]
    asked_at: datetime
    done_at: datetime | None
    failure: str
    version: int | None
    today: dict[str, Any] | None
    proposed: dict[str, Any] | None


@router.post("/care/back-tests", response={201: BackTestOut}, by_alias=True, summary="Ask what another table would do")
def ask_back_test(request: HttpRequest, said: BackTestIn) -> Status[dict[str, Any]]:
    """Worked out by a job: ask for it again until `done_at` is there."""
    actor, at = actor_of(request), now()
    site = site_of(actor, said.site, SET_CARE_POLICY)
    choices = said.choices.said() if said.choices else {}
    asked = actions.ask_back_test(actor=actor, at=at, site_id=site.pk, on=said.on or day_of(at), choices=choices)
    job.defer(test_id=asked.pk)
    return Status(201, back_test_told(asked))


@router.get("/care/back-tests/{test_id}", response=BackTestOut, by_alias=True, summary="What another table would do")
def get_back_test(request: HttpRequest, test_id: TestId) -> dict[str, Any]:
    """Beside today's."""
    return back_test_told(back_test_seen(actor_of(request), test_id))
