"""What went out: the list with its filters, one with its tries, once more, handed over."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.messaging import actions, queries
from zhongshu.messaging.kinds import FAULT_LABELS, WAY_LABELS, Fault, Way
from zhongshu.messaging.lifecycle import DELIVERY_STATE_LABELS, RESENDABLE
from zhongshu.messaging.models import Delivery
from zhongshu.messaging.permissions import RESEND_DELIVERIES, VIEW_DELIVERIES
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of

EXPORTED = 20_000


@page(VIEW_DELIVERIES)
def deliveries(request: SignedInRequest) -> HttpResponse:
    days = Days.of(request.GET)
    wanted = {name: request.GET.get(name, "").strip()[:80] for name in ("way", "state", "channel", "text")}
    rows = queries.deliveries_visible(request.actor, **wanted, since=days.starts_at, before=days.ends_at)
    if request.GET.get("export") == "xlsx":
        return download("deliveries", [_sheet(list(rows[:EXPORTED]))])
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "wanted": wanted,
        "days": days,
        "ways": WAY_LABELS,
        "states": DELIVERY_STATE_LABELS,
    }
    return render(request, "messaging/deliveries.html", context)


@page(VIEW_DELIVERIES)
def delivery(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    shown = queries.delivery_seen(request.actor, delivery_id)
    may = request.actor.may(RESEND_DELIVERIES, shown.site_id)
    context = {
        "delivery": shown,
        "may_resend": may and shown.state in RESENDABLE and shown.channel_id is not None,
        "may_hand_over": may and shown.way == Way.LETTER and shown.state == "waiting",
    }
    return render(request, "messaging/delivery.html", context)


@page(RESEND_DELIVERIES, "POST")
def resending(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    actions.resend(actor=request.actor, at=now(), delivery_id=delivery_id)
    messages.success(request, _("已重新排队，稍后刷新本页看结果。"))
    return redirect("messaging:delivery", delivery_id)


@page(RESEND_DELIVERIES, "POST")
def handing_over(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    actions.hand_over(actor=request.actor, at=now(), delivery_id=delivery_id)
    messages.success(request, _("已登记送达。"))
    return redirect("messaging:delivery", delivery_id)


def _sheet(rows: list[Delivery]) -> Sheet:
    header = [_("时间"), _("项目"), _("状态"), _("通知方式"), _("渠道"), _("收件人"), _("地址"), _("标题")]
    header += [_("已试次数"), _("条数"), _("发出时间"), _("送达时间"), _("最近错误")]
    return Sheet(_("发送记录"), header, [_cells(row) for row in rows])


def _cells(row: Any) -> list[Any]:
    """`fault` comes from the query."""
    told = row.message or row.notice
    whom = row.message.recipient.name if row.message else str(row.notice.customer or "")
    fault = str(FAULT_LABELS[Fault(row.fault)]) if row.fault else ""
    first = [row.created_at, row.site.name if row.site else "", row.get_state_display(), row.get_way_display()]
    middle = [str(row.channel or ""), whom, masked(row.address), told.title, row.tries, row.parts]
    return [*first, *middle, row.sent_at, row.delivered_at, fault]
