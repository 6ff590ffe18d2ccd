"""What an employee chooses for themselves, on the phone; browsers that are pushed to; files sent to one."""

import json
from functools import partial

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid, Refusal
from zhongshu.messaging import actions, queries
from zhongshu.messaging.forms import MineForm
from zhongshu.messaging.permissions import USE_MESSAGES

LONGEST_BODY = 4000


@page(USE_MESSAGES, "GET", "POST")
def mine(request: SignedInRequest) -> HttpResponse:
    """Which messages reach me by which way, and when."""
    stands = {"email": queries.mail_of(request.user.pk)}
    form = MineForm(request.POST or None, chosen=queries.preferences_of(request.user.pk), initial=stands)
    if form.is_valid():
        try:
            actions.choose_mine(actor=request.actor, at=now(), email=form.cleaned_data["email"], choices=form.said())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("messaging:mine")
    channel = queries.push_channel()
    context = {
        "form": form,
        "public_key": channel.settings["public_key"] if channel else "",
        "browsers": queries.browsers_of(request.user.pk),
    }
    return render(request, "messaging/mine.html", context)


@page(USE_MESSAGES, "POST")
def push(request: SignedInRequest) -> HttpResponse:
    """A browser tells where it can be reached (JSON, as PushSubscription gives it)."""
    try:
        said = json.loads(request.body[:LONGEST_BODY])
        told = {"endpoint": said["endpoint"], "p256dh": said["keys"]["p256dh"], "auth": said["keys"]["auth"]}
    except (ValueError, TypeError, KeyError, UnicodeDecodeError):
        return _refused(Invalid(_("浏览器给的推送地址不对，请换一个浏览器试试。")))
    device = request.headers.get("User-Agent", "")[:80]
    try:
        actions.subscribe(
            actor=request.actor, at=now(), device=device, **{name: str(value) for name, value in told.items()}
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"subscribed": True}, status=201)


@page(USE_MESSAGES, "POST")
def push_ending(request: SignedInRequest) -> HttpResponse:
    """No more pushes to one of my browsers."""
    wanted = request.POST.get("subscription", "")
    end = partial(actions.unsubscribe, actor=request.actor, at=now())
    end(subscription_id=int(wanted) if wanted.isdecimal() and len(wanted) < 15 else 0)
    messages.success(request, _("这个浏览器不再推送。"))
    return redirect("messaging:mine")


@page(USE_MESSAGES)
def worker(request: SignedInRequest) -> HttpResponse:
    """The script that shows pushes; it may look after all our pages, not only those beside it."""
    found = finders.find("messaging/worker.js")
    with open(str(found), encoding="utf-8") as script:  # noqa: PTH123 - a path of Django's
        text = script.read()
    return HttpResponse(text, content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


@page(USE_MESSAGES)
def document(request: SignedInRequest, document_id: int) -> HttpResponse:
    """A file that was sent to me."""
    found = queries.document_for(request.actor, document_id)
    headers = {"Content-Disposition": str(content_disposition_header(as_attachment=True, filename=found.name))}
    return HttpResponse(found.file.read(), content_type="application/octet-stream", headers=headers)


def _refused(refusal: Refusal) -> HttpResponse:
    return JsonResponse({"message": refusal.message}, status=refusal.status)
