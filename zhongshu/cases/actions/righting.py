"""Putting right what was heard or guessed wrongly: the place, the classification."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases import policies
from zhongshu.cases.actions.intake import place_lines
from zhongshu.cases.classification import CATEGORIES
from zhongshu.cases.engine.parts import CONTACT_LENGTH, locked_case, note, require, require_state
from zhongshu.cases.errors import UnknownPlace, UnknownWord
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, Correction
from zhongshu.cases.permissions import TEND_CASES
from zhongshu.cases.queries import Speaker, answerable, orders_of
from zhongshu.estate.models import Place
from zhongshu.estate.queries import find_place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind
from zhongshu.work import actions as work
from zhongshu.work.errors import NobodyAvailable
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import vouched

DECIDED = ("category", "urgency", "team_kind")


@transaction.atomic
def put_place_right(*, actor: Actor, at: datetime, case_id: int, place_code: str, reason: str = "") -> Case:
    """Say where it really is: the case, its account and every order in hand follow.

    The same place again changes nothing. Raises NotFound, IllegalCaseMove, UnknownPlace, Invalid.
    """
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.OPEN)
    reason = short(reason, field="reason", most=200, what=_("原因"))
    place = _place_in_use(case.site_id, place_code)
    if place.pk == case.place_id:
        return case
    was = case.place.code if case.place else ""
    about = answerable(site_id=case.site_id, place=place, speaker=Speaker(case.caller_phone), at=at)
    # Whom only the wrong place suggested has nothing to do with the matter.
    known = case.customer if case.caller_phone else None
    case.place, case.account, case.customer = place, about.account, about.customer or known
    case.needs_person = not _is_decided(case)
    case.save(update_fields=["place", "account", "customer", "needs_person"])
    _correct(case, "place", was, place.code, actor=actor, at=at)
    _tell_where(case, place, reason or "核实位置", actor=actor, at=at)  # matter
    note(case, EntryKind.PLACE, " ".join(filter(None, [place.label, place.code, reason])), actor=actor, at=at)
    after = {"place": place.code, "reason": reason}
    audit.record(actor=actor, at=at, verb="cases.put_place_right", target=case, before={"place": was}, after=after)
    return case


def _place_in_use(site_id: int, code: str) -> Place:
    place = find_place(site_id, code)
    if place is None or not place.is_active:
        raise UnknownPlace(_("本项目没有编码为“%(code)s”的位置。") % {"code": code}, field="place_code")
    return place


@transaction.atomic
def correct_classification(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    category: str | None = None,
    urgency: Urgency | None = None,
    team_kind: TeamKind | None = None,
    reason: str = "",
) -> Case:
    """Decide what it is, how urgent and whose; what is not given stays. Giving what stands already confirms it.

    Each decided field leaves a Correction to learn from. Orders in hand go to the new team and get the new urgency.
    Raises NotFound, IllegalCaseMove, UnknownWord, Invalid.
    """
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.OPEN)
    reason = short(reason, field="reason", most=200, what=_("原因"))
    given = _given(category, urgency, team_kind)
    before = audit.values(case, given)
    if before == given and not case.needs_person:
        return case
    for field, became in given.items():
        _correct(case, field, before[field], became, actor=actor, at=at)
        setattr(case, field, became)
    case.needs_person = case.needs_person and _place_is_open(case)
    case.save(update_fields=[*given, "needs_person"])
    _tell_work(case, before, reason, actor=actor, at=at)
    note(case, EntryKind.CLASSIFIED, _in_words(before, given, reason), actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.correct", target=case, before=before, after=given | {"reason": reason})
    return case


def _given(category: str | None, urgency: Urgency | None, team_kind: TeamKind | None) -> dict[str, str]:
    """What was decided, by column. Raises UnknownWord, Invalid."""
    if category is not None and category not in CATEGORIES:
        raise UnknownWord(_("没有“%(word)s”这个类别。") % {"word": category}, field="category")
    words = {"category": category, "urgency": urgency, "team_kind": team_kind}
    given = {field: str(value) for field, value in words.items() if value is not None}
    if not given:
        raise Invalid(_("请给出类别、紧急程度或班组。"), field="category")
    return given


def _tell_where(case: Case, place: Place, why: str, *, actor: Actor, at: datetime) -> None:
    """Every order in hand gets the place, whom to ask for there, and loses what was said about it before."""
    question = case.place_verdict.get("question", "")
    for order in (each for each in orders_of(case) if State(each.state) not in ENDED):
        text = order.description
        for lines in (place_lines(case.place_text, question), place_lines(case.place_text, "")):
            text = text.removesuffix(lines)
        work.put_place(
            actor=vouched(actor),
            at=at,
            order_id=order.pk,
            place=place,
            reason=why,
            description=text,
            contact_name=case.speaker[:CONTACT_LENGTH],
            contact_phone=case.number_to_call,
        )


def _correct(case: Case, field: str, was: str, became: str, *, actor: Actor, at: datetime) -> None:
    Correction.objects.create(
        site_id=case.site_id, case=case, at=at, by_id=actor.user_id, field=field, was=was, became=became
    )


def _is_decided(case: Case) -> bool:
    sure = not case.classification.get("needs_person", False)
    return sure or case.corrections.filter(field__in=DECIDED).exists()


def _place_is_open(case: Case) -> bool:
    """Whether the place is still to be asked for, seen from what the matter is now known to be."""
    said = case.place_verdict
    placing = policies.placing(said.get("status", ""), said.get("places", []), category=case.category)
    return case.place_id is None and placing.needs_person


def _tell_work(case: Case, before: dict[str, str], reason: str, *, actor: Actor, at: datetime) -> None:
    why = reason or "更正分类"  # matter
    for order in orders_of(case):
        if State(order.state) in policies.QUIET:
            continue
        if order.urgency != case.urgency and "urgency" in before:
            work.set_urgency(actor=vouched(actor), at=at, order_id=order.pk, urgency=case.urgency, reason=why)
        if before.get("team_kind", case.team_kind) != case.team_kind:
            _send(order, case, why, actor=actor, at=at)


def _send(order: WorkOrder, case: Case, why: str, *, actor: Actor, at: datetime) -> None:
    """To the right team. Where nobody else is on duty, the order stays with whom it is, and the case says so."""
    try:
        work.reassign(actor=vouched(actor), at=at, order_id=order.pk, team_kind=case.team_kind, reason=why)
    except NobodyAvailable as refusal:
        note(case, EntryKind.NOTE, f"{order.number}：{refusal.message}", actor=actor, at=at)


def _in_words(before: dict[str, str], given: dict[str, str], reason: str) -> str:
    changes = [f"{_word(before[field])} → {_word(value)}" for field, value in given.items() if before[field] != value]
    return "；".join(filter(None, ["，".join(changes) or "确认分类", reason]))  # matter


def _word(value: str) -> str:
    return CATEGORIES.get(value) or str(TEAM_KIND_LABELS.get(value, value))  # type: ignore[call-overload]
