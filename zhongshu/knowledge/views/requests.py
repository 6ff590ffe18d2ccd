"""Must be read: asked, followed, taken back; and what was looked for in vain."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Refusal
from zhongshu.knowledge import actions, queries
from zhongshu.knowledge.forms import ReadRequestForm
from zhongshu.knowledge.models import ReadRequest, ReadTask
from zhongshu.knowledge.permissions import ASK_TO_READ, VIEW_READERS, WRITE_KNOWLEDGE
from zhongshu.knowledge.views.writing import scopes_of, site_of_scope
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

MOST_EXPORTED = 5000


@page(VIEW_READERS)
def readings(request: SignedInRequest) -> HttpResponse:
    """What people were asked to read, and how many have."""
    found = page_of(queries.requests_visible(request.actor), request.GET.get("page"))
    titles = queries.titles_of(row.article_id for row in found.rows)
    return render(request, "knowledge/readings.html", {"page": found, "titles": titles, "today": day_of(now())})


@page(ASK_TO_READ, "GET", "POST")
def ask(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Have an article read."""
    article = queries.article_by_id(request.actor, article_id)
    version = queries.version_of(request.actor, article, day_of(now()))
    scopes = scopes_of(request, ASK_TO_READ)
    form = ReadRequestForm(request.POST or None, scopes=scopes, site=request.site)
    asked: list[ReadRequest] = []

    def act(scope: str, **said: Any) -> None:
        site = site_of_scope(request, scope)
        asked.append(actions.ask_to_read(actor=request.actor, at=now(), article_id=article_id, site=site, **said))

    if request.method == "POST" and attempt(form, act):
        messages.success(request, _("已通知相关人员阅读。"))
        return redirect("knowledge:reading", request_id=asked[0].pk)
    shown = {"form": form, "article": article, "version": version}
    return render(request, "knowledge/ask.html", shown, status=422 if form.errors else 200)


@page(VIEW_READERS)
def reading(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Who has read it and who has not; `?export=xlsx` the same as a workbook."""
    wanted = queries.request_by_id(request.actor, request_id)
    people = queries.people_asked(request.actor, wanted)
    if request.GET.get("export") == "xlsx":
        return _workbook(people[:MOST_EXPORTED])
    shown = {
        "wanted": wanted,
        "title": queries.titles_of([wanted.article_id]).get(wanted.article_id, ""),
        "page": page_of(people, request.GET.get("page"), size=50),
        "may_end": wanted.ended_at is None and queries.may_at(request.actor, ASK_TO_READ, wanted.site_id),
    }
    return render(request, "knowledge/reading.html", shown)


def _workbook(people: Any) -> HttpResponse:
    header = [_("姓名"), _("项目"), _("班组"), _("已读时间"), _("读的版本")]
    return download("readers", [Sheet(_("阅读情况"), header, map(_line, people))])


def _line(task: ReadTask) -> list[Any]:
    staff = getattr(task.user, "staff", None)
    team = staff.team.name if staff and staff.team else ""
    return [
        task.user.name,
        task.site.name if task.site else "",
        team,
        task.read_at,
        task.version and task.version.number,
    ]


@page(ASK_TO_READ, "POST")
def end(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Nobody has to read it any more."""
    try:
        actions.end_request(actor=request.actor, at=now(), request_id=request_id)
        messages.success(request, _("已取消这项阅读要求。"))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.message)
    return redirect("knowledge:reading", request_id=request_id)


@page(WRITE_KNOWLEDGE)
def missed(request: SignedInRequest) -> HttpResponse:
    """What was looked for in vain, and what did not help."""
    found = page_of(queries.missed_visible(request.actor), request.GET.get("page"))
    return render(
        request, "knowledge/missed.html", {"page": found, "unhelpful": queries.complaints_about(request.actor)[:20]}
    )


@page(WRITE_KNOWLEDGE, "POST")
def settled(request: SignedInRequest, missed_id: int) -> HttpResponse:
    """There is something to find now."""
    actions.settle_missed(actor=request.actor, at=now(), missed_id=missed_id)
    return redirect("knowledge:missed")
