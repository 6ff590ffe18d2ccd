"""Orders: the list, one order, a task given, several reassigned."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.people.kinds import TEAM_KIND_LABELS
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import show_refusal
from zhongshu.web.paging import page_of
from zhongshu.work import actions, queries
from zhongshu.work.filters import OrderFilter
from zhongshu.work.forms import MoveForm, PhotoForm, PlaceForm, SeveralForm, TaskForm, UrgencyForm
from zhongshu.work.kinds import CATEGORY_LABELS, ORDER_KIND_LABELS, URGENCY_LABELS, category_name
from zhongshu.work.lifecycle import ENDED, STATE_LABELS, State
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import DISPATCH_ORDERS, VIEW_ORDERS, may_correct
from zhongshu.work.views.nouns import nouns_for
from zhongshu.work.views.offers import offered

MOST_EXPORTED = 20_000


@page(VIEW_ORDERS)
def order_list(request: SignedInRequest) -> HttpResponse:
    """The orders of the site that match the filters in the address."""
    at = now()
    wanted = OrderFilter.of(request.GET)
    orders = queries.orders_visible(request.actor).filter(site_id=request.site.pk)
    orders = wanted.apply(orders, at=at)
    if request.GET.get("export") == "xlsx":
        return _workbook(orders)
    rows = page_of(queries.with_running_clocks(orders), request.GET.get("page"))
    context = {
        "page": rows,
        "entries": [queries.BoardOrder(order, queries.next_reading(order, at)) for order in rows.rows],
        "wanted": wanted,
        "days": Days.of(request.GET),
        "choices": {
            "state": {state.value: label for state, label in STATE_LABELS.items()},
            "urgency": {urgency.value: label for urgency, label in URGENCY_LABELS.items()},
            "team": {kind.value: label for kind, label in TEAM_KIND_LABELS.items()},
            "kind": {kind.value: label for kind, label in ORDER_KIND_LABELS.items()},
            "category": CATEGORY_LABELS,
        },
        "may_dispatch": request.actor.may(DISPATCH_ORDERS, request.site.pk),
    }
    return render(request, "work/orders.html", context)


@page(VIEW_ORDERS)
def order(request: SignedInRequest, number: str) -> HttpResponse:
    """One order: facts, clocks, why it went where it went, photos, history, and what can be done now."""
    return order_page(request, queries.order_by_number(request.actor, number))


def order_page(
    request: SignedInRequest, shown: WorkOrder, *, tried: MoveForm | None = None, noun: str = "", status: int = 200
) -> HttpResponse:
    """The page of an order; `tried` is a form that was refused, shown again with what was typed."""
    at = now()
    forms = [
        (n, tried if tried is not None and n.noun == noun else n.form(order=shown))
        for n in nouns_for(queries.possible_moves(request.actor, shown))
    ]
    known = {"urgency": shown.urgency, "place": shown.place.code if shown.place else ""}
    corrections: dict[str, Any] = {}
    if may_correct(request.actor, shown) and State(shown.state) not in ENDED:
        blank = {"place": PlaceForm(order=shown, initial=known), "urgency": UrgencyForm(order=shown, initial=known)}
        corrections = blank | ({noun: tried} if tried is not None and noun in blank else {})
    context = {
        "order": shown,
        "clocks": queries.clock_readings(shown, at),
        "decision": queries.latest_decision(shown),
        "timeline": queries.timeline(shown),
        "photos": shown.photos.order_by("pk"),
        "own": (own := queries.belongings(shown)),
        "extras": offered(request.actor, shown, own),
        "photo_form": tried if isinstance(tried, PhotoForm) else PhotoForm(order=shown),
        "is_ended": State(shown.state) in ENDED,
        "forms": forms,
        "corrections": corrections,
        "tried": noun,
    }
    return render(request, "work/order.html", context, status=status)


@page(DISPATCH_ORDERS, "GET", "POST")
def new(request: SignedInRequest) -> HttpResponse:
    """Give a task at this site."""
    request.actor.require(DISPATCH_ORDERS, request.site.pk)
    form = TaskForm(request.POST or None, site=request.site)
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.give_task(actor=request.actor, at=now(), site=request.site, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("工单 %(number)s 已派出。") % {"number": given.number})
            return redirect("work:order", number=given.number)
    return render(request, "work/new.html", {"form": form}, status=422 if form.errors else 200)


@page(DISPATCH_ORDERS, "GET", "POST")
def several(request: SignedInRequest) -> HttpResponse:
    """Reassign the orders ticked in the list (`order=` ids in the address or the form) to one person."""
    ids = [int(pk) for pk in (request.POST or request.GET).getlist("order") if pk.isdecimal() and len(pk) < 19]
    visible = queries.orders_visible(request.actor).filter(pk__in=ids, site_id=request.site.pk)
    chosen = list(visible.select_related("place", "assignee__user").order_by("pk"))
    form = SeveralForm(request.POST or None, site=request.site)
    if request.method == "POST" and chosen and form.is_valid():
        try:
            actions.reassign_several(
                actor=request.actor, at=now(), order_ids=[one.pk for one in chosen], **form.cleaned_data
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已转派 %(count)d 张工单。") % {"count": len(chosen)})
            return redirect("work:orders")
    return render(request, "work/several.html", {"form": form, "chosen": chosen}, status=422 if form.errors else 200)


def _workbook(orders: QuerySet[WorkOrder]) -> HttpResponse:
    header = [
        _("工单号"), _("类型"), _("类别"), _("紧急程度"), _("内容"), _("位置"), _("部门"), _("处理人"), _("状态"),
        _("报事时间"), _("结束时间"),
    ]  # fmt: skip
    rows = orders.select_related("place", "team", "assignee__user")[:MOST_EXPORTED]
    lines = (
        [
            one.number,
            str(one.get_kind_display()),
            category_name(one.category),
            f"{one.urgency} {one.get_urgency_display()}",
            one.title,
            one.place.label if one.place else "",
            one.team.name if one.team else "",
            one.assignee.user.name if one.assignee else "",
            str(one.get_state_display()),
            one.opened_at,
            one.ended_at,
        ]
        for one in rows.iterator(2000)
    )
    return download("orders", [Sheet(_("工单"), header, lines)])
