"""Who owes, why, and what was agreed, over the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.collecting import actions
from zhongshu.collecting.kinds import Outcome, PlanState, Reason
from zhongshu.collecting.models import ArrearsReason, PaymentPlan
from zhongshu.collecting.permissions import AGREE_PLANS, NOTE_REASON, VIEW_ARREARS
from zhongshu.collecting.policies.plans import MOST, Part
from zhongshu.collecting.queries.arrears import Narrowed, Owing, owing
from zhongshu.collecting.queries.plans import plan_seen, standings
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_named, own_territory
from zhongshu.identity.actor import Actor
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of, now

router = Router()
Yuan = Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]


class OwingOut(Schema):
    """`principal` yuan past due; `months` in arrears; `keeper`: the name; `reason`: null where none is known; `plan`:
    null without one that is to be paid; `contacted_at`, `outcome`, `promised_on`: of the last contact."""

    account: str
    customer: str
    unit: str
    months: int
    due_on: date
    principal: Decimal
    is_disputed: bool
    keeper: str
    reason: Reason | None
    plan: PlanState | None
    contacted_at: datetime | None
    outcome: Outcome | None
    promised_on: date | None


class ArrearsPage(Listed):
    """`principal`: of all pages."""

    items: list[OwingOut]
    principal: Decimal


class ArrearsReasonIn(Typed):
    """`kind` null: no reason is known any longer. `starts_on`: today if none is given."""

    kind: Reason | None
    starts_on: Day | None = None
    note: Words = ""


class ReasonOut(Schema):
    """`[starts_on, ends_on)`."""

    kind: Reason
    note: str
    starts_on: date
    ends_on: date | None


class ReasonsOut(Schema):
    items: list[ReasonOut]


class InstalmentIO(Typed):
    due_on: Day
    amount: Yuan


class PaymentPlanIn(Typed):
    """`charges`: ids; null: all past due at the end of `agreed_on`. The instalments come to what was open of them then,
    with late fees."""

    agreed_on: Day
    agreed_with: Line
    charges: list[Annotated[int, Field(ge=1, le=2**62)]] | None = None
    instalments: Annotated[list[InstalmentIO], Field(min_length=1, max_length=MOST)]
    note: Words = ""


class PlanChargeOut(Schema):
    charge: int
    open_amount: Decimal
    late_fee: Decimal


class PaymentPlanOut(Schema):
    """`paid` since it was agreed; `overdue`: of instalments before today."""

    id: int
    account: str
    agreed_on: date
    agreed_with: str
    total: Decimal
    paid: Decimal
    overdue: Decimal
    state: PlanState
    charges: list[PlanChargeOut]
    instalments: list[InstalmentIO]
    ended_on: date | None
    end_reason: str


class PlanEndingIn(Typed):
    reason: Line


@router.get("/sites/{site}/arrears", response=ArrearsPage, summary="Who owes something past due")
def list_arrears(
    request: HttpRequest, site: Line, months_from: int | None = None, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Most months first. A keeper sees the own territory."""
    actor = actor_of(request)
    place = site_of(actor, site, VIEW_ARREARS)
    least = None if months_from is None else max(0, min(months_from, 1200))
    wanted = Narrowed(months_from=least, keeper_id=own_territory(actor, VIEW_ARREARS, place.pk))
    found = owing(place.pk, day_of(now()), wanted, page=page, size=page_size)
    return paged(request, found, _owing) | {"principal": found.principal}  # type: ignore[arg-type]


@router.get("/accounts/{site}/{number}/arrears-reasons", response=ReasonsOut, summary="Why an account does not pay")
def list_reasons(request: HttpRequest, site: Line, number: Line) -> dict[str, Any]:
    """The latest first."""
    account = _account(actor_of(request), site, number, VIEW_ARREARS)
    return _reasons(account)


@router.post("/accounts/{site}/{number}/arrears-reasons", response={201: ReasonsOut}, summary="Note the reason")
def note_reason(request: HttpRequest, site: Line, number: Line, said: ArrearsReasonIn) -> Status[dict[str, Any]]:
    """From that day on; the one before ends then."""
    actor = actor_of(request)
    account = _account(actor, site, number, NOTE_REASON)
    actions.note_reason(actor=actor, at=now(), account_id=account.pk, **said.model_dump())
    return Status(201, _reasons(account))


@router.post("/accounts/{site}/{number}/payment-plans", response={201: PaymentPlanOut}, summary="Agree a payment plan")
def agree_plan(request: HttpRequest, site: Line, number: Line, said: PaymentPlanIn) -> Status[dict[str, Any]]:
    """Debts of the account in instalments."""
    actor = actor_of(request)
    account = _account(actor, site, number, AGREE_PLANS)
    plan = actions.agree_plan(
        actor=actor,
        at=now(),
        account_id=account.pk,
        agreed_on=said.agreed_on,
        agreed_with=said.agreed_with,
        charge_ids=said.charges,
        instalments=[Part(part.due_on, part.amount) for part in said.instalments],
        note=said.note,
    )
    return Status(201, _plan(plan))


@router.get("/payment-plans/{plan_id}", response=PaymentPlanOut, summary="One payment plan")
def get_plan(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """How it stands today."""
    return _plan(plan_seen(actor_of(request), plan_id))


@router.post("/payment-plans/{plan_id}/ending", response=PaymentPlanOut, summary="End a payment plan")
def end_plan(request: HttpRequest, plan_id: int, said: PlanEndingIn) -> dict[str, Any]:
    """It is in force no longer, from today."""
    return _plan(actions.end_plan(actor=actor_of(request), at=now(), plan_id=plan_id, reason=said.reason))


def _account(actor: Actor, site: str, number: str, right: Right) -> Account:
    return account_named(number, day_of(now()), site_id=site_of(actor, site, right).pk)


def _owing(row: Owing) -> dict[str, Any]:
    plain = (
        "customer",
        "unit",
        "months",
        "due_on",
        "principal",
        "is_disputed",
        "keeper",
        "contacted_at",
        "promised_on",
    )
    words = {name: getattr(row, name) or None for name in ("reason", "plan", "outcome")}
    return {name: getattr(row, name) for name in plain} | words | {"account": row.number}


def _reasons(account: Account) -> dict[str, Any]:
    rows = ArrearsReason.objects.filter(account=account).order_by("-starts_on")
    return {"items": list(rows.values("kind", "note", "starts_on", "ends_on"))}


def _plan(plan: PaymentPlan) -> dict[str, Any]:
    of_account = standings(max(day_of(now()), plan.agreed_on), account_ids=[plan.account_id])
    stands = next(one for one in of_account if one.plan_id == plan.pk)
    plain = {name: getattr(plan, name) for name in ("agreed_on", "agreed_with", "total", "ended_on", "end_reason")}
    return plain | {
        "id": plan.pk,
        "account": plan.account.number,
        "paid": stands.paid,
        "overdue": stands.overdue,
        "state": stands.state,
        "charges": [
            {"charge": row.charge_id, "open_amount": row.open_amount, "late_fee": row.late_fee}
            for row in plan.charges.order_by("pk")
        ],
        "instalments": [{"due_on": part.due_on, "amount": part.amount} for part in plan.instalments.all()],
    }
