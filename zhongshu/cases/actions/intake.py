"""Intake: what somebody says becomes a case with a place, a classification, an owner and a dispatched order."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases import policies
from zhongshu.cases.classification import CATEGORIES, Classification, classify, matters
from zhongshu.cases.classification.classifier import CONFIDENCE_THRESHOLD
from zhongshu.cases.engine.complaining import begin_complaint
from zhongshu.cases.engine.ordering import title_of
from zhongshu.cases.engine.parts import CONTACT_LENGTH, note
from zhongshu.cases.errors import IncidentOver, UnknownWord
from zhongshu.cases.events import CaseMoved
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState, Channel, IncidentState
from zhongshu.cases.models import Case, CaseOrder, Incident
from zhongshu.cases.permissions import OPEN_CASES, REPORT_CASES
from zhongshu.cases.policies import Decision, Placing, Suggestion
from zhongshu.cases.queries import Answerable, Speaker, answerable, listener, place_meant, speaker_of
from zhongshu.estate.addressing import Verdict, VerdictStatus
from zhongshu.estate.models import Place
from zhongshu.estate.queries import digits_of, place_by_code
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.composed import insert
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short, stated
from zhongshu.people.kinds import TeamKind
from zhongshu.work.actions import open_order
from zhongshu.work.kinds import OrderKind, Urgency
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import vouched

TEXT_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of it: the case, what the machine made of place and matter, the order and where it went; `linked`:
    the same of the other matters in the message."""

    case: Case
    verdict: Verdict
    classification: Classification
    order: WorkOrder
    linked: "tuple[Intake, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What was said, and what a person gave along with it."""

    site: Site
    channel: Channel
    text: str
    place_text: str
    caller_name: str
    number: str
    place_code: str | None
    category: str | None
    urgency: Urgency | None
    team_kind: TeamKind | None
    follow_hazard: bool
    heard_with: Case | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One matter of a message, with what a person decided about it."""

    text: str
    category: str | None = None
    urgency: Urgency | None = None
    team_kind: TeamKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Understood:
    """What became clear from it, before anything is written."""

    verdict: Verdict
    placing: Placing
    place: Place | None
    classification: Classification
    decision: Decision
    about: Answerable
    owner: dict[str, Any]


@transaction.atomic
def open_case(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    text: str,
    channel: Channel,
    place_text: str = "",
    caller_phone: str = "",
    caller_name: str = "",
    place_code: str | None = None,
    category: str | None = None,
    urgency: Urgency | None = None,
    team_kind: TeamKind | None = None,
    follow_hazard: bool = True,
    heard_with: Case | None = None,
) -> Intake:
    """Hear a matter: one case with one dispatched order, in one transaction.

    `place_code`: somebody has confirmed the place; otherwise it is read from what was said, never guessed. Category,
    urgency and team win over the suggestion; `follow_hazard=False` says that a person has seen the hazard and lowers
    it all the same. `heard_with`: the first case of the same message. Raises NotFound (no right, no such place),
    Invalid, UnknownWord.
    """
    _require_may_hear(actor, site, channel)
    said = _Said(
        **_told(
            site=site,
            channel=channel,
            text=text,
            place_text=place_text,
            caller_name=caller_name,
            caller_phone=caller_phone,
            place_code=place_code,
        ),
        category=category,
        urgency=urgency,
        team_kind=team_kind,
        follow_hazard=follow_hazard,
        heard_with=heard_with,
    )
    understood = _understand(said, actor=actor, at=at)
    order = _ask_for_work(said, understood, actor=actor, at=at)
    case = _write_down(said, understood, order, actor=actor, at=at)
    return Intake(case, understood.verdict, understood.classification, order)


@transaction.atomic
def report_to_incident(
    *,
    actor: Actor,
    at: datetime,
    incident_id: int,
    text: str,
    channel: Channel,
    place_text: str = "",
    caller_phone: str = "",
    caller_name: str = "",
    place_code: str | None = None,
) -> Case:
    """Hear one more report of a running incident: a case without an order of its own, for one repair does for all.

    Words that tell of a danger (somebody is trapped in the dark lift) become a case with an order at once instead.
    Raises IncidentOver when it ended meanwhile, NotFound, Invalid.
    """
    incident = Incident.objects.select_for_update(of=("self",)).select_related("site").filter(pk=incident_id).first()
    if incident is None:
        raise NotFound(_("没有找到这个事件，或者您无权查看。"))
    _require_may_hear(actor, incident.site, channel)
    if incident.state != IncidentState.OPEN:
        raise IncidentOver(_("事件 %(number)s 已经恢复，请另行登记。") % {"number": incident.number})
    if Urgency(classify(text).urgency) == Urgency.P1:
        told: dict[str, Any] = {"place_text": place_text, "place_code": place_code, "text": text, "channel": channel}
        told |= {"caller_phone": caller_phone, "caller_name": caller_name}
        return open_case(actor=actor, at=at, site=incident.site, **told).case
    said = _Said(
        **_told(
            site=incident.site,
            channel=channel,
            text=text,
            place_text=place_text,
            caller_name=caller_name,
            caller_phone=caller_phone,
            place_code=place_code,
        ),
        category=incident.category,
        urgency=Urgency(incident.urgency),
        team_kind=None,
        follow_hazard=False,
    )
    case = _case_of(said, _understand(said, actor=actor, at=at), at=at)
    case.incident, case.needs_person = incident, False
    _number_and_insert(case, actor=actor, at=at)
    _tell_of(case, f"{incident.number} {incident.title}", actor=actor, at=at)
    return case


@transaction.atomic
def open_cases(*, actor: Actor, at: datetime, site: Site, text: str, parts: Sequence[Part] = (), **told: Any) -> Intake:
    """Hear a message in which there may be several matters: a case for each, linked to the first.

    `parts`: a person told them apart; else the machine does, unless a category says that it is one. `told` is what
    `open_case` takes. The place is that of the message, except where a later matter names one of its own.
    """
    parts = parts or _parts_of(text, told)
    first = open_case(actor=actor, at=at, site=site, **told | _decided(parts[0]))
    linked = [
        open_case(actor=actor, at=at, site=site, heard_with=first.case, **_elsewhere(site, part, told))
        for part in parts[1:]
    ]
    for each in linked:
        note(first.case, EntryKind.LINKED, each.case.number, actor=actor, at=at)
    return replace(first, linked=tuple(linked))


def _parts_of(text: str, told: Mapping[str, Any]) -> Sequence[Part]:
    given = {name: told.get(name) for name in ("category", "urgency", "team_kind")}
    found = (text,) if any(given.values()) else matters(text)
    return [Part(text=each, **given) for each in found]


def _decided(part: Part) -> dict[str, Any]:
    return {"text": part.text, "category": part.category, "urgency": part.urgency, "team_kind": part.team_kind}


def _elsewhere(site: Site, part: Part, told: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a later matter: its own words say where it is, if they say so clearly."""
    own = place_meant(part.text, site_id=site.pk, speaker=Speaker(""))
    where = {"place_code": own.places[0]} if own.status in policies.PLACED and len(own.places) == 1 else {}
    return {**told, **where, **_decided(part)}


def _require_may_hear(actor: Actor, site: Site, channel: Channel) -> None:
    if not (channel == Channel.PORTAL and actor.may(REPORT_CASES, site.pk)):
        actor.require(OPEN_CASES, site.pk)


def _told(
    *,
    site: Site,
    channel: Channel,
    text: str,
    place_text: str,
    caller_name: str,
    caller_phone: str,
    place_code: str | None,
) -> dict[str, Any]:
    """What somebody typed, read. Raises Invalid."""
    return {
        "site": site,
        "channel": channel,
        "text": stated(text, field="text", most=TEXT_LENGTH, what=_("报事内容")),
        "place_text": short(place_text, field="place_text", most=200, what=_("位置")),
        "caller_name": short(caller_name, field="caller_name", most=40, what=_("姓名")),
        "number": _number(caller_phone),
        "place_code": place_code,
    }


def _number(phone: str) -> str:
    """The digits of what was given as a number. Raises Invalid for words that are none."""
    said = short(phone, field="caller_phone", most=20, what=_("电话"))
    if said and not digits_of(said):
        raise Invalid(_("这不是一个电话号码。"), field="caller_phone")
    return digits_of(said)


def _understand(said: _Said, *, actor: Actor, at: datetime) -> _Understood:
    classification = classify(said.text)
    decision = _decide(said, classification)
    site_id = said.site.pk
    chosen = place_by_code(site_id, said.place_code, field="place_code") if said.place_code else None
    speaker = Speaker(said.number) if chosen else speaker_of(site_id, said.number, at=at)
    verdict = _confirmed(chosen) if chosen else _verdict(said, speaker)
    placing = policies.placing(verdict.status, verdict.places, category=decision.category)
    place = chosen or (place_by_code(site_id, placing.code) if placing.code else None)
    return _Understood(
        verdict=verdict,
        placing=placing,
        place=place,
        classification=classification,
        decision=decision,
        about=answerable(site_id=site_id, place=place, speaker=speaker, at=at),
        owner=_owner(actor, said.channel, site_id, place, at),
    )


def _decide(said: _Said, classification: Classification) -> Decision:
    if said.category is not None and said.category not in CATEGORIES:
        raise UnknownWord(_("没有“%(word)s”这个类别。") % {"word": said.category}, field="category")
    return policies.decide(
        suggestion_of(classification),
        category=said.category,
        urgency=said.urgency,
        team_kind=said.team_kind,
        follow_hazard=said.follow_hazard,
    )


def suggestion_of(classification: Classification) -> Suggestion:
    """The classifier's opinion in the words of the work."""
    return Suggestion(
        category=classification.category,
        urgency=Urgency(classification.urgency),
        team_kind=TeamKind(classification.team),
        is_confident=not classification.needs_person,
        knows_what=classification.confidence >= CONFIDENCE_THRESHOLD,
        is_hazard=bool(classification.hazards),
    )


def _confirmed(place: Place) -> Verdict:
    return Verdict(VerdictStatus.UNIQUE, (place.code,), read_back=place.label)


def _verdict(said: _Said, speaker: Speaker) -> Verdict:
    """From place and words together; where these only confuse each other, from the place alone."""
    whole = "，".join(part for part in (said.place_text, said.text) if part)
    together = place_meant(whole, site_id=said.site.pk, speaker=speaker)
    settled = together.status in policies.PLACED or together.status == VerdictStatus.CONFLICT
    if settled or not said.place_text:
        return together
    alone = place_meant(said.place_text, site_id=said.site.pk, speaker=speaker)
    return alone if alone.status in policies.PLACED else together


def _owner(actor: Actor, channel: Channel, site_id: int, place: Place | None, at: datetime) -> dict[str, Any]:
    """Who heard it first, else who answers for what nobody heard: as the case takes it, whole where it is known."""
    if actor.user_id is not None and actor.token_id is None and channel not in policies.UNHEARD:
        return {"owner_id": actor.user_id}
    stands_in = listener(site_id=site_id, place=place, at=at)
    return {"owner": stands_in} if stands_in else {"owner_id": actor.user_id}


def _ask_for_work(said: _Said, understood: _Understood, *, actor: Actor, at: datetime) -> WorkOrder:
    decision, about = understood.decision, understood.about
    return open_order(
        actor=vouched(actor),
        at=at,
        site=said.site,
        kind=_kind_of(decision),
        category=decision.category,
        urgency=decision.urgency,
        title=title_of(decision.category, said.text),
        description=_description(said, understood),
        place=understood.place,
        account=about.account,
        contact_name=said.caller_name or (about.customer.name if about.customer else "")[:CONTACT_LENGTH],
        contact_phone=said.number or (about.customer.first_number if about.customer else ""),
        team_kind=decision.team_kind,
    )


def _kind_of(decision: Decision) -> OrderKind:
    return policies.order_kind(
        category=decision.category,
        team_kind=decision.team_kind,
        urgency=decision.urgency,
        undecided=decision.needs_person and decision.team_kind == TeamKind.CUSTOMER_SERVICE,
    )


def _description(said: _Said, understood: _Understood) -> str:
    question = understood.verdict.question if understood.placing.needs_person else ""
    return said.text + place_lines(said.place_text, question)


def place_lines(place_text: str, question: str) -> str:
    """What an order says about its place in words, below the matter, until somebody has put the place right."""
    spoken = f"\n位置：{place_text}" if place_text else ""  # matter
    return spoken + (f"\n位置待核实：{question}" if question else "")  # matter


def _write_down(said: _Said, understood: _Understood, order: WorkOrder, *, actor: Actor, at: datetime) -> Case:
    case = _case_of(said, understood, at=at)
    _number_and_insert(case, actor=actor, at=at)
    insert(CaseOrder(case=case, order=order))
    _tell_of(case, _first_line(understood), actor=actor, at=at)
    if order.kind == OrderKind.COMPLAINT:
        begin_complaint(case, actor=actor, at=at)
    return case


def _number_and_insert(case: Case, *, actor: Actor, at: datetime) -> None:
    # The row of the series stays locked from here to the end: everything slow lies behind us.
    case.number = next_number(prefix="BS", site_code=case.site.code, at=at)
    insert(case)


def _tell_of(case: Case, line: str, *, actor: Actor, at: datetime) -> None:
    note(case, EntryKind.HEARD, line, actor=actor, at=at)
    if case.heard_with is not None:
        note(case, EntryKind.LINKED, case.heard_with.number, actor=actor, at=at)
    after = audit.values(case, ["number", "channel", "place_id", "category", "urgency", "team_kind", "owner_id"])
    audit.record(actor=actor, at=at, verb="cases.open", target=case, after=after)
    publish(CaseMoved(site_id=case.site_id, case_id=case.pk, from_state="", to_state=CaseState.OPEN), at=at)


def _case_of(said: _Said, understood: _Understood, *, at: datetime) -> Case:
    decision = understood.decision
    return Case(
        site=said.site,
        channel=said.channel,
        text=said.text,
        caller_name=said.caller_name,
        caller_phone=said.number,
        customer=understood.about.customer,
        account=understood.about.account,
        place=understood.place,
        place_text=said.place_text,
        place_verdict=asdict(understood.verdict),
        category=decision.category,
        urgency=decision.urgency,
        team_kind=decision.team_kind,
        referrals=list(understood.classification.referrals),
        classification=asdict(understood.classification),
        needs_person=decision.needs_person or understood.placing.needs_person,
        **understood.owner,
        heard_with=said.heard_with,
        state=CaseState.OPEN,
        opened_at=at,
    )


def _first_line(understood: _Understood) -> str:
    suggested, stands = understood.classification.urgency, understood.decision.urgency
    if understood.decision.hazard_kept:
        return f"识别到危险，紧急程度保持 {suggested}：" + "".join(understood.classification.reasons)  # matter
    if understood.classification.hazards and stands > suggested:
        return f"识别到危险（建议 {suggested}），受理人看过后定为 {stands}。"  # matter
    return understood.verdict.question if understood.placing.needs_person else understood.verdict.read_back
