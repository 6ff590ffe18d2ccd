"""Order sheets of the 12345 hotline: the list, one sheet, and bringing them in."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.channels import actions, forms
from zhongshu.channels.importing import HOTLINE_WORKBOOK
from zhongshu.channels.kinds import Grounds, HotlineKind, HotlineState, Ruling, Satisfaction
from zhongshu.channels.models import HotlineSheet
from zhongshu.channels.permissions import APPROVE_HOTLINE, HOTLINE
from zhongshu.channels.queries.hotline import (
    RUNNING,
    SheetFilter,
    approves_alone,
    next_stage,
    sheet_seen,
    sheets_listed,
    sheets_visible,
    stages_of,
)
from zhongshu.channels.views.answers import form_page, tried
from zhongshu.estate.actions.imports import Taken, take_workbook
from zhongshu.estate.workbooks.reading import LARGEST, UnreadableWorkbook
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000


@page(HOTLINE)
def sheets(request: SignedInRequest) -> HttpResponse:
    """What runs, the one due first at the top; then what is over."""
    at, form, days = now(), forms.SheetFilterForm(request.GET), Days.of(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    wanted = SheetFilter(**said, since=days.starts_at, before=days.ends_at)
    rows = sheets_listed(sheets_visible(request.actor).filter(site=request.site), wanted, at=at)
    if request.GET.get("export") == "xlsx":
        return download("hotline", [Sheet(_("12345工单"), _header(), map(_line, rows[:MOST_EXPORTED]))])
    listed = page_of(rows, request.GET.get("page"))
    context = {
        "form": form,
        "days": days,
        "page": listed,
        "entries": [(sheet, next_stage(sheet, at=at)) for sheet in listed.rows],
        "upload": forms.UploadForm(),
    }
    return render(request, "channels/hotline.html", context)


def _header() -> list[str]:
    return [
        _("工单编号"), _("类型"), _("状态"), _("转办时间"), _("来电人"), _("电话"), _("诉求内容"), _("位置"), _("报事"),
        _("签收时限"), _("签收时间"), _("联系时限"), _("联系时间"), _("办理时限"), _("回复时间"), _("催办次数"),
        _("是否解决"), _("满意度"),
    ]  # fmt: skip


def _line(sheet: HotlineSheet) -> list[object]:
    case = sheet.case
    solved = "" if sheet.is_solved is None else _("已解决") if sheet.is_solved else _("未解决")
    return [
        sheet.number, sheet.get_kind_display(), sheet.get_state_display(), sheet.transferred_at, case.speaker,
        masked(case.caller_phone), case.text, case.place.label if case.place else case.place_text, case.number,
        sheet.sign_due_at, sheet.signed_at, sheet.contact_due_at, sheet.contacted_at, sheet.reply_due_at,
        sheet.replied_at, sheet.repeats, solved, sheet.get_satisfaction_display(),
    ]  # fmt: skip


@page(HOTLINE, "GET", "POST")
def new_sheet(request: SignedInRequest) -> HttpResponse:
    """One sheet, typed."""
    request.actor.require(HOTLINE, request.site.pk)
    form = forms.SheetForm(request.POST or None)
    received: list[actions.Received] = []

    def take(kind: str, **said: Any) -> None:
        news = actions.SheetNews(kind=HotlineKind(kind), **said)
        received.append(actions.receive_sheet(actor=request.actor, at=now(), site=request.site, news=news))

    if tried(request, form, take):
        messages.success(request, _said_of(received[0]))
        return redirect("channels:sheet", received[0].sheet.pk)
    return form_page(request, form, title=_("登记 12345 工单"), back=reverse("channels:sheets"))


def _said_of(received: actions.Received) -> str:
    if received.is_new:
        return _("工单已登记并派单。")
    return _("这是一次催办，已记在工单上。") if received.is_repeat else _("这张工单早已登记，没有变化。")


@page(HOTLINE, "POST")
def sheet_import(request: SignedInRequest) -> HttpResponse:
    """A workbook of sheets: taken as a whole, or shown with what is wrong in it."""
    request.actor.require(HOTLINE, request.site.pk)
    form = forms.UploadForm(request.POST, request.FILES)
    taken: list[Taken] = []

    def take(file: Any) -> None:
        if (file.size or 0) > LARGEST:
            raise UnreadableWorkbook(_("文件太大，最大 20 MB。"), field="file")
        taken.append(
            take_workbook(actor=request.actor, at=now(), site=request.site, kind=HOTLINE_WORKBOOK, content=file.read())
        )

    is_read = attempt(form, take)
    if is_read and taken[0].is_taken:
        counts = taken[0].report
        said = {"new": counts.total("created"), "pressed": counts.total("updated"), "same": counts.total("unchanged")}
        messages.success(request, _("新登记 %(new)s 张，催办 %(pressed)s 张，没有变化 %(same)s 张。") % said)
        return redirect("channels:sheets")
    context = {"form": form, "report": taken[0].report if taken else None}
    return render(request, "channels/hotline_import.html", context, status=422)


Act = Callable[..., object]
FORMS: dict[str, tuple[type[django_forms.Form], Act]] = {
    "signature": (forms.SignForm, actions.sign_sheet),
    "contact": (forms.SayForm, actions.record_contact),
    "reply": (forms.ReplyForm, actions.write_reply),
    "approval": (forms.ApprovalForm, actions.rule_on_reply),
    "objection": (forms.ObjectionForm, actions.object_to_sheet),
    "ruling": (forms.RulingForm, actions.rule_on_objection),
    "result": (forms.ResultForm, actions.record_result),
}
WORDS: dict[str, Callable[[str], Any]] = {"grounds": Grounds, "ruling": Ruling, "satisfaction": Satisfaction}


@page(HOTLINE)
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """One sheet: its clock, what was done, and what is to be done next."""
    return _show(request, sheet_seen(request.actor, pk))


@page(HOTLINE, "POST")
def sheet_step(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """One form, one action."""
    if step not in FORMS:
        raise Http404
    kind, act = FORMS[step]
    found = sheet_seen(request.actor, pk)
    form = kind(request.POST, auto_id=f"{step}-%s")

    def do(**said: Any) -> None:
        read = {name: WORDS[name](value) if name in WORDS else value for name, value in said.items()}
        act(actor=request.actor, at=now(), sheet_id=found.pk, **read)

    if attempt(form, do):
        messages.success(request, _("已登记。"))
        return redirect("channels:sheet", pk)
    return _show(request, sheet_seen(request.actor, pk), **{step: form})


def _show(request: SignedInRequest, found: HotlineSheet, **typed: django_forms.Form) -> HttpResponse:
    may = _may(request, found)
    steps = [
        (step, typed.get(step) or kind(auto_id=f"{step}-%s"))
        for step, (kind, _act) in FORMS.items()
        if may[step] or step in typed
    ]
    context = {
        "sheet": found,
        "case": found.case,
        "stages": stages_of(found, at=now()),
        "steps": steps,
        "replies": found.replies.select_related("by", "ruled_by"),
        "objections": found.objections.select_related("by"),
        "pressed": found.pressed.order_by("-at"),
        "own_reply": _own_reply(request, found),
    }
    return render(request, "channels/sheet.html", context, status=422 if typed else 200)


def _own_reply(request: SignedInRequest, found: HotlineSheet) -> str:
    """What the page says above the approval of a reply that one wrote oneself."""
    waiting = found.replies.filter(ruled_at__isnull=True, by_id=request.actor.user_id).first()
    if waiting is None:
        return ""
    if approves_alone(found, waiting, at=now()):
        return _("这份回复是您自己写的。本项目按小型项目运行，没有别人可审批，由您一人拟写并审批，审计中会注明。")
    return _("这份回复是您自己写的，要由另一位负责人审批；您可以退回修改。")


def _may(request: SignedInRequest, found: HotlineSheet) -> dict[str, bool]:
    """What the page offers as things stand; the actions guard themselves."""
    waits = found.replies.filter(ruled_at__isnull=True).exists()
    objected = found.objections.filter(ruled_at__isnull=True).exists()
    runs, is_signed = found.state in RUNNING, found.state == HotlineState.SIGNED
    return {
        "signature": found.state == HotlineState.RECEIVED,
        "contact": runs,
        "reply": is_signed and not waits,
        "approval": is_signed and waits and request.actor.may(APPROVE_HOTLINE, found.site_id),
        "objection": runs and not objected,
        "ruling": objected,
        "result": found.state == HotlineState.REPLIED,
    }
