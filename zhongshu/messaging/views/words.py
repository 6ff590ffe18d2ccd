"""In which words people are told, with a preview; and when they are not disturbed."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import may_everywhere
from zhongshu.identity.queries import company_name, sites_of
from zhongshu.kernel.clock import day_of, local, now
from zhongshu.kernel.errors import Refusal
from zhongshu.messaging import actions, queries
from zhongshu.messaging.forms import QuietForm, TemplateForm
from zhongshu.messaging.kinds import WAY_LABELS, Way
from zhongshu.messaging.permissions import EDIT_TEMPLATES, MANAGE_CHANNELS
from zhongshu.messaging.policies.quiet import SHIPPED as QUIET
from zhongshu.messaging.policies.shipped import SHIPPED
from zhongshu.messaging.policies.texts import (
    VARIABLES,
    filled,
    has_stray_braces,
    parts,
    registered,
    signed,
    units,
    unknown_in,
)
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(EDIT_TEMPLATES)
def templates(request: SignedInRequest) -> HttpResponse:
    shipped = [(WAY_LABELS[way], words) for (way, language), words in SHIPPED.items() if language != "en"]
    rows = queries.templates(only_in_force=request.GET.get("all") != "1")
    context = {"page": page_of(rows, request.GET.get("page")), "shipped": shipped}
    return render(request, "messaging/templates.html", context)


@page(EDIT_TEMPLATES, "GET", "POST")
def new_template(request: SignedInRequest) -> HttpResponse:
    form = TemplateForm(request.POST or None, kinds=queries.kinds_heard(), initial={"text": "{title}\n{body}"})
    return _edit(request, form)


@page(EDIT_TEMPLATES, "GET", "POST")
def template(request: SignedInRequest, template_id: int) -> HttpResponse:
    """One version; saving makes the next."""
    shown = queries.template_seen(template_id)
    stands = {name: getattr(shown, name) for name in ("kind", "way", "language", "title", "text", "vendor_id")}
    kinds = sorted({*queries.kinds_heard(), shown.kind} - {""})
    return _edit(request, TemplateForm(request.POST or None, kinds=kinds, initial=stands), template=shown)


@page(EDIT_TEMPLATES, "POST")
def preview(request: SignedInRequest) -> HttpResponse:
    """How the text comes out with sample data, as a part of the page."""
    text, title = (request.POST.get(name, "").replace("\0", "")[:2000] for name in ("text", "title"))
    values = _sample(request)
    shown = filled(text, values)
    is_sms = request.POST.get("way") == Way.SMS
    complete = signed(shown, _("签名")) if is_sms else shown
    context = {
        "title": filled(title, values),
        "text": complete,
        "unknown": unknown_in(text) + unknown_in(title),
        "has_stray_braces": has_stray_braces(text) or has_stray_braces(title),
        "registered": registered(text) if is_sms else "",
        "units": units(complete) if is_sms else 0,
        "parts": parts(complete),
    }
    return render(request, "messaging/parts/preview.html", context)


@page(EDIT_TEMPLATES, "POST")
def retirement(request: SignedInRequest, template_id: int) -> HttpResponse:
    actions.retire_template(actor=request.actor, at=now(), template_id=template_id)
    messages.success(request, _("已停用，改用默认的文字。"))
    return redirect("messaging:templates")


@page(MANAGE_CHANNELS, "GET", "POST")
def quiet_hours(request: SignedInRequest) -> HttpResponse:
    sites = [site for site in sites_of(request.actor) if request.actor.may(MANAGE_CHANNELS, site.pk)]
    everywhere = may_everywhere(request.actor, MANAGE_CHANNELS)
    start = {"starts_on": day_of(now())}
    form = QuietForm(request.POST or None, sites=sites, everywhere=everywhere, initial=start)
    if form.is_valid():
        try:
            actions.set_quiet_hours(actor=request.actor, at=now(), **form.said())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("messaging:quiet_hours")
    rows = queries.quiet_hours(request.actor)
    return render(request, "messaging/quiet_hours.html", {"form": form, "rows": rows, "shipped": QUIET})


def _edit(request: SignedInRequest, form: TemplateForm, **shown: object) -> HttpResponse:
    if attempt(form, partial(actions.save_template, actor=request.actor, at=now())):
        messages.success(request, _("已保存为新版本，从现在起用它。"))
        return redirect("messaging:templates")
    return render(request, "messaging/template.html", {"form": form, "variables": VARIABLES, **shown})


def _sample(request: SignedInRequest) -> dict[str, str]:
    """What a message of a busy day could hold."""
    site = request.site.name if request.sites else ""
    return {
        "title": _("停水通知"),
        "body": _("3栋水泵故障，正在抢修，预计 18:00 恢复供水。"),
        "link": "https://zhongshu.example.cn/resident/notices",
        "site": site,
        "company": company_name(),
        "name": request.user.name,
        "time": local(now()).strftime("%Y-%m-%d %H:%M"),
    }
