"""The counter: find who pays, see what is owed, take the money, hand out the receipt."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.billing.permissions import RECEIVE
from zhongshu.billing.queries.accounts import AccountMoney, account_money
from zhongshu.billing.views.doing import do
from zhongshu.cashier import actions
from zhongshu.cashier.engine.drawers import stand_in_of
from zhongshu.cashier.forms import OpeningForm, PrepaymentForm, TakingForm
from zhongshu.cashier.models import Taken
from zhongshu.cashier.permissions import COUNTER
from zhongshu.cashier.queries.deposits import releases_to_pay
from zhongshu.cashier.queries.shifts import cash_refunds_waiting, left_drawers, shift_of, taken_in
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_by_number, search_accounts
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.forms import attempt


def require_counter(request: SignedInRequest) -> None:
    """A cashier, or a stand-in of the day, or somebody whose shift goes on. Raises NotFound."""
    actor, site_id = request.actor, request.site.pk
    if not actor.may(RECEIVE, site_id) and not stand_in_of(actor, site_id, now()) and not shift_of(actor, site_id):
        raise NotFound(_("没有找到，或者您无权查看。"))


@never_cache
@page(COUNTER)
def counter(request: SignedInRequest) -> HttpResponse:
    """Without a shift: open one. With one: search, and the account that was found."""
    require_counter(request)
    if shift_of(request.actor, request.site.pk) is None:
        return _show_opening(request, OpeningForm(left=list(left_drawers(request.site.pk))))
    number, text = request.GET.get("account", "").strip(), request.GET.get("q", "").strip().replace("\x00", "")
    if number:
        return _show(request, account_by_number(request.site.pk, number))
    hits = search_accounts(request.site.pk, text) if text else []
    return _show(request, hits[0], q=text) if len(hits) == 1 else _show_search(request, hits, text)


def _show_search(request: SignedInRequest, hits: list[Account], text: str) -> HttpResponse:
    shift = shift_of(request.actor, request.site.pk)
    shown = {
        "shift": shift,
        "hits": hits,
        "q": text,
        "latest": taken_in(shift)[:5] if shift else [],
        "may_pay_out": request.actor.may(RECEIVE, request.site.pk),
        "refunds": cash_refunds_waiting(request.actor, request.site.pk)[:20],
        "releases": releases_to_pay(request.actor, request.site.pk)[:20],
    }
    return render(request, "cashier/counter.html", shown)


def _show(
    request: SignedInRequest,
    account: Account,
    form: TakingForm | None = None,
    ahead: PrepaymentForm | None = None,
    **more: Any,
) -> HttpResponse:
    money = account_money(account, day_of(now()))
    shown = {
        "shift": shift_of(request.actor, request.site.pk),
        "account": account,
        "money": money,
        "form": form or taking_form(money),
        "ahead": ahead or _ahead(request, account),
        "is_ahead": ahead is not None,
        **more,
    }
    wrong = any(each and each.errors for each in (form, ahead))
    return render(request, "cashier/account.html", shown, status=422 if wrong else 200)


def _ahead(request: SignedInRequest, account: Account, typed: Any = None) -> PrepaymentForm:
    asked = request.GET if "item_code" in request.GET else None
    url = f"{reverse('cashier:counter')}?{urlencode({'account': account.number})}"
    return PrepaymentForm(typed, account=account, asked=asked, url=url)


def taking_form(money: AccountMoney, typed: Any = None) -> TakingForm:
    """Prefilled with what is due; with all that is owed when nothing is due yet."""
    due: Decimal | None = money.due or money.total or None
    return TakingForm(typed, owed=money.owed, due=due)


@page(COUNTER, "POST")
def payments(request: SignedInRequest, account_number: str) -> HttpResponse:
    """The money is there."""
    require_counter(request)
    account = account_by_number(request.site.pk, account_number)
    form = taking_form(account_money(account, day_of(now())), request.POST)
    made: list[Taken] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "account_id": account.pk}
    if attempt(form, lambda **said: made.append(actions.take_payment(**facts, **said))):
        return redirect("cashier:receipt", made[0].payment.number)
    return _show(request, account, form)


@page(COUNTER, "POST")
def prepayments(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Months are paid ahead."""
    require_counter(request)
    account = account_by_number(request.site.pk, account_number)
    form = _ahead(request, account, request.POST)
    made: list[Taken] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "account_id": account.pk}
    if attempt(form, lambda **said: made.append(actions.take_prepayment(**facts, **said))):
        return redirect("cashier:receipt", made[0].payment.number)
    return _show(request, account, ahead=form)


@page(COUNTER, "POST")
def opening(request: SignedInRequest) -> HttpResponse:
    """The shift begins."""
    require_counter(request)
    form = OpeningForm(request.POST, left=list(left_drawers(request.site.pk)))
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": request.site.pk}
    if attempt(form, lambda **said: actions.open_shift(**facts, **said)):
        messages.success(request, _("已开班，可以收款了。"))
        return redirect("cashier:counter")
    return _show_opening(request, form)


def _show_opening(request: SignedInRequest, form: OpeningForm) -> HttpResponse:
    return render(request, "cashier/opening.html", {"form": form}, status=422 if form.errors else 200)


@page(RECEIVE, "POST")
def cash_refund(request: SignedInRequest, credit_refund_id: int) -> HttpResponse:
    """Account credit goes back in cash from the drawer."""

    def act() -> None:
        actions.pay_cash_refund(actor=request.actor, at=now(), refund_id=credit_refund_id)

    return do(request, act, said=_("退款已从抽屉付出。"), to=("cashier:counter",))
