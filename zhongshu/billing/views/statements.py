"""The statement of an account at the end of a day, on the screen and on paper."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from zhongshu.billing.engine.statement_paper import statement_pdf
from zhongshu.billing.forms.statements import StatementForm
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.billing.queries.statements import statement
from zhongshu.billing.views.accounts import account_seen
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paper import download


@page(VIEW_BILLING)
def account_statement(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Of the day chosen; of today when none is, or what was typed is no day."""
    account = account_seen(request, account_number)
    form, on = asked(request)
    shown = {"account": account, "form": form, "statement": statement(account.pk, on)}
    return render(request, "billing/statement.html", shown, status=422 if form.errors else 200)


@never_cache
@page(VIEW_BILLING)
def statement_paper(request: SignedInRequest, account_number: str) -> HttpResponse:
    """As PDF."""
    account = account_seen(request, account_number)
    _form, on = asked(request)
    paper = statement_pdf(account, statement(account.pk, on), at=now())
    return download(f"statement-{on}", paper)


def asked(request: SignedInRequest) -> tuple[StatementForm, date]:
    """The form with what stands in the address, and the day meant by it."""
    today = day_of(now())
    form = StatementForm(request.GET) if "on" in request.GET else StatementForm(initial={"on": today})
    chosen = form.cleaned_data.get("on") if form.is_valid() else None
    return form, chosen or today
