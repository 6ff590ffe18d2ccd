"""Keeping a case in hand: notes, a change of owner, more work, its withdrawal."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases import policies
from zhongshu.cases.engine.ordering import order_for
from zhongshu.cases.engine.parts import change_owner, locked_case, move, note, require, require_state
from zhongshu.cases.engine.telling import link_to
from zhongshu.cases.errors import IllegalCaseMove
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, CaseEntry
from zhongshu.cases.permissions import HAND_OVER_CASES, TEND_CASES, VIEW_CASES
from zhongshu.cases.queries import orders_of, possible_owners
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import stated
from zhongshu.messaging.actions import tell
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions as work
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import vouched


@transaction.atomic
def add_note(*, actor: Actor, at: datetime, case_id: int, text: str) -> CaseEntry:
    """Write something down about a case; whoever sees it may. Raises NotFound, Invalid."""
    case = locked_case(actor, case_id)
    actor.require(VIEW_CASES, case.site_id)
    entry = note(case, EntryKind.NOTE, stated(text, field="text", most=500, what=_("备注")), actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.add_note", target=case, after={"entry_id": entry.pk})
    return entry


@transaction.atomic
def hand_over(*, actor: Actor, at: datetime, case_id: int, to_user_id: int, reason: str) -> Case:
    """Make somebody else answerable, and tell them. Raises NotFound, IllegalCaseMove, Invalid."""
    case = locked_case(actor, case_id)
    require(actor, HAND_OVER_CASES, case)
    require_state(case, CaseState.OPEN, CaseState.FOLLOW_UP)
    reason = stated(reason, field="reason", most=200, what=_("移交原因"))
    heir = possible_owners(case, at=at).filter(pk=to_user_id).first()
    if heir is None:
        raise Invalid(_("请选择本项目的其他在职员工。"), field="to_user_id")
    was = case.owner
    change_owner(case, heir, reason=reason, actor=actor, at=at)
    before, after = {"owner_id": was.pk if was else None}, {"owner_id": heir.pk, "reason": reason}
    audit.record(actor=actor, at=at, verb="cases.hand_over", target=case, before=before, after=after)
    tell(
        recipient_ids=[heir.pk],
        site_id=case.site_id,
        kind="case_handed_over",
        title=f"报事 {case.number} 移交给您",  # matter
        body=reason,
        link=link_to(case),
        dedupe_key=f"case:{case.pk}:handed_over:{at.isoformat()}",
        at=at,
    )
    return case


@transaction.atomic
def request_order(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    team_kind: TeamKind,
    what: str,
    category: str | None = None,
    urgency: Urgency | None = None,
) -> WorkOrder:
    """Ask a team for (more) work on an open case. Category and urgency default to the case's.

    Raises NotFound, IllegalCaseMove, Invalid.
    """
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.OPEN)
    what = stated(what, field="what", most=1000, what=_("工作内容"))
    order = order_for(case, what=what, category=category, urgency=urgency, team_kind=team_kind, actor=actor, at=at)
    note(case, EntryKind.ORDER, order.number, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.request_order", target=case, after={"order": order.number})
    return order


@transaction.atomic
def withdraw_case(*, actor: Actor, at: datetime, case_id: int, reason: str) -> Case:
    """The matter falls away (heard twice, a mistake): its orders are withdrawn with it.

    Raises IllegalCaseMove when work has been done already, NotFound, Invalid.
    """
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.OPEN)
    reason = stated(reason, field="reason", most=200, what=_("撤销原因"))
    orders = orders_of(case)
    if any(State(order.state) in policies.WORKED for order in orders):
        raise IllegalCaseMove(_("已有工单完工，不能撤销；请验收并回访。"))
    for order in orders:
        if State(order.state) not in ENDED:
            work.withdraw(actor=vouched(actor), at=at, order_id=order.pk, reason=reason)
    move(case, CaseState.WITHDRAWN, actor=actor, at=at, verb="withdraw", why=reason)
    note(case, EntryKind.WITHDRAWN, reason, actor=actor, at=at)
    return case
