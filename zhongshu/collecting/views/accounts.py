"""An account that owes: what is known of it, and what was said and agreed. The same on the desk and on the phone."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.collecting import actions
from zhongshu.collecting.forms.arrears import ContactForm, ReasonForm
from zhongshu.collecting.permissions import AGREE_PLANS, CONTACT, NOTE_REASON, PURSUE, VIEW_ARREARS
from zhongshu.collecting.queries.accounts import dossier
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_named
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt

PAGES = {
    False: ("collecting:account", "collecting/account.html"),
    True: ("collecting:account_on_phone", "collecting/phone/account.html"),
}


@page(VIEW_ARREARS)
def account(request: SignedInRequest, account_number: str) -> HttpResponse:
    """On the desk."""
    return _shown(request, seen(request, account_number, VIEW_ARREARS))


@page(VIEW_ARREARS)
def account_on_phone(request: SignedInRequest, account_number: str) -> HttpResponse:
    """On the phone."""
    return _shown(request, seen(request, account_number, VIEW_ARREARS), is_phone=True)


@page(CONTACT, "POST")
def contacts(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Somebody spoke to them."""
    found, form = seen(request, account_number, CONTACT), ContactForm(request.POST)
    return _done(request, found, form, actions.record_contact, said=_("联系已登记。"))


@page(NOTE_REASON, "POST")
def reasons(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Why they do not pay."""
    found, form = seen(request, account_number, NOTE_REASON), ReasonForm(request.POST)
    return _done(request, found, form, actions.note_reason, said=_("原因已登记。"))


def seen(request: SignedInRequest, number: str, right: Right) -> Account:
    """The account of that number or unit, at the site in hand first. Raises NotFound."""
    rows = request.actor.visible(Account.objects.all(), right)
    here = rows.filter(site=request.site, number=number)
    return account_named(number, day_of(now()), among=here if here.exists() else rows)


def _done(
    request: SignedInRequest, found: Account, form: Form, act: Callable[..., object], *, said: str
) -> HttpResponse:
    is_phone = request.POST.get("from") == "phone"
    if attempt(form, partial(act, actor=request.actor, at=now(), account_id=found.pk)):
        messages.success(request, said)
        return redirect(PAGES[is_phone][0], found.number)
    return _shown(request, found, is_phone=is_phone, **{type(form).__name__: form})


def _shown(request: SignedInRequest, found: Account, *, is_phone: bool = False, **failed: Form) -> HttpResponse:
    at, may = now(), partial(request.actor.may, site_id=found.site_id)
    view = dossier(found, at=at)
    first = {"kind": view.reason.kind, "note": view.reason.note} if view.reason else {}
    shown: dict[str, Any] = {
        "view": view,
        "contact_form": failed.get("ContactForm") or ContactForm(),
        "reason_form": failed.get("ReasonForm") or ReasonForm(initial=first),
        "may_contact": may(CONTACT),
        "may_reason": may(NOTE_REASON),
        "may_plan": may(AGREE_PLANS),
        "may_pursue": may(PURSUE),
    }
    return render(request, PAGES[is_phone][1], shown, status=422 if failed else 200)
