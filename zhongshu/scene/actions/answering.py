"""Those who come: accept, arrive, decline; and the end of the call."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import local
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import stated
from zhongshu.people.actions import seen_at
from zhongshu.people.models import Staff
from zhongshu.scene.actions._parts import locked
from zhongshu.scene.engine import calling
from zhongshu.scene.engine.log import illegal, log, move
from zhongshu.scene.errors import AlreadyAnswered, OwnCall
from zhongshu.scene.kinds import EntryKind, Why
from zhongshu.scene.lifecycle import OPEN, AssistanceState
from zhongshu.scene.models import Assistance, Helper
from zhongshu.scene.permissions import OVERSEE_SCENE


@transaction.atomic
def accept(*, actor: Actor, at: datetime, call_id: int) -> Helper:
    """I come. Several may; the first stops the call from going wider.

    Raises NotFound, IllegalSceneMove, AlreadyAnswered, OwnCall.
    """
    call, helper = _answering(actor, call_id, at=at)
    if helper.accepted_at is not None:
        raise AlreadyAnswered(_("您已经应援，请尽快前往。"))
    helper.accepted_at, helper.declined_at = at, None
    helper.save(update_fields=["accepted_at", "declined_at"])
    log(call, EntryKind.ACCEPTED, actor=actor, at=at)
    _first_accepted(call, at=at)
    key = f"accepted:{helper.pk}:{at.isoformat()}"
    calling.tell(call, _others(call, actor), gettext_lazy("%(name)s正在赶来"), {"name": actor.name}, key=key, at=at)
    return helper


@transaction.atomic
def arrive(*, actor: Actor, at: datetime, call_id: int) -> Helper:
    """I am there. Who accepted nothing and is there all the same is there.

    Raises NotFound, IllegalSceneMove, AlreadyAnswered, OwnCall.
    """
    call, helper = _answering(actor, call_id, at=at)
    if helper.arrived_at is not None:
        raise AlreadyAnswered(_("您已经到场。"))
    helper.accepted_at, helper.declined_at, helper.arrived_at = helper.accepted_at or at, None, at
    helper.save(update_fields=["accepted_at", "declined_at", "arrived_at"])
    log(call, EntryKind.ARRIVED, actor=actor, at=at)
    _first_accepted(call, at=at)
    _first_there(call, at=at)
    _seen(actor, call, at=at)
    return helper


@transaction.atomic
def decline(*, actor: Actor, at: datetime, call_id: int, reason: str) -> Helper:
    """I cannot come, or cannot come after all. When nobody else is coming, the call goes wider at once.

    Raises NotFound, IllegalSceneMove, AlreadyAnswered, OwnCall, Invalid.
    """
    call, helper = _answering(actor, call_id, at=at)
    why = stated(reason, field="reason", most=200, what=_("原因"))
    if helper.declined_at is not None or helper.arrived_at is not None:
        raise AlreadyAnswered(_("您已经答复过这次求助。"))
    helper.accepted_at, helper.declined_at = None, at
    helper.save(update_fields=["accepted_at", "declined_at"])
    log(call, EntryKind.DECLINED, why, actor=actor, at=at)
    if call.state == AssistanceState.COMING and not call.helpers.filter(accepted_at__isnull=False).exists():
        call.accepted_at, call.next_call_at = None, at
        call.save(update_fields=["accepted_at", "next_call_at"])
        move(call, AssistanceState.CALLING, at=at)
    return helper


@transaction.atomic
def come_along(*, actor: Actor, at: datetime, call_id: int) -> Helper:
    """Who oversees the site goes there without having been called. Raises as `accept` does."""
    call = locked(actor, call_id)
    actor.require(OVERSEE_SCENE, call.site_id)
    if actor.user_id is not None:
        by_themselves = {"why": Why.BY_THEMSELVES, "round": call.round, "called_at": at}
        Helper.objects.get_or_create(assistance=call, user_id=actor.user_id, defaults=by_themselves)
    return accept(actor=actor, at=at, call_id=call_id)


@transaction.atomic
def stand_down(*, actor: Actor, at: datetime, call_id: int, words: str) -> Assistance:
    """The danger is over: by who called, by who is there, or by who oversees the site.

    Raises NotFound, IllegalSceneMove, Invalid.
    """
    call = locked(actor, call_id)
    there = call.helpers.filter(user=actor.user_id, arrived_at__isnull=False).exists()
    if actor.user_id != call.raised_by_id and not there:
        actor.require(OVERSEE_SCENE, call.site_id)
    if AssistanceState(call.state) not in OPEN:
        raise illegal(call)
    how = stated(words, field="words", most=500, what=_("现场情况"))
    call.over_at, call.next_call_at = at, None
    call.save(update_fields=["over_at", "next_call_at"])
    log(call, EntryKind.STOOD_DOWN, how, actor=actor, at=at)
    move(call, AssistanceState.OVER, at=at)
    title, number = gettext_lazy("求助已解除：%(number)s"), {"number": call.number}
    calling.tell(call, _others(call, actor), title, number, key="over", body=how, at=at)
    return call


def _answering(actor: Actor, call_id: int, *, at: datetime) -> tuple[Assistance, Helper]:
    """The locked call and how this person was called. Raises NotFound when they were not."""
    call = locked(actor, call_id)
    if actor.user_id == call.raised_by_id:
        raise OwnCall(_("这是您自己发出的求助。"))
    if AssistanceState(call.state) not in OPEN:
        raise illegal(call)
    helper = call.helpers.filter(user=actor.user_id).first()
    if helper is None:
        raise Invalid(_("这次求助没有呼叫您；如要前往，请选“我也去”。"))
    audit.record(actor=actor, at=at, verb="scene.answer", target=helper, site_id=call.site_id)
    return call, helper


def _first_accepted(call: Assistance, *, at: datetime) -> None:
    if call.state == AssistanceState.CALLING:
        call.accepted_at, call.next_call_at = at, None
        call.save(update_fields=["accepted_at", "next_call_at"])
        move(call, AssistanceState.COMING, at=at)


def _first_there(call: Assistance, *, at: datetime) -> None:
    if call.state == AssistanceState.COMING:
        call.arrived_at = at
        call.save(update_fields=["arrived_at"])
        move(call, AssistanceState.THERE, at=at)
        words = {"number": call.number, "time": local(at).strftime("%H:%M")}
        calling.tell(
            call, calling.concerned(call), gettext_lazy("支援已到场：%(number)s（%(time)s）"), words, key="there", at=at
        )


def _seen(actor: Actor, call: Assistance, *, at: datetime) -> None:
    staff = Staff.objects.filter(user=actor.user_id or 0, site=call.site_id).first()
    if staff is not None and call.place is not None:
        seen_at(actor=actor, at=at, staff=staff, place=call.place)


def _others(call: Assistance, actor: Actor) -> list[int]:
    return [user_id for user_id in calling.concerned(call) if user_id != actor.user_id]
