"""Payment plans, and what the money says of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from zhongshu.collecting.kinds import PlanState
from zhongshu.collecting.models import PaymentPlan
from zhongshu.collecting.permissions import VIEW_ARREARS
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.kernel.sql import statement


@dataclass(frozen=True, slots=True)
class Standing:
    """How a plan stands at the end of a day, in yuan: `paid` since it was agreed, `due` by instalments before the day;
    the next instalment not covered yet, if any."""

    plan_id: int
    account_id: int
    agreed_on: date
    total: Decimal
    paid: Decimal
    due: Decimal
    next_on: date | None
    next_amount: Decimal | None
    state: PlanState

    @property
    def left(self) -> Decimal:
        return max(self.total - self.paid, Decimal("0.00"))

    @property
    def overdue(self) -> Decimal:
        return max(self.due - self.paid, Decimal("0.00"))


def plan_kept_at(account_ids: Collection[int], on: date) -> set[int]:
    """The accounts with a plan in force of which no instalment is overdue at the end of the day. What is paid off is
    no longer in force. One statement."""
    return {plan.account_id for plan in standings(on, account_ids=account_ids) if plan.state == PlanState.KEPT}


def standings(on: date, *, account_ids: Collection[int] | None = None, site_id: int | None = None) -> list[Standing]:
    """Of the accounts or the site, ended ones too. One statement."""
    wanted = {"on": on, "account_ids": None if account_ids is None else list(account_ids), "site_id": site_id}
    with connection.cursor() as cursor:
        cursor.execute(statement("collecting", "plans"), wanted)
        return [Standing(*row[:-1], PlanState(row[-1])) for row in cursor.fetchall()]  # type: ignore[call-arg]


def plans_visible(actor: Actor) -> "QuerySet[PaymentPlan]":
    """The latest first."""
    rows = actor.visible(PaymentPlan.objects.all(), VIEW_ARREARS)
    related = ("site", "account__customer", "account__unit", "recorded_by", "ended_by")
    return rows.select_related(*related).order_by("-agreed_on", "-pk")


def plan_seen(actor: Actor, plan_id: int) -> PaymentPlan:
    """Raises NotFound."""
    return found(plans_visible(actor).filter(pk=plan_id))
