"""Customers: the list and the page of one."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.estate import actions, queries
from zhongshu.estate.forms import CustomerForm
from zhongshu.estate.kinds import CUSTOMER_KIND_LABELS, CustomerKind
from zhongshu.estate.models import Customer
from zhongshu.estate.permissions import EDIT_CUSTOMERS, IMPORT_ESTATE, VIEW_CUSTOMERS
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.masking import masked
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import now
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_CUSTOMERS)
def customers(request: SignedInRequest) -> HttpResponse:
    """Everybody the site serves, by name, pinyin initials or number."""
    request.actor.require(VIEW_CUSTOMERS, request.site.pk)
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    rows = queries.customers_listed(request.site.pk, text=text, kind=kind)
    if request.GET.get("export") == "xlsx":
        return _workbook(rows)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "kinds": choices(CUSTOMER_KIND_LABELS),
        "may_import": request.actor.may(IMPORT_ESTATE, request.site.pk),
    }
    return render(request, "estate/customers.html", context)


def _workbook(rows: QuerySet[Customer]) -> HttpResponse:
    header = [_("姓名或单位名称"), _("客户类型"), _("电话"), _("房屋")]
    lines = (
        [
            customer.name,
            str(CUSTOMER_KIND_LABELS[CustomerKind(customer.kind)]),
            "、".join(masked(phone.number) for phone in customer.phones.all()),
            "、".join(member.account.unit.label for member in customer.memberships.all() if member.account.unit),
        ]
        for customer in rows
    )
    return download("customers", [Sheet(_("客户"), header, lines)])


@page(VIEW_CUSTOMERS, "GET", "POST")
def customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """One customer: numbers, accounts, households; put right by those who may."""
    found = queries.customer_seen(request.actor, customer_id)
    may_edit = request.actor.may(EDIT_CUSTOMERS, found.site_id)
    phones = list(found.phones.order_by("-is_primary", "pk"))
    if request.method == "POST":
        request.actor.require(EDIT_CUSTOMERS, found.site_id)
        form = CustomerForm(request.POST)
        if attempt(form, lambda phones, **said: _edit(request, found, phones, **said)):
            messages.success(request, _("客户资料已保存。"))
            return redirect("estate:customer", found.pk)
    else:
        numbers = "、".join(masked(phone.number) for phone in phones)
        present = {"name": found.name, "kind": found.kind, "id_no": found.id_no, "note": found.note}
        form = CustomerForm(initial={**present, "phones": numbers})
    context = {
        "customer": found,
        "kind_label": CUSTOMER_KIND_LABELS[CustomerKind(found.kind)],
        "phones": phones,
        "accounts": found.accounts.select_related("unit").order_by("-starts_on"),
        "memberships": found.memberships.select_related("account__unit", "account__customer").order_by("-starts_on"),
        "form": form if may_edit else None,
    }
    return render(request, "estate/customer.html", context, status=422 if form.errors else 200)


def _edit(request: SignedInRequest, found: Customer, phones: str, **said: str) -> None:
    actions.edit_customer(actor=request.actor, at=now(), customer=found, phones=[phones], **said)
