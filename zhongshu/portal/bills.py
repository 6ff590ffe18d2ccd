"""The resident's bills, payments and readings: how each sum came about, and what was paid."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from zhongshu.billing.engine.statement_paper import statement_pdf
from zhongshu.billing.queries.statements import statement as statement_of
from zhongshu.billing.views.statements import asked
from zhongshu.cashier.engine.receipts import receipt_pdf
from zhongshu.cashier.queries.shifts import taken_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import absent
from zhongshu.kernel.clock import now
from zhongshu.portal import money
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.web.paging import page_of
from zhongshu.web.paper import download


@page(USE_PORTAL)
def bills(request: SignedInRequest) -> HttpResponse:
    """All of them, paid and unpaid."""
    rows = money.bills(request.actor, at=now())
    return render(request, "portal/bills.html", {"page": page_of(rows, request.GET.get("page"))})


@page(USE_PORTAL)
def bill(request: SignedInRequest, charge_id: int) -> HttpResponse:
    """How it came about, line by line, and what cleared it."""
    return render(request, "portal/bill.html", {"view": money.bill(request.actor, charge_id, at=now())})


@page(USE_PORTAL)
def payments(request: SignedInRequest) -> HttpResponse:
    """What was paid."""
    rows = money.payments(request.actor, at=now())
    return render(request, "portal/payments.html", {"page": page_of(rows, request.GET.get("page"))})


@page(USE_PORTAL)
def payment(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """What it cleared."""
    view = money.payment(request.actor, payment_number, at=now())
    return render(request, "portal/payment.html", {"view": view})


@never_cache
@page(USE_PORTAL)
def receipt(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """The counter's receipt on paper."""
    at = now()
    taken = taken_of(money.payment(request.actor, payment_number, at=at).payment.pk)
    if taken is None:
        raise absent()
    return download(f"receipt-{payment_number}", receipt_pdf(taken, at=at))


@page(USE_PORTAL)
def statement(request: SignedInRequest, account_id: int) -> HttpResponse:
    """What a home of theirs owes at the end of the day chosen."""
    account = money.home(request.actor, account_id, at=now())
    form, on = asked(request)
    shown = {"account": account, "form": form, "statement": statement_of(account.pk, on)}
    return render(request, "portal/statement.html", shown, status=422 if form.errors else 200)


@never_cache
@page(USE_PORTAL)
def statement_paper(request: SignedInRequest, account_id: int) -> HttpResponse:
    """The same on paper."""
    at = now()
    account = money.home(request.actor, account_id, at=at)
    _form, on = asked(request)
    return download(f"statement-{on}", statement_pdf(account, statement_of(account.pk, on), at=at))


@page(USE_PORTAL)
def meters(request: SignedInRequest) -> HttpResponse:
    """What my meters showed."""
    return render(request, "portal/meters.html", {"meters": money.meters(request.actor, at=now())})
