"""Emotional load, for the person and for whoever relieves them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.channels import actions
from zhongshu.channels.kinds import ContactKind
from zhongshu.channels.permissions import NOTE_LOAD
from zhongshu.channels.queries.load import LoadView, own_staff, view_of, views_for
from zhongshu.identity.api_kit import Line, Typed, actor_of, site_of
from zhongshu.kernel.clock import now


class AngerIn(Typed):
    """Of one's own: a call, a case, else a visit at the counter."""

    minutes: int = Field(ge=1, le=480)
    is_abusive: bool = False
    call: int | None = Field(None, ge=1, lt=2**63)
    case: Line = ""


class AngerOut(Schema):
    id: int
    kind: ContactKind
    at: datetime
    minutes: int
    is_abusive: bool


class LoadOut(Schema):
    """Of the present shift, since `since`. `relief_due_at`: told that they are to be relieved."""

    staff_id: int
    name: str
    since: datetime
    minutes: int
    in_a_row: int
    abusive: int
    is_too_much: bool
    relief_due_at: datetime | None
    relieved_until: datetime | None


class LoadsOut(Schema):
    own: LoadOut | None
    others: list[LoadOut]


class ReliefIn(Typed):
    staff_id: int = Field(ge=1, lt=2**63)
    minutes: int | None = Field(None, ge=1, le=480)
    words: Line = ""


class ReliefOut(Schema):
    began_at: datetime
    ends_at: datetime


def note_anger(request: HttpRequest, said: AngerIn) -> Status[dict[str, Any]]:
    contact = actions.note_anger(
        actor=actor_of(request),
        at=now(),
        minutes=said.minutes,
        is_abusive=said.is_abusive,
        call_pk=said.call,
        case_number=said.case,
    )
    names = ("kind", "at", "minutes", "is_abusive")
    return Status(201, {"id": contact.pk, **{name: getattr(contact, name) for name in names}})


def list_load(request: HttpRequest, site: Line) -> dict[str, Any]:
    """One's own, and that of the people whom one relieves; of nobody else."""
    actor, at = actor_of(request), now()
    found, me = site_of(actor, site, NOTE_LOAD), own_staff(actor)
    own = _load(view_of(me, at=at)) if me and me.site_id == found.pk else None
    return {"own": own, "others": [_load(view) for view in views_for(actor, found, at=at)]}


def relieve(request: HttpRequest, said: ReliefIn) -> Status[dict[str, Any]]:
    relief = actions.relieve(actor=actor_of(request), at=now(), **said.model_dump())
    return Status(201, {"began_at": relief.began_at, "ends_at": relief.ends_at})


def add_to(router: Router) -> None:
    """The operations of this part."""
    router.post("/channels/angry-contacts", response={201: AngerOut}, summary="Note an angry contact of one's own")(
        note_anger
    )
    router.get("/channels/load", response=LoadsOut, summary="Emotional load of this shift")(list_load)
    router.post("/channels/reliefs", response={201: ReliefOut}, summary="Relieve somebody")(relieve)


def _load(view: LoadView) -> dict[str, Any]:
    relief = view.relief
    return {
        "staff_id": view.staff.pk,
        "name": view.staff.user.name,
        "since": view.since,
        "minutes": view.load.minutes,
        "in_a_row": view.load.in_a_row,
        "abusive": view.load.abusive,
        "is_too_much": view.is_too_much,
        "relief_due_at": relief.due_at if relief and relief.began_at is None else None,
        "relieved_until": relief.ends_at if relief else None,
    }
