"""The daily reconciliation: the days, one day line by line, and as a workbook."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.remittance import actions
from zhongshu.remittance.forms.online import BillForm
from zhongshu.remittance.models import ProviderBill, ProviderBillLine
from zhongshu.remittance.permissions import RECONCILE
from zhongshu.remittance.queries import online as queries
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import show_refusal
from zhongshu.web.paging import page_of


@page(RECONCILE, "GET", "POST")
def bills(request: SignedInRequest) -> HttpResponse:
    """GET: the days. POST: the bill of a day is fetched and compared."""
    form = BillForm(request.POST or None, merchants=list(queries.reconcilable(request.actor)))
    if form.is_valid():
        said = {"merchant_id": form.cleaned_data["merchant"], "day": form.cleaned_data["day"]}
        try:
            made = actions.fetch_bill(actor=request.actor, at=now(), **said)
        except NotFound:
            raise
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            if made.fault:
                messages.warning(request, _("支付平台没有给出账单，稍后会自动再取：%(why)s") % {"why": made.fault})
            return redirect("remittance:bill", made.pk)
    context = {"page": page_of(queries.bills_visible(request.actor), request.GET.get("page")), "form": form}
    return render(request, "remittance/bills.html", context, status=422 if form.errors else 200)


@page(RECONCILE)
def bill(request: SignedInRequest, bill_id: int) -> HttpResponse:
    shown = queries.bill_seen(request.actor, bill_id)
    only_differing = request.GET.get("only") == "differing"
    rows = queries.lines_of(shown, only_differing=only_differing)
    if request.GET.get("export") == "xlsx":
        return download(f"{shown.merchant.provider}-{shown.day}", [_sheet(shown, list(rows))])
    context = {"bill": shown, "page": page_of(rows, request.GET.get("page")), "only_differing": only_differing}
    return render(request, "remittance/bill.html", context)


def _sheet(shown: ProviderBill, rows: list[ProviderBillLine]) -> Sheet:
    header = [_("结果"), _("类别"), _("时间"), _("单号"), _("平台交易号"), _("退款单号")]
    header += [_("平台金额"), _("系统金额"), _("手续费")]
    listed = [
        [
            row.get_verdict_display(),
            row.get_nature_display(),
            row.at,
            row.number,
            row.transaction_id,
            row.refund_number,
            row.there,
            row.here,
            row.fee,
        ]
        for row in rows
    ]
    return Sheet(shown.day.isoformat(), header, listed)
