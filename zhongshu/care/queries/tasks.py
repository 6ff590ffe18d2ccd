"""What people were asked to do: whose it is, how it stands, what is late."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, Min, OuterRef, Prefetch, Q, QuerySet, Value, When

from zhongshu.billing.models import Payment
from zhongshu.care.kinds import TaskState
from zhongshu.care.models import Entry, Task, TaskLine
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.policies.showing import signers_for
from zhongshu.cases.models import ComplaintLine
from zhongshu.collecting.kinds import Outcome
from zhongshu.collecting.lifecycle import UNSENT
from zhongshu.estate.queries import found, own_territory, search_accounts
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role

WAITING = (TaskState.OPEN, TaskState.HELD)
_MOST_ACCOUNTS = 200
_SIGNED = (Outcome.UNREACHED, Outcome.REFUSED)


def of_arrears(site_id: int, account_id: int) -> "QuerySet[Task]":
    """What waits because of the account's arrears: people, or a letter that has not left."""
    rows = Task.objects.filter(site_id=site_id, account_id=account_id, episode__isnull=False)
    return rows.filter(Q(state__in=WAITING) | Q(notice__state__in=UNSENT))


def paid_on(day: date) -> list[int]:
    """The accounts that gave money that day while somebody is asked to go for it."""
    paid = Payment.objects.filter(site=OuterRef("site"), account=OuterRef("account"), received_on=day)
    rows = Task.objects.filter(Exists(paid), state__in=WAITING, episode__isnull=False)
    return list(rows.order_by("account").values_list("account", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of tasks is narrowed to; empty: all. `text`: a unit, an account's number, a name. `whose`: `mine`,
    or `sign` for what waits for the actor's signature. `late`: a line is due before `on` and not recorded."""

    state: str = ""
    rule: str = ""
    manner: str = ""
    holder_id: int | None = None
    whose: str = ""
    text: str = ""
    late: bool = False


def tasks_listed(actor: Actor, site_id: int, wanted: Wanted, *, on: date) -> "QuerySet[Task]":
    """What is due first on top, with `due_on` of what is not recorded yet; a keeper sees their own."""
    rows = actor.visible(Task.objects.filter(site_id=site_id), VIEW_CARE).exclude(roles=[])
    exact = {"state": wanted.state, "rule": wanted.rule, "manner": wanted.manner}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if own_territory(actor, VIEW_CARE, site_id) or wanted.whose == "mine":
        rows = rows.filter(_held_by(actor.user_id))
    if wanted.holder_id:
        rows = rows.filter(_held_by(wanted.holder_id))
    if wanted.whose == "sign":
        rows = rows.filter(Exists(_to_sign(actor, site_id).filter(task=OuterRef("pk"))), state=TaskState.OPEN)
    if wanted.late:
        late = TaskLine.objects.filter(task=OuterRef("pk"), recorded_at=None, due_on__lt=on)
        rows = rows.filter(Exists(late), state=TaskState.OPEN)
    if wanted.text:
        rows = rows.filter(account__in=[one.pk for one in search_accounts(site_id, wanted.text, limit=_MOST_ACCOUNTS)])
    due = Min("lines__due_on", filter=Q(lines__recorded_at=None))
    open_first = Case(When(state=TaskState.OPEN, then=Value(0)), default=Value(1))
    rows = rows.annotate(due_on=due, rank=open_first).select_related("account__unit", "account__customer")
    return rows.prefetch_related(Prefetch("lines", TaskLine.objects.select_related("holder").order_by("pk"))).order_by(
        "rank", "due_on", "-opened_on", "-pk"
    )


def _held_by(user_id: int | None) -> Q:
    mine = TaskLine.objects.filter(task=OuterRef("pk"), holder_id=user_id)
    theirs = ComplaintLine.objects.filter(case=OuterRef("judgement__case"), holder_id=user_id)
    return Q(Exists(mine)) | Q(Exists(theirs))


def _to_sign(actor: Actor, site_id: int) -> "QuerySet[TaskLine]":
    """Recorded, not signed, of a role below one of the actor's, and not their own."""
    roles = [role for role in Role if actor.holds(*signers_for(role), site_id=site_id)]
    rows = TaskLine.objects.filter(site_id=site_id, role__in=roles, signed_at=None, recorded_at__isnull=False)
    return rows.filter(contact__outcome__in=_SIGNED).exclude(holder_id=actor.user_id)


def task_seen(actor: Actor, task_id: int) -> Task:
    """Raises NotFound."""
    related = ("site", "account__unit", "account__customer", "account__site", "episode", "notice", "judgement__case")
    return found(actor.visible(Task.objects.filter(pk=task_id), VIEW_CARE).exclude(roles=[]).select_related(*related))


def entry_of(task: Task) -> Entry | None:
    """The points that asked for it."""
    rows = Entry.objects.filter(site_id=task.site_id, account_id=task.account_id, rule=task.rule, source=task.source)
    return rows.filter(reverses=None).select_related("policy").order_by("-revision", "-pk").first()


def holders_of(site_id: int) -> "QuerySet[User]":
    """Everybody who has something to record there, by name."""
    lines = TaskLine.objects.filter(
        site_id=site_id, holder=OuterRef("pk"), recorded_at=None, task__state=TaskState.OPEN
    )
    return User.objects.filter(Exists(lines)).order_by("name", "pk")
