"""Putting an order right without moving it."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.models import Place
from zhongshu.estate.queries import account_at
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.work.engine import clocks, telling
from zhongshu.work.engine.dispatching import choose, dispatch, dispatch_anew
from zhongshu.work.engine.moves import check_open, given, locked
from zhongshu.work.errors import NotYourOrder, PlaceUnsuitable
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import may_correct


class PlaceWords(TypedDict, total=False):
    """Columns of an order in words that depend on its place."""

    description: str
    contact_name: str
    contact_phone: str


@transaction.atomic
def put_place(
    *, actor: Actor, at: datetime, order_id: int, place: Place, reason: str, **other_words: Unpack[PlaceWords]
) -> WorkOrder:
    """The order is about another place. Nobody has accepted it yet: it may go to somebody better.

    `other_words`: what else the order says because of where it is, such as whom to ask for there.
    Raises OrderNotFound, NotYourOrder, OrderEnded, ReasonMissing, PlaceUnsuitable.
    """
    order = _open_to_correction(order_id, actor=actor)
    why = given(reason)
    if place.site_id != order.site_id:
        raise PlaceUnsuitable(_("这个位置不在本项目。"), field="place")
    before = {"place": order.place.code if order.place else None}
    order.place = place
    order.account = account_at(place, day_of(at))
    for column, words in other_words.items():
        setattr(order, column, words)
    order.save(update_fields=["place", "account", *other_words])
    after = {"place": place.code, "place_label": place.label, "reason": why}
    audit.record(actor=actor, at=at, verb="work.put_place", target=order, before=before, after=after)
    if not _dispatched_anew(order, actor=actor, at=at, reason=_("位置更正：%(reason)s") % {"reason": why}):
        telling.place_changed(order, at=at)
    return order


@transaction.atomic
def set_urgency(*, actor: Actor, at: datetime, order_id: int, urgency: str, reason: str) -> WorkOrder:
    """Raise or lower the urgency; the targets that are still ahead count anew from now.

    Raises OrderNotFound, NotYourOrder, OrderEnded, ReasonMissing, Invalid.
    """
    order = _open_to_correction(order_id, actor=actor)
    why = given(reason)
    if urgency not in set(Urgency):
        raise Invalid(_("没有这个紧急程度。"), field="urgency")
    before = {"urgency": order.urgency}
    order.urgency = urgency
    order.save(update_fields=["urgency"])
    clocks.set_anew(order, at=at)
    after = {"urgency": urgency, "reason": why}
    audit.record(actor=actor, at=at, verb="work.set_urgency", target=order, before=before, after=after)
    if order.waits_for and urgency == Urgency.P1:  # waits for nobody
        dispatch(order, choose(order, at=at), actor=actor, at=at)
    telling.urgency_changed(order, at=at)
    return order


def _open_to_correction(order_id: int, *, actor: Actor) -> WorkOrder:
    order = locked(order_id, actor=actor)
    if not may_correct(actor, order):
        raise NotYourOrder(_("您不能更正这张工单。"))
    check_open(order)
    return order


def _dispatched_anew(order: WorkOrder, *, actor: Actor, at: datetime, reason: str) -> bool:
    if order.state in (State.NEW, State.REOPENED) and not order.waits_for:
        return dispatch(order, choose(order, at=at), actor=actor, at=at) is not None
    if order.state == State.DISPATCHED:
        return dispatch_anew(order, actor=actor, at=at, reason=reason) is not None
    return False
