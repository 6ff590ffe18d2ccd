"""Direct debit: batches, their files and results, who authorised it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.remittance import actions, jobs
from zhongshu.remittance.forms.bank import (
    AuthorisationFilterForm,
    AuthorisationForm,
    BatchFilterForm,
    BatchForm,
    CancelForm,
    DebitFilterForm,
    EndForm,
    ResultForm,
    SettleForm,
)
from zhongshu.remittance.kinds import BatchState
from zhongshu.remittance.models import DebitBatch, DebitLine, DebitReturn
from zhongshu.remittance.permissions import KEEP_DEBITS, VIEW_BANKS
from zhongshu.remittance.queries.banks import (
    authorisation_seen,
    authorisations_listed,
    batch_seen,
    batches_listed,
    debit_seen,
    lines_listed,
)
from zhongshu.remittance.views.bank_parts import MOST_EXPORTED, bytes_of, form_page, tried
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BANKS)
def debit_batches(request: SignedInRequest) -> HttpResponse:
    """Batches of the site, the latest first."""
    form = BatchFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = batches_listed(request.actor, site_id=request.site.pk, **said)
    context = {"form": form, "page": page_of(rows, request.GET.get("page")), "may_keep": _may_keep(request)}
    return render(request, "remittance/debit_batches.html", context)


def _may_keep(request: SignedInRequest) -> bool:
    return request.actor.may(KEEP_DEBITS, request.site.pk)


@page(KEEP_DEBITS, "GET", "POST")
def new_debit_batch(request: SignedInRequest) -> HttpResponse:
    """A batch of what is owed."""
    request.actor.require(KEEP_DEBITS, request.site.pk)
    today = day_of(now())
    form = BatchForm(request.POST or None, site=request.site, initial={"collects_on": today, "due_until": today})
    made: list[DebitBatch] = []

    def make(bank_account: Any, **said: Any) -> None:
        made.append(actions.make_batch(actor=request.actor, at=now(), bank_account_id=bank_account.pk, **said))

    if tried(request, form, make):
        messages.success(request, _("已生成一批代扣，请下载文件送银行。"))
        return redirect("remittance:debit_batch", made[0].pk)
    title, back = _("新建代扣批次"), reverse("remittance:debit_batches")
    hint = _("把有授权、已到期、还没有在等银行结果的欠费合成一批；上次没有扣成的也在内。")
    return form_page(request, form, title=title, verb=_("生成"), back=back, hint=hint)


@page(VIEW_BANKS)
def debit_batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """A batch: how far it is, and its lines."""
    return _show(request, batch_seen(request.actor, pk))


def _show(request: SignedInRequest, batch: DebitBatch, **forms_with_errors: forms.Form) -> HttpResponse:
    form = DebitFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    lines = lines_listed(batch, **said)
    if request.GET.get("export") == "xlsx":
        return download("debits", [Sheet(_("代扣明细"), _header(), map(_row, lines[:MOST_EXPORTED]))])
    context = {
        "batch": batch,
        "form": form,
        "page": page_of(lines, request.GET.get("page")),
        "returns": DebitReturn.objects.filter(batch=batch).select_related("taken_by").order_by("-pk")[:20],
        "result_form": ResultForm(),
        "cancel_form": CancelForm(),
        "may_keep": request.actor.may(KEEP_DEBITS, batch.site_id),
        "may_cancel": batch.state == BatchState.OPEN and batch.waiting == batch.count,  # type: ignore[attr-defined]
        **forms_with_errors,
    }
    status = 422 if any(form.errors for form in forms_with_errors.values()) else 200
    return render(request, "remittance/debit_batch.html", context, status=status)


def _header() -> list[str]:
    return [
        _("序号"), _("户号"), _("房屋"), _("户名"), _("付款账号"), _("金额"), _("结果"), _("失败原因"), _("银行说明"),
        _("扣款日期"), _("实扣金额"), _("收款单号"), _("未入账原因"),
    ]  # fmt: skip


def _row(line: DebitLine) -> list[object]:
    account, allowed = line.account, line.authorisation
    said = [line.sequence, account.number, str(account.unit or ""), allowed.holder, allowed.masked, line.amount]
    failure = line.get_failure_display() if line.failure else ""
    paid = line.collected or None
    number = line.payment.number if line.payment else ""
    return [*said, line.get_state_display(), failure, line.message, line.collected_on, paid, number, line.trouble]


@page(KEEP_DEBITS, "POST")
def debit_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file for the bank; a POST, as it is written down who had it."""
    name, content = actions.fetch_file(actor=request.actor, at=now(), batch_id=pk)
    response = HttpResponse(content, content_type="application/octet-stream", headers={"Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@page(KEEP_DEBITS, "POST")
def debit_result(request: SignedInRequest, pk: int) -> HttpResponse:
    """The bank's answer; the money is booked right away, or by a worker when there is much."""
    batch = batch_seen(request.actor, pk)
    form = ResultForm(request.POST, request.FILES)
    taken: list[DebitReturn] = []
    moment = now()

    def take(file: Any) -> None:
        said = {"file_name": file.name, "content": bytes_of(file)}
        taken.append(actions.take_result(actor=request.actor, at=moment, batch_id=pk, **said))

    if not attempt(form, take):
        return _show(request, batch, result_form=form)
    jobs.book(actor=request.actor, at=now(), batch_id=pk)
    if taken[0].taken_at == moment:
        messages.success(request, _("结果已导入，改变了 %(count)s 笔。") % {"count": taken[0].changed})
    else:
        messages.info(request, _("这份文件以前导入过，没有变化。"))
    return redirect("remittance:debit_batch", pk)


@page(KEEP_DEBITS, "POST")
def debit_booking(request: SignedInRequest, pk: int) -> HttpResponse:
    """Book what could not be booked, or was left when a worker died."""
    actions.retry_booking(actor=request.actor, at=now(), batch_id=pk)
    jobs.book(actor=request.actor, at=now(), batch_id=pk)
    messages.success(request, _("正在重新入账。"))
    return redirect("remittance:debit_batch", pk)


@page(KEEP_DEBITS, "POST")
def debit_cancellation(request: SignedInRequest, pk: int) -> HttpResponse:
    batch, form = batch_seen(request.actor, pk), CancelForm(request.POST)

    def cancel(reason: str) -> None:
        actions.cancel_batch(actor=request.actor, at=now(), batch_id=pk, reason=reason)

    if not attempt(form, cancel):
        return _show(request, batch, cancel_form=form)
    messages.success(request, _("这一批已作废，欠费可以再生成一批。"))
    return redirect("remittance:debit_batch", pk)


@page(KEEP_DEBITS, "GET", "POST")
def debit_line(request: SignedInRequest, pk: int) -> HttpResponse:
    """One debit of which the bank said nothing: what was learnt otherwise."""
    line = debit_seen(request.actor, pk)
    form = SettleForm(request.POST or None, initial={"collected_on": line.batch.collects_on})

    def settle(**said: Any) -> None:
        actions.settle_debit(actor=request.actor, at=now(), line_id=pk, **said)
        jobs.book(actor=request.actor, at=now(), batch_id=line.batch_id)

    back = reverse("remittance:debit_batch", args=[line.batch_id])
    if tried(request, form, settle):
        messages.success(request, _("已登记结果。"))
        return redirect(back)
    title = _("登记代扣结果")
    facts = f"{line.account.unit or line.account.number} · {line.authorisation.holder} · {line.amount}"
    return form_page(request, form, title=title, verb=_("登记"), back=back, hint=facts)


@page(KEEP_DEBITS)
def authorisations(request: SignedInRequest) -> HttpResponse:
    """Who lets us collect."""
    form = AuthorisationFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = authorisations_listed(request.actor, site_id=request.site.pk, on=day_of(now()), **said)
    if request.GET.get("export") == "xlsx":
        listed = map(_authorisation, rows[:MOST_EXPORTED])
        return download("authorisations", [Sheet(_("代扣授权"), _authorisation_header(), listed)])
    context = {"form": form, "page": page_of(rows, request.GET.get("page")), "today": day_of(now())}
    return render(request, "remittance/authorisations.html", context)


def _authorisation_header() -> list[str]:
    return [
        _("户号"), _("房屋"), _("户名"), _("付款银行"), _("付款账号"), _("协议号"), _("生效日期"), _("结束日期"),
    ]  # fmt: skip


def _authorisation(row: Any) -> list[object]:
    account = row.account
    said = [account.number, str(account.unit or ""), row.holder, row.bank_name, row.masked, row.agreement]
    return [*said, row.starts_on, row.ends_on]


@page(KEEP_DEBITS, "GET", "POST")
def new_authorisation(request: SignedInRequest) -> HttpResponse:
    request.actor.require(KEEP_DEBITS, request.site.pk)
    initial = {"starts_on": day_of(now()), "account": request.GET.get("account", "")}
    form = AuthorisationForm(request.POST or None, site=request.site, initial=initial)
    act: Callable[..., object] = _authorise(request)
    if tried(request, form, act):
        messages.success(request, _("授权已登记。"))
        return redirect("remittance:authorisations")
    back = reverse("remittance:authorisations")
    return form_page(request, form, title=_("登记代扣授权"), verb=_("登记"), back=back)


def _authorise(request: SignedInRequest) -> Callable[..., object]:
    def authorise(account: Any, bank_account: Any, **said: Any) -> None:
        keys = {"account_id": account.pk, "bank_account_id": bank_account.pk}
        actions.authorise_debit(actor=request.actor, at=now(), **keys, **said)

    return authorise


@page(KEEP_DEBITS, "GET", "POST")
def authorisation_end(request: SignedInRequest, pk: int) -> HttpResponse:
    row = authorisation_seen(request.actor, pk)
    form = EndForm(request.POST or None, initial={"ends_on": day_of(now())})

    def end(**said: Any) -> None:
        actions.end_authorisation(actor=request.actor, at=now(), authorisation_id=pk, **said)

    if tried(request, form, end):
        messages.success(request, _("授权已结束。"))
        return redirect("remittance:authorisations")
    back, facts = reverse("remittance:authorisations"), f"{row.account.unit or row.account.number} · {row.holder}"
    return form_page(request, form, title=_("结束代扣授权"), verb=_("结束"), back=back, hint=facts)
