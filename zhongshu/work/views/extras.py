"""What is written down about one order besides its moves, at `/orders/<number>/<noun>`; claiming; answering aid."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.web.forms import show_refusal
from zhongshu.work import actions, queries
from zhongshu.work.forms import MoveForm
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import VIEW_ORDERS, WORK_ORDERS
from zhongshu.work.views.moves import PHONE_PAGES, next_page
from zhongshu.work.views.offers import EXTRAS, WITH_LINK, Extra


@page(VIEW_ORDERS, "GET", "POST")
def extra(request: SignedInRequest, number: str, noun: str) -> HttpResponse:
    """The form, and what was typed into it; back to `next` (a page of ours) or to the order."""
    order = queries.order_by_number(request.actor, number)
    wanted = EXTRAS[noun]
    form = wanted.form(request.POST or None, order=order)
    status = 200
    if request.method == "POST":
        status = _tried(request, order, wanted, form)
        if not status:
            return redirect(next_page(request, order))
    is_phone = (request.POST or request.GET).get("next", "").startswith(PHONE_PAGES)
    context = {"order": order, "form": form, "extra": wanted, "next": next_page(request, order)}
    return render(request, "work/again.html" if is_phone else "work/extra.html", context, status=status)


def _tried(request: SignedInRequest, order: WorkOrder, wanted: Extra, form: MoveForm) -> int:
    """0 when it was done; otherwise the status of the page that says why not."""
    if not form.is_valid():
        return 422
    try:
        result = wanted.act(actor=request.actor, at=now(), order_id=order.pk, **form.cleaned_data)
    except NotFound:
        raise
    except Refusal as refusal:
        show_refusal(form, refusal)
        return refusal.status
    messages.success(request, _link(request, result) if wanted.noun in WITH_LINK else str(wanted.done))
    return 0


def _link(request: SignedInRequest, result: Any) -> str:
    """What to send to the contractor; the token is not kept and shown this once."""
    token = result if isinstance(result, str) else result[1]
    url = request.build_absolute_uri(reverse("work:outside", kwargs={"token": token}))
    return _("请把这个链接发给委外单位，只显示这一次：%(url)s") % {"url": url}


@page(WORK_ORDERS, "POST")
def claim(request: SignedInRequest, number: str) -> HttpResponse:
    """Take the order out of the pool; onward to it, or back to the pool with the reason why not."""
    order = WorkOrder.objects.filter(number=number).first()
    if order is None:
        raise queries.not_found()
    is_phone = request.POST.get("next", "").startswith(PHONE_PAGES)
    try:
        actions.claim(actor=request.actor, at=now(), order_id=order.pk)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("console:phone_pool" if is_phone else "work:pool")
    messages.success(request, _("抢单成功，请处理。"))
    return redirect("console:phone_order" if is_phone else "work:order", number=number)


@page(WORK_ORDERS, "POST")
def aid_answer(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """Answer a request for help, join, leave; back to `next` or to the list of help."""
    acts: dict[str, Callable[..., Any]] = {
        "acceptance": lambda **who: actions.answer_aid(**who, is_coming=True),
        "refusal": lambda **who: actions.answer_aid(**who, is_coming=False),
        "joining": actions.join_aid,
        "leaving": actions.leave_aid,
    }
    try:
        acts[step](actor=request.actor, at=now(), request_id=pk)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已记录。"))
    is_phone = request.POST.get("next", "").startswith(PHONE_PAGES)
    return redirect("console:phone_aid" if is_phone else "work:aid_hours")
