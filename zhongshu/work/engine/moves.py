"""One move: legal by the table, written with its row, its clocks, its audit line and its event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.estate.models import Place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.composed import insert
from zhongshu.kernel.outbox import publish
from zhongshu.work import queries
from zhongshu.work.engine import clocks
from zhongshu.work.errors import IllegalMove, NotYourOrder, OrderEnded, ReasonMissing
from zhongshu.work.events import OrderMoved
from zhongshu.work.lifecycle import ENDED, STATE_LABELS, VERB_LABELS, State, Verb, possible, target
from zhongshu.work.models import OrderMove, WorkOrder
from zhongshu.work.permissions import may_move

RELATED = ("site", "place", "team__lead__user", "assignee__user")
REASON_LENGTH = 500


def locked(order_id: int, *, actor: Actor) -> WorkOrder:
    """The order, locked until the transaction ends. Raises OrderNotFound for what the person may not see."""
    orders = queries.orders_visible(actor).select_for_update(of=("self",)).select_related(*RELATED)
    order = orders.filter(pk=order_id).first()
    if order is None:
        raise queries.not_found()
    return order


def locked_for(order_id: int, verb: Verb, *, actor: Actor) -> WorkOrder:
    """The order, locked, where this person may make this move now. Raises OrderNotFound, NotYourOrder, IllegalMove."""
    order = locked(order_id, actor=actor)
    check_may(actor, order, verb)
    check_legal(order, verb)
    return order


def check_may(actor: Actor, order: WorkOrder, verb: Verb) -> None:
    """Raises NotYourOrder."""
    if not may_move(actor, order, verb):
        holder = order.assignee.user.name if order.assignee else _("暂无处理人")
        raise NotYourOrder(
            _("您不能对这张工单%(verb)s（处理人：%(holder)s）。") % {"verb": VERB_LABELS[verb], "holder": holder}
        )


def check_legal(order: WorkOrder, verb: Verb) -> State:
    """Where the verb leads. Raises IllegalMove, which names the moves that are possible."""
    state = State(order.state)
    to_state = target(verb, state)
    if to_state is None:
        names = "、".join(str(VERB_LABELS[v]) for v in possible(state)) or _("无")
        words = {"state": STATE_LABELS[state], "verb": VERB_LABELS[verb], "possible": names}
        raise IllegalMove(_("工单现在是“%(state)s”，不能%(verb)s。现在可以：%(possible)s。") % words)
    return to_state


def check_open(order: WorkOrder) -> None:
    """Raises OrderEnded."""
    if State(order.state) in ENDED:
        raise OrderEnded(_("工单已结束；如需继续处理，请先重开。"))


def given(reason: str) -> str:
    """The reason without blanks around it. Raises ReasonMissing when there is none."""
    if not reason.strip():
        raise ReasonMissing(_("请写明原因。"), field="reason")
    return reason.strip()[:REASON_LENGTH]


def move(
    order: WorkOrder,
    verb: Verb,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    place: Place | None = None,
    team_kind: str = "",
    **changes: Any,
) -> OrderMove:
    """Make the move on a locked order; `changes` are further columns that change with it. Raises IllegalMove."""
    to_state, from_state = check_legal(order, verb), State(order.state)
    before = _facts(order)
    _write(order, to_state, at=at, changes=changes)
    clocks.follow(order, verb, at=at)
    row = OrderMove(
        site_id=order.site_id,
        order=order,
        verb=verb,
        from_state=from_state,
        to_state=to_state,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        place=place,
        reason=reason[:REASON_LENGTH],
        assignee=order.assignee,
        team_kind=team_kind,
    )
    insert(row)
    _noted(row, before, actor=actor)
    return row


def _noted(row: OrderMove, before: dict[str, Any], *, actor: Actor) -> None:
    """In the audit, and for whoever reacts."""
    order, reason = row.order, row.reason
    after = _facts(order) | ({"reason": reason} if reason else {})
    audit.record(actor=actor, at=row.at, verb=f"work.{row.verb}", target=order, before=before, after=after)
    states = {"from_state": row.from_state, "to_state": row.to_state}
    publish(OrderMoved(site_id=order.site_id, order_id=order.pk, verb=row.verb, reason=reason, **states), at=row.at)


def _write(order: WorkOrder, to_state: State, *, at: datetime, changes: Mapping[str, Any]) -> None:
    order.state = to_state
    order.ended_at = at if to_state in ENDED else None
    for name, value in changes.items():
        setattr(order, name, value)
    order.save(update_fields=["state", "ended_at", *changes])


def _facts(order: WorkOrder) -> dict[str, Any]:
    return {"state": str(order.state), "assignee_id": order.assignee_id, "team_id": order.team_id}
