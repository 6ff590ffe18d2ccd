"""Calling for help."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.models import CaseOrder
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site, User
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.words import short
from zhongshu.people.models import Staff
from zhongshu.scene.engine import calling
from zhongshu.scene.engine.log import log, moved
from zhongshu.scene.kinds import DANGER_LABELS, Danger, EntryKind
from zhongshu.scene.lifecycle import AssistanceState
from zhongshu.scene.models import Assistance
from zhongshu.scene.permissions import RAISE_SOS
from zhongshu.scene.queries import arrival_minutes, open_call_of
from zhongshu.work.models import WorkOrder
from zhongshu.work.queries import order_by_number

KEY_LENGTH = 200


@transaction.atomic
def raise_sos(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    danger: str,
    key: str,
    words: str = "",
    place: Place | None = None,
    order_number: str = "",
) -> Assistance:
    """Call for help: at the place, else the order's, else where the person was last seen.

    The same `key` again is the same call; so is another key while one's own call is open (it is noted). Raises
    NotFound without the right or for an order one may not see, Invalid.
    """
    actor.require(RAISE_SOS, site.pk)
    caller = _locked_caller(actor)
    danger, words = _checked(danger, words, key)
    sent = Assistance.objects.filter(raised_by=caller, key=key).first()
    if sent is not None:
        return sent
    if running := open_call_of(caller.pk):
        log(running, EntryKind.PRESSED_AGAIN, words, actor=actor, at=at, facts={"danger": danger})
        return running
    order = order_by_number(actor, order_number) if order_number else None
    call = _opened(caller, site, Danger(danger), at=at, key=key, words=words, place=place, order=order)
    log(call, EntryKind.RAISED, words, actor=actor, at=at, facts=_said(call))
    calling.call_round(call, at=at)
    moved(call, "", at=at)
    return call


def _locked_caller(actor: Actor) -> User:
    """One at a time per person: of two that are sent at once the second finds the first."""
    caller = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
    if caller is None:
        raise Invalid(_("求助要由一个人发出。"))
    return caller


def _checked(danger: str, words: str, key: str) -> tuple[str, str]:
    if danger not in set(Danger):
        raise Invalid(_("请选一种情况。"), field="danger")
    if not 0 < len(key) <= KEY_LENGTH or not key.isprintable():
        raise Invalid(_("缺少本次求助的凭证，请重新打开页面。"), field="key")
    return danger, short(words, field="words", most=500, what=_("说明"))


def _opened(
    caller: User,
    site: Site,
    danger: Danger,
    *,
    at: datetime,
    key: str,
    words: str,
    place: Place | None,
    order: WorkOrder | None,
) -> Assistance:
    where = order.site if order else site
    return Assistance.objects.create(
        site=where,
        number=next_number(prefix="ZY", site_code=where.code, at=at),
        danger=danger,
        words=words,
        place=_here(caller, where, place, order),
        order=order,
        case_id=CaseOrder.objects.filter(order=order).values_list("case_id", flat=True).first() if order else None,
        raised_by=caller,
        raised_at=at,
        key=key,
        state=AssistanceState.CALLING,
        target_at=at + timedelta(minutes=arrival_minutes(where.pk)[danger]),
    )


def _here(caller: User, site: Site, place: Place | None, order: WorkOrder | None) -> Place | None:
    if place is not None and place.site_id != site.pk:
        raise Invalid(_("这个位置不在本项目。"), field="place")
    if place or (order and order.place):
        return place or (order.place if order else None)
    last = Staff.objects.filter(user=caller, site=site).select_related("last_place").first()
    return last.last_place if last else None


def _said(call: Assistance) -> dict[str, str]:
    return {
        "danger": str(DANGER_LABELS[Danger(call.danger)]),
        "place": call.place.label if call.place else "",
        "order": call.order.number if call.order else "",
    }
