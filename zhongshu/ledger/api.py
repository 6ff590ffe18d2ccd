"""The books for programs: accounts, entries, trial balance; entries by hand and closing for two people."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.ledger import actions, queries
from zhongshu.ledger.kinds import AccountKind, EntryKind, Fund, VoucherState
from zhongshu.ledger.models import Entry, LedgerAccount, Period, Proposal
from zhongshu.ledger.permissions import CLOSE_PERIODS, POST_MANUALLY, VIEW_LEDGER
from zhongshu.ledger.policies import Leg
from zhongshu.web.paging import page_of

router = Router(tags=["ledger"])

Amount = Field(max_digits=14, decimal_places=2, description="positive: debit; negative: credit")


class LedgerAccountOut(Schema):
    id: int
    site: str
    fund: Fund
    code: str
    name: str
    kind: AccountKind


class LedgerAccountPage(Listed):
    items: list[LedgerAccountOut]


class LegIn(Typed):
    fund: Fund
    code: Line
    amount: Decimal = Amount


class LegOut(Schema):
    fund: Fund
    code: str
    amount: Decimal


class LedgerEntryOut(Schema):
    """`source`: what it records, as `app.thing:id`."""

    number: str
    site: str
    dated_on: date
    recorded_at: datetime
    kind: EntryKind
    source: str
    memo: str
    by_name: str


class LedgerEntryDetail(LedgerEntryOut):
    legs: list[LegOut]
    reverses: str | None
    reversed_by: str | None


class LedgerEntryPage(Listed):
    items: list[LedgerEntryOut]


class LedgerEntryQuery(Schema):
    site: Line = ""
    kind: EntryKind | None = None
    since: Day | None = None
    until: Day | None = None
    account_id: int | None = Field(None, ge=1, lt=2**63)


class BalancesOut(Schema):
    """`opening` of the month and `closing` on the day are debits less credits; `debit` and `credit` the month's."""

    account_id: int
    fund: Fund
    code: str
    name: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal


class TrialBalanceOut(Schema):
    site: str
    on: date
    accounts: list[BalancesOut]


class EntryProposalIn(Typed):
    """An entry by hand (`legs`), or the reversal of one (`reverses`: its number)."""

    site: Line = ""
    dated_on: Day
    memo: Line
    legs: list[LegIn] = Field([], max_length=200)
    reverses: Line = ""


class EntryProposalOut(Schema):
    id: int
    site: str
    dated_on: date
    memo: str
    legs: list[LegOut]
    reverses: str | None
    state: VoucherState
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    entry: str | None


class EntryProposalPage(Listed):
    items: list[EntryProposalOut]


class EntryProposalQuery(Schema):
    site: Line = ""
    state: VoucherState | None = None


class EntryDecisionIn(Typed):
    """A second person posts or declines it (with a reason); who proposed it may withdraw it."""

    decision: Literal["post", "decline", "withdraw"]
    reason: Line = ""


class LedgerPeriodIn(Typed):
    """`month`: any day of it."""

    site: Line
    month: Day


class LedgerReopeningIn(LedgerPeriodIn):
    reason: Line


class LedgerPeriodOut(Schema):
    site: str
    month: date
    closed_at: datetime
    closed_by: str
    reopened_at: datetime | None
    reopened_by: str
    reason: str


class LedgerPeriodPage(Listed):
    items: list[LedgerPeriodOut]


@router.get("/ledger/accounts", response=LedgerAccountPage)
def list_ledger_accounts(
    request: HttpRequest, site: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Accounts that were posted to, by site, fund and code."""
    actor = actor_of(request)
    rows = queries.accounts_visible(actor)
    rows = rows.filter(site=site_of(actor, site, VIEW_LEDGER)) if site else rows
    return paged(request, page_of(rows.order_by("site", "fund", "code"), str(page), size=page_size), _account)


@router.get("/ledger/entries", response=LedgerEntryPage)
def list_ledger_entries(
    request: HttpRequest, wanted: Query[LedgerEntryQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Entries, the latest first; with `account_id` those with a leg on that account."""
    actor = actor_of(request)
    rows = queries.entries_visible(actor).select_related("site").order_by("-dated_on", "-id")
    rows = rows.filter(site=site_of(actor, wanted.site, VIEW_LEDGER)) if wanted.site else rows
    asked = {"kind": wanted.kind, "dated_on__gte": wanted.since, "dated_on__lte": wanted.until}
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    rows = queries.touching(rows, wanted.account_id) if wanted.account_id else rows
    return paged(request, page_of(rows, str(page), size=page_size), _entry)


@router.get("/ledger/entries/{entry_number}", response=LedgerEntryDetail)
def get_ledger_entry(request: HttpRequest, entry_number: str) -> dict[str, Any]:
    """One entry with its legs."""
    found = queries.entry_by_number(actor_of(request), entry_number)
    after = queries.reversal_of(found)
    undone = {"reverses": found.reverses and found.reverses.number, "reversed_by": after and after.number}
    return _entry(found) | {"legs": [_leg(leg) for leg in queries.legs_of(found)]} | undone


@router.get("/ledger/trial-balance", response=TrialBalanceOut)
def list_trial_balance(request: HttpRequest, site: Line, on: Day | None = None) -> dict[str, Any]:
    """Every account of a site on a day (today, unless said); the closings of each fund come to zero."""
    found = site_of(actor_of(request), site, VIEW_LEDGER)
    day = on or day_of(now())
    return {"site": found.code, "on": day, "accounts": queries.trial_balance(found.pk, day)}


@router.post("/ledger/proposals", response={201: EntryProposalOut})
def propose_entry(request: HttpRequest, said: EntryProposalIn) -> Status[dict[str, Any]]:
    """Write an entry down, or ask for a reversal, for a second person to post."""
    actor, at = actor_of(request), now()
    facts: dict[str, Any] = {"actor": actor, "at": at, "dated_on": said.dated_on, "memo": said.memo}
    if said.reverses:
        made = actions.propose_reversal(**facts, number=said.reverses)
    else:
        legs = [Leg(leg.fund, leg.code, leg.amount) for leg in said.legs]
        made = actions.propose(**facts, site=site_of(actor, said.site, POST_MANUALLY), legs=legs)
    return Status(201, _proposal(made))


@router.get("/ledger/proposals", response=EntryProposalPage)
def list_entry_proposals(
    request: HttpRequest, wanted: Query[EntryProposalQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Entries by hand: what waits for a second person, then the latest."""
    actor = actor_of(request)
    rows = queries.waiting_first(queries.proposals_visible(actor))
    rows = rows.filter(site=site_of(actor, wanted.site, VIEW_LEDGER)) if wanted.site else rows
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _proposal)


@router.post("/ledger/proposals/{proposal_id}/decision", response=EntryProposalOut)
def decide_entry(request: HttpRequest, proposal_id: int, said: EntryDecisionIn) -> dict[str, Any]:
    """Post it, decline it, or withdraw it."""
    actor = actor_of(request)
    facts: dict[str, Any] = {"actor": actor, "at": now(), "proposal_id": proposal_id}
    if said.decision == "post":
        actions.approve(**facts)
    elif said.decision == "decline":
        actions.decline(**facts, reason=said.reason)
    else:
        actions.withdraw(**facts)
    return _proposal(queries.proposal_by_id(actor, proposal_id))


@router.get("/ledger/periods", response=LedgerPeriodPage)
def list_ledger_periods(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """Every closing of a site, also those that were reopened, the latest month first."""
    found = site_of(actor_of(request), site, VIEW_LEDGER)
    rows = queries.periods(found.pk).select_related("site")
    return paged(request, page_of(rows, str(page), size=page_size), _period)


@router.post("/ledger/periods", response={201: LedgerPeriodOut})
def close_period(request: HttpRequest, said: LedgerPeriodIn) -> Status[dict[str, Any]]:
    """Close a month: in order, past months only, with nothing undecided."""
    actor = actor_of(request)
    site = site_of(actor, said.site, CLOSE_PERIODS)
    return Status(201, _period(actions.close_period(actor=actor, at=now(), site=site, month=said.month)))


@router.post("/ledger/periods/reopening", response=LedgerPeriodOut)
def reopen_period(request: HttpRequest, said: LedgerReopeningIn) -> dict[str, Any]:
    """Open the last closed month again; not by who closed it."""
    actor = actor_of(request)
    facts: dict[str, Any] = {"site": site_of(actor, said.site, CLOSE_PERIODS), "month": said.month}
    return _period(actions.reopen_period(actor=actor, at=now(), reason=said.reason, **facts))


def _account(row: LedgerAccount) -> dict[str, Any]:
    names = ("id", "fund", "code", "name", "kind")
    return {name: getattr(row, name) for name in names} | {"site": row.site.code}


def _entry(row: Entry) -> dict[str, Any]:
    names = ("number", "dated_on", "recorded_at", "kind", "source", "memo")
    return {name: getattr(row, name) for name in names} | {"site": row.site.code, "by_name": row.actor_name}


def _leg(leg: Leg) -> dict[str, Any]:
    return {"fund": leg.fund, "code": leg.code, "amount": leg.amount}


def _proposal(row: Proposal) -> dict[str, Any]:
    names = ("id", "dated_on", "memo", "state", "proposed_at", "decided_at", "reason")
    return {name: getattr(row, name) for name in names} | {
        "site": row.site.code,
        "legs": [_leg(leg) for leg in queries.legs_proposed(row)],
        "reverses": row.reverses and row.reverses.number,
        "proposed_by": row.proposed_by_name,
        "decided_by": row.decided_by_name,
        "entry": row.entry and row.entry.number,
    }


def _period(row: Period) -> dict[str, Any]:
    return {
        "site": row.site.code,
        "month": row.month,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by_name,
        "reopened_at": row.reopened_at,
        "reopened_by": row.reopened_by_name,
        "reason": row.reason,
    }
