"""Complaints: what about, judged, acted on by every role, answered, reported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.actions.closing import settle
from zhongshu.cases.engine.complaining import begin_complaint
from zhongshu.cases.engine.ordering import order_for
from zhongshu.cases.engine.parts import change_owner, locked_case, note, require, require_state
from zhongshu.cases.engine.telling import tell_users
from zhongshu.cases.errors import (
    AlreadyJudged,
    IllegalCaseMove,
    MayNotClose,
    MayNotJudge,
    NothingToJudge,
    PointsOutOfBand,
)
from zhongshu.cases.events import ComplaintJudged, JudgementReversed
from zhongshu.cases.kinds import (
    COMPLAINT_KIND_LABELS,
    SEVERITY_LABELS,
    ComplaintKind,
    ComplaintSubject,
    Criterion,
    EntryKind,
    Severity,
)
from zhongshu.cases.lifecycle import ANSWER_LABELS, Answer, CaseState
from zhongshu.cases.models import Case, Complaint, ComplaintLine, ComplaintReport, Judgement
from zhongshu.cases.permissions import JUDGE_COMPLAINTS, REVISE_JUDGEMENTS, SIGN_CASES, TEND_CASES, VIEW_CASES
from zhongshu.cases.policies import complaints as rules
from zhongshu.cases.queries import orders_of, role_holders
from zhongshu.cases.queries.complaints import complained_about, holders_of_lines, judges_of, staff_to_name
from zhongshu.cases.queries.points import Bands, bands_on
from zhongshu.cases.queries.standing import judgement_in_force, lines_of, shown
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import ROLE_LABELS, Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short, stated
from zhongshu.people.models import Team
from zhongshu.work.kinds import OrderKind
from zhongshu.work.permissions import vouched


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What somebody decided about a complaint, by which criteria, and why."""

    severity: Severity
    points: int
    criteria: Collection[Criterion]
    words: str

    @property
    def text(self) -> str:
        return str(stated(self.words, field="note_text", most=500, what=_("裁定说明")))

    def check(self, bands: Bands) -> None:
        """Raises PointsOutOfBand with the band in the sentence, and Invalid for criteria that do not fit."""
        most, least = bands[self.severity]
        words = {"severity": SEVERITY_LABELS[self.severity]}
        if not rules.is_in_band(self.severity, self.points, bands):
            band = f"{most}" if most == least else f"{most} … {least}"
            raise PointsOutOfBand(_("%(severity)s的扣分范围是 %(band)s。") % (words | {"band": band}), field="points")
        if not rules.fits(self.severity, self.criteria):
            raise Invalid(_("请至少选一条“%(severity)s”的标准，不能选更重的标准。") % words, field="criteria")


@transaction.atomic
def note_complaint(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    kind: ComplaintKind,
    subject: ComplaintSubject | None = None,
    against_user_id: int | None = None,
    against_team_id: int | None = None,
) -> Complaint:
    """What kind it is, what about and against whom. The keeper has an order at once, if nobody has one yet; somebody
    complained about does not stay answerable for it. Raises NotFound, IllegalCaseMove, AlreadyJudged, Invalid.
    """
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.OPEN, CaseState.FOLLOW_UP)
    if judgement_in_force(case.pk) is not None:
        raise AlreadyJudged(_("已经裁定，不能再改投诉内容。"))
    _check_named(case, against_user_id, against_team_id)
    complaint = begin_complaint(case, actor=actor, at=at)
    before = audit.values(complaint, ["kind", "subject", "against_id", "against_team_id"])
    complaint.kind, complaint.subject = kind, subject or ""
    complaint.against_id, complaint.against_team_id = against_user_id, against_team_id
    complaint.save(update_fields=["kind", "subject", "against", "against_team"])
    after = audit.values(complaint, before)
    audit.record(actor=actor, at=at, verb="cases.note_complaint", target=case, before=before, after=after)
    note(case, EntryKind.COMPLAINT, str(COMPLAINT_KIND_LABELS[kind]), actor=actor, at=at)
    if kind == ComplaintKind.COMPLAINT and case.state == CaseState.OPEN:
        _see_to_it(case, complaint, actor=actor, at=at)
    settle(actor=vouched(actor), at=at, case_id=case.pk)
    return complaint


def _check_named(case: Case, user_id: int | None, team_id: int | None) -> None:
    if user_id is not None and not staff_to_name(case.site_id).filter(pk=user_id).exists():
        raise Invalid(_("请选择本项目的在职员工。"), field="against_user_id")
    if team_id is not None and not Team.objects.filter(pk=team_id, site_id=case.site_id).exists():
        raise Invalid(_("请选择本项目的班组。"), field="against_team_id")


def _see_to_it(case: Case, complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    if not any(order.kind == OrderKind.COMPLAINT for order in orders_of(case)):
        order_for(case, what=case.text, kind=OrderKind.COMPLAINT, actor=actor, at=at)
    judges = judges_of(complaint, at=at)
    if case.owner_id in complained_about(complaint) and judges:
        heir = User.objects.get(pk=judges[0])
        change_owner(case, heir, reason="被投诉人不再负责", actor=actor, at=at)  # matter
    title = f"投诉 {case.number} 待裁定"  # matter
    tell_users(case, judges, "complaint_to_judge", title, case.text, key="to_judge", at=at)


@transaction.atomic
def judge(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    severity: Severity,
    points: int,
    criteria: Collection[Criterion],
    note_text: str,
) -> Judgement:
    """Judge a complaint by the written criteria. Each role that must act gets its line and is told.

    Raises NotFound, MayNotJudge, AlreadyJudged, NothingToJudge, PointsOutOfBand, Invalid.
    """
    case, complaint = _to_judge(actor, case_id)
    actor.require(JUDGE_COMPLAINTS, case.site_id)
    if judgement_in_force(case.pk) is not None:
        raise AlreadyJudged(_("这件投诉已经裁定；要改须由品质部修正。"))
    return _judge(case, complaint, _Ruling(severity, points, criteria, note_text), actor=actor, at=at)


@transaction.atomic
def revise_judgement(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    severity: Severity,
    points: int,
    criteria: Collection[Criterion],
    note_text: str,
) -> Judgement:
    """Quality judges anew: the judgement in force is reversed, a new one follows; nothing is edited.

    Raises NotFound, MayNotJudge, NothingToJudge, PointsOutOfBand, Invalid.
    """
    case, complaint = _to_judge(actor, case_id)
    actor.require(REVISE_JUDGEMENTS, case.site_id)
    before = judgement_in_force(case.pk)
    if before is None:
        raise NothingToJudge(_("还没有裁定，不能修正。"))
    ruling = _Ruling(severity, points, criteria, note_text)
    ruling.check(bands_on(case.site_id, day_of(at)))
    _reverse(case, before, ruling.text, actor=actor, at=at)
    return _judge(case, complaint, ruling, actor=actor, at=at)


def _to_judge(actor: Actor, case_id: int) -> tuple[Case, Complaint]:
    case = locked_case(actor, case_id)
    complaint = Complaint.objects.select_related("against_team__lead", "site").filter(case=case).first()
    if complaint is None or complaint.kind == ComplaintKind.COMPLIMENT or case.state == CaseState.WITHDRAWN:
        raise NothingToJudge(_("这不是投诉或建议，不用裁定。"))
    if actor.user_id in complained_about(complaint):
        raise MayNotJudge(_("被投诉人不能裁定自己的投诉，请由上一级裁定。"))
    return case, complaint


def _judge(case: Case, complaint: Complaint, ruling: "_Ruling", *, actor: Actor, at: datetime) -> Judgement:
    ruling.check(bands_on(case.site_id, day_of(at)))
    severity, points, text = ruling.severity, ruling.points, ruling.text
    judged = Judgement.objects.create(
        site_id=case.site_id,
        case=case,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        upheld=rules.is_upheld(severity) and complaint.kind == ComplaintKind.COMPLAINT,
        severity=severity,
        points=points,
        criteria=sorted(set(ruling.criteria)),
        note=text,
    )
    Complaint.objects.filter(pk=complaint.pk, judged_at__isnull=True).update(judged_at=at)
    note(case, EntryKind.COMPLAINT, f"{SEVERITY_LABELS[severity]} {points}：{text}", actor=actor, at=at)  # matter
    after = audit.values(judged, ["upheld", "severity", "points", "criteria"])
    audit.record(actor=actor, at=at, verb="cases.judge", target=case, after=after)
    publish(
        ComplaintJudged(
            site_id=case.site_id,
            case_id=case.pk,
            judgement_id=judged.pk,
            account_id=case.account_id,
            upheld=judged.upheld,
            severity=severity,
            points=points,
        ),
        at=at,
    )
    _add_lines(case, judged, at=at)
    settle(actor=vouched(actor), at=at, case_id=case.pk)
    return judged


def _reverse(case: Case, before: Judgement, text: str, *, actor: Actor, at: datetime) -> None:
    reversal = Judgement.objects.create(
        site_id=case.site_id,
        case=case,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        upheld=before.upheld,
        severity=before.severity,
        points=-before.points,
        criteria=before.criteria,
        note=text,
        reverses=before,
    )
    note(case, EntryKind.COMPLAINT, f"撤销原裁定，退回 {reversal.points} 分：{text}", actor=actor, at=at)  # matter
    after = {"judgement_id": before.pk, "points": reversal.points}
    audit.record(actor=actor, at=at, verb="cases.reverse_judgement", target=case, after=after)
    publish(
        JudgementReversed(
            site_id=case.site_id,
            case_id=case.pk,
            judgement_id=before.pk,
            account_id=case.account_id,
            points=reversal.points,
        ),
        at=at,
    )


def _add_lines(case: Case, judged: Judgement, *, at: datetime) -> None:
    """A line per role that must act; what a role has recorded before stands."""
    holders = holders_of_lines(case, at=at)
    title = f"投诉 {case.number} 已裁定，请按要求处理并记录"  # matter
    for role in rules.ROLES[Severity(judged.severity)]:
        line, _made = ComplaintLine.objects.get_or_create(
            case=case, role=role, defaults={"site_id": case.site_id, "holder_id": holders[role]}
        )
        if line.holder_id:
            tell_users(case, [line.holder_id], "complaint_judged", title, judged.note, key=f"judged:{judged.pk}", at=at)


@transaction.atomic
def record_line(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    explanation: str = "",
    contact: str = "",
    feedback: str = "",
    answer: Answer | None = None,
) -> list[ComplaintLine]:
    """Write down what one's role must show; for every line one holds, and of a role whose holder is unknown or gone
    whoever tends the case may. Empty fields leave what stands. Raises NotFound, NothingToJudge, Invalid.
    """
    case = locked_case(actor, case_id)
    actor.require(VIEW_CASES, case.site_id)
    judged = judgement_in_force(case.pk)
    if judged is None:
        raise NothingToJudge(_("投诉还没有裁定，裁定后再记录处理。"))
    mine = _lines_to_record(actor, case, Severity(judged.severity))
    given = _said(explanation, contact, feedback)
    if not given and answer is None:
        raise Invalid(_("请至少填写一项。"), field="contact")
    for line in mine:
        _record(line, given, answer, actor=actor, at=at)
    words = " ".join(filter(None, [*given.values(), str(ANSWER_LABELS[answer]) if answer else ""]))
    roles = "、".join(str(ROLE_LABELS[Role(line.role)]) for line in mine)  # matter
    note(case, EntryKind.COMPLAINT, f"{roles}：{words}", actor=actor, at=at)  # matter
    after = given | {"answer": answer, "roles": [line.role for line in mine]}
    audit.record(actor=actor, at=at, verb="cases.record_line", target=case, after=after)
    settle(actor=vouched(actor), at=at, case_id=case.pk)
    return mine


def _lines_to_record(actor: Actor, case: Case, severity: Severity) -> list[ComplaintLine]:
    lines = lines_of(case.pk, severity)
    mine = [line for line in lines if actor.user_id is not None and line.holder_id == actor.user_id]
    if mine:
        return mine
    held = [line for line in lines if actor.holds(Role(line.role), site_id=case.site_id)]
    if held:
        return held
    orphaned = [line for line in lines if line.holder is None or not line.holder.is_active]
    if orphaned and actor.may(TEND_CASES, case.site_id):
        return orphaned
    raise NotFound(_("这件投诉没有需要您记录的内容。"))


def _said(explanation: str, contact: str, feedback: str) -> dict[str, str]:
    words = {
        "explanation": short(explanation, field="explanation", most=500, what=_("解释说明")),
        "contact": short(contact, field="contact", most=500, what=_("联系与致歉")),
        "feedback": short(feedback, field="feedback", most=500, what=_("结果反馈")),
    }
    return {name: text for name, text in words.items() if text}


def _record(line: ComplaintLine, given: dict[str, str], answer: Answer | None, *, actor: Actor, at: datetime) -> None:
    for field, text in given.items():
        setattr(line, field, text)
    if answer is not None:
        line.answer = answer
        line.tries += answer == Answer.UNREACHABLE
        line.signed_at, line.signed_by = None, None
    line.recorded_at, line.recorded_by_id = at, actor.user_id
    line.save()


@transaction.atomic
def sign_line(*, actor: Actor, at: datetime, case_id: int, role: Role, words: str) -> ComplaintLine:
    """The next level up signs that the customer is not content and why it may end so. Raises NotFound, MayNotClose."""
    case = locked_case(actor, case_id)
    actor.require(SIGN_CASES, case.site_id) if role != Role.KEEPER else actor.require(VIEW_CASES, case.site_id)
    line = ComplaintLine.objects.filter(case=case, role=role).first()
    if line is None or shown(line).answer != Answer.NOT_CONTENT:
        raise MayNotClose(_("客户没有表示不满意，不用签字。"))
    if line.holder_id == actor.user_id or not actor.holds(*rules.SIGNS_FOR[role], site_id=case.site_id):
        raise MayNotClose(_("须由上一级签字。"))
    line.signed_words = stated(words, field="words", most=200, what=_("签字意见"))
    line.signed_at, line.signed_by_id = at, actor.user_id
    line.save(update_fields=["signed_words", "signed_at", "signed_by"])
    note(case, EntryKind.COMPLAINT, f"{ROLE_LABELS[role]} ← {actor.name}：{line.signed_words}", actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.sign_line", target=case, after={"role": role, "words": words})
    settle(actor=vouched(actor), at=at, case_id=case.pk)
    return line


@transaction.atomic
def write_report(*, actor: Actor, at: datetime, case_id: int, text: str) -> ComplaintReport:
    """The written report on a major complaint: to the site manager, with a copy to quality.

    Raises NotFound, IllegalCaseMove, Invalid.
    """
    case = locked_case(actor, case_id)
    actor.require(JUDGE_COMPLAINTS, case.site_id)
    judged = judgement_in_force(case.pk)
    if judged is None or not rules.needs_report(Severity(judged.severity)):
        raise IllegalCaseMove(_("只有重大投诉需要书面报告。"))
    report = ComplaintReport.objects.create(
        site_id=case.site_id,
        case=case,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        text=stated(text, field="text", most=4000, what=_("书面报告")),
    )
    note(case, EntryKind.COMPLAINT, report.text, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.write_report", target=case, after={"report_id": report.pk})
    readers = [
        pk
        for role in (Role.SITE_MANAGER, Role.QUALITY)
        for pk in role_holders(case.site_id, role, at=at).values_list("pk", flat=True)
    ]
    title = f"重大投诉 {case.number} 的书面报告"  # matter
    tell_users(case, readers, "complaint_report", title, report.text, key=f"report:{report.pk}", at=at)
    settle(actor=vouched(actor), at=at, case_id=case.pk)
    return report
