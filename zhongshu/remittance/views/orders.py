"""Online orders for staff: the list, one, a new one, giving its money back, and what finance has to look at."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.billing.permissions import RECEIVE
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.middleware import client_ip
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.remittance import actions
from zhongshu.remittance.forms.online import NoteForm, OrderForm, RefundForm
from zhongshu.remittance.kinds import PROVIDER_LABELS, Provider
from zhongshu.remittance.lifecycle import ORDER_STATE_LABELS, OrderState, RefundState
from zhongshu.remittance.models import OnlineOrder
from zhongshu.remittance.permissions import APPROVE_REFUNDS, OPEN_ORDERS, PROPOSE_REFUNDS, SETTLE_ALERTS, VIEW_ONLINE
from zhongshu.remittance.queries import online as queries
from zhongshu.remittance.views.pay import drawing_of
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt, show_refusal
from zhongshu.web.links import home_of
from zhongshu.web.paging import page_of

EXPORTED = 20_000


@page(VIEW_ONLINE)
def orders(request: SignedInRequest) -> HttpResponse:
    days = Days.of(request.GET)
    wanted = {name: request.GET.get(name, "") for name in ("state", "provider")}
    rows = queries.orders_visible(request.actor, **wanted, since=days.starts_at, before=days.ends_at)
    if request.GET.get("export") == "xlsx":
        return download("online-orders", [_sheet(list(rows[:EXPORTED]))])
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "wanted": wanted,
        "days": days,
        "states": ORDER_STATE_LABELS,
        "providers": PROVIDER_LABELS,
        "alerts": queries.alerts_visible(request.actor).count() if request.actor.may(SETTLE_ALERTS) else 0,
    }
    return render(request, "remittance/orders.html", context)


@never_cache
@page(OPEN_ORDERS, "GET", "POST")
def new_order(request: SignedInRequest, account_id: int) -> HttpResponse:
    """What an account owes, with a mark at each charge; then a code for the payer to scan."""
    account = queries.account_seen(request.actor, account_id)
    owed = queries.owed_by(account.pk, day_of(now()))
    providers = [Provider(each.provider) for each in queries.merchants_at(account.site_id)]
    form = OrderForm(request.POST or None, owed=owed, providers=providers)
    if form.is_valid():
        provider, kind = form.chosen_way()
        way = actions.Way(provider=provider, kind=kind, home=home_of(request), ip=client_ip(request) or "")
        said = {"account_id": account.pk, "way": way, "charge_ids": form.cleaned_data["charges"]}
        try:
            order = actions.open_order(actor=request.actor, at=now(), **said)
        except NotFound:
            raise
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("remittance:order", order.number)
    context = {"account": account, "owed": owed, "form": form, "providers": providers}
    return render(request, "remittance/new_order.html", context, status=422 if form.errors else 200)


@never_cache
@page(VIEW_ONLINE)
def order(request: SignedInRequest, number: str) -> HttpResponse:
    return _show(request, queries.order_seen(request.actor, number), RefundForm())


@never_cache
@page(VIEW_ONLINE)
def order_live(request: SignedInRequest, number: str) -> HttpResponse:
    """The part of an order's page that becomes paid by itself."""
    shown = queries.order_seen(request.actor, number)
    return render(request, "remittance/parts/order_live.html", {"order": shown, "drawing": drawing_of(shown)})


@page(OPEN_ORDERS, "POST")
def order_question(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask the provider now instead of waiting for it to call."""
    shown = queries.order_seen(request.actor, number, OPEN_ORDERS)
    asked = actions.ask_order_now(actor=request.actor, at=now(), number=shown.number)
    if asked.fault:
        messages.warning(request, _("支付平台没有给出结果：%(why)s") % {"why": asked.fault})
    return redirect("remittance:order", number)


@page(PROPOSE_REFUNDS, "POST")
def refunds(request: SignedInRequest, number: str) -> HttpResponse:
    shown = queries.order_seen(request.actor, number, PROPOSE_REFUNDS)
    form = RefundForm(request.POST)
    if attempt(form, partial(actions.propose_refund, actor=request.actor, at=now(), number=number)):
        messages.success(request, _("退款已提交，等另一个人复核。"))
        return redirect("remittance:order", number)
    return _show(request, shown, form)


@page(APPROVE_REFUNDS, "POST")
def refund_approval(request: SignedInRequest, refund_id: int) -> HttpResponse:
    refund = actions.approve_refund(actor=request.actor, at=now(), refund_id=refund_id)
    if refund.state == RefundState.FAILED:
        messages.warning(request, _("支付平台没有接受退款：%(why)s") % {"why": refund.fault})
    else:
        messages.success(request, _("已同意，退款已发给支付平台。"))
    return redirect("remittance:order", refund.order.number)


@page(APPROVE_REFUNDS, "POST")
def refund_declining(request: SignedInRequest, refund_id: int) -> HttpResponse:
    refund = actions.decline_refund(actor=request.actor, at=now(), refund_id=refund_id)
    messages.success(request, _("没有同意，钱不退。"))
    return redirect("remittance:order", refund.order.number)


@page(SETTLE_ALERTS)
def alerts(request: SignedInRequest) -> HttpResponse:
    return _alerts(request, NoteForm())


@page(SETTLE_ALERTS, "POST")
def alert_settlement(request: SignedInRequest, alert_id: int) -> HttpResponse:
    form = NoteForm(request.POST)
    if attempt(form, partial(actions.settle_alert, actor=request.actor, at=now(), alert_id=alert_id)):
        messages.success(request, _("已处理。"))
        return redirect("remittance:alerts")
    return _alerts(request, form, at_alert=alert_id)


@page(SETTLE_ALERTS, "POST")
def alert_booking(request: SignedInRequest, alert_id: int) -> HttpResponse:
    actions.accept_money(actor=request.actor, at=now(), alert_id=alert_id)
    messages.success(request, _("已按实收金额入账。"))
    return redirect("remittance:alerts")


def _alerts(request: SignedInRequest, form: NoteForm, *, at_alert: int | None = None) -> HttpResponse:
    is_open = request.GET.get("settled") != "1"
    context = {
        "page": page_of(queries.alerts_visible(request.actor, is_open=is_open), request.GET.get("page")),
        "is_open": is_open,
        "form": form,
        "at_alert": at_alert,
        "may_book": request.actor.may(RECEIVE),
    }
    return render(request, "remittance/alerts.html", context, status=422 if form.errors else 200)


def _show(request: SignedInRequest, shown: OnlineOrder, form: RefundForm) -> HttpResponse:
    actor, site_id = request.actor, shown.site_id
    refunds = list(queries.refunds_of(shown))
    has_money = shown.state == OrderState.PAID or (shown.state == OrderState.FAILED and shown.paid_amount is not None)
    is_asked = any(refund.state == RefundState.PROPOSED for refund in refunds)
    context: dict[str, Any] = {
        "order": shown,
        "drawing": drawing_of(shown),
        "refunds": refunds,
        "notices": queries.notices_of(shown)[:50],
        "form": form,
        "may_refund": has_money and not is_asked and actor.may(PROPOSE_REFUNDS, site_id),
        "may_decide": actor.may(APPROVE_REFUNDS, site_id),
    }
    return render(request, "remittance/order.html", context, status=422 if form.errors else 200)


def _sheet(rows: list[OnlineOrder]) -> Sheet:
    header = [
        _("单号"),
        _("时间"),
        _("项目"),
        _("户号"),
        _("房号"),
        _("支付平台"),
        _("金额"),
        _("状态"),
        _("平台交易号"),
    ]
    listed = [
        [
            row.number,
            row.created_at,
            row.site.name,
            row.account.number,
            str(row.account.unit or ""),
            row.get_provider_display(),
            row.amount,
            row.get_state_display(),
            row.transaction_id,
        ]
        for row in rows
    ]
    return Sheet(_("在线支付订单"), header, listed)
