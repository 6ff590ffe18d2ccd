"""Why an account has its score: every point, the newest first."""

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
from zhongshu.care.queries import explain
from zhongshu.care.queries.accounts import scored_account
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
    """On `until` (the end of that day; without it today)."""
    days = Days.of({"until": request.GET.get("on", "")})
    on = days.until or day_of(now())
    account = scored_account(account_number, on, among=_seen(request))
    return render(request, "care/why.html", {"account": account, "on": on, **_shown(explain(account.pk, on))})


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
