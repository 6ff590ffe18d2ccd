"""Mutual aid (支援): asked for, accepted, joined, left; the hours are the helper's."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.people.models import Staff
from zhongshu.work.actions.opening import check_staff
from zhongshu.work.engine import telling
from zhongshu.work.engine.finishing import end_spells
from zhongshu.work.engine.moves import check_open, locked
from zhongshu.work.errors import AidRefused, AlreadyHelping, NotYourOrder, StaffUnsuitable
from zhongshu.work.kinds import AidState
from zhongshu.work.lifecycle import State
from zhongshu.work.models import AidRequest, AidSpell, WorkOrder
from zhongshu.work.permissions import DISPATCH_ORDERS, is_assignee
from zhongshu.work.policies.operating import has_team_walls
from zhongshu.work.queries import not_found


@transaction.atomic
def ask_for_aid(*, actor: Actor, at: datetime, order_id: int, staff_id: int, note: str = "") -> AidRequest:
    """Ask somebody of another team to help with an order; asking twice is asking once.

    Raises OrderNotFound, NotYourOrder, OrderEnded, StaffUnsuitable.
    """
    order = locked(order_id, actor=actor)
    if not (is_assignee(actor, order) or actor.may(DISPATCH_ORDERS, order.site_id)):
        raise NotYourOrder(_("只有处理人或派单的人可以请求支援。"))
    check_open(order)
    staff = _helper(order, staff_id)
    asked = {"site_id": order.site_id, "note": note.strip()[:200], "asked_by_id": actor.user_id, "asked_at": at}
    request, is_new = AidRequest.objects.get_or_create(
        order=order,
        staff=staff,
        state__in=[AidState.ASKED, AidState.ACCEPTED],
        defaults=asked | {"state": AidState.ASKED},
    )
    if is_new:
        after = {"staff_id": staff.pk, "note": request.note}
        audit.record(actor=actor, at=at, verb="work.ask_for_aid", target=order, after=after)
        telling.aid_asked(order, staff, request.note, at=at)
    return request


@transaction.atomic
def answer_aid(*, actor: Actor, at: datetime, request_id: int, is_coming: bool) -> AidRequest:
    """Say whether one comes to help. Raises NotFound for what others were asked, AidRefused when it is over."""
    request = _asked_of(actor, request_id)
    if request.state != AidState.ASKED:
        raise AidRefused(_("这个支援请求已经答复过，或已经结束。"))
    request.state = AidState.ACCEPTED if is_coming else AidState.DECLINED
    request.answered_at = at
    request.save(update_fields=["state", "answered_at"])
    after = {"staff_id": request.staff_id, "state": request.state}
    audit.record(actor=actor, at=at, verb="work.answer_aid", target=request.order, after=after)
    telling.aid_answered(request, at=at)
    return request


@transaction.atomic
def join_aid(*, actor: Actor, at: datetime, request_id: int) -> AidSpell:
    """Be on the scene from now on. Raises NotFound, AidRefused, AlreadyHelping."""
    request = _asked_of(actor, request_id)
    if request.state != AidState.ACCEPTED:
        raise AidRefused(_("请先答应支援，再到场。"))
    _check_free(request.staff, request.order)
    spell = AidSpell(
        site_id=request.site_id,
        order=request.order,
        staff=request.staff,
        from_team=request.staff.team,
        joined_at=at,
    )
    try:
        with transaction.atomic():
            spell.save()
    except IntegrityError as error:
        raise AlreadyHelping(_("您这段时间已在别处支援；一个人不能同时在两个现场。")) from error
    audit.record(actor=actor, at=at, verb="work.join_aid", target=request.order, after={"staff_id": spell.staff_id})
    return spell


@transaction.atomic
def leave_aid(*, actor: Actor, at: datetime, request_id: int) -> AidSpell:
    """Go; the time is credited. Raises NotFound, AidRefused when one is not there."""
    request = _asked_of(actor, request_id)
    spells = AidSpell.objects.filter(order=request.order, staff=request.staff, left_at__isnull=True)
    spell = spells.select_for_update().first()
    if spell is None:
        raise AidRefused(_("您现在不在这个现场支援。"))
    end_spells([spell], at=at)
    after = {"staff_id": spell.staff_id, "minutes": spell.minutes}
    audit.record(actor=actor, at=at, verb="work.leave_aid", target=request.order, after=after)
    return spell


def check_helps_nowhere(staff: Staff | None) -> None:
    """Raises AlreadyHelping for somebody who is on another scene, helping there."""
    if staff is not None and AidSpell.objects.filter(staff=staff, left_at__isnull=True).exists():
        raise AlreadyHelping(_("您正在别处支援，请先结束支援再到场。"))


def _helper(order: WorkOrder, staff_id: int) -> Staff:
    staff = Staff.objects.select_related("user", "team").filter(pk=staff_id, site_id=order.site_id).first()
    if staff is None:
        raise StaffUnsuitable(_("该员工不在本项目，或已离职。"), field="staff_id")
    check_staff(staff, site_id=order.site_id)
    if staff.pk == order.assignee_id:
        raise StaffUnsuitable(_("处理人不能支援自己。"), field="staff_id")
    if staff.team_id == order.team_id and has_team_walls(order.site.operating_model):
        raise StaffUnsuitable(_("同班组的同事请直接转派；支援是请别的班组来人。"), field="staff_id")
    return staff


def _asked_of(actor: Actor, request_id: int) -> AidRequest:
    related = ("order__site", "order__place", "order__assignee__user", "staff__user", "staff__team", "asked_by")
    rows = AidRequest.objects.select_for_update(of=("self",)).select_related(*related)
    request = rows.filter(pk=request_id, staff__user=actor.user_id or 0).first()
    if request is None:
        raise not_found()
    return request


def _check_free(staff: Staff, order: WorkOrder) -> None:
    on_site = WorkOrder.objects.filter(assignee=staff, state=State.ON_SITE).exclude(pk=order.pk)
    if on_site.exists():
        raise AlreadyHelping(_("您自己还有一张工单在现场；一个人不能同时在两个现场。"))
