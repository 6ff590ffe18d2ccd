"""Moves, corrections and photos of one order."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.web.forms import show_refusal
from zhongshu.work import actions, queries
from zhongshu.work.forms import MoveForm, PhotoForm, PlaceForm, UrgencyForm
from zhongshu.work.models import OrderPhoto, WorkOrder
from zhongshu.work.permissions import VIEW_ORDERS
from zhongshu.work.views.nouns import NOUNS
from zhongshu.work.views.orders import order_page

PHONE_PAGES = "/m/"
CORRECTIONS = {"place": (PlaceForm, actions.put_place), "urgency": (UrgencyForm, actions.set_urgency)}


@page(VIEW_ORDERS, "POST")
def move(request: SignedInRequest, number: str, noun: str) -> HttpResponse:
    """Make the move; back to `next` (a page of ours) or to the order."""
    order = queries.order_by_number(request.actor, number)
    wanted = NOUNS[noun]
    form = wanted.form(request.POST, order=order)
    if form.is_valid():
        try:
            wanted.act(actor=request.actor, at=now(), order_id=order.pk, **form.cleaned_data)
        except NotFound:
            raise
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, str(wanted.done))
            return _onward(request, order)
    return _again(request, order, form, noun)


@page(VIEW_ORDERS, "POST")
def correction(request: SignedInRequest, number: str, noun: str) -> HttpResponse:
    """Put place or urgency right."""
    order = queries.order_by_number(request.actor, number)
    form_class, act = CORRECTIONS[noun]
    form = form_class(request.POST, order=order)
    if form.is_valid():
        try:
            act(actor=request.actor, at=now(), order_id=order.pk, **form.cleaned_data)  # type: ignore[operator]
        except NotFound:
            raise
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, _("已更正。"))
            return _onward(request, order)
    return _again(request, order, form, noun)


@page(VIEW_ORDERS, "POST")
def photos(request: SignedInRequest, number: str) -> HttpResponse:
    """Add a photo."""
    order = queries.order_by_number(request.actor, number)
    form = PhotoForm(request.POST, request.FILES, order=order)
    if form.is_valid():
        upload, is_after = form.cleaned_data["photo"], form.cleaned_data["is_after"]
        try:
            actions.add_photo(actor=request.actor, at=now(), order_id=order.pk, upload=upload, is_after=is_after)
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, _("照片已上传。"))
            return _onward(request, order)
    return _again(request, order, form, "photos")


@page(VIEW_ORDERS)
def photo(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    """The picture, for those who may see its order. Raises OrderNotFound."""
    order = queries.order_by_number(request.actor, number)
    found = OrderPhoto.objects.filter(order=order, pk=pk).first()
    if found is None:
        raise queries.not_found()
    with found.file.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _blame(form: MoveForm, refusal: Refusal) -> None:
    show_refusal(form, refusal)
    form.status = refusal.status  # type: ignore[attr-defined]


def _again(request: SignedInRequest, order: WorkOrder, form: MoveForm, noun: str) -> HttpResponse:
    """The form once more with what was typed and what is wrong; on a phone as a page of its own."""
    status = getattr(form, "status", 422)
    if request.POST.get("next", "").startswith(PHONE_PAGES):
        verb = NOUNS[noun].verb if noun in NOUNS else ""
        context = {"order": order, "form": form, "verb": verb, "next": next_page(request, order)}
        return render(request, "work/again.html", context, status=status)
    # The order as it is now: somebody else may have moved it in the meantime.
    fresh = queries.order_by_number(request.actor, order.number)
    return order_page(request, fresh, tried=form, noun=noun, status=status)


def _onward(request: SignedInRequest, order: WorkOrder) -> HttpResponse:
    return redirect(next_page(request, order))


def next_page(request: SignedInRequest, order: WorkOrder) -> str:
    """Where to go afterwards: the `next` of the form or address if it is a page of ours, else the order."""
    wanted = (request.POST or request.GET).get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if own and wanted.startswith("/") else f"/orders/{order.number}"
