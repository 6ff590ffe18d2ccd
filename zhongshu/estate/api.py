"""The estate over `/api/v1`: places, customers, accounts, keepers, workbooks."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from zhongshu.estate import actions, jobs
from zhongshu.estate.actions import imports
from zhongshu.estate.actions.imports import note_export, send_workbook
from zhongshu.estate.kinds import CustomerKind, ImportState, OccupancyStatus, PlaceKind, Relation
from zhongshu.estate.models import (
    Account,
    AccountPlace,
    Customer,
    EstateImport,
    KeeperTerritory,
    Occupancy,
    Place,
)
from zhongshu.estate.permissions import ASSIGN_KEEPERS, SEND_WORKBOOKS, VIEW_CUSTOMERS, VIEW_PLACES
from zhongshu.estate.queries import (
    account_at,
    customer_seen,
    customers_matching,
    find_place,
    holdings_in,
    import_seen,
    keeper_of,
    keepers_at,
    members_of,
    place_by_code,
    place_matches,
    territories_at,
)
from zhongshu.estate.queries import found as one_of
from zhongshu.estate.workbooks.reading import LARGEST
from zhongshu.estate.workbooks.registry import exportable, kind_named, kinds
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.identity.masking import masked
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.excel import attachment
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
    member_id: int
    customer_id: int
    name: str
    relation: str
    starts_on: date
    ends_on: date | None


class HoldingOut(Schema):
    """A place that belongs to an account: its dwelling, a parking space, storage."""

    holding_id: int
    place: str
    starts_on: date
    ends_on: date | None


class AccountOut(AccountBrief):
    members: list[MemberOut]
    places: list[HoldingOut]


class CustomerOut(Schema):
    id: int
    name: str
    kind: str
    phones: list[str] = Field(description="masked")


class CustomersOut(Listed):
    items: list[CustomerOut]


class PersonIn(Typed):
    """Somebody known (by name with a number or the document) or new."""

    name: Line
    kind: CustomerKind = CustomerKind.PERSON
    phones: list[Line] = []
    id_no: Line = ""


class CustomerIn(PersonIn):
    """All of it. A number left as it is shown, masked, stays."""

    note: Words = ""


class OwnerIn(PersonIn):
    starts_on: date


class TransferIn(PersonIn):
    """`with_places`: the parking spaces and storage go along."""

    on: date
    with_places: bool = True


class MemberIn(PersonIn):
    relation: Relation
    starts_on: date


class HoldingIn(Typed):
    place: Line = Field(description="code of a parking space or storage")
    starts_on: date


class EndIn(Typed):
    """`ends_on` is the first day on which it no longer holds; today where none is given."""

    ends_on: date | None = None


class OccupancyIn(Typed):
    status: OccupancyStatus
    starts_on: date


class OccupancyOut(Schema):
    status: str
    starts_on: date
    ends_on: date | None


class TerritoryIn(Typed):
    keeper_user_id: int
    starts_on: date


class TerritoryOut(Schema):
    territory_id: int
    place: str
    keeper_user_id: int
    keeper: str
    starts_on: date
    ends_on: date | None


class ImportOut(Schema):
    """`report`: `layout`, counts of what is new, changed and unchanged; `errors`, `notices`, `changes`, and `readings`:
    each column as sent, what it `becomes`, in words how, and examples.
    """

    import_id: int
    site: str
    kind: str
    file_name: str
    state: ImportState
    created_at: datetime
    taken_at: datetime | None
    has_error_workbook: bool
    report: dict[str, Any]


class ImportsOut(Listed):
    items: list[ImportOut]


@router.get("/places", response=PlacesOut, summary="Places of a site", tags=["places"])
def list_places(
    request: HttpRequest, wanted: Query[PlaceFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    found = site_of(actor_of(request), wanted.site, VIEW_PLACES)
    rows = Place.objects.filter(site=found).select_related("parent").order_by("path")
    if wanted.q:
        rows = rows.filter(place_matches(wanted.q))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.under:
        rows = rows.filter(path__startswith=f"{_place(found, wanted.under, field='under').path}/")
    return paged(request, page_of(rows, str(page), size=page_size), _brief)


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
    request: HttpRequest, site: Line, q: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """`q`: name, pinyin initials, or a phone number (whole, its beginning, its last four digits)."""
    found = site_of(actor_of(request), site, VIEW_CUSTOMERS)
    rows = customers_matching(found.pk, q) if q else Customer.objects.filter(site=found)
    return paged(request, page_of(rows.order_by("pk").prefetch_related("phones"), str(page), size=page_size), _customer)


@router.get("/accounts", response=AccountsOut, summary="Accounts of a site", tags=["accounts"])
def list_accounts(
    request: HttpRequest, site: Line, unit: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """`unit`: the code of a dwelling or shop."""
    found = site_of(actor_of(request), site, VIEW_CUSTOMERS)
    rows: QuerySet[Account] = Account.objects.filter(Q(unit__code=unit) if unit else Q(), site=found)
    rows = rows.select_related("customer", "unit").order_by("pk")
    return paged(request, page_of(rows, str(page), size=page_size), _account)


@router.get("/accounts/{site}/{number}", response=AccountOut, summary="One account", tags=["accounts"])
def get_account(request: HttpRequest, site: Line, number: Line) -> dict[str, Any]:
    """With its household today and the places that belong to it."""
    return _account_whole(_account_at(request, site, number))


@router.post("/accounts/{site}/{number}/ending", response=AccountOut, summary="End an account", tags=["accounts"])
def end_account(request: HttpRequest, site: Line, number: Line, said: EndIn) -> dict[str, Any]:
    account = _account_at(request, site, number)
    at = now()
    actions.end_account(actor=actor_of(request), at=at, account=account, ends_on=said.ends_on or day_of(at))
    return get_account(request, site, number)


@router.post(
    "/accounts/{site}/{number}/members", response={201: AccountOut}, summary="Add to a household", tags=["accounts"]
)
def add_member(request: HttpRequest, site: Line, number: Line, said: MemberIn) -> Status[dict[str, Any]]:
    account = _account_at(request, site, number)
    actions.add_member_for(actor=actor_of(request), at=now(), account=account, **_said(said))
    return Status(201, get_account(request, site, number))


@router.post(
    "/accounts/{site}/{number}/members/{member_id}/ending",
    response=AccountOut,
    summary="Somebody leaves a household",
    tags=["accounts"],
)
def end_member(request: HttpRequest, site: Line, number: Line, member_id: int, said: EndIn) -> dict[str, Any]:
    at, account = now(), _account_at(request, site, number)
    row = one_of(account.members.filter(pk=member_id))
    ends_on = said.ends_on or max(day_of(at), row.starts_on)
    actions.end_member(actor=actor_of(request), at=at, member=row, ends_on=ends_on)
    return get_account(request, site, number)


@router.post(
    "/accounts/{site}/{number}/places",
    response={201: AccountOut},
    summary="A place joins an account",
    tags=["accounts"],
)
def attach_place(request: HttpRequest, site: Line, number: Line, said: HoldingIn) -> Status[dict[str, Any]]:
    account = _account_at(request, site, number)
    place = place_by_code(account.site_id, said.place)
    actions.attach_place(actor=actor_of(request), at=now(), account=account, place=place, starts_on=said.starts_on)
    return Status(201, get_account(request, site, number))


@router.post(
    "/accounts/{site}/{number}/places/{holding_id}/ending",
    response=AccountOut,
    summary="A place leaves an account",
    tags=["accounts"],
)
def detach_place(request: HttpRequest, site: Line, number: Line, holding_id: int, said: EndIn) -> dict[str, Any]:
    at, account = now(), _account_at(request, site, number)
    row = one_of(account.places.filter(pk=holding_id))
    ends_on = said.ends_on or max(day_of(at), row.starts_on)
    actions.detach_place(actor=actor_of(request), at=at, account_place=row, ends_on=ends_on)
    return get_account(request, site, number)


@router.post("/places/{site}/{code}/accounts", response={201: AccountOut}, summary="Open an account", tags=["accounts"])
def open_account(request: HttpRequest, site: Line, code: Line, said: OwnerIn) -> Status[dict[str, Any]]:
    unit = _place_at(request, site, code)
    account = actions.open_account_for(actor=actor_of(request), at=now(), unit=unit, **_said(said))
    return Status(201, _account_whole(account))


@router.post(
    "/places/{site}/{code}/transfers",
    response={201: AccountOut},
    summary="From one owner to the next",
    tags=["accounts"],
)
def transfer_account(request: HttpRequest, site: Line, code: Line, said: TransferIn) -> Status[dict[str, Any]]:
    unit = _place_at(request, site, code)
    account = actions.transfer_account_to(actor=actor_of(request), at=now(), unit=unit, **_said(said))
    return Status(201, _account_whole(account))


@router.get(
    "/places/{site}/{code}/occupancies", response=list[OccupancyOut], summary="How a dwelling was used", tags=["places"]
)
def list_occupancies(request: HttpRequest, site: Line, code: Line) -> list[dict[str, Any]]:
    """The latest first."""
    return [_occupancy(row) for row in _place_at(request, site, code).occupancies.order_by("-starts_on")]


@router.post("/places/{site}/{code}/occupancies", response={201: OccupancyOut}, summary="A new status", tags=["places"])
def set_occupancy(request: HttpRequest, site: Line, code: Line, said: OccupancyIn) -> Status[dict[str, Any]]:
    place = _place_at(request, site, code)
    row = actions.set_occupancy(actor=actor_of(request), at=now(), place=place, **said.model_dump())
    return Status(201, _occupancy(row))


@router.post(
    "/places/{site}/{code}/territories", response={201: TerritoryOut}, summary="Name a keeper", tags=["places"]
)
def assign_territory(request: HttpRequest, site: Line, code: Line, said: TerritoryIn) -> Status[dict[str, Any]]:
    """For the place and everything in it."""
    at, place = now(), _place_at(request, site, code)
    keeper = one_of(keepers_at(place.site_id, day_of(at)).filter(pk=said.keeper_user_id))
    row = actions.assign_territory(actor=actor_of(request), at=at, place=place, keeper=keeper, starts_on=said.starts_on)
    return Status(201, _territory(row))


@router.get("/territories", response=list[TerritoryOut], summary="Which keeper answers for what", tags=["places"])
def list_territories(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    found = site_of(actor_of(request), site, VIEW_PLACES)
    return [_territory(row) for row in territories_at(found.pk, day_of(now()))]


@router.post("/territories/{territory_id}/ending", response=TerritoryOut, summary="End a territory", tags=["places"])
def end_territory(request: HttpRequest, territory_id: int, said: EndIn) -> dict[str, Any]:
    at, actor = now(), actor_of(request)
    rows = KeeperTerritory.objects.filter(pk=territory_id).select_related("place", "keeper")
    row = one_of(actor.visible(rows, ASSIGN_KEEPERS))
    ends_on = said.ends_on or max(day_of(at), row.starts_on)
    actions.end_territory(actor=actor, at=at, territory=row, ends_on=ends_on)
    row.ends_on = ends_on
    return _territory(row)


@router.get("/customers/{customer_id}", response=CustomerOut, summary="One customer", tags=["customers"])
def get_customer(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    return _customer(customer_seen(actor_of(request), customer_id))


@router.put("/customers/{customer_id}", response=CustomerOut, summary="Put particulars right", tags=["customers"])
def edit_customer(request: HttpRequest, customer_id: int, said: CustomerIn) -> dict[str, Any]:
    customer = customer_seen(actor_of(request), customer_id)
    actions.edit_customer(actor=actor_of(request), at=now(), customer=customer, **said.model_dump())
    return get_customer(request, customer_id)


@router.get("/imports", response=ImportsOut, summary="Workbooks that were sent", tags=["imports"])
def list_imports(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """The latest first, without their reports."""
    actor = actor_of(request)
    found = site_of(actor, site, SEND_WORKBOOKS)
    offered = [kind.name for kind in kinds().values() if actor.may(kind.right, found.pk)]
    rows = EstateImport.objects.filter(site=found, kind__in=offered).select_related("site").order_by("-pk")
    return paged(request, page_of(rows, str(page), size=page_size), lambda sent: _import(sent) | {"report": {}})


@router.post("/imports", response={201: ImportOut}, summary="Send a workbook", tags=["imports"])
def send_import(
    request: HttpRequest,
    file: File[UploadedFile],
    site: Form[Line],
    kind: Form[Line],
    layout: Annotated[Line, Form("")] = "",
) -> Status[dict[str, Any]]:
    """Answers with what it would do and what was read as what; a long one is `checking` meanwhile.

    Nothing is taken before `taking`. Without `layout` it is recognised; one that nobody knows is `unmapped`: somebody
    has to say on the page what its columns mean.
    """
    at, actor = now(), actor_of(request)
    found = site_of(actor, site, SEND_WORKBOOKS)
    content = file.read(LARGEST + 1)
    name = file.name or ""
    sent = send_workbook(
        actor=actor, at=at, site=found, kind=kind_named(kind), file_name=name, content=content, layout=layout
    )
    return Status(201, _import(jobs.check(actor=actor, at=at, sent=sent)))


@router.get("/imports/{import_id}", response=ImportOut, summary="What a workbook would do, or did", tags=["imports"])
def get_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    return _import(import_seen(actor_of(request), import_id))


@router.post("/imports/{import_id}/taking", response=ImportOut, summary="Take a workbook", tags=["imports"])
def take_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    actor = actor_of(request)
    return _import(jobs.take(actor=actor, at=now(), sent=import_seen(actor, import_id)))


@router.post("/imports/{import_id}/discarding", response=ImportOut, summary="Discard a workbook", tags=["imports"])
def discard_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """It will not be taken; one that was taken cannot be discarded."""
    actor = actor_of(request)
    sent = import_seen(actor, import_id)
    return _import(imports.discard_import(actor=actor, at=now(), sent=sent))


@router.get("/imports/{import_id}/errors", summary="The workbook to correct and send again", tags=["imports"])
def get_import_errors(request: HttpRequest, import_id: int) -> HttpResponse:
    """An .xlsx; absent when nothing was wrong."""
    sent = import_seen(actor_of(request), import_id)
    if not sent.error_file:
        raise NotFound(_("这份文件没有错误清单。"))
    with sent.error_file.open("rb") as file:
        return attachment(f"errors-{sent.pk}", file.read())


@router.get("/exports/{site}/{kind}", summary="What is there now, as the import takes it", tags=["imports"])
def get_export(request: HttpRequest, site: Line, kind: Line) -> HttpResponse:
    """An .xlsx with the numbers in full."""
    at, actor = now(), actor_of(request)
    found = site_of(actor, site, kind_named(kind).right)
    wanted, rows = exportable(kind)
    note_export(actor=actor, at=at, site=found, kind=wanted)
    content = filled_workbook(wanted.specs, rows(found, at), wanted.notes)
    return attachment(f"{wanted.name}-{found.code}", content)


@router.get("/templates/{kind}", summary="An empty workbook", tags=["imports"])
def get_template(request: HttpRequest, kind: Line) -> HttpResponse:
    """An .xlsx."""
    wanted = kind_named(kind)
    actor_of(request).require(wanted.right)
    return attachment(f"{wanted.name}-template", filled_workbook(wanted.specs, {}, wanted.notes))


def _place_at(request: HttpRequest, site: str, code: str) -> Place:
    return _place(site_of(actor_of(request), site, VIEW_PLACES), code)


def _account_at(request: HttpRequest, site: str, number: str) -> Account:
    found = site_of(actor_of(request), site, VIEW_CUSTOMERS)
    account = Account.objects.filter(site=found, number=number).select_related("customer", "unit").first()
    if account is None:
        raise NotFound(_("没有户号为“%(number)s”的账户。") % {"number": number}, field="number")
    return account


def _said(said: PersonIn) -> dict[str, Any]:
    """As the actions take it: the numbers in one text."""
    return said.model_dump() | {"phones": "、".join(said.phones)}


def _place(site: Site, code: str, *, field: str = "code") -> Place:
    place = find_place(site.pk, code)
    if place is None:
        raise NotFound(_("没有编码为 %(code)s 的位置。") % {"code": code}, field=field)
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


def _account_whole(account: Account) -> dict[str, Any]:
    members = [
        {
            "member_id": row.pk,
            "customer_id": row.customer_id,
            "name": row.customer.name,
            "relation": row.relation,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }
        for row in members_of(account, day_of(now()))
    ]
    return _account(account) | {"members": members, "places": [_holding(row) for row in holdings_in(account)]}


def _holding(row: AccountPlace) -> dict[str, Any]:
    return {"holding_id": row.pk, "place": row.place.code, "starts_on": row.starts_on, "ends_on": row.ends_on}


def _occupancy(row: Occupancy) -> dict[str, Any]:
    return {"status": row.status, "starts_on": row.starts_on, "ends_on": row.ends_on}


def _territory(row: KeeperTerritory) -> dict[str, Any]:
    return {
        "territory_id": row.pk,
        "place": row.place.code,
        "keeper_user_id": row.keeper_id,
        "keeper": row.keeper.name,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def _import(sent: EstateImport) -> dict[str, Any]:
    return {
        "import_id": sent.pk,
        "site": sent.site.code,
        "kind": sent.kind,
        "file_name": sent.file_name,
        "state": sent.state,
        "created_at": sent.created_at,
        "taken_at": sent.taken_at,
        "has_error_workbook": bool(sent.error_file),
        "report": sent.report,
    }


def _customer(customer: Customer) -> dict[str, Any]:
    phones = [masked(phone.number) for phone in customer.phones.all()]
    return {"id": customer.pk, "name": customer.name, "kind": customer.kind, "phones": phones}
