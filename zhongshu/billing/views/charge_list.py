"""The list of charges, and a single one added by hand."""

import secrets
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.billing import actions
from zhongshu.billing.forms.money import LateFeesForm
from zhongshu.billing.forms.pricing import OneOffForm, month_of
from zhongshu.billing.models import Charge, ChargeItem
from zhongshu.billing.permissions import CHARGE, RUN_BILLS, VIEW_BILLING
from zhongshu.billing.queries.charges import Wanted, charges_listed
from zhongshu.billing.queries.debts import accrued
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_by_number
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.web import excel
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000
STATES = {"open": gettext_lazy("未缴清"), "paid": gettext_lazy("已结清"), "reversed": gettext_lazy("已冲销")}


@page(VIEW_BILLING)
def charges(request: SignedInRequest) -> HttpResponse:
    """Narrowed by household, item, month and state; `export` gives the workbook."""
    site_id = request.site.pk
    request.actor.require(VIEW_BILLING, site_id)
    typed = {name: request.GET.get(name, "").strip() for name in ("q", "item", "period", "state")}
    wanted, error = _wanted(typed)
    rows = charges_listed(site_id, wanted)
    if request.GET.get("export") == "xlsx":
        return excel.download("charges", [_sheet(rows[:MOST_EXPORTED])])
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "typed": typed,
        "error": error,
        "items": ChargeItem.objects.filter(site_id=site_id).order_by("code"),
        "states": STATES,
        "may_charge": request.actor.may(CHARGE, site_id),
        "may_run": request.actor.may(RUN_BILLS, site_id),
    }
    return render(request, "billing/charges.html", shown)


@page(RUN_BILLS, "GET", "POST")
def late_fees(request: SignedInRequest) -> HttpResponse:
    """What has accrued at the site by a day and stands on no bill yet, how much that is; then it is put on bills."""
    site_id, at = request.site.pk, now()
    request.actor.require(RUN_BILLS, site_id)
    form = LateFeesForm(request.POST or request.GET or {"on": day_of(at)})
    facts: dict[str, Any] = {"actor": request.actor, "at": at, "site_id": site_id}
    made: list[int] = []
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.post_late_fees(**facts, **said))):
        messages.success(request, _("已计提 %(count)s 笔违约金。") % {"count": made[0]})
        return redirect("billing:charges")
    on = form.cleaned_data["on"] if form.is_valid() else day_of(at)
    shown = {"form": form, "on": on, "accrued": accrued(site_id, min(on, day_of(at)))}
    return render(request, "billing/late_fees.html", shown, status=422 if request.method == "POST" else 200)


def _wanted(typed: dict[str, str]) -> tuple[Wanted, str]:
    """What is meant, and what is wrong with the month; that then narrows nothing."""
    try:
        period, error = (month_of(typed["period"]) if typed["period"] else None), ""
    except ValidationError as wrong:
        period, error = None, wrong.messages[0]
    return Wanted(text=typed["q"], item=typed["item"], period=period, state=typed["state"]), error


@page(CHARGE, "GET", "POST")
def new_charge(request: SignedInRequest) -> HttpResponse:
    """A single charge: typed, looked at, then made."""
    site_id = request.site.pk
    request.actor.require(CHARGE, site_id)
    first = {"account": request.GET.get("account", ""), "due_on": day_of(now()), "token": secrets.randbelow(2**62) + 1}
    form = OneOffForm(request.POST or None, site_id=site_id, initial=first)
    looked: list[Account] = []
    made: list[Charge] = []
    if request.method == "POST":

        def act(**said: Any) -> None:
            looked.append(_account(site_id, said.pop("account")))
            if request.POST.get("confirmed") == "1":
                made.append(_charge(request, looked[0], **said))

        if attempt(form, act) and made:
            return redirect("billing:charge", made[0].pk)
    shown = {"form": form, "looked": looked[0] if looked and not form.errors else None}
    return render(request, "billing/new_charge.html", shown, status=422 if form.errors else 200)


def _account(site_id: int, number: str) -> Account:
    try:
        return account_by_number(site_id, number)
    except NotFound as error:
        raise Invalid(_("没有户号为“%(number)s”的账户。") % {"number": number}, field="account") from error


def _charge(
    request: SignedInRequest, account: Account, *, item_code: str, amount: Decimal, note: str, token: int, **said: Any
) -> Charge:
    at = now()
    return actions.charge_once(
        actor=request.actor,
        at=at,
        account_id=account.pk,
        place_id=account.unit_id,
        item_code=item_code,
        amount=amount,
        due_on=said["due_on"],
        period_start=day_of(at),
        source_id=token,
        detail={"note": note} if note else {},
    )


def _sheet(rows: Any) -> excel.Sheet:
    header = [_("收费项目"), _("户号"), _("客户"), _("位置"), _("从哪天起"), _("到哪天（不含）"), _("缴费日期"),
              _("数量"), _("单价（元）"), _("金额（元）"), _("未缴（元）")]  # fmt: skip
    cells = (
        (
            row.item.name, row.account.number, row.account.customer.name, row.place.label if row.place else "",
            row.period_start, row.period_end, row.due_on, row.quantity, row.unit_price, row.amount, row.open_amount,
        )
        for row in rows.iterator(2000)
    )  # fmt: skip
    return excel.Sheet(_("账单"), header, cells)
