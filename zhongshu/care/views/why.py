"""Why an account has its score: every point, the newest first."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.care.kinds import (
    BAND_FACES,
    BAND_LABELS,
    MANNER_LABELS,
    RULE_LABELS,
    TASK_LABELS,
    Manner,
    Rule,
    TaskState,
)
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.policies.months import month_ends
from zhongshu.care.queries import boards, explain
from zhongshu.care.queries.accounts import scored_account
from zhongshu.care.queries.boards import Moment
from zhongshu.care.queries.explaining import Explanation, Line, NoticeLine, TaskLine
from zhongshu.collecting.kinds import NOTICE_KIND_LABELS, NoticeKind
from zhongshu.collecting.lifecycle import NOTICE_LABELS, NoticeState
from zhongshu.estate.models import Account
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.roles import ROLE_LABELS, Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.days import Days

BADGES = {"excellent": "green", "good": "blue", "fair": "amber", "poor": "red-soft", "priority": "red"}
STATES = {"open": "blue", "done": "green", "withdrawn": "grey", "held": "amber"}


@page(VIEW_CARE)
def why(request: SignedInRequest, account_number: str) -> HttpResponse:
    """On the day `on` (its end; without it today), as it was known at the end of `known` (without it now)."""
    days, known = (Days.of({"until": request.GET.get(name, "")}) for name in ("on", "known"))
    on = days.until or day_of(now())
    account = scored_account(account_number, on, among=_seen(request))
    shown = explain(account.pk, on, known.ends_at)
    context = {"account": account, "on": on, "known": known.until, "course": _course(account, on)}
    return render(request, "care/why.html", context | _shown(shown))


def _course(account: Account, on: date) -> dict[str, list[Any]]:
    """The score at the ends of the months of a year, as is known now."""
    ends = month_ends(on, 12)
    scores = boards.course(account.site_id, account.pk, [Moment(day) for day in ends])
    return {"labels": [f"{day}" for day in ends], "scores": scores}


def _seen(request: SignedInRequest) -> "QuerySet[Account]":
    return request.actor.visible(Account.objects.all(), VIEW_CARE)


def _shown(shown: Explanation) -> dict[str, object]:
    return {
        "shown": shown,
        "band": BAND_LABELS[shown.band],
        "face": BAND_FACES[shown.band],
        "badge": BADGES[shown.band],
        "entries": [_entry(line) for line in reversed(shown.entries)],
        "tasks": [_task(line) for line in reversed(shown.tasks)],
        "notices": [_notice(line) for line in reversed(shown.notices)],
    }


def _notice(line: NoticeLine) -> dict[str, object]:
    kind, state = NoticeKind(line.kind), NoticeState(line.state)
    return {"line": line, "kind": NOTICE_KIND_LABELS[kind], "state": NOTICE_LABELS[state]}


def _entry(line: Line) -> dict[str, object]:
    return {"line": line, "rule": RULE_LABELS[Rule(line.rule)], "points": f"{line.points:+d}"}


def _task(line: TaskLine) -> dict[str, object]:
    return {
        "line": line,
        "rule": RULE_LABELS[Rule(line.rule)],
        "manner": MANNER_LABELS[Manner(line.manner)],
        "roles": [ROLE_LABELS[Role(role)] for role in line.roles],
        "state": TASK_LABELS[TaskState(line.state)],
        "badge": STATES[line.state],
    }
