"""Channels: the list, a new one, one, and what can be done with it."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import absent, may_everywhere
from zhongshu.identity.queries import sites_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.messaging import actions, queries
from zhongshu.messaging.forms import ChannelForm, NewChannelForm, TestForm
from zhongshu.messaging.kinds import CHANNEL_KIND_LABELS, ChannelKind
from zhongshu.messaging.models import Channel
from zhongshu.messaging.permissions import MANAGE_CHANNELS
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(MANAGE_CHANNELS)
def channels(request: SignedInRequest) -> HttpResponse:
    rows = queries.channels_counted(request.actor)
    context = {"page": page_of(rows, request.GET.get("page")), "kinds": CHANNEL_KIND_LABELS}
    return render(request, "messaging/channels.html", context)


@page(MANAGE_CHANNELS)
def health(request: SignedInRequest) -> HttpResponse:
    """The part of the page of jobs that tells which channels take nothing, and what nobody knows the end of."""
    rows = queries.channels_counted(request.actor)
    return render(request, "messaging/parts/health.html", {"troubled": rows.filter(failing_since__isnull=False)})


@never_cache
@page(MANAGE_CHANNELS, "GET", "POST")
def new_channel(request: SignedInRequest, kind: str) -> HttpResponse:
    if kind not in map(str, ChannelKind):
        raise absent()
    wanted = ChannelKind(kind)
    sites = [site for site in sites_of(request.actor) if request.actor.may(MANAGE_CHANNELS, site.pk)]
    everywhere = may_everywhere(request.actor, MANAGE_CHANNELS)
    form = NewChannelForm(request.POST or None, kind=wanted, sites=sites, everywhere=everywhere)
    if form.is_valid():
        said = {"name": form.cleaned_data["name"], "groups": form.cleaned_data.get("groups", ())}
        try:
            made = actions.add_channel(
                actor=request.actor, at=now(), kind=wanted, site=form.chosen_site(), values=form.values, **said
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已添加，请发一条测试消息看看。"))
            return redirect("messaging:channel", made.pk)
    context = {"form": form, "label": CHANNEL_KIND_LABELS[wanted]}
    return render(request, "messaging/new_channel.html", context)


@never_cache
@page(MANAGE_CHANNELS, "GET", "POST")
def channel(request: SignedInRequest, channel_id: int) -> HttpResponse:
    """One channel with its settings; secrets are never shown."""
    shown = queries.channel_seen(request.actor, channel_id)
    form = ChannelForm(request.POST or None, kind=ChannelKind(shown.kind), channel=shown, initial={"name": shown.name})
    if form.is_valid():
        said = {"name": form.cleaned_data["name"], "groups": form.cleaned_data.get("groups", ())}
        try:
            actions.edit_channel(actor=request.actor, at=now(), channel_id=shown.pk, values=form.values, **said)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("messaging:channel", shown.pk)
    return _show(request, shown, form, TestForm())


@page(MANAGE_CHANNELS, "POST")
def test(request: SignedInRequest, channel_id: int) -> HttpResponse:
    shown = queries.channel_seen(request.actor, channel_id)
    form = TestForm(request.POST)
    if attempt(form, partial(actions.send_test, actor=request.actor, at=now(), channel_id=channel_id)):
        messages.success(request, _("测试消息已排队，稍后在发送记录里看结果。"))
        return redirect("messaging:channel", channel_id)
    stands = ChannelForm(kind=ChannelKind(shown.kind), channel=shown, initial={"name": shown.name})
    return _show(request, shown, stands, form)


@page(MANAGE_CHANNELS, "POST")
def pause(request: SignedInRequest, channel_id: int) -> HttpResponse:
    actions.pause_channel(actor=request.actor, at=now(), channel_id=channel_id)
    messages.success(request, _("已暂停；消息会留着，恢复后再发。"))
    return redirect("messaging:channel", channel_id)


@page(MANAGE_CHANNELS, "POST")
def resumption(request: SignedInRequest, channel_id: int) -> HttpResponse:
    actions.resume_channel(actor=request.actor, at=now(), channel_id=channel_id)
    messages.success(request, _("已恢复发送。"))
    return redirect("messaging:channel", channel_id)


@page(MANAGE_CHANNELS, "POST")
def deletion(request: SignedInRequest, channel_id: int) -> HttpResponse:
    actions.delete_channel(actor=request.actor, at=now(), channel_id=channel_id)
    messages.success(request, _("渠道已删除。"))
    return redirect("messaging:channels")


def _show(request: SignedInRequest, shown: Channel, form: ChannelForm, test_form: TestForm) -> HttpResponse:
    needs_address = shown.way not in ("push", "bot")
    context = {"channel": shown, "form": form, "test_form": test_form, "needs_address": needs_address}
    return render(request, "messaging/channel.html", context)
