"""The pages behind a dwelling's code: what it owes, and paying it. Without a name or number of anybody."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.middleware import client_ip
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.remittance import actions
from zhongshu.remittance.kinds import KINDS_OF, PROVIDER_LABELS, SCANNED, PayKind, Provider
from zhongshu.remittance.models import OnlineOrder
from zhongshu.remittance.queries.online import code_view, order_by_code
from zhongshu.web.links import home_of


@never_cache
@require_GET
def code(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, token)


@never_cache
@require_POST
def code_orders(request: HttpRequest, token: str) -> HttpResponse:
    """An order for all that the dwelling owes; its own page leads to the provider."""
    provider = request.POST.get("provider", "")
    if provider not in map(str, Provider):
        return _page(request, token, error=_("请选择付款方式。"))
    actor = Actor(user_id=None, name=_("扫码付款人"), origin=Origin.WEB, ip=client_ip(request))
    back = reverse("remittance:code_order", args=[token, "0"]).removesuffix("0")
    way = actions.Way(
        provider=Provider(provider),
        kind=_kind(request, Provider(provider)),
        home=home_of(request),
        back=back,
        ip=client_ip(request) or "",
    )
    try:
        order = actions.open_order_by_code(actor=actor, at=now(), token=token, way=way)
    except NotFound:
        return _page(request, token)
    except Refusal as refusal:
        return _page(request, token, error=refusal.message)
    return private(redirect("remittance:code_order", token=token, number=order.number))


@never_cache
@require_GET
def code_order(request: HttpRequest, token: str, number: str) -> HttpResponse:
    """Where to pay, and whether it was paid; the part that changes is asked for again and again."""
    try:
        order = order_by_code(token, number)
    except NotFound:
        return _page(request, token)
    template = "remittance/parts/paying.html" if request.headers.get("HX-Request") else "remittance/code_order.html"
    context = {"order": order, "token": token, "drawing": drawing_of(order)}
    return private(render(request, template, context))


def drawing_of(order: OnlineOrder) -> SafeString | None:
    """The code to be scanned, if it is paid by scanning and can still be."""
    if not order.is_open or not order.pay_url or order.kind not in SCANNED:
        return None
    drawing = segno.make(order.pay_url, error="m").svg_inline(omitsize=True, dark="#000", light="#fff", border=4)
    return mark_safe(drawing)  # noqa: S308 - drawn by segno alone


def private(response: HttpResponse) -> HttpResponse:
    """The token stands in the address: it goes nowhere else from here, and no search engine keeps it. Our name does go
    along: WeChat looks for it at the door of its H5 page, and a browser sends `Origin: null` with a form without it.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(request: HttpRequest, token: str, *, error: str = "") -> HttpResponse:
    try:
        seen = code_view(token, at=now())
    except NotFound:
        return private(render(request, "remittance/code.html", {"seen": None}, status=404))
    context = {
        "seen": seen,
        "site": seen.code.site,
        "error": error,
        "providers": [(each, PROVIDER_LABELS[each]) for each in seen.providers],
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
    }
    return private(render(request, "remittance/code.html", context, status=422 if error else 200))


def _kind(request: HttpRequest, provider: Provider) -> PayKind:
    """On a phone the provider's own page, which opens its app; elsewhere a code to be scanned by one."""
    is_phone = "Mobile" in request.headers.get("User-Agent", "")
    return PayKind.H5 if is_phone else KINDS_OF[provider][0]
