"""What people are told when an order moves. The words are Chinese, whoever's request it is that causes them."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.kernel.clock import local
from zhongshu.messaging.actions import CustomerTelling, Telling, tell_all
from zhongshu.people.kinds import TEAM_KIND_LABELS, Handing, TeamKind
from zhongshu.people.models import Staff
from zhongshu.work.kinds import STAGE_LABELS, URGENCY_LABELS, AidState, EscalationRole, Stage, Urgency
from zhongshu.work.lifecycle import JOB_STATE_LABELS, JobState
from zhongshu.work.models import (
    AidRequest,
    ContractorJob,
    EscalationStep,
    OrderMove,
    ProgressReport,
    VisitSlot,
    WorkOrder,
)
from zhongshu.work.policies.measures import in_words

#: Where a message leads; others to the order's page.
LINKS = {
    "order_assigned": "/m/orders/{number}",
    "order_waits_for_pool": "/m/pool",
    "aid_asked": "/m/aid",
    "progress_due": "/m/orders/{number}",
}


def assigned(order: WorkOrder, row: OrderMove, *, previous: Staff | None, at: datetime) -> None:
    """The new assignee is told to come, the one before that they need not."""
    with translation.override(settings.LANGUAGE_CODE):
        tellings = [_come(order, row)]
        if previous is not None and previous.pk != order.assignee_id:
            tellings.append(_taken_away(order, row, previous))
    tell_all(tellings, at=at)


def waits(order: WorkOrder, user_ids: Iterable[int], *, at: datetime) -> None:
    """Those who may claim the order, or the lead who is to send it on, are told that it waits."""
    with translation.override(settings.LANGUAGE_CODE):
        said = _("有新单可抢：%(title)s") if order.waits_for == Handing.POOL else _("请派单：%(title)s")
        title, key = said % {"title": order.title}, f"order:{order.pk}:waits:{at.isoformat()}"
        telling = _telling(order, list(user_ids), f"order_waits_for_{order.waits_for}", title, key)
    tell_all([telling], at=at)


def objected(order: WorkOrder, row: OrderMove, leads: Collection[int], *, at: datetime) -> None:
    """Who rules is told what the assignee says."""
    with translation.override(settings.LANGUAGE_CODE):
        team = TEAM_KIND_LABELS[TeamKind(row.team_kind)]
        title = _("退单待裁定：%(number)s，%(name)s认为应由%(team)s处理") % {
            "number": order.number,
            "name": row.by_name,
            "team": team,
        }
        telling = _telling(order, leads, "order_objected", title, f"order:{order.pk}:objected:{row.pk}", urgent=True)
    tell_all([telling], at=at)


def overruled(order: WorkOrder, row: OrderMove, *, at: datetime) -> None:
    """The assignee is told that the order stays with them."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("退单被驳回，请接单：%(number)s（%(reason)s）") % {"number": order.number, "reason": row.reason}
        telling = _telling(order, _assignee(order), "order_overruled", title, f"order:{order.pk}:overruled:{row.pk}")
    tell_all([telling], at=at)


def aid_asked(order: WorkOrder, staff: Staff, note: str, *, at: datetime) -> None:
    """Somebody of another team is asked to come and help."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("请求支援：%(number)s %(title)s") % {"number": order.number, "title": order.title}
        key = f"order:{order.pk}:aid:{staff.pk}:{at.isoformat()}"
        telling = replace(_telling(order, [staff.user_id], "aid_asked", title, key, urgent=True), body=note)
    tell_all([telling], at=at)


def aid_answered(request: AidRequest, *, at: datetime) -> None:
    """Who asked for help is told whether it comes."""
    order, name = request.order, request.staff.user.name
    with translation.override(settings.LANGUAGE_CODE):
        comes, stays = _("%(name)s 来支援：%(number)s"), _("%(name)s 不能来支援：%(number)s")
        said = comes if request.state == AidState.ACCEPTED else stays
        title = said % {"name": name, "number": order.number}
        asked = [request.asked_by_id] if request.asked_by_id else []
        told = [*asked, *_assignee(order)]
        telling = _telling(order, told, "aid_answered", title, f"aid:{request.pk}:{request.state}")
    tell_all([telling], at=at)


def visit_changed(order: WorkOrder, *, at: datetime) -> None:
    """The assignee is told when to come."""
    with translation.override(settings.LANGUAGE_CODE):
        when = local(order.booked_at).strftime("%m-%d %H:%M") if order.booked_at else _("不再预约")
        _changed(order, _("上门时间：%(when)s") % {"when": when}, at=at)


def visit_tomorrow(visit: VisitSlot, customer_ids: Collection[int]) -> CustomerTelling:
    """The customer is reminded of tomorrow's visit."""
    order = visit.order
    with translation.override(settings.LANGUAGE_CODE):
        span = f"{local(visit.starts_at):%m-%d %H:%M}–{local(visit.ends_at):%H:%M}"
        title = _("上门提醒：%(span)s") % {"span": span}
        body = _("%(title)s（%(number)s），如需改约请联系客服。") % {"title": order.title, "number": order.number}
    return CustomerTelling(
        customer_ids=tuple(customer_ids),
        site_id=order.site_id,
        kind="visit_tomorrow",
        title=title,
        body=body,
        dedupe_key=f"visit:{visit.pk}:tomorrow",
        phone="" if customer_ids else order.contact_phone,
    )


def contractor_moved(job: ContractorJob, *, at: datetime) -> None:
    """The assignee hears how far the contractor is."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": job.contractor.name, "state": JOB_STATE_LABELS[JobState(job.state)]}
        _changed(job.order, _("%(name)s：%(state)s") % words, at=at)


def progress_due(order: WorkOrder, *, at: datetime) -> None:
    """Who does a task is asked how far it is."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("请汇报进度：%(number)s %(title)s") % {"number": order.number, "title": order.title}
        key = f"order:{order.pk}:progress:{at.isoformat()}"
        telling = _telling(order, _assignee(order), "progress_due", title, key)
    tell_all([telling], at=at)


def reported(order: WorkOrder, report: ProgressReport, *, at: datetime) -> None:
    """Who gave a task hears how far it is."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": order.number, "percent": report.percent, "text": report.text}
        title = _("交办进度 %(percent)s%%：%(number)s，%(text)s") % words
        giver = [order.opened_by_id] if order.opened_by_id else []
        telling = _telling(order, giver, "progress_reported", title, f"report:{report.pk}")
    tell_all([telling], at=at)


def ruling_yours(order: WorkOrder, user_ids: Collection[int], *, at: datetime) -> None:
    """Who rules now, after a switch of the operating model, is told what waits for them."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("运营模式已切换，退单由您裁定：%(number)s") % {"number": order.number}
        key = f"order:{order.pk}:ruling:{at.isoformat()}"
        telling = _telling(order, user_ids, "order_objected", title, key, urgent=True)
    tell_all([telling], at=at)


def ended(order: WorkOrder, row: OrderMove, *, at: datetime) -> None:
    """The assignee is told not to come."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("工单已撤销：%(number)s（%(reason)s）") % {"number": order.number, "reason": row.reason}
        telling = _telling(order, _assignee(order), "order_withdrawn", title, f"order:{order.pk}:withdrawn:{row.pk}")
    tell_all([telling], at=at)


def place_changed(order: WorkOrder, *, at: datetime) -> None:
    """The assignee is told where to go instead."""
    with translation.override(settings.LANGUAGE_CODE):
        _changed(order, _("位置更正为%(place)s") % {"place": order.place}, at=at)


def urgency_changed(order: WorkOrder, *, at: datetime) -> None:
    """The assignee is told how urgent it is now."""
    with translation.override(settings.LANGUAGE_CODE):
        _changed(order, _("紧急程度调整为%(urgency)s") % {"urgency": URGENCY_LABELS[Urgency(order.urgency)]}, at=at)


def hold_over(order: WorkOrder, *, at: datetime) -> None:
    """The assignee is told to go on."""
    with translation.override(settings.LANGUAGE_CODE):
        _changed(order, _("挂起到期，请继续处理"), at=at)


def _changed(order: WorkOrder, what: str, *, at: datetime) -> None:
    title = _("工单有变：%(number)s，%(what)s") % {"number": order.number, "what": what}
    key = f"order:{order.pk}:changed:{at.isoformat()}"
    tell_all([_telling(order, _assignee(order), "order_changed", title, key, urgent=True)], at=at)


def nobody(order: WorkOrder, top: Collection[int], *, at: datetime) -> None:
    """Those at the top are told that nobody could be found."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("无人可派：%(number)s %(title)s") % {"number": order.number, "title": order.title}
        key = f"order:{order.pk}:nobody:{at.isoformat()}"
        telling = _telling(order, top, "order_undispatched", title, key, urgent=True)
    tell_all([telling], at=at)


def escalated(step: EscalationStep, user_ids: Collection[int]) -> Telling:
    """What a step of escalation says, and what this level can do about it; it leads to where that is recorded."""
    order, stage = step.clock.order, STAGE_LABELS[Stage(step.clock.stage)]
    words = {"number": order.number, "stage": stage, "percent": step.percent}
    with translation.override(settings.LANGUAGE_CODE):
        early = _("时限提醒：%(number)s %(stage)s时限已用 %(percent)s%%")
        late = _("超时督办：%(number)s %(stage)s已超时（时限的 %(percent)s%%）")
        title = (early if step.percent < 100 else late) % words
        telling = _telling(order, user_ids, "escalation", title, f"step:{step.pk}", urgent=step.percent >= 100)
        can = _("可以：%(measures)s") % {"measures": in_words(EscalationRole(step.role))}
    return replace(telling, body=f"{telling.body} · {can}", link=f"/quality/escalations/{step.pk}")


def _come(order: WorkOrder, row: OrderMove) -> Telling:
    title = _("新工单（%(urgency)s）：%(title)s") % {
        "urgency": URGENCY_LABELS[Urgency(order.urgency)],
        "title": order.title,
    }
    urgent = order.urgency in (Urgency.P1, Urgency.P2)
    return _telling(order, _assignee(order), "order_assigned", title, f"order:{order.pk}:move:{row.pk}", urgent=urgent)


def _taken_away(order: WorkOrder, row: OrderMove, previous: Staff) -> Telling:
    title = _("工单已转派他人：%(number)s") % {"number": order.number}
    return _telling(order, [previous.user_id], "order_taken_away", title, f"order:{order.pk}:move:{row.pk}")


def _telling(
    order: WorkOrder, user_ids: Collection[int], kind: str, title: str, key: str, *, urgent: bool = False
) -> Telling:
    return Telling(
        recipient_ids=tuple(user_ids),
        site_id=order.site_id,
        kind=kind,
        title=title,
        body=_facts(order),
        link=LINKS.get(kind, "/orders/{number}").format(number=order.number),
        is_urgent=urgent,
        dedupe_key=key,
    )


def _facts(order: WorkOrder) -> str:
    place = order.place.label if order.place else _("位置待核实")
    opened = local(order.opened_at).strftime("%m-%d %H:%M")
    assignee = order.assignee.user.name if order.assignee else _("无处理人")
    return f"{place} · {order.title} · {opened} · {assignee}"


def _assignee(order: WorkOrder) -> list[int]:
    return [order.assignee.user_id] if order.assignee else []
