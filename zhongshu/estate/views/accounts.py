"""One account: its household, its places, its end."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.estate import actions, queries
from zhongshu.estate.forms import AttachForm, EndForm, MemberForm
from zhongshu.estate.models import Account
from zhongshu.estate.permissions import EDIT_ACCOUNTS, EDIT_CUSTOMERS, VIEW_CUSTOMERS
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt


@page(VIEW_CUSTOMERS)
def account(request: SignedInRequest, number: str) -> HttpResponse:
    """Who holds it, who belongs to it, what belongs to it."""
    return _account_page(request, _found(request, number), {})


def _found(request: SignedInRequest, number: str) -> Account:
    request.actor.require(VIEW_CUSTOMERS, request.site.pk)
    return queries.account_by_number(request.site.pk, number)


def _account_page(request: SignedInRequest, shown: Account, tried: dict[str, forms.Form]) -> HttpResponse:
    today = day_of(now())
    fresh: dict[str, forms.Form] = {}
    if request.actor.may(EDIT_CUSTOMERS, shown.site_id):
        fresh["member_form"] = MemberForm(initial={"starts_on": today}, prefix="m")
    if request.actor.may(EDIT_ACCOUNTS, shown.site_id):
        fresh["attach_form"] = AttachForm(initial={"starts_on": today}, prefix="a")
        fresh["end_form"] = EndForm(initial={"ends_on": today}, prefix="e")
    context = {
        "account": shown,
        "today": today,
        "members": shown.members.select_related("customer")
        .prefetch_related("customer__phones")
        .order_by("ends_on", "pk"),
        "places": shown.places.select_related("place").order_by("ends_on", "pk"),
        **({} if shown.ends_on else {**fresh, **tried}),
    }
    return render(request, "estate/account.html", context, status=422 if tried else 200)


def _done_or_again(
    request: SignedInRequest, shown: Account, name: str, form: forms.Form, act: Callable[..., Any], *, said: str
) -> HttpResponse:
    if not attempt(form, act):
        return _account_page(request, shown, {name: form})
    messages.success(request, said)
    return redirect("estate:account", shown.number)


@page(EDIT_ACCOUNTS, "POST")
def ending(request: SignedInRequest, number: str) -> HttpResponse:
    """Ends the account."""
    shown = _found(request, number)

    def act(**said: Any) -> None:
        actions.end_account(actor=request.actor, at=now(), account=shown, **said)

    return _done_or_again(request, shown, "end_form", EndForm(request.POST, prefix="e"), act, said=_("已销户。"))


@page(EDIT_CUSTOMERS, "POST")
def members(request: SignedInRequest, number: str) -> HttpResponse:
    """Adds somebody to the household."""
    shown = _found(request, number)

    def act(**said: Any) -> None:
        actions.add_member_for(actor=request.actor, at=now(), account=shown, **said)

    return _done_or_again(
        request, shown, "member_form", MemberForm(request.POST, prefix="m"), act, said=_("成员已添加。")
    )


@page(EDIT_CUSTOMERS, "POST")
def member_ending(request: SignedInRequest, number: str, member_id: int) -> HttpResponse:
    """Somebody leaves the household today."""
    shown = _found(request, number)
    at = now()
    member = queries.found(shown.members.filter(pk=member_id))
    actions.end_member(actor=request.actor, at=at, member=member, ends_on=max(day_of(at), member.starts_on))
    messages.success(request, _("成员已移出。"))
    return redirect("estate:account", shown.number)


@page(EDIT_ACCOUNTS, "POST")
def places(request: SignedInRequest, number: str) -> HttpResponse:
    """A parking space or storage joins the account."""
    shown = _found(request, number)

    def act(place: str, **said: Any) -> None:
        wanted = queries.place_by_code(shown.site_id, place)
        actions.attach_place(actor=request.actor, at=now(), account=shown, place=wanted, **said)

    return _done_or_again(
        request, shown, "attach_form", AttachForm(request.POST, prefix="a"), act, said=_("已加入本户。")
    )


@page(EDIT_ACCOUNTS, "POST")
def place_ending(request: SignedInRequest, number: str, holding_id: int) -> HttpResponse:
    """A parking space or storage leaves the account today."""
    shown = _found(request, number)
    at = now()
    row = queries.found(shown.places.filter(pk=holding_id))
    actions.detach_place(actor=request.actor, at=at, account_place=row, ends_on=max(day_of(at), row.starts_on))
    messages.success(request, _("已移出本户。"))
    return redirect("estate:account", shown.number)
