"""Notices: the list, new ones, one of them, its paper and its deliveries."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhongshu.collecting import actions
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.engine.letters import PAPER, notice_letters, paper_of
from zhongshu.collecting.forms.notices import DeliveryForm, NewNoticesForm, WithdrawalForm
from zhongshu.collecting.kinds import ARRIVED, EVIDENCE_LABELS, NOTICE_KIND_LABELS, NoticeKind
from zhongshu.collecting.lifecycle import NOTICE_LABELS, UNSENT, NoticeState
from zhongshu.collecting.models import Delivery, Notice
from zhongshu.collecting.permissions import HAND_OVER, MAKE_NOTICES, VIEW_NOTICES
from zhongshu.collecting.queries.notices import (
    Candidate,
    Wanting,
    account_ids_named,
    candidates,
    lawyer_of,
    notice_seen,
    notices_listed,
)
from zhongshu.estate.queries import found
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.web import excel
from zhongshu.web.days import Days
from zhongshu.web.forms import attempt
from zhongshu.web.links import home_of
from zhongshu.web.paging import page_of
from zhongshu.web.paper import download, pdf

MOST_EXPORTED, MOST_SHOWN = 20_000, 50


@page(VIEW_NOTICES)
def notices(request: SignedInRequest) -> HttpResponse:
    """Narrowed by household, kind, state, evidence and days; `export` gives the workbook."""
    request.actor.require(VIEW_NOTICES, request.site.pk)
    days = Days.of(request.GET)
    rows = notices_listed(request.actor, request.site.pk, wanting_of(request, days))
    if request.GET.get("export") == "xlsx":
        return excel.download("notices", [_sheet(rows[:MOST_EXPORTED])])
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "typed": request.GET,
        "days": days,
        "kinds": NOTICE_KIND_LABELS,
        "states": NOTICE_LABELS,
        "evidences": EVIDENCE_LABELS,
        "may_make": request.actor.may(MAKE_NOTICES, request.site.pk),
    }
    return render(request, "collecting/notices.html", shown)


def wanting_of(request: SignedInRequest, days: Days) -> Wanting:
    typed = {name: request.GET.get(name, "").strip() for name in ("kind", "state", "evidence")}
    return Wanting(text=request.GET.get("q", "").strip(), since=days.since, until=days.until, **typed)


@page(MAKE_NOTICES, "GET", "POST")
def new_notices(request: SignedInRequest) -> HttpResponse:
    """Chosen by months or by name, looked at, then made."""
    site_id = request.site.pk
    request.actor.require(MAKE_NOTICES, site_id)
    form = NewNoticesForm(request.POST or None)
    looked: list[Candidate] = []
    done: list[int] = []

    def act(**said: Any) -> None:
        looked.extend(_chosen(site_id, said["least_months"], said["accounts"]))
        if request.POST.get("confirmed") == "1":
            done.append(_made(request, looked, said["kind"], said["answer_by_days"]))

    if request.method == "POST" and attempt(form, act) and done:
        said = ngettext("已生成 %(count)s 份文书。", "已生成 %(count)s 份文书。", done[0]) % {"count": done[0]}
        messages.success(request, said)
        return redirect("collecting:notices")
    wants_lawyer = form.is_bound and form.data.get("kind") == NoticeKind.LAWYER_LETTER
    shown = {
        "form": form,
        "looked": looked[:MOST_SHOWN],
        "count": len(looked),
        "total": sum((one.total for one in looked), ZERO),
        "has_looked": form.is_bound and not form.errors,
        "lacks_lawyer": wants_lawyer and lawyer_of(site_id, day_of(now())) is None,
    }
    return render(request, "collecting/new_notices.html", shown, status=422 if form.errors else 200)


def _chosen(site_id: int, least_months: int, typed: str) -> list[Candidate]:
    names = [name.strip() for name in typed.splitlines() if name.strip()]
    if not names and not least_months:
        raise Invalid(_("请填写至少几个月，或写明户号。"), field="accounts")
    on = day_of(now())
    ids = account_ids_named(site_id, names, on=on) if names else None
    return candidates(site_id, on=on, least_months=least_months, account_ids=ids)


def _made(request: SignedInRequest, looked: list[Candidate], kind: NoticeKind, days: int | None) -> int:
    at = now()
    on = day_of(at)
    wanted = [Wanted(one.account.pk, kind, f"hand:{kind}:{on}:{one.account.pk}", days) for one in looked]
    return make_notices(actor=request.actor, at=at, site_id=request.site.pk, on=on, wanted=wanted)


@page(VIEW_NOTICES)
def notice(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """What it asks, and how it went."""
    return _show(request, notice_seen(request.actor, notice_id), DeliveryForm(), WithdrawalForm())


@page(VIEW_NOTICES)
def notice_paper(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """As PDF, in the words that were in force."""
    seen = notice_seen(request.actor, notice_id)
    letters = notice_letters([seen], home=home_of(request))
    return download(seen.number, pdf(PAPER, paper_of(letters), at=seen.made_at))


@page(MAKE_NOTICES, "POST")
def withdrawal(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """It does not go out."""
    seen, form = notice_seen(request.actor, notice_id), WithdrawalForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "notice_id": notice_id}
    if attempt(form, lambda **said: actions.withdraw_notice(**facts, **said)):
        messages.success(request, _("已撤回。"))
        return redirect("collecting:notice", notice_id)
    return _show(request, seen, DeliveryForm(), form)


@page(HAND_OVER, "POST")
def deliveries(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """It was handed over, posted or left."""
    seen, form = notice_seen(request.actor, notice_id), DeliveryForm(request.POST, request.FILES)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "notice_id": notice_id}
    if attempt(form, lambda **said: actions.record_delivery(**facts, **said)):
        messages.success(request, _("送达已登记。"))
        return redirect("collecting:notice", notice_id)
    return _show(request, seen, form, WithdrawalForm())


@page(VIEW_NOTICES)
def delivery_photo(request: SignedInRequest, notice_id: int, delivery_id: int) -> HttpResponse:
    """The photo of the signature, for those who may see the notice."""
    seen = notice_seen(request.actor, notice_id)
    delivery = found(Delivery.objects.filter(notice=seen, pk=delivery_id).exclude(file=""))
    with delivery.file.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _show(
    request: SignedInRequest, seen: Notice, delivery_form: DeliveryForm, withdrawal_form: WithdrawalForm
) -> HttpResponse:
    actor = request.actor
    rows = seen.charges.select_related("charge__item", "charge__place").order_by("charge__due_on", "pk")
    shown = {
        "notice": seen,
        "rows": rows,
        "total": seen.principal + seen.late_fees,
        "deliveries": seen.deliveries.select_related("by"),
        "has_arrived": seen.evidence in ARRIVED,
        "delivery_form": delivery_form,
        "withdrawal_form": withdrawal_form,
        "may_hand_over": actor.may(HAND_OVER, seen.site_id) and seen.state != NoticeState.WITHDRAWN,
        "may_withdraw": actor.may(MAKE_NOTICES, seen.site_id) and seen.state in UNSENT,
    }
    status = 422 if delivery_form.errors or withdrawal_form.errors else 200
    return render(request, "collecting/notice.html", shown, status=status)


def _sheet(rows: Any) -> excel.Sheet:
    header = [_("编号"), _("文书"), _("日期"), _("户号"), _("客户"), _("房号"), _("欠费月数"), _("本金（元）"),
              _("违约金（元）"), _("状态"), _("发出日期"), _("截止日期"), _("送达证据")]  # fmt: skip
    cells = (
        (
            row.number, str(NOTICE_KIND_LABELS[NoticeKind(row.kind)]), row.on, row.account.number,
            row.account.customer.name, row.account.unit.label if row.account.unit else "", row.months, row.principal,
            row.late_fees, row.get_state_display(), row.sent_on, row.answer_by, row.get_evidence_display(),
        )
        for row in rows.iterator(2000)
    )  # fmt: skip
    return excel.Sheet(_("催费文书"), header, cells)
