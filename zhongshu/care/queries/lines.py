"""The lines of a task: what each role has shown, and what it still lacks."""

from zhongshu.care.kinds import Manner, Rule
from zhongshu.care.models import Task, TaskLine
from zhongshu.care.policies.showing import Shown, asked_of, missing, signers_for
from zhongshu.collecting.kinds import Outcome, Road
from zhongshu.collecting.lifecycle import NoticeState
from zhongshu.collecting.models import Contact, Delivery
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role


def lines_of(task: Task) -> list[TaskLine]:
    """In the order of the roles of the task, with holders and contacts."""
    rows = task.lines.select_related("holder", "contact", "recorded_by", "signed_by")
    return sorted(rows, key=lambda line: task.roles.index(line.role))


def lacks_of(task: Task, lines: list[TaskLine]) -> dict[int, tuple[str, ...]]:
    """By line, what it still lacks. At most two statements."""
    asked = asked_of(Rule(task.rule), Manner(task.manner))
    tries = _tries(task) if asked.ways else 0
    has_paper = _has_paper(task) if asked.paper else True
    return {line.pk: missing(asked, _shown(line, tries=tries, has_paper=has_paper)) for line in lines}


def _shown(line: TaskLine, *, tries: int, has_paper: bool) -> Shown:
    return Shown(
        outcome=Outcome(line.contact.outcome) if line.contact and line.contact.outcome else None,
        tries=tries,
        has_paper=has_paper,
        did=line.did,
        is_signed=line.signed_at is not None,
    )


def _tries(task: Task) -> int:
    rows = Contact.objects.filter(site_id=task.site_id, account_id=task.account_id, outcome=Outcome.UNREACHED)
    return rows.filter(day__gte=task.opened_on).count()


def _has_paper(task: Task) -> bool:
    """Somebody has handed it over or left it; without a letter there is nothing to hand over."""
    if task.notice is None or task.notice.state == NoticeState.WITHDRAWN:
        return True
    return Delivery.objects.filter(notice=task.notice, by__isnull=False).exclude(channel=Road.MESSAGE).exists()


def may_record(actor: Actor, line: TaskLine) -> bool:
    """Its holder; whoever has the role too; where its holder is unknown or gone, whoever does such tasks."""
    if actor.user_id is not None and line.holder_id == actor.user_id:
        return True
    if actor.holds(Role(line.role), site_id=line.site_id):
        return True
    return line.holder is None or not line.holder.is_active


def may_sign(actor: Actor, line: TaskLine) -> bool:
    """Somebody of a level above, who has not recorded it themselves."""
    above = actor.holds(*signers_for(Role(line.role)), site_id=line.site_id)
    return above and actor.user_id not in (line.holder_id, line.recorded_by_id)
