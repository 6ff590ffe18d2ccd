"""What people did about what they were asked to do."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.care.engine.chasing import above
from zhongshu.care.engine.tending import settle
from zhongshu.care.errors import NotNow
from zhongshu.care.kinds import RULE_LABELS, TASK_LABELS, Manner, Rule, TaskState
from zhongshu.care.models import Task, TaskLine
from zhongshu.care.permissions import DO_TASKS, VIEW_CARE
from zhongshu.care.policies.showing import Asked, asked_of
from zhongshu.care.queries.lines import lacks_of, lines_of, may_record, may_sign
from zhongshu.collecting.actions import record_contact, record_delivery
from zhongshu.collecting.kinds import OUTCOME_LABELS, ContactManner, Evidence, Outcome, Road
from zhongshu.collecting.models import Contact
from zhongshu.community.actions import record_visit
from zhongshu.community.kinds import Mood, VisitManner
from zhongshu.community.permissions import RECORD_VISITS
from zhongshu.community.policies.quarters import quarter_of
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right
from zhongshu.identity.roles import ROLE_LABELS, Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.words import short, stated
from zhongshu.messaging.actions import Telling, tell_all
from zhongshu.work.pictures import Readable

DID_LENGTH, SIGNED_LENGTH = 500, 200
_MOODS = {Outcome.REFUSED: Mood.NOT_CONTENT, Outcome.DISPUTED: Mood.NOT_CONTENT, Outcome.HARDSHIP: Mood.MIXED}


@dataclass(frozen=True, slots=True)
class Spoken:
    """How the customer was spoken to about money, and what they answered; `manner` None: as the task asks. `at`: when,
    None: just now. `mood`: at the door, what they made of it; None: as the answer suggests."""

    outcome: Outcome
    manner: ContactManner | None = None
    at: datetime | None = None
    promised_on: date | None = None
    promised_amount: Decimal | None = None
    note: str = ""
    mood: Mood | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """The letter of the task on paper: handed over, or left in the letter box, with what evidence."""

    evidence: Evidence
    channel: Road = Road.DOOR
    reference: str = ""
    note: str = ""
    file: Readable | None = None


@transaction.atomic
def record_line(
    *,
    actor: Actor,
    at: datetime,
    line_id: int,
    spoken: Spoken | None = None,
    together: bool = False,
    handed: Handed | None = None,
    did: str = "",
) -> list[TaskLine]:
    """Write down what one's role must show; for every open line of the task one holds. `together`: one was with
    whoever has recorded the contact of this task already. The task is done when every line has shown what is asked.

    Raises NotFound, NotNow (withdrawn, done, held), Invalid, and what collecting refuses: ContactRefused outside the
    hours of contact, NotNow for a letter withdrawn, PhotoRefused.
    """
    task, line = _locked(actor, line_id, DO_TASKS)
    mine = _mine(actor, task, line)
    words = short(did, field="did", most=DID_LENGTH, what=_("处理结果"))
    if not (spoken or together or handed or words):
        raise Invalid(_("请至少填写一项。"), field="outcome")
    if handed:
        _hand_over(task, handed, actor=actor, at=at)
    contact = _contact(task, spoken, together=together, actor=actor, at=at)
    for each in mine:
        _write(each, contact, words, actor=actor)
    settle(task, by_id=actor.user_id, at=at, words=_summary(contact, words))
    _ask_to_sign(task, mine, at=at)
    after = {"roles": [each.role for each in mine], "did": words, "contact_id": contact.pk if contact else None}
    audit.record(actor=actor, at=at, verb="care.record_line", target=task, after=after | {"state": task.state})
    return mine


def _locked(actor: Actor, line_id: int, right: Right) -> tuple[Task, TaskLine]:
    """The task is locked, its line read after that. Raises NotFound, NotNow."""
    line = found(actor.visible(TaskLine.objects.filter(pk=line_id), right))
    task = Task.objects.select_for_update(of=("self",)).select_related("notice", "account__unit").get(pk=line.task_id)
    if task.state != TaskState.OPEN:
        raise NotNow(_not_now(task))
    line.refresh_from_db()
    return task, line


def _not_now(task: Task) -> str:
    last = task.moves.order_by("-pk").first()
    if task.state == TaskState.WITHDRAWN and last is not None and last.reason:
        return _("任务已撤回：%(reason)s。不用再去。") % {"reason": last.reason}
    return _("任务的状态是“%(state)s”，不能记录。") % {"state": TASK_LABELS[TaskState(task.state)]}


def _mine(actor: Actor, task: Task, line: TaskLine) -> list[TaskLine]:
    """The line, and what else of the task waits for the same person. Raises NotFound: it is somebody else's."""
    if not may_record(actor, line):
        raise NotFound(_("这件任务没有需要您记录的内容。"))
    others = [each for each in lines_of(task) if each.recorded_at is None and each.pk != line.pk]
    return [line, *(each for each in others if actor.user_id is not None and each.holder_id == actor.user_id)]


def _contact(task: Task, spoken: Spoken | None, *, together: bool, actor: Actor, at: datetime) -> Contact | None:
    """The contact of this record; of the gold card and a court's papers there is none. Raises Invalid."""
    asked = asked_of(Rule(task.rule), Manner(task.manner))
    if together:
        known = Contact.objects.filter(pk__in=task.lines.values("contact")).order_by("-at").first()
        if known is None:
            raise Invalid(_("还没有人记录这次联系，请先记录。"), field="together")
        return known
    if spoken is None:
        return None
    way = spoken.manner or (asked.ways[0] if asked.ways else ContactManner.VISIT)
    _visit(task, spoken, way, actor=actor, at=at)
    return _talk(task, asked, spoken, way, actor=actor, at=at) if asked.ways else None


def _talk(task: Task, asked: Asked, spoken: Spoken, way: ContactManner, *, actor: Actor, at: datetime) -> Contact:
    if way not in asked.ways:
        raise Invalid(_("这件任务要求上门，电话不算。"), field="manner")
    return record_contact(
        actor=actor,
        at=at,
        account_id=task.account_id,
        manner=way,
        outcome=spoken.outcome,
        contacted_at=spoken.at,
        promised_on=spoken.promised_on,
        promised_amount=spoken.promised_amount,
        note=spoken.note,
    )


def _visit(task: Task, spoken: Spoken, way: ContactManner, *, actor: Actor, at: datetime) -> None:
    """Whoever was met at the door was visited: no draw of the quarter need send anybody again."""
    day = day_of(spoken.at or at)
    reached = way == ContactManner.VISIT and spoken.outcome != Outcome.UNREACHED
    if not (reached and actor.may(RECORD_VISITS, task.site_id) and quarter_of(day_of(at)) <= day <= day_of(at)):
        return
    mood = spoken.mood or _MOODS.get(spoken.outcome, Mood.CONTENT)
    record_visit(
        actor=actor, at=at, account_id=task.account_id, manner=VisitManner.DOOR, mood=mood, words=spoken.note, on=day
    )


def _hand_over(task: Task, handed: Handed, *, actor: Actor, at: datetime) -> None:
    if task.notice is None:
        raise Invalid(_("这件任务没有要递交的文书。"), field="evidence")
    record_delivery(
        actor=actor,
        at=at,
        notice_id=task.notice.pk,
        channel=handed.channel,
        evidence=handed.evidence,
        reference=handed.reference,
        note=handed.note,
        file=handed.file,
    )
    task.notice.refresh_from_db()


def _write(line: TaskLine, contact: Contact | None, words: str, *, actor: Actor) -> None:
    """A later contact takes the place of an earlier one, and of the signature under it."""
    if contact is not None:
        line.contact = contact
        line.signed_at, line.signed_by, line.signed_words = None, None, ""
    line.did = words or line.did
    line.recorded_by_id = actor.user_id
    line.save(update_fields=["contact", "did", "recorded_by", "signed_at", "signed_by", "signed_words"])


def _ask_to_sign(task: Task, lines: list[TaskLine], *, at: datetime) -> None:
    """Nobody could be reached, or the customer will not pay: the next level up is told that it waits for them."""
    lacks = lacks_of(task, lines)
    place = str(task.account.unit or task.account.number)
    tell_all(
        (
            Telling(
                recipient_ids=tuple(above(task.site_id, Role(line.role), line.holder_id, at)),
                site_id=task.site_id,
                kind="care_to_sign",
                title=_("%(place)s 的预警任务请您签字") % {"place": place},
                body=str(RULE_LABELS[Rule(task.rule)]),
                link=f"/care/tasks/{task.pk}",
                dedupe_key=f"care:sign:{line.pk}:{line.contact_id}",
            )
            for line in lines
            if lacks[line.pk] == ("signature",)
        ),
        at=at,
    )


def _summary(contact: Contact | None, words: str) -> str:
    said = [str(OUTCOME_LABELS[Outcome(contact.outcome)]), contact.note] if contact and contact.outcome else []
    return " ".join(filter(None, [*said, words]))


@transaction.atomic
def sign_line(*, actor: Actor, at: datetime, line_id: int, words: str) -> TaskLine:
    """The next level up signs that nobody could be reached, or that the customer will not pay. Raises NotFound,
    NotNow, Invalid."""
    task, line = _locked(actor, line_id, VIEW_CARE)
    role = Role(line.role)
    if lacks_of(task, [line])[line.pk] != ("signature",):
        raise NotNow(_("这一项不用签字。"))
    if not may_sign(actor, line):
        raise NotNow(_("须由上一级签字。"))
    line.signed_words = stated(words, field="words", most=SIGNED_LENGTH, what=_("签字意见"))
    line.signed_at, line.signed_by_id = at, actor.user_id
    line.save(update_fields=["signed_words", "signed_at", "signed_by"])
    settle(task, by_id=actor.user_id, at=at, words=f"{ROLE_LABELS[role]} ← {actor.name}：{line.signed_words}")  # matter
    after = {"role": line.role, "words": line.signed_words, "state": task.state}
    audit.record(actor=actor, at=at, verb="care.sign_line", target=task, after=after)
    return line
