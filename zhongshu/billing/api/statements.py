"""The statement of an account, over the API."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from zhongshu.billing.api.payments import account_of
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.billing.queries.statements import statement, told
from zhongshu.identity.api_kit import Day, Line, actor_of
from zhongshu.kernel.clock import day_of, now

router = Router()


class AccountStatementLineOut(Schema):
    """`open`: of the principal. `late_fee`: to the day, posted or not."""

    charge: int
    item: str
    item_name: str
    place: str
    period_start: date
    period_end: date
    due_on: date
    amount: Decimal
    open: Decimal
    late_fee: Decimal
    is_disputed: bool


class AccountStatementOut(Schema):
    """At the end of `on`. `paid_until`: by code of the item, the last day up to which it is paid without a gap, months
    paid ahead included; null where not even the first day is."""

    account: str
    site: str
    on: date
    charges: list[AccountStatementLineOut]
    principal: Decimal
    late_fees: Decimal
    credit: Decimal
    months_in_arrears: int
    paid_until: dict[str, date | None]


@router.get("/accounts/{site}/{number}/statement", response=AccountStatementOut, summary="The statement of an account")
def get_statement(request: HttpRequest, site: Line, number: Line, on: Day | None = None) -> dict[str, Any]:
    """At the end of a day, past or to come (today if none is given): what is open with late fees to that day, credit,
    months in arrears, and up to when each item is paid. `number`: the account's, or its unit's code."""
    day = on or day_of(now())
    account = account_of(actor_of(request), site, number, VIEW_BILLING, day)
    return told(account, statement(account.pk, day))
