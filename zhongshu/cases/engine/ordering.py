"""Asking a team for work on behalf of a case."""

from datetime import datetime

from zhongshu.cases import policies
from zhongshu.cases.classification import CATEGORIES, Category
from zhongshu.cases.models import Case, CaseOrder
from zhongshu.identity.actor import Actor
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions as work
from zhongshu.work.kinds import OrderKind, Urgency
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import vouched

TITLE_LENGTH = 48
CONTACT_LENGTH = 40


def title_of(category: str, text: str) -> str:
    """A line for lists: the category and the beginning of what was said."""
    said = " ".join(text.split())
    beginning = said if len(said) <= TITLE_LENGTH else said[: TITLE_LENGTH - 1] + "…"
    return f"{CATEGORIES[Category(category)]}：{beginning}"


def order_for(
    case: Case,
    *,
    what: str,
    actor: Actor,
    at: datetime,
    category: str | None = None,
    urgency: Urgency | None = None,
    team_kind: TeamKind | None = None,
    kind: OrderKind | None = None,
) -> WorkOrder:
    """An order more for a locked case; what is not given is the case's own."""
    category, urgency = category or case.category, urgency or Urgency(case.urgency)
    team_kind = team_kind or TeamKind(case.team_kind)
    order = work.open_order(
        actor=vouched(actor),
        at=at,
        site=case.site,
        kind=kind or policies.order_kind(category=category, team_kind=team_kind, urgency=urgency),
        category=category,
        urgency=urgency,
        title=title_of(category, what),
        description=f"{what}\n{case.text}",
        place=case.place,
        account=case.account,
        contact_name=case.speaker[:CONTACT_LENGTH],
        contact_phone=case.number_to_call,
        team_kind=team_kind,
    )
    CaseOrder.objects.create(case=case, order=order)
    return order
