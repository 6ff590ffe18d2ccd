"""How many accounts stand in which band, and how they went from one to another, for programs."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from zhongshu.care.kinds import Band
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.policies.months import month_ends
from zhongshu.care.queries import boards
from zhongshu.care.queries.boards import Flow, Moment, Share, Wanted
from zhongshu.estate.queries import own_territory
from zhongshu.identity.api_kit import Day, Line, Typed, actor_of, site_of
from zhongshu.kernel.clock import day_of, now

router = Router()


class BandCountsOut(Schema):
    """Accounts by band; `gold`: those with the medal, counted apart."""

    excellent: int
    good: int
    fair: int
    poor: int
    priority: int
    gold: int


class BandShareOut(BandCountsOut):
    """`key`: the keeper's number (0: nobody's) or the code of the building (-: in none)."""

    key: str
    label: str


class BandsOut(Schema):
    site: str
    on: date
    counts: BandCountsOut
    by_keeper: list[BandShareOut]
    by_building: list[BandShareOut]


class BandsQuery(Typed):
    """`on`: without it today."""

    on: Day | None = None


@router.get("/sites/{site}/care-bands", response=BandsOut, summary="How many accounts stand in which band")
def get_care_bands(request: HttpRequest, site: Line, asked: Query[BandsQuery]) -> dict[str, Any]:
    """Of the whole site; of a keeper the own territory."""
    actor, on = actor_of(request), asked.on or day_of(now())
    there = site_of(actor, site, VIEW_CARE)
    wanted, at = Wanted(keeper_id=own_territory(actor, VIEW_CARE, there.pk)), Moment(on)
    found = boards.flows(there.pk, [at], wanted)
    return {
        "site": there.code,
        "on": on,
        "counts": _counts(found.counts[0], found.gold[0]),
        "by_keeper": [_share(row) for row in boards.shares(there.pk, at, wanted, "keeper")],
        "by_building": [_share(row) for row in boards.shares(there.pk, at, wanted, "building")],
    }


class BandMoveOut(Schema):
    """`before`, `after`: a band; `new`: the account had not begun; `gone`: it had ended."""

    before: str
    after: str
    accounts: int


class BandStepOut(Schema):
    """From the end of the day `since` to that of `until`."""

    since: date
    until: date
    moves: list[BandMoveOut]


class FlowOut(Schema):
    site: str
    days: list[date]
    counts: list[BandCountsOut]
    steps: list[BandStepOut]


class FlowQuery(BandsQuery):
    """`months`: how many ends of months before that day."""

    months: Annotated[int, Field(ge=1, le=24)] = 6


@router.get(
    "/sites/{site}/care-flow", response=FlowOut, summary="How accounts went through the bands, from month to month"
)
def get_care_flow(request: HttpRequest, site: Line, asked: Query[FlowQuery]) -> dict[str, Any]:
    """Of the whole site; of a keeper the own territory."""
    actor, on = actor_of(request), asked.on or day_of(now())
    there = site_of(actor, site, VIEW_CARE)
    moments = [Moment(day) for day in month_ends(on, asked.months)]
    found = boards.flows(there.pk, moments, Wanted(keeper_id=own_territory(actor, VIEW_CARE, there.pk)))
    return {
        "site": there.code,
        "days": found.days,
        "counts": [_counts(counts, gold) for counts, gold in zip(found.counts, found.gold, strict=True)],
        "steps": [
            {"since": since, "until": until, "moves": [_move(row) for row in found.flows if row.nth == nth]}
            for nth, (since, until) in enumerate(zip(found.days, found.days[1:], strict=False))
        ],
    }


def _counts(counts: dict[str, int], gold: int) -> dict[str, int]:
    return {**dict.fromkeys(Band, 0), **counts, "gold": gold}


def _share(row: Share) -> dict[str, Any]:
    return {"key": row.key, "label": row.label, **_counts(row.bands, row.gold)}


def _move(row: Flow) -> dict[str, Any]:
    return {"before": row.before, "after": row.after, "accounts": row.accounts}
