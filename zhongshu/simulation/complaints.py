"""Complaints: judged by the written criteria, some of them anew by quality; acted upon, signed, reported."""

from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from zhongshu.cases import actions as cases
from zhongshu.cases.kinds import CRITERIA, ComplaintKind, ComplaintSubject, Severity
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.models import Case, Complaint, ComplaintLine, Judgement
from zhongshu.cases.policies.complaints import BANDS, SIGNS_FOR
from zhongshu.cases.queries.complaints import judges_of
from zhongshu.cases.queries.standing import judgement_in_force, lacking, lines_of, report_is_missing
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.simulation.attending import attend_soon
from zhongshu.simulation.errands import Errand
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.workers import somebody
from zhongshu.work.models import WorkOrder

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

SEVERITIES = {Severity.NOT_UPHELD: 35, Severity.ORDINARY: 45, Severity.MEDIUM: 15, Severity.MAJOR: 5}
PUTS_OFF, REVISED, WITH_A_NAME = 0.15, 0.1, 0.6
QUALITY = (Role.QUALITY, Role.HEAD_OFFICE)
AGREES = {Answer.CONTENT: 75, Answer.NOT_CONTENT: 10, Answer.UNREACHABLE: 10, Answer.REFUSED: 5}


class Complaints:
    """A duty: twice a day whoever judges looks at what waits; nothing of it can be left out."""

    def plan_day(self, world: "World", day: date) -> None:
        for hour in (11, 17):
            world.later(at_hour(day, hour), world.happening(f"{day}/complaints"), partial(see_to_complaints, world))


def see_to_complaints(world: "World", at: datetime) -> None:
    """What is not judged is; what is judged is acted upon until nothing lacks."""
    rows = Complaint.objects.filter(site=world.site, case__state__in=[CaseState.OPEN, CaseState.FOLLOW_UP])
    rows = rows.exclude(kind=ComplaintKind.COMPLIMENT).select_related(
        "case__account", "case__place", "against_team__lead"
    )
    for complaint in rows.order_by("case__number"):
        errand = world.ledger.of(complaint.case)
        judged = judgement_in_force(complaint.case_id)
        if judged is None:
            _judge(world, errand, complaint, at)
        else:
            _act(world, errand, complaint.case, judged, at)


def _judge(world: "World", errand: Errand, complaint: Complaint, at: datetime) -> None:
    dice = errand.dice("judges")
    _say_against_whom(world, errand, complaint, dice, at)
    judge = User.objects.filter(pk__in=judges_of(complaint, at=at)).order_by("username").first()
    if judge is None or dice.random() < PUTS_OFF:
        return
    said: dict[str, Any] = {"case_id": complaint.case_id, **_ruling(dice)}
    if world.do(errand.by, cases.judge, actor=world.actor(judge, at), at=at, **said):
        world.tell(at, errand.by, f"{complaint.case.number} judged {said['severity']} {said['points']}")


def _say_against_whom(world: "World", errand: Errand, complaint: Complaint, dice: Random, at: datetime) -> None:
    """The owner writes down what it is about; whoever gets an order by it attends to it."""
    owner = complaint.case.owner
    if complaint.subject or owner is None or dice.random() > WITH_A_NAME:
        return
    said: dict[str, Any] = {"kind": ComplaintKind(complaint.kind), "subject": dice.choice(list(ComplaintSubject))}
    if world.do(
        errand.by, cases.note_complaint, actor=world.actor(owner, at), at=at, case_id=complaint.case_id, **said
    ):
        for order in WorkOrder.objects.filter(case_order__case=complaint.case_id, ended_at__isnull=True):
            attend_soon(world, errand, order, at)


def _ruling(dice: Random) -> dict[str, Any]:
    severity = dice.choices(list(SEVERITIES), list(SEVERITIES.values()))[0]
    most, least = BANDS[severity]
    criteria = [criterion for criterion, (of, _words) in CRITERIA.items() if of == severity]
    points = dice.randint(least, most)
    return {"severity": severity, "points": points, "criteria": [dice.choice(criteria)], "note_text": "已核实情况"}


def _act(world: "World", errand: Errand, case: Case, judged: Judgement, at: datetime) -> None:
    dice = errand.dice("acts")
    if judged.at < at - timedelta(hours=4) and dice.random() < REVISED and "revised" not in errand.extras:
        errand.extras.add("revised")
        _revise(world, errand, case, dice, at)
        return
    severity = Severity(judged.severity)
    if report_is_missing(case.pk, severity) and (chief := somebody(world, (Role.SITE_MANAGER, *QUALITY), at, dice)):
        said: dict[str, Any] = {"case_id": case.pk, "text": "经调查，责任在我方，已整改并赔礼道歉。"}
        world.do_once(errand.by, lambda row: {"report": row.pk}, cases.write_report, actor=chief, at=at, **said)
    lacks = lacking(severity, lines_of(case.pk, severity))
    for line in lines_of(case.pk, severity):
        if line.role in lacks:
            _record(world, errand, line, lacks[line.role], at)


def _record(world: "World", errand: Errand, line: ComplaintLine, lacks: tuple[str, ...], at: datetime) -> None:
    """Each role shows what it did; the next level signs where the customer is not content."""
    dice = errand.dice("records")
    said: dict[str, Any] = {"case_id": line.case_id}
    if lacks == ("signature",):
        chief = somebody(world, SIGNS_FOR[Role(line.role)], at, dice, but_not=line.holder_id)
        if chief is not None:
            words: dict[str, Any] = {"role": Role(line.role), "words": "已当面沟通，客户保留意见"}
            world.do(errand.by, cases.sign_line, actor=chief, at=at, **said, **words)
        return
    holder = line.holder and world.actor(line.holder, at)
    actor = holder or somebody(world, (Role.SITE_MANAGER, *QUALITY), at, dice)
    answer = dice.choices(list(AGREES), list(AGREES.values()))[0]
    shown: dict[str, Any] = {
        "explanation": "已向客户说明",
        "contact": "已上门致歉",
        "feedback": "已反馈处理结果",
        "answer": answer,
    }
    if actor is not None:
        world.do_once(
            errand.by, lambda lines: {"lines": len(lines)}, cases.record_line, actor=actor, at=at, **said, **shown
        )


def _revise(world: "World", errand: Errand, case: Case, dice: Random, at: datetime) -> None:
    chief = somebody(world, QUALITY, at, dice)
    if chief is None:
        return
    said: dict[str, Any] = {"case_id": case.pk, **_ruling(dice)}
    made = world.do_once(
        errand.by, lambda judged: {"judgement": judged.pk}, cases.revise_judgement, actor=chief, at=at, **said
    )
    if made:
        world.tell(at, errand.by, f"{case.number} judged anew: {said['severity']}")
