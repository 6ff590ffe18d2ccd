"""Calls for help for programs: raise, answer, keep evidence, end, report."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from zhongshu.estate.queries import place_by_code
from zhongshu.identity.api_kit import (
    Instant,
    Line,
    Listed,
    PageNo,
    PageSize,
    Typed,
    Words,
    actor_of,
    paged,
    site_of,
)
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.scene import actions, queries
from zhongshu.scene.kinds import CareKind, Danger, EntryKind
from zhongshu.scene.lifecycle import OPEN, AssistanceState
from zhongshu.scene.models import Assistance, CareTask, Entry, Helper
from zhongshu.scene.permissions import OVERSEE_SCENE, RAISE_SOS, SET_TARGETS, VIEW_SCENE
from zhongshu.web.paging import page_of

router = Router(tags=["scene"])


class AssistanceAnswer(StrEnum):
    """What somebody who was called answers."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    DECLINE = "decline"
    COME_ALONG = "come_along"


class TargetsIO(Typed):
    """Minutes in which back-up should be there, by danger."""

    violence: int = Field(ge=1, le=60)
    injury: int = Field(ge=1, le=60)
    fire: int = Field(ge=1, le=60)
    technical: int = Field(ge=1, le=60)
    other: int = Field(ge=1, le=60)


class AssistanceIn(Typed):
    """`key` is yours: the same key again is the same call."""

    site: Line
    danger: Danger
    key: Line = Field(min_length=1)
    words: Words = ""
    place: Line | None = None
    order: Line = ""


class AssistanceOut(Schema):
    number: str
    site: str
    danger: Danger
    words: str
    state: AssistanceState
    place: str | None
    order: str | None
    raised_by: str
    raised_at: datetime
    target_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    over_at: datetime | None


class CallPage(Listed):
    items: list[AssistanceOut]


class HelperOut(Schema):
    name: str
    why: str
    round: int
    called_at: datetime
    accepted_at: datetime | None
    declined_at: datetime | None
    arrived_at: datetime | None


class EntryOut(Schema):
    """A line of the log. `hash` chains it to the one before; telephone numbers are masked."""

    id: int
    nth: int
    kind: EntryKind
    at: datetime
    by_name: str
    text: str
    facts: dict[str, str]
    sha256: str
    hash: str


class CareOut(Schema):
    id: int
    kind: CareKind
    text: str
    owner: str
    due_at: datetime
    done_at: datetime | None
    outcome: str


class CallDetail(AssistanceOut):
    """`is_whole`: no line of the log was changed, taken out or put in between."""

    helpers: list[HelperOut]
    entries: list[EntryOut]
    care: list[CareOut]
    is_whole: bool


class CallQuery(Schema):
    site: Line = ""
    open: bool = False


class AssistanceAnswerIn(Typed):
    """`reason` for `decline`."""

    answer: AssistanceAnswer
    reason: Line = ""


class StandDownIn(Typed):
    words: Line


class AssistanceNoteIn(Typed):
    text: Words


class WitnessIn(Typed):
    name: Line
    phone: Line = ""
    text: Words


class PoliceIn(Typed):
    station: Line
    report_number: Line = ""
    officer: Line = ""
    text: Words = ""


class AmbulanceIn(Typed):
    hospital: Line = ""
    vehicle: Line = ""
    text: Words = ""


class CareIn(Typed):
    """`owner`: a user's id."""

    kind: CareKind
    owner: int
    due_at: Instant
    text: Line = ""


class OutcomeIn(Typed):
    outcome: Line


class SceneReportIn(Typed):
    conclusion: Words
    measures: Words


class SceneReportOut(Schema):
    at: datetime
    by_name: str
    body: str
    conclusion: str
    measures: str
    last_hash: str


@router.post("/scene/calls", response={201: CallDetail})
def raise_sos(request: HttpRequest, said: AssistanceIn) -> Status[dict[str, Any]]:
    """Call for help; the nearest colleagues, the control room and the duty officer are called at once."""
    actor = actor_of(request)
    site = site_of(actor, said.site, RAISE_SOS)
    place = place_by_code(site.pk, said.place) if said.place else None
    call = actions.raise_sos(
        actor=actor,
        at=now(),
        site=site,
        danger=said.danger,
        key=said.key,
        words=said.words,
        place=place,
        order_number=said.order,
    )
    return Status(201, _detail(request, call.number))


@router.get("/scene/calls", response=CallPage)
def list_calls_for_help(
    request: HttpRequest, wanted: Query[CallQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The calls you are concerned with, newest first."""
    actor = actor_of(request)
    rows = queries.calls_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_SCENE))
    rows = rows.filter(state__in=OPEN) if wanted.open else rows
    found = rows.select_related("site", "place", "order", "raised_by").order_by("-raised_at", "-pk")
    return paged(request, page_of(found, str(page), size=page_size), _call)


@router.get("/scene/calls/{call_number}", response=CallDetail)
def get_call_for_help(request: HttpRequest, call_number: str) -> dict[str, Any]:
    """One call: who was called and came, the log, the care."""
    return _detail(request, call_number)


@router.post("/scene/calls/{call_number}/answers", response=CallDetail)
def answer_call_for_help(request: HttpRequest, call_number: str, said: AssistanceAnswerIn) -> dict[str, Any]:
    """I come, I am there, I cannot come; `come_along` for who oversees the site and was not called."""
    reason = {"reason": said.reason} if said.answer == AssistanceAnswer.DECLINE else {}
    return _do(request, call_number, getattr(actions, said.answer), **reason)


@router.post("/scene/calls/{call_number}/stand-down", response=CallDetail)
def stand_down(request: HttpRequest, call_number: str, said: StandDownIn) -> dict[str, Any]:
    """The danger is over."""
    return _do(request, call_number, actions.stand_down, words=said.words)


@router.post("/scene/calls/{call_number}/notes", response=CallDetail)
def add_scene_note(request: HttpRequest, call_number: str, said: AssistanceNoteIn) -> dict[str, Any]:
    """What somebody saw."""
    return _do(request, call_number, actions.add_note, text=said.text)


@router.post("/scene/calls/{call_number}/witnesses", response=CallDetail)
def add_witness(request: HttpRequest, call_number: str, said: WitnessIn) -> dict[str, Any]:
    """Who saw it, and what they say."""
    return _do(request, call_number, actions.add_witness, **said.model_dump())


@router.post("/scene/calls/{call_number}/police", response=CallDetail)
def tell_police(request: HttpRequest, call_number: str, said: PoliceIn) -> dict[str, Any]:
    """The police were told."""
    return _do(request, call_number, actions.tell_police, **said.model_dump())


@router.post("/scene/calls/{call_number}/ambulance", response=CallDetail)
def tell_ambulance(request: HttpRequest, call_number: str, said: AmbulanceIn) -> dict[str, Any]:
    """An ambulance was called."""
    return _do(request, call_number, actions.tell_ambulance, **said.model_dump())


@router.post("/scene/calls/{call_number}/photos", response={201: EntryOut})
def add_scene_photo(
    request: HttpRequest, call_number: str, upload: File[UploadedFile], text: Form[str] = ""
) -> Status[dict[str, Any]]:
    """A photo, kept as it was sent (at most 15 MB)."""
    call = queries.call_by_number(actor_of(request), call_number)
    kept = actions.add_photo(actor=actor_of(request), at=now(), call_id=call.pk, upload=upload, text=text)
    return Status(201, _entry(kept))


@router.post("/scene/calls/{call_number}/sounds", response={201: EntryOut})
def add_scene_sound(
    request: HttpRequest, call_number: str, upload: File[UploadedFile], text: Form[str] = ""
) -> Status[dict[str, Any]]:
    """A sound recording, kept as it was sent (at most 30 MB)."""
    call = queries.call_by_number(actor_of(request), call_number)
    kept = actions.add_sound(actor=actor_of(request), at=now(), call_id=call.pk, upload=upload, text=text)
    return Status(201, _entry(kept))


@router.post("/scene/calls/{call_number}/care", response={201: CallDetail})
def plan_care(request: HttpRequest, call_number: str, said: CareIn) -> Status[dict[str, Any]]:
    """Something to be done for the person harmed."""
    call = queries.call_by_number(actor_of(request), call_number)
    owner = queries.colleague(call.site_id, said.owner, at=now())
    facts = said.model_dump() | {"owner": owner}
    return Status(201, _do(request, call_number, actions.plan_care, **facts))


@router.post("/scene/calls/{call_number}/care/{task_id}/outcome", response=CallDetail)
def end_care(request: HttpRequest, call_number: str, task_id: int, said: OutcomeIn) -> dict[str, Any]:
    """It is done."""
    actor = actor_of(request)
    task = queries.care_by_id(actor, call_number, task_id)
    actions.care_done(actor=actor, at=now(), task_id=task.pk, outcome=said.outcome)
    return _detail(request, call_number)


@router.post("/scene/calls/{call_number}/reports", response={201: SceneReportOut})
def write_scene_report(request: HttpRequest, call_number: str, said: SceneReportIn) -> Status[Any]:
    """The written report; a second one is a supplement."""
    actor = actor_of(request)
    call = queries.call_by_number(actor, call_number)
    return Status(201, actions.write_report(actor=actor, at=now(), call_id=call.pk, **said.model_dump()))


def _do(request: HttpRequest, number: str, act: Any, **said: Any) -> dict[str, Any]:
    actor = actor_of(request)
    call = queries.call_by_number(actor, number)
    act(actor=actor, at=now(), call_id=call.pk, **said)
    return _detail(request, number)


@router.get("/scene/targets/{site}", response=TargetsIO, summary="In how many minutes back-up should be there")
def get_targets(request: HttpRequest, site: str) -> dict[Danger, int]:
    return queries.arrival_minutes(site_of(actor_of(request), site, OVERSEE_SCENE).pk)


@router.put("/scene/targets/{site}", response=TargetsIO, summary="Set them for calls to come")
def put_targets(request: HttpRequest, site: str, said: TargetsIO) -> dict[Danger, int]:
    actor = actor_of(request)
    minutes = {Danger(name): many for name, many in said.model_dump().items()}
    found = site_of(actor, site, SET_TARGETS)
    return actions.set_targets(actor=actor, at=now(), site=found, minutes=minutes)


def _call(call: Assistance) -> dict[str, Any]:
    plain = ("number", "danger", "words", "state", "raised_at", "target_at", "accepted_at", "arrived_at", "over_at")
    return {name: getattr(call, name) for name in plain} | {
        "site": call.site.code,
        "place": call.place.code if call.place else None,
        "order": call.order.number if call.order else None,
        "raised_by": call.raised_by.name,
    }


def _detail(request: HttpRequest, number: str) -> dict[str, Any]:
    actor = actor_of(request)
    call = queries.call_by_number(actor, number)
    view = queries.view_of(call, user_id=actor.user_id)
    return _call(call) | {
        "helpers": [_helper(one) for one in view.helpers],
        "entries": [_entry(entry) for entry in view.entries],
        "care": [_care(task) for task in view.care],
        "is_whole": view.is_whole,
    }


def _helper(one: Helper) -> dict[str, Any]:
    plain = ("why", "round", "called_at", "accepted_at", "declined_at", "arrived_at")
    return {name: getattr(one, name) for name in plain} | {"name": one.user.name}


def _entry(entry: Entry) -> dict[str, Any]:
    facts = {name: masked(value) if name == "phone" else value for name, value in entry.facts.items()}
    plain = ("nth", "kind", "at", "by_name", "text", "sha256", "hash")
    return {name: getattr(entry, name) for name in plain} | {"id": entry.pk, "facts": facts}


def _care(task: CareTask) -> dict[str, Any]:
    plain = ("kind", "text", "due_at", "done_at", "outcome")
    return {name: getattr(task, name) for name in plain} | {"id": task.pk, "owner": task.owner.name}
