"""How an order ends, and how it begins again."""

from datetime import datetime
from typing import Any

from django.db import transaction

from zhongshu.identity.actor import Actor
from zhongshu.work.engine import finishing, telling
from zhongshu.work.engine.dispatching import choose, dispatch
from zhongshu.work.engine.moves import given, locked_for, move
from zhongshu.work.lifecycle import Verb
from zhongshu.work.models import WorkOrder

NO_LONGER_WAITING: dict[str, Any] = {"resume_on": None, "waits_for": "", "waits_until": None}


@transaction.atomic
def sign_off(*, actor: Actor, at: datetime, order_id: int, note: str = "") -> WorkOrder:
    """The customer, or the owner of the case after a call, is content; the order closes with it.

    Raises IllegalMove, NotYourOrder.
    """
    order = locked_for(order_id, Verb.SIGN_OFF, actor=actor)
    move(order, Verb.SIGN_OFF, actor=actor, at=at, reason=note.strip())
    move(order, Verb.CLOSE, actor=actor, at=at)
    return order


@transaction.atomic
def close(*, actor: Actor, at: datetime, order_id: int) -> WorkOrder:
    """Close an order that is signed off. Raises IllegalMove, NotYourOrder."""
    order = locked_for(order_id, Verb.CLOSE, actor=actor)
    move(order, Verb.CLOSE, actor=actor, at=at)
    return order


@transaction.atomic
def withdraw(*, actor: Actor, at: datetime, order_id: int, reason: str) -> WorkOrder:
    """The work is not needed after all. Raises IllegalMove, NotYourOrder, ReasonMissing."""
    order = locked_for(order_id, Verb.WITHDRAW, actor=actor)
    row = move(order, Verb.WITHDRAW, actor=actor, at=at, reason=given(reason), **NO_LONGER_WAITING)
    finishing.give_up(order, at=at)
    telling.ended(order, row, at=at)
    return order


@transaction.atomic
def reopen(*, actor: Actor, at: datetime, order_id: int, reason: str) -> WorkOrder:
    """It was not done after all: a new round of clocks, dispatched anew.

    Raises IllegalMove, NotYourOrder, ReasonMissing.
    """
    order = locked_for(order_id, Verb.REOPEN, actor=actor)
    move(order, Verb.REOPEN, actor=actor, at=at, reason=given(reason), booked_at=None, booked_until=None)
    order.visits.filter(released_at__isnull=True).update(released_at=at)
    dispatch(order, choose(order, at=at), actor=actor, at=at)
    return order
