"""The bank side, for programs: bank accounts, authorisations, batches of direct debits, statements."""

from base64 import b64encode
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_by_number, found
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.remittance import actions, jobs
from zhongshu.remittance.kinds import BatchState, DebitState, MatchReason, StatementState
from zhongshu.remittance.layouts.files import LARGEST
from zhongshu.remittance.layouts.spec import Failure
from zhongshu.remittance.layouts.trouble import refused
from zhongshu.remittance.models import BankAccount, DebitAuthorisation, DebitBatch, DebitLine, StatementLine
from zhongshu.remittance.permissions import KEEP_DEBITS, SET_UP_BANKS, VIEW_BANKS
from zhongshu.remittance.queries import banks, statements
from zhongshu.web.paging import page_of

router = Router(tags=["remittance"])


class BankAccountIn(Typed):
    """`layout`: name of a layout of files, for an account that collects by direct debit as `merchant`."""

    site: Line
    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")
    bank_name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")
    number: Line
    merchant: str = Field("", max_length=40, pattern=r"^[^\x00]*$")
    layout: Line = ""


class BankAccountOut(Schema):
    id: int
    site: str
    name: str
    bank_name: str
    number: str
    merchant: str
    layout: str
    is_active: bool


class BankAccountPage(Listed):
    items: list[BankAccountOut]


class AuthorisationIn(Typed):
    """`number`: the payer's account, kept sealed and never told again. `account`: number of the account that owes."""

    site: Line
    account: Line
    bank_account_id: int = Field(ge=1, lt=2**63)
    number: Line
    holder: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")
    bank_name: str = Field("", max_length=60, pattern=r"^[^\x00]*$")
    bank_code: str = Field("", max_length=20, pattern=r"^[^\x00]*$")
    agreement: str = Field("", max_length=40, pattern=r"^[^\x00]*$")
    starts_on: Day


class AuthorisationEndIn(Typed):
    ends_on: Day
    reason: Line = ""


class AuthorisationOut(Schema):
    id: int
    site: str
    account: str
    bank_account_id: int
    number: str = Field(description="masked")
    holder: str
    bank_name: str
    agreement: str
    starts_on: date
    ends_on: date | None


class AuthorisationPage(Listed):
    items: list[AuthorisationOut]


class AuthorisationQuery(Schema):
    text: Line = ""
    is_running: bool = False


class DebitBatchIn(Typed):
    """What was due by `due_until` of everybody who authorised the bank account."""

    bank_account_id: int = Field(ge=1, lt=2**63)
    collects_on: Day
    due_until: Day


class DebitBatchOut(Schema):
    """`paid`, `failed`, `unknown`, `waiting`: lines; `booked` of the paid ones are in the books."""

    id: int
    site: str
    number: str
    bank_account_id: int
    collects_on: date
    state: BatchState
    count: int
    total: Decimal
    paid: int
    failed: int
    unknown: int
    waiting: int
    booked: int
    collected: Decimal
    made_at: datetime


class DebitBatchPage(Listed):
    items: list[DebitBatchOut]


class DebitBatchQuery(Schema):
    state: BatchState | None = None


class DebitLineOut(Schema):
    sequence: int
    reference: str
    account: str
    amount: Decimal
    state: DebitState
    failure: Failure | Literal[""]
    code: str
    message: str
    collected: Decimal
    collected_on: date | None
    payment: str | None
    trouble: str


class DebitLinePage(Listed):
    items: list[DebitLineOut]


class DebitLineQuery(Schema):
    state: DebitState | None = None
    failure: Failure | None = None


class DebitFileOut(Schema):
    name: str
    content: str = Field(description="the file, in base64")


class BankReasonIn(Typed):
    reason: Line


class StatementIn(Typed):
    bank_account_id: int = Field(ge=1, lt=2**63)


class StatementOut(Schema):
    id: int
    lines: int
    new: int = Field(description="lines that were not known before, when the file first came")
    starts_on: date
    ends_on: date


class SuggestionOut(Schema):
    account: str
    score: int
    reasons: list[MatchReason]
    is_certain: bool


class StatementLineOut(Schema):
    """`amount`: negative for what went out. `suggestions`: null until they were looked for."""

    id: int
    site: str
    bank_account_id: int
    booked_on: date
    amount: Decimal
    payer_name: str
    payer_account: str = Field(description="masked")
    remark: str
    reference: str
    state: StatementState
    account: str | None
    payment: str | None
    reason: str
    suggestions: list[SuggestionOut] | None


class StatementLinePage(Listed):
    items: list[StatementLineOut]


class StatementLineQuery(Schema):
    state: StatementState | None = None
    text: Line = ""
    since: Day | None = None
    until: Day | None = None
    least: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=2)
    is_certain: bool = False


class MatchIn(Typed):
    account: Line


@router.get("/remittance/bank-accounts", response=BankAccountPage, summary="Our accounts at banks")
def list_bank_accounts(
    request: HttpRequest, site: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor, site_id = _at(request, site)
    rows = banks.bank_accounts_listed(actor, site_id=site_id)
    return paged(request, page_of(rows, str(page), size=page_size), _bank_account)


@router.post("/remittance/bank-accounts", response={201: BankAccountOut}, summary="An account of ours at a bank")
def open_bank_account(request: HttpRequest, said: BankAccountIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    site = site_of(actor, said.site, SET_UP_BANKS)
    layouts = banks.layouts_listed(actor).filter(name=said.layout, company=site.company_id)
    layout = found(layouts) if said.layout else None
    facts = said.model_dump(exclude={"site", "layout"})
    ours = actions.open_bank_account(actor=actor, at=now(), site=site, layout=layout, **facts)
    return Status(201, _bank_account(banks.bank_account_seen(actor, ours.pk)))


@router.get("/remittance/debit-authorisations", response=AuthorisationPage, summary="Who lets us collect")
def list_debit_authorisations(
    request: HttpRequest, wanted: Query[AuthorisationQuery], site: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor, site_id = _at(request, site, KEEP_DEBITS)
    rows = banks.authorisations_listed(actor, site_id=site_id, on=day_of(now()), **wanted.model_dump())
    return paged(request, page_of(rows, str(page), size=page_size), _authorisation)


@router.post("/remittance/debit-authorisations", response={201: AuthorisationOut}, summary="Somebody lets us collect")
def authorise_debit(request: HttpRequest, said: AuthorisationIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    account = account_by_number(site_of(actor, said.site, KEEP_DEBITS).pk, said.account)
    facts = said.model_dump(exclude={"site", "account"})
    row = actions.authorise_debit(actor=actor, at=now(), account_id=account.pk, **facts)
    return Status(201, _authorisation(banks.authorisation_seen(actor, row.pk)))


@router.post(
    "/remittance/debit-authorisations/{authorisation_id}/end", response=AuthorisationOut, summary="Until a day only"
)
def end_debit_authorisation(request: HttpRequest, authorisation_id: int, said: AuthorisationEndIn) -> dict[str, Any]:
    actor = actor_of(request)
    actions.end_authorisation(actor=actor, at=now(), authorisation_id=authorisation_id, **said.model_dump())
    return _authorisation(banks.authorisation_seen(actor, authorisation_id))


@router.get("/remittance/debit-batches", response=DebitBatchPage, summary="Batches, the latest first")
def list_debit_batches(
    request: HttpRequest, wanted: Query[DebitBatchQuery], site: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor, site_id = _at(request, site)
    rows = banks.batches_listed(actor, site_id=site_id, state=wanted.state or "")
    return paged(request, page_of(rows, str(page), size=page_size), _batch)


@router.post("/remittance/debit-batches", response={201: DebitBatchOut}, summary="A batch of what is owed")
def make_debit_batch(request: HttpRequest, said: DebitBatchIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    made = actions.make_batch(actor=actor, at=now(), **said.model_dump())
    return Status(201, _batch(banks.batch_seen(actor, made.pk)))


@router.get("/remittance/debit-batches/{batch_id}", response=DebitBatchOut, summary="One batch")
def get_debit_batch(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    return _batch(banks.batch_seen(actor_of(request), batch_id))


@router.get("/remittance/debit-batches/{batch_id}/lines", response=DebitLinePage, summary="What became of each debit")
def list_debit_lines(
    request: HttpRequest, batch_id: int, wanted: Query[DebitLineQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    batch = banks.batch_seen(actor_of(request), batch_id)
    rows = banks.lines_listed(batch, state=wanted.state or "", failure=wanted.failure or "")
    return paged(request, page_of(rows, str(page), size=page_size), _debit)


@router.post("/remittance/debit-batches/{batch_id}/file", response=DebitFileOut, summary="The file for the bank")
def fetch_debit_file(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    """Account numbers in full: who fetched it is written down."""
    name, content = actions.fetch_file(actor=actor_of(request), at=now(), batch_id=batch_id)
    return {"name": name, "content": b64encode(content).decode()}


@router.post("/remittance/debit-batches/{batch_id}/result", response=DebitBatchOut, summary="The bank's answer")
def take_debit_result(
    request: HttpRequest,
    batch_id: int,
    file: UploadedFile = File(...),  # type: ignore[type-arg]  # noqa: B008 - as ninja has it
) -> dict[str, Any]:
    """Much of it is booked by a worker: `booked` tells how far it is."""
    actor = actor_of(request)
    content = _content(file)
    actions.take_result(actor=actor, at=now(), batch_id=batch_id, file_name=file.name or "", content=content)
    jobs.book(actor=actor, at=now(), batch_id=batch_id)
    return _batch(banks.batch_seen(actor, batch_id))


@router.post(
    "/remittance/debit-batches/{batch_id}/cancellation", response=DebitBatchOut, summary="It will not be collected"
)
def cancel_debit_batch(request: HttpRequest, batch_id: int, said: BankReasonIn) -> dict[str, Any]:
    actor = actor_of(request)
    actions.cancel_batch(actor=actor, at=now(), batch_id=batch_id, reason=said.reason)
    return _batch(banks.batch_seen(actor, batch_id))


@router.post("/remittance/statements", response={201: StatementOut}, summary="A bank statement: CSV, Excel or MT940")
def import_statement(
    request: HttpRequest,
    said: Form[StatementIn],
    file: UploadedFile = File(...),  # type: ignore[type-arg]  # noqa: B008 - as ninja has it
) -> Status[dict[str, Any]]:
    """Lines that are known already are not taken again."""
    taken = actions.import_statement(
        actor=actor_of(request),
        at=now(),
        bank_account_id=said.bank_account_id,
        file_name=file.name or "",
        content=_content(file),
    )
    jobs.look(site_id=taken.site_id)
    days = {"starts_on": taken.starts_on, "ends_on": taken.ends_on}
    return Status(201, {"id": taken.pk, "lines": taken.line_count, "new": taken.new_count} | days)


@router.get("/remittance/statement-lines", response=StatementLinePage, summary="Lines of bank statements")
def list_statement_lines(
    request: HttpRequest, wanted: Query[StatementLineQuery], site: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor, site_id = _at(request, site)
    narrowed = statements.LineFilter(**wanted.model_dump() | {"state": wanted.state or ""})
    shown = page_of(statements.statement_lines_listed(actor, narrowed, site_id=site_id), str(page), size=page_size)
    numbers = _numbers(shown.rows)
    return paged(request, shown, lambda line: _line(line, numbers))


@router.get("/remittance/statement-lines/{line_id}", response=StatementLineOut, summary="One line")
def get_statement_line(request: HttpRequest, line_id: int) -> dict[str, Any]:
    line = statements.statement_line_seen(actor_of(request), line_id)
    return _line(line, _numbers([line]))


@router.post("/remittance/statement-lines/{line_id}/match", response=StatementLineOut, summary="Whose money it is")
def match_statement_line(request: HttpRequest, line_id: int, said: MatchIn) -> dict[str, Any]:
    actor = actor_of(request)
    line = statements.statement_line_seen(actor, line_id)
    account = account_by_number(line.site_id, said.account)
    actions.confirm_match(actor=actor, at=now(), line_id=line_id, account_id=account.pk)
    return get_statement_line(request, line_id)


@router.post("/remittance/statement-lines/{line_id}/aside", response=StatementLineOut, summary="Nobody's payment")
def set_statement_line_aside(request: HttpRequest, line_id: int, said: BankReasonIn) -> dict[str, Any]:
    actions.set_aside(actor=actor_of(request), at=now(), line_id=line_id, reason=said.reason)
    return get_statement_line(request, line_id)


@router.post(
    "/remittance/statement-lines/{line_id}/transit",
    response=StatementLineOut,
    summary="Money that was on its way has arrived",
)
def clear_statement_line(request: HttpRequest, line_id: int, said: BankReasonIn) -> dict[str, Any]:
    actions.clear_transit(actor=actor_of(request), at=now(), line_id=line_id, reason=said.reason)
    return get_statement_line(request, line_id)


@router.post("/remittance/statement-lines/{line_id}/undoing", response=StatementLineOut, summary="Open again")
def undo_statement_line(request: HttpRequest, line_id: int, said: BankReasonIn) -> dict[str, Any]:
    """What was booked for it is undone as of today."""
    actions.undo_match(actor=actor_of(request), at=now(), line_id=line_id, reason=said.reason)
    return get_statement_line(request, line_id)


def _at(request: HttpRequest, code: str, right: Any = VIEW_BANKS) -> tuple[Any, int | None]:
    """Who asks, and the site asked about; all of theirs without one. Raises NotFound."""
    actor = actor_of(request)
    actor.require(right)
    return actor, site_of(actor, code, right).pk if code else None


def _content(file: Any) -> bytes:
    """Raises FileRefused beyond the largest that is read."""
    if file.size > LARGEST:
        raise refused(0, "", _("文件太大，最大 %(most)s MB") % {"most": LARGEST // 2**20})
    content: bytes = file.read()
    return content


def _bank_account(row: BankAccount) -> dict[str, Any]:
    plain = ("name", "bank_name", "number", "merchant", "is_active")
    shown = {name: getattr(row, name) for name in plain}
    return {"id": row.pk, "site": row.site.code, "layout": row.layout.name if row.layout else ""} | shown


def _authorisation(row: DebitAuthorisation) -> dict[str, Any]:
    plain = ("bank_account_id", "holder", "bank_name", "agreement", "starts_on", "ends_on")
    shown = {name: getattr(row, name) for name in plain}
    return {"id": row.pk, "site": row.site.code, "account": row.account.number, "number": row.masked} | shown


def _batch(row: DebitBatch) -> dict[str, Any]:
    plain = (
        "number", "bank_account_id", "collects_on", "state", "count", "total", "paid", "failed", "unknown", "waiting",
        "booked", "collected", "made_at",
    )  # fmt: skip
    return {"id": row.pk, "site": row.site.code} | {name: getattr(row, name) for name in plain}


def _debit(line: DebitLine) -> dict[str, Any]:
    plain = (
        "sequence", "reference", "amount", "state", "failure", "code", "message", "collected", "collected_on",
        "trouble",
    )  # fmt: skip
    payment = line.payment.number if line.payment else None
    return {"account": line.account.number, "payment": payment} | {name: getattr(line, name) for name in plain}


def _numbers(lines: list[StatementLine]) -> dict[int, str]:
    """The numbers of the accounts that the suggestions speak of."""
    ids = {one["account_id"] for line in lines for one in line.suggestions or ()}
    rows: QuerySet[Account] = Account.objects.filter(pk__in=ids)
    return dict(rows.values_list("pk", "number"))


def _line(line: StatementLine, numbers: dict[int, str]) -> dict[str, Any]:
    plain = ("bank_account_id", "booked_on", "amount", "payer_name", "remark", "reference", "state", "reason")
    advised = None
    if line.suggestions is not None:
        advised = [{**one, "account": numbers[one["account_id"]]} for one in line.suggestions]
    return {
        "id": line.pk,
        "site": line.site.code,
        "payer_account": line.payer_masked,
        "account": line.account.number if line.account else None,
        "payment": line.payment.number if line.payment else None,
        "suggestions": advised,
        **{name: getattr(line, name) for name in plain},
    }
