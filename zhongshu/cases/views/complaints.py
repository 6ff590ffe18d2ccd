"""Complaints: the list, and the page on which one is judged with the criteria beside it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.cases import actions
from zhongshu.cases.forms import CaseForm
from zhongshu.cases.forms.complaints import (
    ComplaintForm,
    JudgementForm,
    LineForm,
    ReportForm,
    RevisionForm,
    SignatureForm,
)
from zhongshu.cases.kinds import COMPLAINT_KIND_LABELS, SEVERITY_LABELS, ComplaintKind, Severity
from zhongshu.cases.models import Case
from zhongshu.cases.permissions import JUDGE_COMPLAINTS, REVISE_JUDGEMENTS, TEND_CASES, VIEW_CASES, owns
from zhongshu.cases.queries import case_by_number
from zhongshu.cases.queries import complaints as queries
from zhongshu.cases.queries.complaints import criteria_by_severity
from zhongshu.cases.queries.points import bands_on
from zhongshu.cases.queries.standing import judgement_in_force, lacking, lines_of
from zhongshu.cases.views.case import Act
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000


@page(VIEW_CASES)
def complaints(request: SignedInRequest) -> HttpResponse:
    """Those of the site, the newest first, narrowed by kind, severity, waiting for a judgement, days."""
    days, asked = Days.of(request.GET), request.GET
    rows = queries.narrowed(
        queries.complaints_listed(request.actor, request.site.pk),
        kind=asked.get("kind", ""),
        severity=asked.get("severity", ""),
        unjudged=asked.get("unjudged") == "1",
        starts_at=days.starts_at,
        ends_at=days.ends_at,
    )
    if asked.get("export") == "xlsx":
        return download("complaints", [Sheet(_("投诉"), _header(), map(_row, rows[:MOST_EXPORTED].iterator(2000)))])
    context = {
        "page": page_of(rows, asked.get("page")),
        "days": days,
        "kinds": choices(COMPLAINT_KIND_LABELS),
        "severities": choices(SEVERITY_LABELS),
        "asked": asked,
        "now": now(),
    }
    return render(request, "cases/complaints.html", context)


def _header() -> list[str]:
    return [
        _("单号"), _("受理时间"), _("性质"), _("投诉事项"), _("被投诉人"), _("被投诉班组"), _("内容"), _("位置"),
        _("裁定"), _("裁定时限"), _("裁定时间"), _("负责人"), _("状态"), _("关闭时间"),
    ]  # fmt: skip


def _row(each: Any) -> list[object]:
    case = each.case
    return [
        case.number, each.at, each.get_kind_display(), each.get_subject_display(),
        each.against.name if each.against else "", each.against_team.name if each.against_team else "", case.text,
        case.place.label if case.place else case.place_text,
        str(SEVERITY_LABELS[Severity(each.severity)]) if each.severity else "", each.judge_due_at, each.judged_at,
        case.owner.name if case.owner else "", case.get_state_display(), case.closed_at,
    ]  # fmt: skip


@page(VIEW_CASES, "GET", "POST")
def complaint(request: SignedInRequest, number: str) -> HttpResponse:
    """One complaint; sent, what it is about and against whom."""
    if request.method == "POST":
        return _do(request, number, "complaint", actions.note_complaint, _("投诉内容已记录。"))
    return _show(request, case_by_number(request.actor, number))


def _show(request: SignedInRequest, case: Case, *, status: int = 200, **typed: Any) -> HttpResponse:
    noted = queries.complaint_of(case)
    judged = judgement_in_force(case.pk)
    severity = Severity(judged.severity) if judged else None
    lines = lines_of(case.pk, severity) if severity else []
    lacks = lacking(severity, lines) if severity else {}
    judges = queries.judges_of(noted, at=now()) if noted and not judged else ()
    bands = bands_on(case.site_id, day_of(now()))
    context = {
        "case": case,
        "complaint": noted,
        "judged": judged,
        "judgements": case.judgements.order_by("-pk"),
        "lines": [(line, lacks.get(line.role, ()), _may_sign(request, line.role, lacks)) for line in lines],
        "reports": case.reports.order_by("-pk"),
        "judges": User.objects.filter(pk__in=judges),
        "criteria": [(SEVERITY_LABELS[each], bands[each], texts) for each, texts in criteria_by_severity()],
        "may": _may(request, case, noted, judged is not None, severity),
        "form": _forms(case, noted) | typed,
        "now": now(),
    }
    return render(request, "cases/complaint.html", context, status=status)


def _forms(case: Case, noted: Any) -> dict[str, Any]:
    stands = (
        {
            "kind": noted.kind,
            "subject": noted.subject,
            "against_user_id": noted.against_id,
            "against_team_id": noted.against_team_id,
        }
        if noted
        else {}
    )
    forms: dict[str, Any] = {name: kind(case=case) for name, kind in FORMS.items()}
    return forms | {"complaint": ComplaintForm(case=case, initial=stands), "signature": SignatureForm()}


def _may(
    request: SignedInRequest, case: Case, noted: Any, is_judged: bool, severity: Severity | None
) -> dict[str, bool]:
    actor, site_id = request.actor, case.site_id
    to_judge = noted is not None and noted.kind != ComplaintKind.COMPLIMENT
    judge = to_judge and queries.may_judge(actor, noted)
    return {
        "note": not is_judged and (owns(actor, case) or actor.may(TEND_CASES, site_id)),
        "judge": judge and not is_judged,
        "revise": judge and is_judged and actor.may(REVISE_JUDGEMENTS, site_id),
        "record": is_judged,
        "report": severity == Severity.MAJOR and actor.may(JUDGE_COMPLAINTS, site_id),
    }


def _may_sign(request: SignedInRequest, role: str, lacks: dict[str, tuple[str, ...]]) -> bool:
    return "signature" in lacks.get(role, ()) and request.actor.holds(*queries.signers_for(Role(role)))


FORMS: dict[str, type[CaseForm]] = {
    "complaint": ComplaintForm,
    "judgement": JudgementForm,
    "revision": RevisionForm,
    "line": LineForm,
    "report": ReportForm,
}


def _do(request: SignedInRequest, number: str, name: str, act: Act, done: str) -> HttpResponse:
    found = case_by_number(request.actor, number)
    form = FORMS[name](request.POST, case=found)
    if attempt(form, lambda **given: act(actor=request.actor, at=now(), case_id=found.pk, **given)):
        messages.success(request, done)
        return redirect("cases:complaint", number)
    return _show(request, case_by_number(request.actor, number), status=422, **{name: form})


@page(JUDGE_COMPLAINTS, "POST")
def judgements(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "judgement", actions.judge, _("已裁定，各级处理人已收到通知。"))


@page(REVISE_JUDGEMENTS, "POST")
def revisions(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "revision", actions.revise_judgement, _("已修正裁定。"))


@page(VIEW_CASES, "POST")
def lines(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "line", actions.record_line, _("处理记录已保存。"))


@page(JUDGE_COMPLAINTS, "POST")
def reports(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "report", actions.write_report, _("书面报告已提交。"))


@page(VIEW_CASES, "POST")
def signatures(request: SignedInRequest, number: str, role: str) -> HttpResponse:
    """The next level up signs for a customer who is not content."""
    if role not in set(Role):
        raise NotFound(_("没有找到，或者您无权查看。"))
    found = case_by_number(request.actor, number)
    form = SignatureForm(request.POST)
    said: dict[str, Any] = {"actor": request.actor, "at": now(), "case_id": found.pk, "role": Role(role)}
    if attempt(form, lambda **given: actions.sign_line(**said, **given)):
        messages.success(request, _("已签字。"))
        return redirect("cases:complaint", number)
    return _show(request, found, status=422, signature=form)
