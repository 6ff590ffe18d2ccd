"""Places: the tree with its list, and the page of one place."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.estate import actions, queries
from zhongshu.estate.forms import OccupancyForm, OwnerForm, TerritoryForm, TransferForm
from zhongshu.estate.kinds import OCCUPANCY_LABELS, PLACE_KIND_LABELS, OccupancyStatus, PlaceKind
from zhongshu.estate.models import Place
from zhongshu.estate.permissions import (
    ASSIGN_KEEPERS,
    EDIT_ACCOUNTS,
    IMPORT_ESTATE,
    SET_OCCUPANCY,
    VIEW_CUSTOMERS,
    VIEW_PLACES,
)
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

Forms = dict[str, forms.Form]


@page(VIEW_PLACES)
def places(request: SignedInRequest) -> HttpResponse:
    """Every place of the site, narrowed by part of the tree, kind, status or text."""
    request.actor.require(VIEW_PLACES, request.site.pk)
    sees_people = request.actor.may(VIEW_CUSTOMERS, request.site.pk)
    rows = queries.places_listed(
        request.site.pk,
        text=request.GET.get("q", "").strip(),
        kind=request.GET.get("kind", ""),
        within=request.GET.get("in", ""),
        status=request.GET.get("status", ""),
        on=day_of(now()),
    )
    if request.GET.get("export") == "xlsx":
        return _workbook(rows, sees_people=sees_people)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "tree": queries.tree_of(request.site.pk),
        "kinds": choices(PLACE_KIND_LABELS),
        "statuses": choices(OCCUPANCY_LABELS),
        "sees_people": sees_people,
        "may_import": request.actor.may(IMPORT_ESTATE, request.site.pk),
        "may_assign": request.actor.may(ASSIGN_KEEPERS, request.site.pk),
    }
    return render(request, "estate/places.html", context)


def _workbook(rows: QuerySet[Place], *, sees_people: bool) -> HttpResponse:
    header = [_("编码"), _("名称"), _("类别"), _("建筑面积"), _("套内面积"), _("状态"), _("户主")]
    lines = (
        [
            place.code,
            place.label,
            str(PLACE_KIND_LABELS[PlaceKind(place.kind)]),
            place.gross_area,
            place.net_area,
            str(OCCUPANCY_LABELS[OccupancyStatus(status)]) if (status := getattr(place, "status", "")) else "",
            getattr(place, "holder", "") if sees_people else "",
        ]
        for place in rows.iterator(2000)
    )
    return download("places", [Sheet(_("位置"), header, lines)])


@page(VIEW_PLACES)
def place(request: SignedInRequest, code: str) -> HttpResponse:
    """One place: what it is, where it lies, who holds it, how it was used."""
    return _place_page(request, _found(request, code), {})


def _found(request: SignedInRequest, code: str) -> Place:
    request.actor.require(VIEW_PLACES, request.site.pk)
    return queries.place_by_code(request.site.pk, code)


def _place_page(request: SignedInRequest, shown: Place, tried: Forms) -> HttpResponse:
    site_id, today = shown.site_id, day_of(now())
    holdings = queries.holdings_of(shown)
    context = {
        "place": shown,
        "kind_label": PLACE_KIND_LABELS[PlaceKind(shown.kind)],
        "is_unit": shown.kind == PlaceKind.UNIT,
        "above": queries.places_above(shown),
        "children": page_of(queries.children_of(shown), request.GET.get("page")),
        "holdings": holdings,
        "account": next((row.account for row in holdings if row.starts_on <= today and not row.ends_on), None),
        "history": shown.occupancies.order_by("-starts_on"),
        "keeper": queries.keeper_of(shown, today),
        "sees_people": request.actor.may(VIEW_CUSTOMERS, site_id),
        **_forms(request, shown, tried, today),
    }
    return render(request, "estate/place.html", context, status=422 if tried else 200)


def _forms(request: SignedInRequest, shown: Place, tried: Forms, today: date) -> Forms:
    """The forms the person may use here: as typed where one was refused, else fresh."""
    site_id, starts = shown.site_id, {"starts_on": today}
    fresh: Forms = {}
    if request.actor.may(ASSIGN_KEEPERS, site_id):
        fresh["territory_form"] = TerritoryForm(initial=starts, keepers=queries.keepers_at(site_id, today), prefix="t")
    if shown.kind == PlaceKind.UNIT and request.actor.may(SET_OCCUPANCY, site_id):
        fresh["occupancy_form"] = OccupancyForm(initial=starts, prefix="o")
    if shown.kind == PlaceKind.UNIT and request.actor.may(EDIT_ACCOUNTS, site_id):
        fresh["owner_form"] = OwnerForm(initial=starts, prefix="w")
        fresh["transfer_form"] = TransferForm(initial={"on": today}, prefix="x")
    return {**fresh, **tried}


def _done_or_again(
    request: SignedInRequest, shown: Place, name: str, form: forms.Form, act: Callable[..., Any], *, said: str
) -> HttpResponse:
    if not attempt(form, act):
        return _place_page(request, shown, {name: form})
    messages.success(request, said)
    return redirect("estate:place", shown.code)


@page(SET_OCCUPANCY, "POST")
def occupancy(request: SignedInRequest, code: str) -> HttpResponse:
    """A new status from a day on."""
    shown = _found(request, code)

    def act(**said: Any) -> None:
        actions.set_occupancy(actor=request.actor, at=now(), place=shown, **said)

    form = OccupancyForm(request.POST, prefix="o")
    return _done_or_again(request, shown, "occupancy_form", form, act, said=_("状态已更新。"))


@page(ASSIGN_KEEPERS, "POST")
def territory(request: SignedInRequest, code: str) -> HttpResponse:
    """A keeper for this place and all below it."""
    shown = _found(request, code)

    def act(**said: Any) -> None:
        actions.assign_territory(actor=request.actor, at=now(), place=shown, **said)

    keepers = queries.keepers_at(shown.site_id, day_of(now()))
    form = TerritoryForm(request.POST, keepers=keepers, prefix="t")
    return _done_or_again(request, shown, "territory_form", form, act, said=_("管家已指定。"))


@page(EDIT_ACCOUNTS, "POST")
def account(request: SignedInRequest, code: str) -> HttpResponse:
    """Opens an account for a dwelling that has none."""
    shown = _found(request, code)

    def act(**said: Any) -> None:
        actions.open_account_for(actor=request.actor, at=now(), unit=shown, **said)

    form = OwnerForm(request.POST, prefix="w")
    return _done_or_again(request, shown, "owner_form", form, act, said=_("已开户。"))


@page(EDIT_ACCOUNTS, "POST")
def transfer(request: SignedInRequest, code: str) -> HttpResponse:
    """过户: from one owner to the next, on one day."""
    shown = _found(request, code)

    def act(**said: Any) -> None:
        actions.transfer_account_to(actor=request.actor, at=now(), unit=shown, **said)

    form = TransferForm(request.POST, prefix="x")
    return _done_or_again(request, shown, "transfer_form", form, act, said=_("过户已办理。"))
