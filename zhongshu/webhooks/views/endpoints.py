"""Endpoints: the list, one, a new one, its secret, and what can be done with it."""

from datetime import datetime, time, timedelta
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import may_everywhere
from zhongshu.identity.queries import sites_of
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.errors import Refusal
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of
from zhongshu.webhooks import actions, queries
from zhongshu.webhooks.forms import EndpointForm, NewEndpointForm, PeriodForm
from zhongshu.webhooks.models import Endpoint
from zhongshu.webhooks.permissions import MANAGE_WEBHOOKS

LATEST = 10


@page(MANAGE_WEBHOOKS)
def endpoints(request: SignedInRequest) -> HttpResponse:
    rows = queries.endpoints_counted(request.actor)
    return render(request, "webhooks/endpoints.html", {"page": page_of(rows, request.GET.get("page"))})


@never_cache
@page(MANAGE_WEBHOOKS, "GET", "POST")
def new_endpoint(request: SignedInRequest) -> HttpResponse:
    form = _new_form(request)
    if form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("url", "events", "description")}
        try:
            endpoint, secret = actions.add_endpoint(actor=request.actor, at=now(), site=form.chosen_site(), **words)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _show_secret(request, endpoint, secret)
    return render(request, "webhooks/new_endpoint.html", {"form": form})


@page(MANAGE_WEBHOOKS)
def endpoint(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    return _show(request, endpoint_id, PeriodForm())


@page(MANAGE_WEBHOOKS, "GET", "POST")
def edit(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    shown = queries.endpoint_seen(request.actor, endpoint_id)
    stands = {"url": shown.url, "description": shown.description, "events": shown.events}
    form = EndpointForm(request.POST or None, initial=stands)
    if attempt(form, partial(actions.edit_endpoint, actor=request.actor, at=now(), endpoint_id=endpoint_id)):
        messages.success(request, _("已保存。"))
        return redirect("webhooks:endpoint", endpoint_id)
    return render(request, "webhooks/edit_endpoint.html", {"form": form, "endpoint": shown})


@never_cache
@page(MANAGE_WEBHOOKS, "POST")
def secret(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    fresh = actions.rotate_secret(actor=request.actor, at=now(), endpoint_id=endpoint_id)
    return _show_secret(request, queries.endpoint_seen(request.actor, endpoint_id), fresh)


@page(MANAGE_WEBHOOKS, "POST")
def test(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    actions.send_test(actor=request.actor, at=now(), endpoint_id=endpoint_id)
    messages.success(request, _("测试消息已排队，稍后刷新本页看结果。"))
    return redirect("webhooks:endpoint", endpoint_id)


@page(MANAGE_WEBHOOKS, "POST")
def pause(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    actions.pause_endpoint(actor=request.actor, at=now(), endpoint_id=endpoint_id)
    messages.success(request, _("已暂停；期间的事件会留着，恢复后再推送。"))
    return redirect("webhooks:endpoint", endpoint_id)


@page(MANAGE_WEBHOOKS, "POST")
def resumption(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    actions.resume_endpoint(actor=request.actor, at=now(), endpoint_id=endpoint_id)
    messages.success(request, _("已恢复推送。"))
    return redirect("webhooks:endpoint", endpoint_id)


@page(MANAGE_WEBHOOKS, "POST")
def deletion(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    actions.delete_endpoint(actor=request.actor, at=now(), endpoint_id=endpoint_id)
    messages.success(request, _("端点已删除。"))
    return redirect("webhooks:endpoints")


@page(MANAGE_WEBHOOKS, "POST")
def failed_replay(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    count = actions.replay_failed(actor=request.actor, at=now(), endpoint_id=endpoint_id)
    _say_how_many(request, count)
    return redirect("webhooks:endpoint", endpoint_id)


@page(MANAGE_WEBHOOKS, "POST")
def period_replay(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    form = PeriodForm(request.POST)
    if form.is_valid():
        since = datetime.combine(form.cleaned_data["since"], time.min, SITE_ZONE)
        before = datetime.combine(form.cleaned_data["until"], time.min, SITE_ZONE) + timedelta(days=1)
        try:
            count = actions.replay_period(
                actor=request.actor, at=now(), endpoint_id=endpoint_id, since=since, before=before
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _say_how_many(request, count)
            return redirect("webhooks:endpoint", endpoint_id)
    return _show(request, endpoint_id, form)


def _new_form(request: SignedInRequest) -> NewEndpointForm:
    sites = [site for site in sites_of(request.actor) if request.actor.may(MANAGE_WEBHOOKS, site.pk)]
    return NewEndpointForm(request.POST or None, sites=sites, everywhere=may_everywhere(request.actor, MANAGE_WEBHOOKS))


def _show(request: SignedInRequest, endpoint_id: int, form: PeriodForm) -> HttpResponse:
    shown = queries.endpoint_counted(request.actor, endpoint_id)
    latest = queries.deliveries_visible(request.actor, endpoint_id=shown.pk)[:LATEST]
    context = {"endpoint": shown, "latest": latest, "period_form": form, "now": now()}
    return render(request, "webhooks/endpoint.html", context)


def _show_secret(request: SignedInRequest, shown: Endpoint, fresh: str) -> HttpResponse:
    return render(request, "webhooks/secret.html", {"endpoint": shown, "secret": fresh})


def _say_how_many(request: SignedInRequest, count: int) -> None:
    told = ngettext("%(count)s 条已重新排队。", "%(count)s 条已重新排队。", count) % {"count": count}
    messages.success(request, told)
