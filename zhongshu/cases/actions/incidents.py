"""Incidents: many cases become one, one repair for all, everybody told and answered.

Lock order: the incident, then its cases by number, then orders.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.actions.closing import settle
from zhongshu.cases.engine.noticing import announce, answer_by_message
from zhongshu.cases.engine.ordering import order_for
from zhongshu.cases.engine.parts import note
from zhongshu.cases.errors import AlreadyGrouped, IncidentOver, UnknownWord
from zhongshu.cases.events import IncidentMoved
from zhongshu.cases.kinds import AnswerWay, EntryKind, NoticeKind
from zhongshu.cases.lifecycle import CaseState, IncidentState
from zhongshu.cases.models import Case, CaseOrder, Incident, IncidentAnswer, IncidentNotice
from zhongshu.cases.permissions import TEND_CASES
from zhongshu.cases.policies import order_kind
from zhongshu.cases.policies.incidents import furthest
from zhongshu.cases.queries import cases_visible, orders_of
from zhongshu.cases.queries.incidents import open_cases_of
from zhongshu.estate.queries import place_by_code
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short, stated
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions as work
from zhongshu.work.kinds import CATEGORY_LABELS, Urgency
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import vouched

TITLE_LENGTH = 60


@transaction.atomic
def open_incident(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    title: str,
    category: str,
    place_code: str | None = None,
    urgency: Urgency = Urgency.P2,
    team_kind: TeamKind | None = TeamKind.ENGINEERING,
    case_ids: Collection[int] = (),
    planned_from: datetime | None = None,
    planned_until: datetime | None = None,
    notice: str = "",
    spoken: str = "",
) -> Incident:
    """Make one incident of it: the cases given join, everybody where it is gets the notice (none without words).

    `place_code` None: the whole site. `team_kind` None: the repair is somebody else's (the power company's). Planned
    works give both ends of their period. Raises NotFound, Invalid, UnknownWord, AlreadyGrouped.
    """
    actor.require(TEND_CASES, site.pk)
    if category not in CATEGORY_LABELS:
        raise UnknownWord(_("没有“%(word)s”这个类别。") % {"word": category}, field="category")
    _check_period(planned_from, planned_until)
    incident = Incident(
        site=site,
        title=stated(title, field="title", most=TITLE_LENGTH, what=_("事件名称")),
        category=category,
        urgency=urgency,
        place=place_by_code(site.pk, place_code, field="place_code") if place_code else None,
        owner_id=actor.user_id,
        state=IncidentState.OPEN,
        planned_from=planned_from,
        planned_until=planned_until,
        opened_at=at,
    )
    cases = _lone(actor, site.pk, case_ids)
    incident.order = _one_repair(incident, cases, team_kind, actor=actor, at=at)
    incident.number = next_number(prefix="SJ", site_code=site.code, at=at)
    incident.save()
    _publish(incident, "", at=at)
    after = audit.values(incident, ["number", "title", "category", "place_id", "planned_from", "planned_until"])
    audit.record(actor=actor, at=at, verb="cases.open_incident", target=incident, after=after)
    _take_in(incident, cases, actor=actor, at=at)
    if notice.strip():
        kind = NoticeKind.ANNOUNCED if planned_from else NoticeKind.OPENED
        announce(incident, kind, notice, spoken, actor=actor, at=at)
    return incident


def _check_period(planned_from: datetime | None, planned_until: datetime | None) -> None:
    if (planned_from is None) != (planned_until is None):
        raise Invalid(_("计划停用请填写开始和结束时间。"), field="planned_until")
    if planned_from and planned_until and planned_until <= planned_from:
        raise Invalid(_("结束时间要晚于开始时间。"), field="planned_until")


def _lone(actor: Actor, site_id: int, case_ids: Collection[int]) -> list[Case]:
    """The open cases, locked, none of them in an incident yet. Raises NotFound, AlreadyGrouped."""
    rows = cases_visible(actor).filter(pk__in=case_ids, site_id=site_id, state=CaseState.OPEN).order_by("pk")
    cases = list(rows.select_for_update(of=("self",)).select_related("site", "place"))
    if len(cases) != len(set(case_ids)):
        raise NotFound(_("有的报事已经不在处理中，请刷新后再选。"))
    for case in cases:
        if case.incident_id is not None:  # perhaps since a moment ago: read anew
            number = Incident.objects.values_list("number", flat=True).get(pk=case.incident_id)
            words = _("报事 %(case)s 已经并入事件 %(incident)s。")
            raise AlreadyGrouped(words % {"case": case.number, "incident": number})
    return cases


def _one_repair(
    incident: Incident, cases: Sequence[Case], team_kind: TeamKind | None, *, actor: Actor, at: datetime
) -> WorkOrder | None:
    """The order of the cases that is furthest on, else a new one; None where the repair is not ours, or later."""
    if team_kind is None or incident.planned_from is not None:
        return None
    orders = WorkOrder.objects.filter(case_order__case__in=cases).order_by("pk")
    chosen = furthest([(order.pk, State(order.state)) for order in orders])
    if chosen is not None:
        CaseOrder.objects.filter(order_id=chosen).delete()
        return WorkOrder.objects.get(pk=chosen)
    return work.open_order(
        actor=vouched(actor),
        at=at,
        site=incident.site,
        kind=order_kind(category=incident.category, team_kind=team_kind, urgency=Urgency(incident.urgency)),
        category=incident.category,
        urgency=incident.urgency,
        title=incident.title,
        place=incident.place,
        team_kind=team_kind,
    )


def _take_in(incident: Incident, cases: Sequence[Case], *, actor: Actor, at: datetime) -> None:
    """Their own orders are withdrawn into the one repair."""
    for case in cases:
        case.incident = incident
        case.save(update_fields=["incident"])
        note(case, EntryKind.INCIDENT, f"并入 {incident.number} {incident.title}", actor=actor, at=at)  # matter
        audit.record(actor=actor, at=at, verb="cases.join_incident", target=case, after={"incident": incident.number})
        for order in orders_of(case):
            if State(order.state) not in ENDED | {State.DONE, State.SIGNED_OFF}:
                why = f"并入事件 {incident.number}"  # matter
                work.withdraw(actor=vouched(actor), at=at, order_id=order.pk, reason=why)


def locked_incident(actor: Actor, incident_id: int) -> Incident:
    """The incident, locked, with the right to tend it. Raises NotFound."""
    rows = actor.visible(Incident.objects.filter(pk=incident_id), TEND_CASES)
    incident = rows.select_for_update(of=("self",)).select_related("site", "place", "order").first()
    if incident is None:
        raise NotFound(_("没有找到这个事件，或者您无权查看。"))
    return incident


def _require(incident: Incident, *states: IncidentState) -> None:
    if incident.state not in states:
        raise IncidentOver(_("事件 %(number)s 现在不能这样做，请刷新查看。") % {"number": incident.number})


@transaction.atomic
def join_incident(*, actor: Actor, at: datetime, incident_id: int, case_ids: Collection[int]) -> Incident:
    """More open cases of the same outage. Raises NotFound, IncidentOver, AlreadyGrouped."""
    incident = locked_incident(actor, incident_id)
    _require(incident, IncidentState.OPEN)
    if not case_ids:
        raise Invalid(_("请选择要并入的报事。"), field="case_ids")
    _take_in(incident, _lone(actor, incident.site_id, case_ids), actor=actor, at=at)
    return incident


@transaction.atomic
def split_out(*, actor: Actor, at: datetime, case_id: int, reason: str) -> Case:
    """It was something else after all: the case stands alone again, with an order of its own.

    Raises NotFound, IncidentOver, Invalid.
    """
    incident_id = cases_visible(actor).filter(pk=case_id).values_list("incident_id", flat=True).first()
    if incident_id is None:
        raise NotFound(_("这件报事不在任何事件里。"))
    incident = locked_incident(actor, incident_id)
    _require(incident, IncidentState.OPEN, IncidentState.RESTORED)
    rows = Case.objects.filter(pk=case_id, incident=incident, state=CaseState.OPEN).select_for_update(of=("self",))
    case = rows.select_related("site", "place", "account", "customer").first()
    if case is None:
        raise NotFound(_("这件报事不在任何事件里。"))
    reason = stated(reason, field="reason", most=200, what=_("原因"))
    case.incident = None
    case.save(update_fields=["incident"])
    order = order_for(case, what=reason, actor=actor, at=at)
    words = f"从 {incident.number} 拆出：{reason}（{order.number}）"  # matter
    note(case, EntryKind.INCIDENT, words, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.split_out", target=case, before={"incident": incident.number})
    _close_when_answered(incident, actor=actor, at=at)
    return case


@transaction.atomic
def tell_affected(*, actor: Actor, at: datetime, incident_id: int, text: str, spoken: str = "") -> IncidentNotice:
    """A further notice to everybody affected. Raises NotFound, IncidentOver, Invalid."""
    incident = locked_incident(actor, incident_id)
    _require(incident, IncidentState.OPEN, IncidentState.RESTORED)
    told = announce(incident, NoticeKind.UPDATE, text, spoken, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.tell_affected", target=incident, after={"notice_id": told.pk})
    return told


@transaction.atomic
def restore_incident(*, actor: Actor, at: datetime, incident_id: int, text: str, spoken: str = "") -> Incident:
    """All is well again: everybody affected is told, whoever reported it is answered by message where that reaches
    them; the others stay on the list of those to be called. Raises NotFound, IncidentOver, Invalid.
    """
    incident = locked_incident(actor, incident_id)
    _require(incident, IncidentState.OPEN)
    notice = announce(incident, NoticeKind.RESTORED, text, spoken, actor=actor, at=at)
    _move(incident, IncidentState.RESTORED, actor=actor, at=at, verb="restore_incident")
    _sign_off_repair(incident, actor=actor, at=at)
    for case in open_cases_of(incident):
        if case.state == CaseState.OPEN and answer_by_message(notice, case, at=at):
            _answered(incident, case, AnswerWay.MESSAGE, "", actor=actor, at=at)
    _close_when_answered(incident, actor=actor, at=at)
    return incident


@transaction.atomic
def answer_caller(*, actor: Actor, at: datetime, case_id: int, words: str = "") -> Case:
    """Whoever reported it was called and knows that it is over: one tick. Twice changes nothing.

    Raises NotFound, IncidentOver.
    """
    incident_id = cases_visible(actor).filter(pk=case_id).values_list("incident_id", flat=True).first()
    if incident_id is None:
        raise NotFound(_("这件报事不在任何事件里。"))
    incident = locked_incident(actor, incident_id)
    case = Case.objects.select_related("site").get(pk=case_id)
    _require(incident, IncidentState.RESTORED, IncidentState.CLOSED)
    if not IncidentAnswer.objects.filter(incident=incident, case=case).exists():
        words = short(words, field="words", most=200, what=_("说明"))
        _answered(incident, case, AnswerWay.CALL, words, actor=actor, at=at)
        _close_when_answered(incident, actor=actor, at=at)
    return case


@transaction.atomic
def settle_repair(*, actor: Actor, at: datetime, order_id: int) -> None:
    """The one repair is done: its incident, if over already, takes it as good; else its owner is asked to restore."""
    found = Incident.objects.filter(order_id=order_id).select_for_update(of=("self",)).select_related("order")
    for incident in found:
        if incident.state in (IncidentState.RESTORED, IncidentState.CLOSED):
            _sign_off_repair(incident, actor=actor, at=at)
        audit.record(actor=actor, at=at, verb="cases.settle_repair", target=incident, after={"state": incident.state})


@transaction.atomic
def withdraw_incident(*, actor: Actor, at: datetime, incident_id: int, reason: str) -> Incident:
    """It was none, or the works do not take place: every case stands alone again with an order of its own.

    Raises NotFound, IncidentOver, Invalid.
    """
    incident = locked_incident(actor, incident_id)
    _require(incident, IncidentState.OPEN)
    reason = stated(reason, field="reason", most=200, what=_("原因"))
    for case in list(open_cases_of(incident).filter(state=CaseState.OPEN)):
        split_out(actor=actor, at=at, case_id=case.pk, reason=reason)
    if incident.order and State(incident.order.state) not in ENDED | {State.DONE, State.SIGNED_OFF}:
        work.withdraw(actor=vouched(actor), at=at, order_id=incident.order.pk, reason=reason)
    _move(incident, IncidentState.WITHDRAWN, actor=actor, at=at, verb="withdraw_incident")
    return incident


def _sign_off_repair(incident: Incident, *, actor: Actor, at: datetime) -> None:
    if incident.order and incident.order.state == State.DONE:
        work.sign_off(actor=vouched(actor), at=at, order_id=incident.order.pk, note=incident.number)


def _answered(incident: Incident, case: Case, way: AnswerWay, words: str, *, actor: Actor, at: datetime) -> None:
    IncidentAnswer.objects.create(
        site_id=incident.site_id, incident=incident, case=case, way=way, at=at, by_id=actor.user_id, words=words
    )
    line = "已告知恢复" if way == AnswerWay.MESSAGE else "已电话答复恢复"  # matter
    note(case, EntryKind.INCIDENT, " ".join(filter(None, [incident.number, line, words])), actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.answer_caller", target=case, after={"way": way, "words": words})
    settle(actor=vouched(actor), at=at, case_id=case.pk)


def _close_when_answered(incident: Incident, *, actor: Actor, at: datetime) -> None:
    """The incident ends when nobody waits for an answer any more."""
    if incident.state != IncidentState.RESTORED:
        return
    running = open_cases_of(incident).filter(state=CaseState.OPEN)
    if all(case.is_answered for case in running):  # type: ignore[attr-defined]  # annotated
        _move(incident, IncidentState.CLOSED, actor=actor, at=at, verb="close_incident")


def _move(incident: Incident, to: IncidentState, *, actor: Actor, at: datetime, verb: str) -> None:
    was, incident.state = incident.state, to
    incident.restored_at = at if to == IncidentState.RESTORED else incident.restored_at
    incident.closed_at = at if to in (IncidentState.CLOSED, IncidentState.WITHDRAWN) else None
    incident.save(update_fields=["state", "restored_at", "closed_at"])
    audit.record(actor=actor, at=at, verb=f"cases.{verb}", target=incident, before={"state": was}, after={"state": to})
    _publish(incident, was, at=at)


def _publish(incident: Incident, was: str, *, at: datetime) -> None:
    publish(
        IncidentMoved(site_id=incident.site_id, incident_id=incident.pk, from_state=was, to_state=incident.state),
        at=at,
    )
