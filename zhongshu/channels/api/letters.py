"""Letters with their pages."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from zhongshu.channels import actions
from zhongshu.channels.models import Letter
from zhongshu.channels.permissions import KEEP_LETTERS
from zhongshu.channels.queries.letters import letter_seen, letters_listed, page_seen
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of


class LetterIn(Typed):
    site: Line
    sender: Line
    text: Words
    received_on: Day
    place_text: Line = ""
    phone: Line = ""


class ReplyIn(Typed):
    reply: Words
    replied_on: Day


class LetterPageOut(Schema):
    id: int
    is_reply: bool
    url: str


class LetterOut(Schema):
    id: int
    site: str
    case: str
    sender: str
    text: str
    received_on: date
    reply: str
    replied_on: date | None


class LetterDetail(LetterOut):
    pages: list[LetterPageOut]


class LettersOut(Listed):
    items: list[LetterOut]


class LetterFilters(Schema):
    site: Line = ""
    text: Line = ""
    is_waiting: bool = Field(False, description="nobody has written back")


def keep_letter(
    request: HttpRequest,
    said: Form[LetterIn],
    scans: list[UploadedFile] = File([]),  # type: ignore[type-arg]  # noqa: B008 - as ninja has it
) -> Status[dict[str, Any]]:
    """Scans: pictures, or PDF; each page is drawn anew."""
    actor = actor_of(request)
    site = site_of(actor, said.site, KEEP_LETTERS)
    letter = actions.keep_letter(actor=actor, at=now(), site=site, scans=scans, **said.model_dump(exclude={"site"}))
    return Status(201, _detail(letter_seen(actor, letter.pk)))


def list_letters(
    request: HttpRequest, wanted: Query[LetterFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(KEEP_LETTERS)
    site_id = site_of(actor, wanted.site, KEEP_LETTERS).pk if wanted.site else None
    rows = letters_listed(actor, site_id=site_id, text=wanted.text, is_waiting=wanted.is_waiting)
    return paged(request, page_of(rows, str(page), size=page_size), _letter)


def get_letter(request: HttpRequest, letter_id: int) -> dict[str, Any]:
    return _detail(letter_seen(actor_of(request), letter_id))


def reply_to_letter(request: HttpRequest, letter_id: int, said: ReplyIn) -> dict[str, Any]:
    actor = actor_of(request)
    actions.reply_to_letter(actor=actor, at=now(), letter_id=letter_id, **said.model_dump())
    return _detail(letter_seen(actor, letter_id))


def get_letter_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """A page as a JPEG."""
    with page_seen(actor_of(request), page_id).file.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg", headers={"Cache-Control": "private"})


def add_to(router: Router) -> None:
    """The operations of this part."""
    router.post("/channels/letters", response={201: LetterDetail}, summary="Keep a letter")(keep_letter)
    router.get("/channels/letters", response=LettersOut, summary="Letters, the latest first")(list_letters)
    router.get("/channels/letters/{letter_id}", response=LetterDetail, summary="One letter")(get_letter)
    router.post("/channels/letters/{letter_id}/reply", response=LetterDetail, summary="What was written back")(
        reply_to_letter
    )
    router.get("/channels/letter-pages/{page_id}", summary="A page of a letter")(get_letter_page)


def _letter(letter: Letter) -> dict[str, Any]:
    plain = ("sender", "received_on", "reply", "replied_on")
    return {
        "id": letter.pk,
        "site": letter.site.code,
        "case": letter.case.number,
        "text": letter.case.text,
        **{name: getattr(letter, name) for name in plain},
    }


def _detail(letter: Letter) -> dict[str, Any]:
    pages = [
        {"id": page.pk, "is_reply": page.is_reply, "url": f"/api/v1/channels/letter-pages/{page.pk}"}
        for page in letter.pages.all()
    ]
    return _letter(letter) | {"pages": pages}
