"""What legal affairs follow: accounts whose final demand ran out and that still owe."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, OuterRef, Prefetch, QuerySet, Subquery

from zhongshu.care.kinds import Rule, TaskState
from zhongshu.care.models import LegalStep, Task, TaskLine
from zhongshu.care.permissions import FOLLOW_LEGAL
from zhongshu.collecting.queries.arrears import Narrowed, Owing, owing
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_named
from zhongshu.identity.actor import Actor
from zhongshu.web.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class LegalCase:
    """An account in the legal tier `since` a day; `step`: the last one recorded in the episode, empty without."""

    account: Account
    since: date
    asked_on: date
    step: str
    step_on: date | None
    owing: Owing | None


def legal_cases(actor: Actor, site_id: int, *, on: date, step: str, number: str | None) -> Page[LegalCase]:
    """Those longest in it first. `step`: `none`, or a word of `LegalStepKind`; empty: all. Four statements."""
    asked = Task.objects.filter(
        site_id=site_id, rule=Rule.ARREARS_LEGAL, episode__ended_on=None, episode__is_void=False
    ).exclude(state=TaskState.WITHDRAWN)
    rows = actor.visible(Account.objects.filter(site_id=site_id), FOLLOW_LEGAL)
    steps = LegalStep.objects.filter(account=OuterRef("pk")).order_by("-on", "-pk")
    of_account = asked.filter(account=OuterRef("pk")).order_by().values("account")
    rows = rows.filter(pk__in=asked.values("account")).select_related("unit", "customer")
    rows = rows.annotate(
        since=Subquery(of_account.annotate(day=Min("opened_on")).values("day")),
        asked_on=Subquery(of_account.annotate(day=Max("opened_on")).values("day")),
        step=Subquery(steps.values("kind")[:1]),
        step_on=Subquery(steps.values("on")[:1]),
    ).order_by("since", "number")
    if step:
        rows = rows.filter(step__isnull=True) if step == "none" else rows.filter(step=step)
    found = page_of(rows, number)
    owed = _owed(site_id, on, [account.pk for account in found.rows])
    return Page(
        [_case(account, owed) for account in found.rows], found.number, found.pages, found.total, found.is_exact
    )


def _owed(site_id: int, on: date, account_ids: list[int]) -> dict[int, Owing]:
    found = owing(site_id, on, Narrowed(account_ids=account_ids), size=max(1, len(account_ids)))
    return {row.account_id: row for row in found.rows}


def _case(account: Account, owed: dict[int, Owing]) -> LegalCase:
    facts = {name: getattr(account, name) for name in ("since", "asked_on", "step_on")}
    return LegalCase(account=account, step=account.step or "", owing=owed.get(account.pk), **facts)  # type: ignore[attr-defined]


def legal_account(actor: Actor, number: str, on: date) -> Account:
    """Raises NotFound."""
    return account_named(number, on, among=actor.visible(Account.objects.all(), FOLLOW_LEGAL))


def steps_of(account: Account) -> "QuerySet[LegalStep]":
    """The latest first."""
    return LegalStep.objects.filter(account=account).select_related("by").order_by("-on", "-pk")


def legal_tasks_of(account: Account) -> "QuerySet[Task]":
    """What people were asked to do about it, the latest first."""
    rows = Task.objects.filter(account=account, rule=Rule.ARREARS_LEGAL).exclude(roles=[])
    return rows.prefetch_related(Prefetch("lines", TaskLine.objects.select_related("holder").order_by("pk"))).order_by(
        "-opened_on", "-pk"
    )
