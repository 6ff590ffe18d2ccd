"""Notices, their deliveries, documents, contacts and limitation: for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from zhongshu.billing.queries.money import account_named
from zhongshu.collecting import actions
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.jobs import start_print
from zhongshu.collecting.kinds import DOCUMENT_LABELS, ContactManner, Evidence, NoticeKind, Outcome, PrintSubject, Road
from zhongshu.collecting.lifecycle import UNSENT, NoticeState, PrintState
from zhongshu.collecting.models import Contact, Notice, PrintRun
from zhongshu.collecting.permissions import CONTACT, EDIT_WORDS, MAKE_NOTICES, VIEW_NOTICES, WATCH_LIMITATION
from zhongshu.collecting.policies.limitation import Cause
from zhongshu.collecting.policies.shipped import SHIPPED
from zhongshu.collecting.queries.contacts import contacts_of
from zhongshu.collecting.queries.limitation import Debt, debts
from zhongshu.collecting.queries.notices import (
    Wanting,
    account_ids_named,
    candidates,
    notice_numbered,
    notices_listed,
    templates_in_force,
)
from zhongshu.collecting.queries.prints import print_seen
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
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
from zhongshu.identity.models import Site
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import Page, page_of

router = Router()
Yuan = Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]
MOST = 20_000


class NoticeOut(Schema):
    """Yuan as of the end of `on`; `evidence` null until it was sent."""

    number: str
    site: str
    account: str
    kind: NoticeKind
    on: date
    state: NoticeState
    sent_on: date | None
    answer_by: date | None
    months: int
    principal: Decimal
    late_fees: Decimal
    evidence: Evidence | None
    withdrawn_reason: str


class NamedCharge(Schema):
    charge: int
    open_amount: Decimal
    late_fee: Decimal


class NoticeDeliveryOut(Schema):
    channel: Road
    evidence: Evidence
    at: datetime
    by: str | None
    reference: str
    note: str


class NoticeDetail(NoticeOut):
    charges: list[NamedCharge]
    deliveries: list[NoticeDeliveryOut]


class NoticePage(Listed):
    items: list[NoticeOut]


class NoticeQuery(Schema):
    """`account`: its number, a unit's code or label, or a name."""

    account: Line = ""
    kind: NoticeKind | None = None
    state: NoticeState | None = None
    evidence: Evidence | None = None
    since: Day | None = None
    until: Day | None = None


class NoticesIn(Typed):
    """To the accounts named (numbers or units' codes), or null: to all with `least_months` in arrears."""

    kind: NoticeKind
    accounts: list[Line] | None = None
    least_months: Annotated[int, Field(ge=1, le=600)] = 3
    answer_by_days: Annotated[int, Field(ge=1, le=365)] | None = None


class MadeOut(Schema):
    """How many are new: the same kind goes to an account once a day."""

    made: int


class NoticeWithdrawalIn(Typed):
    reason: Line


class NoticeDeliveryIn(Typed):
    """`delivered_at`: now if none is given. `reference`: the number of the receipt or the registered mail."""

    channel: Road
    evidence: Evidence
    delivered_at: Instant | None = None
    reference: Line = ""
    note: Line = ""


class PrintIn(Typed):
    """The numbers of notices; null: all that still wait for paper."""

    notices: list[Line] | None = None


class PrintOut(Schema):
    """`state` working until the file is ready on its page."""

    id: int
    site: str
    subject: PrintSubject
    state: PrintState
    done: int
    total: int


class ContactIn(Typed):
    """`contacted_at`: now if none is given."""

    manner: ContactManner
    outcome: Outcome
    contacted_at: Instant | None = None
    promised_on: Day | None = None
    promised_amount: Yuan | None = None
    note: Words = ""


class ContactOut(Schema):
    manner: ContactManner
    at: datetime
    by: str | None
    outcome: Outcome | None
    promised_on: date | None
    promised_amount: Decimal | None
    note: str


class ContactPage(Listed):
    items: list[ContactOut]


class LimitationOut(Schema):
    """The three years of an open charge run from `since`, because of `cause`, to `barred_on`."""

    account: str
    charge: int
    item: str
    due_on: date
    open_amount: Decimal
    since: date
    cause: Cause
    barred_on: date


class LimitationPage(Listed):
    items: list[LimitationOut]


class DocumentWordsIn(Typed):
    """`kind`: `bill` or a kind of notice. In use from `starts_on` (today if none is given)."""

    kind: Line
    title: Line
    text: Words
    starts_on: Day | None = None


class DocumentWordsOut(Schema):
    """`version` null: as shipped."""

    kind: str
    title: str
    text: str
    version: int | None


class DocumentsOut(Schema):
    items: list[DocumentWordsOut]


@router.get("/sites/{site}/notices", response=NoticePage, summary="Notices of a site")
def list_notices(
    request: HttpRequest, site: Line, narrowed: Query[NoticeQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    where = site_of(actor, site, VIEW_NOTICES)
    wanted = Wanting(
        text=narrowed.account,
        kind=narrowed.kind or "",
        state=narrowed.state or "",
        evidence=narrowed.evidence or "",
        since=narrowed.since,
        until=narrowed.until,
    )
    return paged(request, page_of(notices_listed(actor, where.pk, wanted), str(page), size=page_size), _notice)


@router.post("/sites/{site}/notices", response={201: MadeOut}, summary="Make notices")
def make_site_notices(request: HttpRequest, site: Line, said: NoticesIn) -> Status[dict[str, Any]]:
    """Dated today; they go out within the hours of contact, or wait for paper."""
    actor, at = actor_of(request), now()
    where, on = site_of(actor, site, MAKE_NOTICES), day_of(at)
    ids = None if said.accounts is None else account_ids_named(where.pk, said.accounts, on=on)
    chosen = candidates(where.pk, on=on, least_months=0 if ids is not None else said.least_months, account_ids=ids)
    wanted = [
        Wanted(one.account.pk, said.kind, f"hand:{said.kind}:{on}:{one.account.pk}", said.answer_by_days)
        for one in chosen
    ]
    return Status(201, {"made": make_notices(actor=actor, at=at, site_id=where.pk, on=on, wanted=wanted)})


@router.get("/notices/{number}", response=NoticeDetail, summary="A notice")
def get_notice(request: HttpRequest, number: Line) -> dict[str, Any]:
    """With the charges it names, and how it was delivered."""
    return _detail(notice_numbered(actor_of(request), number))


@router.post("/notices/{number}/withdrawal", response=NoticeDetail, summary="Withdraw a notice")
def withdraw_notice(request: HttpRequest, number: Line, said: NoticeWithdrawalIn) -> dict[str, Any]:
    """Before it has left the house."""
    actor = actor_of(request)
    seen = notice_numbered(actor, number)
    actions.withdraw_notice(actor=actor, at=now(), notice_id=seen.pk, reason=said.reason)
    return _detail(notice_numbered(actor, number))


@router.post("/notices/{number}/deliveries", response={201: NoticeDetail}, summary="Note a delivery")
def record_delivery(
    request: HttpRequest,
    number: Line,
    said: Form[NoticeDeliveryIn],
    upload: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008 - as ninja has it
) -> Status[dict[str, Any]]:
    """Paper that was handed over, posted or left; signed needs a photo."""
    actor = actor_of(request)
    seen = notice_numbered(actor, number)
    actions.record_delivery(actor=actor, at=now(), notice_id=seen.pk, file=upload, **said.model_dump())
    return Status(201, _detail(notice_numbered(actor, number)))


@router.post("/sites/{site}/notice-prints", response={201: PrintOut}, summary="Print notices into one file")
def print_notices(request: HttpRequest, site: Line, said: PrintIn) -> Status[dict[str, Any]]:
    """A worker makes it."""
    actor = actor_of(request)
    where = site_of(actor, site, VIEW_NOTICES)
    rows = Notice.objects.filter(site=where)
    rows = rows.filter(state__in=UNSENT) if said.notices is None else rows.filter(number__in=said.notices)
    ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
    run = actions.ask_notices_print(actor=actor, at=now(), site_id=where.pk, notice_ids=ids)
    start_print(run)
    return Status(201, _print(run))


@router.get("/notice-prints/{print_run_id}", response=PrintOut, summary="How far a print file is")
def get_print(request: HttpRequest, print_run_id: int) -> dict[str, Any]:
    """The file itself is on its page."""
    return _print(print_seen(actor_of(request), print_run_id))


@router.get("/accounts/{site}/{number}/dunning-contacts", response=ContactPage, summary="Contacts about money")
def list_contacts(
    request: HttpRequest, site: Line, number: Line, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    account = _account(actor_of(request), site, number, CONTACT)
    return paged(request, page_of(contacts_of(account.pk), str(page), size=page_size), _contact)


@router.post("/accounts/{site}/{number}/dunning-contacts", response={201: ContactOut}, summary="Note a contact")
def log_contact(request: HttpRequest, site: Line, number: Line, said: ContactIn) -> Status[dict[str, Any]]:
    """A call or a visit; refused outside the hours and beyond the counts of the site."""
    actor = actor_of(request)
    account = _account(actor, site, number, CONTACT)
    return Status(
        201, _contact(actions.record_contact(actor=actor, at=now(), account_id=account.pk, **said.model_dump()))
    )


@router.get("/sites/{site}/limitation", response=LimitationPage, summary="Debts by the end of their limitation period")
def list_limitation(
    request: HttpRequest, site: Line, until: Day | None = None, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Nearest first."""
    where = site_of(actor_of(request), site, WATCH_LIMITATION)
    rows = debts(where.pk, on=day_of(now()), until=until)
    pages = max(1, -(-len(rows) // page_size))
    at = min(page, pages)
    return paged(request, Page(rows[(at - 1) * page_size : at * page_size], at, pages, len(rows)), _limitation)


@router.get("/sites/{site}/document-words", response=DocumentsOut, summary="The words of documents")
def list_document_words(request: HttpRequest, site: Line) -> dict[str, Any]:
    """Those in force today."""
    return _documents(site_of(actor_of(request), site, VIEW_NOTICES))


@router.post("/sites/{site}/document-words", response={201: DocumentsOut}, summary="Save the words of a document")
def save_document_words(request: HttpRequest, site: Line, said: DocumentWordsIn) -> Status[dict[str, Any]]:
    """A new version for the site."""
    actor = actor_of(request)
    where = site_of(actor, site, EDIT_WORDS)
    actions.save_template(actor=actor, at=now(), company_id=where.company_id, site=where, **said.model_dump())
    return Status(201, _documents(where))


def _account(actor: Actor, site: str, number: str, right: Right) -> Account:
    return account_named(actor, number, right, on=day_of(now()), site_id=site_of(actor, site, right).pk)


def _notice(one: Notice) -> dict[str, Any]:
    names = ("number", "kind", "on", "state", "sent_on", "answer_by", "months", "principal", "late_fees")
    facts = {name: getattr(one, name) for name in names}
    return facts | {
        "site": one.site.code,
        "account": one.account.number,
        "evidence": one.evidence or None,
        "withdrawn_reason": one.withdrawn_reason,
    }


def _detail(one: Notice) -> dict[str, Any]:
    named = one.charges.order_by("pk").values("charge", "open_amount", "late_fee")
    sent = [
        {
            "channel": row.channel, "evidence": row.evidence, "at": row.at, "by": row.by.name if row.by else None,
            "reference": row.reference, "note": row.note,
        }
        for row in one.deliveries.select_related("by")
    ]  # fmt: skip
    return _notice(one) | {"charges": list(named), "deliveries": sent}


def _print(run: PrintRun) -> dict[str, Any]:
    facts = {name: getattr(run, name) for name in ("subject", "state", "done", "total")}
    return facts | {"id": run.pk, "site": run.site.code}


def _contact(one: Contact) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in ("manner", "at", "promised_on", "promised_amount", "note")}
    return facts | {"by": one.by.name if one.by else None, "outcome": one.outcome or None}


def _limitation(debt: Debt) -> dict[str, Any]:
    names = ("item", "due_on", "open_amount", "since", "cause", "barred_on")
    facts = {name: getattr(debt, name) for name in names}
    return facts | {"account": debt.account_number, "charge": debt.charge_id}


def _documents(site: Site) -> dict[str, Any]:
    used = templates_in_force(site, day_of(now()))
    items = [
        {
            "kind": kind,
            "title": used[kind].title if kind in used else SHIPPED[kind].title,
            "text": used[kind].text if kind in used else SHIPPED[kind].text,
            "version": used[kind].version if kind in used else None,
        }
        for kind in DOCUMENT_LABELS
    ]
    return {"items": items}
