"""The moves of the person who has the order."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.people.actions import seen_at
from zhongshu.work.actions.helping import check_helps_nowhere
from zhongshu.work.engine import finishing
from zhongshu.work.engine.moves import given, locked_for, move
from zhongshu.work.errors import PlaceUnsuitable, ResumeDayWrong
from zhongshu.work.lifecycle import Verb
from zhongshu.work.models import WorkOrder


@transaction.atomic
def accept(*, actor: Actor, at: datetime, order_id: int) -> WorkOrder:
    """The assignee takes the order on. Raises IllegalMove, NotYourOrder."""
    order = locked_for(order_id, Verb.ACCEPT, actor=actor)
    move(order, Verb.ACCEPT, actor=actor, at=at)
    return order


@transaction.atomic
def travel(*, actor: Actor, at: datetime, order_id: int) -> WorkOrder:
    """The assignee sets out. Raises IllegalMove, NotYourOrder."""
    order = locked_for(order_id, Verb.TRAVEL, actor=actor)
    move(order, Verb.TRAVEL, actor=actor, at=at)
    return order


@transaction.atomic
def arrive(*, actor: Actor, at: datetime, order_id: int, place: Place | None = None) -> WorkOrder:
    """The assignee is there: at `place`, else at the order's. Raises what `move` raises and
    PlaceUnsuitable, AlreadyHelping."""
    order = locked_for(order_id, Verb.ARRIVE, actor=actor)
    check_helps_nowhere(order.assignee)
    there = place or order.place
    if there is not None and there.site_id != order.site_id:
        raise PlaceUnsuitable(_("这个位置不在本项目。"), field="place")
    move(order, Verb.ARRIVE, actor=actor, at=at, place=there)
    if there is not None and order.assignee is not None:
        seen_at(actor=actor, at=at, staff=order.assignee, place=there)
    return order


@transaction.atomic
def finish(*, actor: Actor, at: datetime, order_id: int, note: str = "") -> WorkOrder:
    """The work is done; `note` says what was done.

    Raises IllegalMove, NotYourOrder, ChecklistIncomplete, PriceNotAgreed.
    """
    order = locked_for(order_id, Verb.FINISH, actor=actor)
    finishing.check_checklist(order)
    finishing.check_price(order)
    move(order, Verb.FINISH, actor=actor, at=at, reason=note.strip(), place=order.place)
    finishing.follow_up(order, at=at)
    return order


@transaction.atomic
def hold(*, actor: Actor, at: datetime, order_id: int, reason: str, resume_on: date | None) -> WorkOrder:
    """Put the order on hold until a day to come; its clocks pause.

    Raises IllegalMove, NotYourOrder, ReasonMissing, ResumeDayWrong.
    """
    order = locked_for(order_id, Verb.HOLD, actor=actor)
    why = given(reason)
    if resume_on is None or resume_on <= day_of(at):
        raise ResumeDayWrong(_("挂起须写明恢复日期，且在今天之后。"), field="resume_on")
    move(order, Verb.HOLD, actor=actor, at=at, reason=why, resume_on=resume_on)
    return order


@transaction.atomic
def resume(*, actor: Actor, at: datetime, order_id: int) -> WorkOrder:
    """Go on with an order on hold; its clocks run on from where they paused. Raises IllegalMove, NotYourOrder."""
    order = locked_for(order_id, Verb.RESUME, actor=actor)
    move(order, Verb.RESUME, actor=actor, at=at, resume_on=None)
    return order
