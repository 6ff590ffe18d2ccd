"""The estate over `/api/v1`: places, customers, accounts."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Account, Customer, Place
from zhongshu.estate.permissions import VIEW_CUSTOMERS, VIEW_PLACES
from zhongshu.estate.queries import (
    account_at,
    customers_matching,
    find_place,
    keeper_of,
    members_of,
    place_matches,
)
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, actor_of, paged, site_of
from zhongshu.identity.masking import masked
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.paging import page_of

router = Router()


class PlaceFilters(Schema):
    """`q`: code, part of the label, or room; `under`: the code of a place, for everything in it."""

    site: Line
    q: Line = ""
    kind: PlaceKind | None = None
    under: Line = ""


class PlaceBrief(Schema):
    code: str
    label: str
    kind: str
    parent: str | None
    is_active: bool


class PlacesOut(Listed):
    items: list[PlaceBrief]


class AccountBrief(Schema):
    number: str
    unit: str | None
    customer_id: int
    customer: str
    starts_on: date
    ends_on: date | None


class AccountsOut(Listed):
    items: list[AccountBrief]


class PlaceOut(PlaceBrief):
    room_no: str
    floor_no: int | None
    gross_area: str | None = Field(description="square metres")
    net_area: str | None = Field(description="square metres")
    usage: str
    keeper: str | None
    account: AccountBrief | None


class MemberOut(Schema):
    customer_id: int
    name: str
    relation: str
    starts_on: date
    ends_on: date | None


class AccountOut(AccountBrief):
    members: list[MemberOut]


class CustomerOut(Schema):
    id: int
    name: str
    kind: str
    phones: list[str] = Field(description="masked")


class CustomersOut(Listed):
    items: list[CustomerOut]


@router.get("/places", response=PlacesOut, summary="Places of a site", tags=["places"])
def list_places(
    request: HttpRequest, wanted: Query[PlaceFilters], page: PageNo = 1, size: PageSize = 20
) -> dict[str, Any]:
    found = site_of(actor_of(request), wanted.site, VIEW_PLACES)
    rows = Place.objects.filter(site=found).select_related("parent").order_by("path")
    if wanted.q:
        rows = rows.filter(place_matches(wanted.q))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.under:
        rows = rows.filter(path__startswith=f"{_place(found, wanted.under).path}/")
    return paged(page_of(rows, str(page), size=size), _brief)


@router.get("/places/{site}/{code}", response=PlaceOut, summary="One place", tags=["places"])
def get_place(request: HttpRequest, site: Line, code: Line) -> dict[str, Any]:
    """With its keeper; with the account that holds it today for whoever may see customers."""
    actor = actor_of(request)
    found = site_of(actor, site, VIEW_PLACES)
    place, today = _place(found, code), day_of(now())
    keeper = keeper_of(place, today)
    account = account_at(place, today) if actor.may(VIEW_CUSTOMERS, found.pk) else None
    return _brief(place) | {
        "room_no": place.room_no,
        "floor_no": place.floor_no,
        "gross_area": None if place.gross_area is None else str(place.gross_area),
        "net_area": None if place.net_area is None else str(place.net_area),
        "usage": place.usage,
        "keeper": keeper.name if keeper else None,
        "account": _account(account) if account else None,
    }


@router.get("/customers", response=CustomersOut, summary="Customers of a site", tags=["customers"])
def list_customers(
    request: HttpRequest, site: Line, q: Line = "", page: PageNo = 1, size: PageSize = 20
) -> dict[str, Any]:
    """`q`: name, pinyin initials, or a phone number (whole, its beginning, its last four digits)."""
    found = site_of(actor_of(request), site, VIEW_CUSTOMERS)
    rows = customers_matching(found.pk, q) if q else Customer.objects.filter(site=found)
    return paged(page_of(rows.order_by("pk").prefetch_related("phones"), str(page), size=size), _customer)


@router.get("/accounts", response=AccountsOut, summary="Accounts of a site", tags=["accounts"])
def list_accounts(
    request: HttpRequest, site: Line, unit: Line = "", page: PageNo = 1, size: PageSize = 20
) -> dict[str, Any]:
    """`unit`: the code of a dwelling or shop."""
    found = site_of(actor_of(request), site, VIEW_CUSTOMERS)
    rows: QuerySet[Account] = Account.objects.filter(Q(unit__code=unit) if unit else Q(), site=found)
    return paged(page_of(rows.select_related("customer", "unit").order_by("pk"), str(page), size=size), _account)


@router.get("/accounts/{site}/{number}", response=AccountOut, summary="One account", tags=["accounts"])
def get_account(request: HttpRequest, site: Line, number: Line) -> dict[str, Any]:
    """With its household today."""
    found = site_of(actor_of(request), site, VIEW_CUSTOMERS)
    account = Account.objects.filter(site=found, number=number).select_related("customer", "unit").first()
    if account is None:
        raise NotFound(_("没有户号为“%(number)s”的账户。") % {"number": number}, field="number")
    members = [
        {
            "customer_id": row.customer_id,
            "name": row.customer.name,
            "relation": row.relation,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }
        for row in members_of(account, day_of(now()))
    ]
    return _account(account) | {"members": members}


def _place(site: Site, code: str) -> Place:
    place = find_place(site.pk, code)
    if place is None:
        raise NotFound(_("没有编码为 %(code)s 的位置。") % {"code": code}, field="code")
    return place


def _brief(place: Place) -> dict[str, Any]:
    return {
        "code": place.code,
        "label": place.label,
        "kind": place.kind,
        "parent": place.parent.code if place.parent else None,
        "is_active": place.is_active,
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "number": account.number,
        "unit": account.unit.code if account.unit else None,
        "customer_id": account.customer_id,
        "customer": account.customer.name,
        "starts_on": account.starts_on,
        "ends_on": account.ends_on,
    }


def _customer(customer: Customer) -> dict[str, Any]:
    phones = [masked(phone.number) for phone in customer.phones.all()]
    return {"id": customer.pk, "name": customer.name, "kind": customer.kind, "phones": phones}
