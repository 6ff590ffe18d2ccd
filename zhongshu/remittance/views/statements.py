"""Bank statements: files in, lines with what is suggested for them, and what a person says each is."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.remittance import actions, jobs
from zhongshu.remittance.forms.bank import (
    AsideForm,
    LineFilterForm,
    MatchForm,
    StatementForm,
    TransitForm,
    UndoForm,
)
from zhongshu.remittance.kinds import MATCH_REASON_LABELS, MatchReason, StatementState
from zhongshu.remittance.models import BankStatement, StatementLine
from zhongshu.remittance.permissions import MATCH_STATEMENTS, UNDO_MATCHES, VIEW_BANKS
from zhongshu.remittance.queries.statements import (
    LineFilter,
    accounts_named,
    statement_line_seen,
    statement_lines_listed,
    statements_listed,
    unclaimed,
)
from zhongshu.remittance.views.bank_parts import MOST_EXPORTED, bytes_of, form_page, tried
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BANKS)
def statement_lines(request: SignedInRequest) -> HttpResponse:
    """What came in and is nobody's yet, the oldest first; or whatever else was asked for."""
    form, days = LineFilterForm(request.GET), Days.of(request.GET)
    rows = statement_lines_listed(request.actor, _wanted(form, days, request), site_id=request.site.pk)
    if request.GET.get("export") == "xlsx":
        return download("statements", [Sheet(_("银行流水"), _header(), map(_row, rows[:MOST_EXPORTED]))])
    shown = page_of(rows, request.GET.get("page"))
    context = {
        "form": form,
        "days": days,
        "page": shown,
        "advised": _with_advice(shown.rows),
        "unclaimed": unclaimed(request.actor, request.site.pk),
        "may_match": request.actor.may(MATCH_STATEMENTS, request.site.pk),
    }
    return render(request, "remittance/statement_lines.html", context)


def _wanted(form: LineFilterForm, days: Days, request: SignedInRequest) -> LineFilter:
    """Open ones unless something else was asked for."""
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state") or StatementState.OPEN
    statement = request.GET.get("statement", "")
    return LineFilter(
        state="" if state == "all" else state,
        text=said.get("text", ""),
        least=said.get("least"),
        is_certain=said.get("is_certain", False),
        statement_id=int(statement) if statement.isdecimal() and len(statement) < 18 else None,
        since=days.since,
        until=days.until,
    )


def _with_advice(lines: Iterable[StatementLine]) -> list[tuple[StatementLine, list[dict[str, Any]]]]:
    """Each line with what is suggested for it, the accounts in full."""
    rows = list(lines)
    accounts = accounts_named({one["account_id"] for line in rows for one in line.suggestions or ()})
    return [
        (
            line,
            [
                {**one, "account": accounts[one["account_id"]], "reasons": _reasons(one["reasons"])}
                for one in line.suggestions or ()
            ],
        )
        for line in rows
    ]


def _reasons(said: Iterable[str]) -> list[str]:
    return [str(MATCH_REASON_LABELS[MatchReason(one)]) for one in said]


def _header() -> list[str]:
    return [
        _("记账日期"), _("金额"), _("付款人"), _("付款账号"), _("附言"), _("流水号"), _("状态"), _("房屋"), _("户号"),
        _("收款单号"), _("说明"),
    ]  # fmt: skip


def _row(line: StatementLine) -> list[object]:
    account = line.account
    whose = [str(account.unit or ""), account.number] if account else ["", ""]
    number = line.payment.number if line.payment else ""
    said = [line.booked_on, line.amount, line.payer_name, line.payer_masked, line.remark, line.reference]
    return [*said, line.get_state_display(), *whose, number, line.reason]


@page(VIEW_BANKS)
def statements(request: SignedInRequest) -> HttpResponse:
    """The files that were imported."""
    rows = statements_listed(request.actor, site_id=request.site.pk)
    return render(request, "remittance/statements.html", {"page": page_of(rows, request.GET.get("page"))})


@page(MATCH_STATEMENTS, "GET", "POST")
def statement_import(request: SignedInRequest) -> HttpResponse:
    """A file comes in; whose money it is, is looked for right away."""
    request.actor.require(MATCH_STATEMENTS, request.site.pk)
    form = StatementForm(request.POST or None, request.FILES or None, site=request.site)
    taken: list[BankStatement] = []
    moment = now()

    def take(bank_account: Any, file: Any) -> None:
        said = {"file_name": file.name, "content": bytes_of(file)}
        key = bank_account.pk
        taken.append(actions.import_statement(actor=request.actor, at=moment, bank_account_id=key, **said))

    if tried(request, form, take):
        jobs.look(site_id=request.site.pk)
        _say_what_came(request, taken[0], is_new=taken[0].imported_at == moment)
        return redirect("remittance:statement_lines")
    back = reverse("remittance:statement_lines")
    hint = _("列名不用改，按银行导出的原样上传；同一份对账单再传一次不会重复。")
    return form_page(request, form, title=_("导入对账单"), verb=_("导入"), back=back, hint=hint, is_upload=True)


def _say_what_came(request: SignedInRequest, statement: BankStatement, *, is_new: bool) -> None:
    if is_new:
        said = {"count": statement.line_count, "new": statement.new_count}
        messages.success(request, _("对账单共 %(count)s 笔，其中新的 %(new)s 笔。") % said)
    else:
        messages.info(request, _("这份文件以前导入过，没有变化。"))


@page(MATCH_STATEMENTS, "POST")
def certain_matches(request: SignedInRequest) -> HttpResponse:
    """Confirm what is certain, all at once."""
    jobs.confirm(actor=request.actor, at=now(), site_id=request.site.pk)
    messages.success(request, _("正在把有把握的逐笔入账。"))
    return redirect("remittance:statement_lines")


@page(MATCH_STATEMENTS, "POST")
def new_search(request: SignedInRequest) -> HttpResponse:
    """Look again whose money the open lines are."""
    actions.look_again(actor=request.actor, at=now(), site_id=request.site.pk)
    jobs.look(site_id=request.site.pk)
    return redirect("remittance:statement_lines")


@page(VIEW_BANKS)
def statement_line(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, statement_line_seen(request.actor, pk))


def _show(request: SignedInRequest, line: StatementLine, **typed: forms.Form) -> HttpResponse:
    [(_line, advice)] = _with_advice([line])
    context = {
        "line": line,
        "advice": advice,
        "match_form": MatchForm(site=line.site),
        "aside_form": AsideForm(),
        "transit_form": TransitForm(),
        "undo_form": UndoForm(),
        "may_match": request.actor.may(MATCH_STATEMENTS, line.site_id),
        "may_undo": request.actor.may(UNDO_MATCHES, line.site_id),
        **typed,
    }
    status = 422 if any(form.errors for form in typed.values()) else 200
    return render(request, "remittance/statement_line.html", context, status=status)


@page(MATCH_STATEMENTS, "POST")
def match(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is that account's money."""
    line = statement_line_seen(request.actor, pk)
    form = MatchForm(request.POST, site=line.site)

    def confirm(account: Any) -> None:
        actions.confirm_match(actor=request.actor, at=now(), line_id=pk, account_id=account.pk)

    return _step(request, line, form, confirm, name="match_form", said=_("已入账。"))


@page(MATCH_STATEMENTS, "POST")
def aside(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is nobody's payment."""
    line = statement_line_seen(request.actor, pk)

    def act(reason: str) -> None:
        actions.set_aside(actor=request.actor, at=now(), line_id=pk, reason=reason)

    return _step(request, line, AsideForm(request.POST), act, name="aside_form", said=_("已登记为不入账。"))


@page(MATCH_STATEMENTS, "POST")
def transit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Money on its way has arrived."""
    line = statement_line_seen(request.actor, pk)

    def act(reason: str) -> None:
        actions.clear_transit(actor=request.actor, at=now(), line_id=pk, reason=reason)

    return _step(request, line, TransitForm(request.POST), act, name="transit_form", said=_("已登记为渠道结算到账。"))


@page(UNDO_MATCHES, "POST")
def undoing(request: SignedInRequest, pk: int) -> HttpResponse:
    line = statement_line_seen(request.actor, pk)

    def act(reason: str) -> None:
        actions.undo_match(actor=request.actor, at=now(), line_id=pk, reason=reason)
        jobs.look(site_id=line.site_id)

    return _step(request, line, UndoForm(request.POST), act, name="undo_form", said=_("已撤销，这一笔重新待认领。"))


def _step(
    request: SignedInRequest,
    line: StatementLine,
    form: forms.Form,
    act: Callable[..., object],
    *,
    name: str,
    said: str,
) -> HttpResponse:
    """Back to the list, whose next line waits; or the line again with what is wrong."""
    if not attempt(form, act):
        return _show(request, statement_line_seen(request.actor, line.pk), **{name: form})
    messages.success(request, said)
    return (
        redirect("remittance:statement_line", line.pk)
        if name == "undo_form"
        else redirect("remittance:statement_lines")
    )
