"""Telephone systems tell of calls and ask who rings next; people look at calls and call back."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.channels import actions
from zhongshu.channels.api._signed import check_signed
from zhongshu.channels.filters import CallFilter, listed_calls
from zhongshu.channels.kinds import CallBackOutcome, CallEvent, CallState, Door, Rung
from zhongshu.channels.models import Call, CallBack
from zhongshu.channels.permissions import ANSWER_CALLS, TELL_CALLS
from zhongshu.channels.policies.calls import number_of
from zhongshu.channels.policies.rollover import Ring
from zhongshu.channels.queries.calls import call_back_seen, call_backs_owed, call_seen, calls_visible, next_rings
from zhongshu.identity.api_kit import Day, Instant, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.people.kinds import TeamKind
from zhongshu.web.days import Days
from zhongshu.web.paging import page_of


class CallIn(Typed):
    """`extension` empty: of the call as a whole. `team`: what the caller chose from the menu."""

    site: Line
    call_id: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")
    event: CallEvent
    at: Instant | None = None
    number: Line = ""
    extension: str = Field("", max_length=20, pattern=r"^[^\x00]*$")
    recording_url: str = Field("", max_length=500, pattern=r"^[^\x00]*$")
    team: TeamKind | None = None


class RingOut(Schema):
    """`line`: an extension, else a telephone number."""

    line: str
    name: str
    rung: Rung


class ToldOut(Schema):
    """`is_news` false: told before. `ring`: whom to ring, in turn; empty once somebody has answered."""

    id: int
    state: CallState
    is_news: bool
    ring: list[RingOut]


class RollOverOut(Schema):
    ring: list[RingOut]


class CallOut(Schema):
    id: int
    site: str
    call_id: str
    number: str = Field(description="masked")
    state: CallState
    extension: str
    agent: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    has_recording: bool
    case: str | None


class CallsOut(Listed):
    items: list[CallOut]


class CallFilters(Schema):
    """`since` and `until` are days, both inclusive."""

    site: Line = ""
    state: CallState | None = None
    number: Line = ""
    since: Day | None = None
    until: Day | None = None


class ListenIn(Typed):
    reason: Line


class RecordingOut(Schema):
    url: str


class LinkIn(Typed):
    case: Line


class CallBackOut(Schema):
    id: int
    site: str
    number: str = Field(description="masked")
    opened_at: datetime
    due_at: datetime
    done_at: datetime | None
    outcome: CallBackOutcome | None


class CallBacksOut(Listed):
    items: list[CallBackOut]


class TryIn(Typed):
    """`words`: what is written to the caller (`written`), else a note."""

    outcome: CallBackOutcome
    words: str = Field("", max_length=500, pattern=r"^[^\x00]*$")


def tell_call(request: HttpRequest, said: CallIn) -> dict[str, Any]:
    """For telephone systems: in any order, as often as one likes; the same call, event and extension count once.

    Where the door has a secret, `X-Zhongshu-Timestamp` and `X-Zhongshu-Signature` are required (docs/channels.md).
    """
    actor, at = actor_of(request), now()
    site = site_of(actor, said.site, TELL_CALLS)
    check_signed(request, site.pk, Door.CALLS, at=at)
    news = actions.News(**said.model_dump(exclude={"site", "at"}), happened_at=said.at or at)
    heard = actions.tell_call(actor=actor, at=at, site=site, news=news)
    return {
        "id": heard.call.pk,
        "state": heard.call.state,
        "is_news": heard.is_news,
        "ring": [_ring(ring) for ring in heard.rings],
    }


def list_rings(request: HttpRequest, site: Line, number: Line = "", team: TeamKind | None = None) -> dict[str, Any]:
    """Whom a switchboard is to ring, in turn: by the site's operating model, the roster and who is to be spared."""
    found = site_of(actor_of(request), site, TELL_CALLS)
    rings = next_rings(found, number=number_of(number), team=team or "", at=now())
    return {"ring": [_ring(ring) for ring in rings]}


def list_calls(
    request: HttpRequest, wanted: Query[CallFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor, days = actor_of(request), Days(wanted.since, wanted.until)
    actor.require(ANSWER_CALLS)
    rows = calls_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, ANSWER_CALLS))
    filter_ = CallFilter(wanted.state or "", wanted.number, days.starts_at, days.ends_at)
    return paged(request, page_of(listed_calls(rows, filter_), str(page), size=page_size), _call)


def get_call(request: HttpRequest, call_id: int) -> dict[str, Any]:
    return _call(call_seen(actor_of(request), call_id))


def listen_to_call(request: HttpRequest, call_id: int, said: ListenIn) -> dict[str, str]:
    """That it was listened to stands in the audit."""
    return {"url": actions.listen(actor=actor_of(request), at=now(), call_pk=call_id, reason=said.reason)}


def link_call(request: HttpRequest, call_id: int, said: LinkIn) -> dict[str, Any]:
    actions.link_call(actor=actor_of(request), at=now(), call_pk=call_id, case_number=said.case)
    return _call(call_seen(actor_of(request), call_id))


def list_call_backs(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    rows = call_backs_owed(actor, site_of(actor, site, ANSWER_CALLS).pk)
    return paged(request, page_of(rows, str(page), size=page_size), _call_back)


def try_call_back(request: HttpRequest, call_back_id: int, said: TryIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    actions.record_call_back(actor=actor, at=now(), call_back_id=call_back_id, **said.model_dump())
    return Status(201, _call_back(call_back_seen(actor, call_back_id)))


def add_to(router: Router) -> None:
    """The operations of this part."""
    router.post("/channels/calls", response=ToldOut, summary="Tell of a call")(tell_call)
    router.get("/channels/roll-over", response=RollOverOut, summary="Who rings next")(list_rings)
    router.get("/channels/calls", response=CallsOut, summary="Calls, the latest first")(list_calls)
    router.get("/channels/calls/{call_id}", response=CallOut, summary="One call")(get_call)
    router.post("/channels/calls/{call_id}/listening", response=RecordingOut, summary="Listen to the recording")(
        listen_to_call
    )
    router.post("/channels/calls/{call_id}/case", response=CallOut, summary="Say what a call was about")(link_call)
    router.get("/channels/call-backs", response=CallBacksOut, summary="Callers who are owed a call")(list_call_backs)
    router.post("/channels/call-backs/{call_back_id}/tries", response={201: CallBackOut}, summary="Record a try")(
        try_call_back
    )


def _ring(ring: Ring) -> dict[str, str]:
    return {"line": ring.line, "name": ring.name, "rung": ring.rung}


def _call(call: Call) -> dict[str, Any]:
    return {
        "id": call.pk,
        "site": call.site.code,
        "call_id": call.call_id,
        "number": masked(call.number),
        "state": call.state,
        "extension": call.extension,
        "agent": call.agent.user.name if call.agent else None,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "has_recording": bool(call.recording_url),
        "case": call.case.number if call.case else None,
    }


def _call_back(task: CallBack) -> dict[str, Any]:
    return {
        "id": task.pk,
        "site": task.site.code,
        "number": masked(task.number),
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "done_at": task.done_at,
        "outcome": task.outcome or None,
    }
