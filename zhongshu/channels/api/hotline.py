"""Order sheets of the 12345 hotline."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from zhongshu.channels import actions
from zhongshu.channels.kinds import Grounds, HotlineKind, HotlineState, Ruling, Satisfaction
from zhongshu.channels.models import HotlineSheet
from zhongshu.channels.permissions import HOTLINE
from zhongshu.channels.queries.hotline import SheetFilter, sheet_seen, sheets_listed, sheets_visible
from zhongshu.identity.api_kit import (
    Day,
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
from zhongshu.kernel.clock import now
from zhongshu.web.days import Days
from zhongshu.web.paging import page_of


class SheetIn(Typed):
    """`reply_due_at` null: the usual working days count."""

    site: Line
    number: Line
    text: Words
    kind: HotlineKind = HotlineKind.OTHER
    caller_name: Line = ""
    caller_phone: Line = ""
    address: Line = ""
    transferred_at: Instant | None = None
    reply_due_at: Instant | None = None


class SheetOut(Schema):
    id: int
    site: str
    number: str
    kind: HotlineKind
    state: HotlineState
    case: str
    text: str
    repeats: int
    transferred_at: datetime
    sign_due_at: datetime
    contact_due_at: datetime
    reply_due_at: datetime
    signed_at: datetime | None
    contacted_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    satisfaction: Satisfaction | None
    is_solved: bool | None


class ReceivedOut(SheetOut):
    """`is_new`: it was not there; `is_repeat`: known, with another text. Neither: nothing happened."""

    is_new: bool
    is_repeat: bool


class SheetsOut(Listed):
    items: list[SheetOut]


class SheetFilters(Schema):
    """`since` and `until` are days of the transfer, both inclusive."""

    site: Line = ""
    state: HotlineState | None = None
    kind: HotlineKind | None = None
    text: Line = ""
    is_late: bool = False
    is_pressed: bool = False
    since: Day | None = None
    until: Day | None = None


class SaidIn(Typed):
    words: Words


class RuledIn(Typed):
    is_approved: bool
    words: Words = ""


class ObjectionIn(Typed):
    grounds: Grounds
    words: Words


class RulingIn(Typed):
    ruling: Ruling
    words: Words = ""


class ResultIn(Typed):
    satisfaction: Satisfaction
    is_solved: bool
    words: Words = ""


def receive_sheet(request: HttpRequest, said: SheetIn) -> Status[dict[str, Any]]:
    """The same sheet again does nothing; the same number with another text is a repeat (催办)."""
    actor = actor_of(request)
    site = site_of(actor, said.site, HOTLINE)
    news = actions.SheetNews(**said.model_dump(exclude={"site"}))
    received = actions.receive_sheet(actor=actor, at=now(), site=site, news=news)
    told = {"is_new": received.is_new, "is_repeat": received.is_repeat}
    return Status(201 if received.is_new else 200, _shown(request, received.sheet.pk) | told)


def list_sheets(
    request: HttpRequest, wanted: Query[SheetFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor, days = actor_of(request), Days(wanted.since, wanted.until)
    actor.require(HOTLINE)
    rows = sheets_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, HOTLINE))
    narrowed = SheetFilter(
        state=wanted.state or "",
        kind=wanted.kind or "",
        text=wanted.text,
        is_late=wanted.is_late,
        is_pressed=wanted.is_pressed,
        since=days.starts_at,
        before=days.ends_at,
    )
    return paged(request, page_of(sheets_listed(rows, narrowed, at=now()), str(page), size=page_size), _sheet)


def get_sheet(request: HttpRequest, sheet_id: int) -> dict[str, Any]:
    return _shown(request, sheet_id)


def sign_sheet(request: HttpRequest, sheet_id: int) -> dict[str, Any]:
    actions.sign_sheet(actor=actor_of(request), at=now(), sheet_id=sheet_id)
    return _shown(request, sheet_id)


def record_contact(request: HttpRequest, sheet_id: int, said: SaidIn) -> dict[str, Any]:
    actions.record_contact(actor=actor_of(request), at=now(), sheet_id=sheet_id, words=said.words)
    return _shown(request, sheet_id)


def write_reply(request: HttpRequest, sheet_id: int, said: SaidIn) -> Status[dict[str, Any]]:
    """It waits for the manager's approval."""
    actions.write_reply(actor=actor_of(request), at=now(), sheet_id=sheet_id, text=said.words)
    return Status(201, _shown(request, sheet_id))


def rule_on_reply(request: HttpRequest, sheet_id: int, said: RuledIn) -> dict[str, Any]:
    actions.rule_on_reply(actor=actor_of(request), at=now(), sheet_id=sheet_id, **said.model_dump())
    return _shown(request, sheet_id)


def object_to_sheet(request: HttpRequest, sheet_id: int, said: ObjectionIn) -> Status[dict[str, Any]]:
    """The clock goes on until the hotline rules."""
    actions.object_to_sheet(actor=actor_of(request), at=now(), sheet_id=sheet_id, **said.model_dump())
    return Status(201, _shown(request, sheet_id))


def rule_on_objection(request: HttpRequest, sheet_id: int, said: RulingIn) -> dict[str, Any]:
    actions.rule_on_objection(actor=actor_of(request), at=now(), sheet_id=sheet_id, **said.model_dump())
    return _shown(request, sheet_id)


def record_result(request: HttpRequest, sheet_id: int, said: ResultIn) -> dict[str, Any]:
    """Not solved: it is to be done again, with a new clock."""
    actions.record_result(actor=actor_of(request), at=now(), sheet_id=sheet_id, **said.model_dump())
    return _shown(request, sheet_id)


def add_to(router: Router) -> None:
    """The operations of this part."""
    base = "/channels/hotline-sheets"
    one = f"{base}/{{sheet_id}}"
    new = {200: ReceivedOut, 201: ReceivedOut}
    made = {201: SheetOut}
    router.post(base, response=new, summary="Take in an order sheet of the hotline")(receive_sheet)
    router.get(base, response=SheetsOut, summary="Order sheets, the one due first first")(list_sheets)
    router.get(one, response=SheetOut, summary="One order sheet")(get_sheet)
    router.post(f"{one}/signature", response=SheetOut, summary="Sign for a sheet")(sign_sheet)
    router.post(f"{one}/contact", response=SheetOut, summary="The caller was contacted")(record_contact)
    router.post(f"{one}/replies", response=made, summary="Write a reply")(write_reply)
    router.post(f"{one}/approval", response=SheetOut, summary="Approve the reply, or give it back")(rule_on_reply)
    router.post(f"{one}/objections", response=made, summary="Object to a sheet")(object_to_sheet)
    router.post(f"{one}/ruling", response=SheetOut, summary="What the hotline ruled")(rule_on_objection)
    router.post(f"{one}/result", response=SheetOut, summary="What the hotline heard of us")(record_result)


def _shown(request: HttpRequest, sheet_id: int) -> dict[str, Any]:
    return _sheet(sheet_seen(actor_of(request), sheet_id))


def _sheet(sheet: HotlineSheet) -> dict[str, Any]:
    plain = ("number", "kind", "state", "repeats", "is_solved")
    times = ("transferred_at", "sign_due_at", "contact_due_at", "reply_due_at")
    done = ("signed_at", "contacted_at", "replied_at", "closed_at")
    return {
        "id": sheet.pk,
        "site": sheet.site.code,
        "case": sheet.case.number,
        "text": sheet.case.text,
        "satisfaction": sheet.satisfaction or None,
        **{name: getattr(sheet, name) for name in (*plain, *times, *done)},
    }
