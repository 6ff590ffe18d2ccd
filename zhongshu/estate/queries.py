"""All reads of the estate."""

import re
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, TypeVar

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Length
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.estate.addressing.layout import PlaceNode, SiteLayout
from zhongshu.estate.kinds import PLACE_KIND_LABELS, PlaceKind, Relation
from zhongshu.estate.models import (
    Account,
    AccountPlace,
    ColumnMapping,
    Customer,
    CustomerPhone,
    DoorDirection,
    EstateImport,
    HouseholdMember,
    ImportProgress,
    KeeperTerritory,
    Occupancy,
    Place,
)
from zhongshu.estate.permissions import IMPORT_ESTATE, SEND_WORKBOOKS, VIEW_CUSTOMERS
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.rights import Right
from zhongshu.identity.roles import Role
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.periods import in_force

M = TypeVar("M", bound=Model)
_layouts: dict[int, tuple[tuple[int, str], SiteLayout]] = {}
_layouts_lock = Lock()


def layout_of(site_id: int) -> SiteLayout:
    """The site's places, indexed for look-up; kept in this process until the places change."""
    stamp = _layout_stamp(site_id)
    with _layouts_lock:
        kept = _layouts.get(site_id)
    if stamp is not None and kept is not None and kept[0] == stamp:
        return kept[1]
    layout = _build_layout(site_id)
    if stamp is not None:
        with _layouts_lock:
            _layouts[site_id] = (stamp, layout)
    return layout


def _layout_stamp(site_id: int) -> tuple[int, str] | None:
    """Version and the transaction that wrote it: a number that was rolled back may come again, its writer not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, xmin::text FROM estate_sitelayoutversion WHERE site_id = %s", [site_id])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def _build_layout(site_id: int) -> SiteLayout:
    rows = Place.objects.filter(site_id=site_id, is_active=True).order_by("path")
    nodes = (PlaceNode(*row) for row in rows.values_list("code", "kind", "parent__code", "label").iterator(2000))
    doors = dict(DoorDirection.objects.filter(site_id=site_id).values_list("word", "door"))
    return SiteLayout(nodes, doors=doors)


def site_by_code(code: str) -> Site:
    """The site with that code, written in any case. Raises NotFound, naming the sites there are."""
    site = Site.objects.filter(code__iexact=code.strip()).first()
    if site is None:
        known = "、".join(Site.objects.values_list("code", flat=True)[:20]) or _("（无）")
        raise NotFound(_("没有编码为 %(code)s 的项目；现有：%(known)s。") % {"code": code, "known": known})
    return site


def find_place(site_id: int, code: str) -> Place | None:
    """The place with that code, written in any case; None when there is none."""
    typed = code.strip()
    return _OF_CODE.first(site=site_id, code=typed) or _OF_CODE.first(site=site_id, code=typed.upper())


_OF_CODE = Composed(
    lambda: Place.objects.filter(site_id=given("site"), code=given("code")).select_related("site").order_by()
)


def place_by_code(site_id: int, code: str, *, field: str = "place") -> Place:
    """The place with that code. Raises NotFound, at the field in which the code was given."""
    place = find_place(site_id, code)
    if place is None:
        raise NotFound(_("没有编码为 %(code)s 的位置。") % {"code": code}, field=field)
    return place


def root_of(site_id: int) -> Place:
    """The community: the root of the site's tree. Raises NotFound on a site that was not made by `add_site`."""
    root = Place.objects.filter(site_id=site_id, parent__isnull=True).first()
    if root is None:
        raise NotFound(_("项目还没有位置。"))
    return root


def account_at(place: Place, on: date) -> Account | None:
    """The account to which a dwelling, parking space or storage belongs that day."""
    row = _HELD.first(site=place.site_id, place=place.pk, on=on)
    return row.account if row else None


_HELD = Composed(
    lambda: AccountPlace.objects.filter(
        in_force(given("on")), site_id=given("site"), place_id=given("place")
    ).select_related("account__customer", "account__unit")
)


def accounts_of_phone(site_id: int, phone: str, on: date) -> list[Account]:
    """The accounts running that day to whose customer or household somebody with that number belongs, by unit."""
    if not digits_of(phone):
        return []
    return _OF_PHONE.all(site=site_id, number=digits_of(phone), on=on)


def _of_phone(site_id: int, number: str, on: date) -> QuerySet[Account]:
    people = CustomerPhone.objects.filter(site_id=site_id, number=number).values("customer_id")
    running = Account.objects.filter(in_force(on), site_id=site_id)
    joined = HouseholdMember.objects.filter(in_force(on), customer_id__in=people).values("account_id")
    # A union, not an OR: each half finds its rows by an index.
    theirs = Account.objects.filter(customer_id__in=people).values("pk").union(joined)
    return running.filter(pk__in=theirs).select_related("customer", "unit").order_by("unit__code", "pk")


_OF_PHONE = Composed(lambda: _of_phone(given("site"), given("number"), given("on")))


def keeper_of(place: Place, on: date) -> User | None:
    """The keeper of the nearest territory up the path; None where nobody is."""
    return next(iter(User.objects.raw(_KEEPER, {"site": place.site_id, "codes": codes_up(place), "on": on})), None)


# Written out, as it is asked twice for every matter: the ORM takes longer to compose it than the database to answer.
_KEEPER = """
    SELECT keeper.id, keeper.username, keeper.name, keeper.phone, keeper.is_active FROM estate_place AS place
    JOIN estate_keeperterritory AS held ON held.place_id = place.id
    JOIN identity_user AS keeper ON keeper.id = held.keeper_id
    WHERE place.site_id = %(site)s AND place.code = ANY(%(codes)s)
        AND held.starts_on <= %(on)s AND (held.ends_on IS NULL OR held.ends_on > %(on)s)
    ORDER BY length(place.path) DESC LIMIT 1
"""


def codes_up(place: Place) -> list[str]:
    """The codes from the root to the place itself."""
    return place.path.split("/")


def search_accounts(site_id: int, text: str, *, limit: int = 20) -> list[Account]:
    """Accounts by phone, name, pinyin initials, room, label or code; those still running first."""
    wanted = text.strip()
    if not wanted:
        return []
    found = Account.objects.filter(site_id=site_id).filter(_account_matches(site_id, wanted))
    ordered = found.select_related("customer", "unit").order_by(F("ends_on").desc(nulls_first=True), "unit__path", "pk")
    return list(ordered[:limit])


def _account_matches(site_id: int, text: str) -> Q:
    people = customers_matching(site_id, text).values("pk")
    members = HouseholdMember.objects.filter(site_id=site_id, customer_id__in=people).values("account_id")
    units = Place.objects.filter(place_matches(text), site_id=site_id).values("pk")
    places = AccountPlace.objects.filter(site_id=site_id, place_id__in=units).values("account_id")
    return Q(customer_id__in=people) | Q(pk__in=members) | Q(pk__in=places) | Q(number__iexact=text)


def customers_matching(site_id: int, text: str) -> QuerySet[Customer]:
    """Customers of the site by part of the name, pinyin initials, or a number's beginning or last four digits."""
    found = Q(name__icontains=text)
    if text.isascii() and text.isalpha():
        found |= Q(initials__startswith=text.lower())
    digits = digits_of(text)
    if len(digits) >= 3 and not any(char.isalpha() for char in text):
        numbers = CustomerPhone.objects.filter(site_id=site_id)
        beginning, end = Q(number__startswith=digits), Q(number__endswith=digits)
        close = numbers.filter(beginning | end if len(digits) >= 4 else beginning)
        found |= Q(pk__in=close.values("customer_id"))
    return Customer.objects.filter(found, site_id=site_id)


def place_matches(text: str) -> Q:
    """Places by code (whole, its beginning, or its last parts), by part of the label, or by room number."""
    code = text.upper()
    by_code = Q(code=code) | Q(code__startswith=f"{code}-") | Q(code__endswith=f"-{code}")
    return by_code | Q(label__icontains=text) | Q(room_no=code)


def members_of(account: Account, on: date) -> QuerySet[HouseholdMember]:
    """The household that day, the owner first."""
    members = HouseholdMember.objects.filter(in_force(on), account=account).select_related("customer")
    return members.order_by(Case(When(relation=Relation.OWNER, then=0), default=1), "pk")


def digits_of(text: str) -> str:
    """The digits of a number as typed."""
    return "".join(char for char in text if "0" <= char <= "9")


def found(rows: QuerySet[M]) -> M:
    """The one row there is. Raises NotFound, the same for what is absent and what is not for you."""
    row = rows.first()
    if row is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return row


def account_by_number(site_id: int, number: str) -> Account:
    """The account with that number. Raises NotFound."""
    return found(Account.objects.filter(site_id=site_id, number=number).select_related("customer", "unit", "site"))


def account_named(
    code: str, on: date, *, site_id: int | None = None, among: QuerySet[Account] | None = None
) -> Account:
    """The account with that number, or else of the unit with that code: the one in force on the day, else the latest.

    Written in any case. `among`: only these are known. Raises NotFound, and Invalid when several sites have one.
    """
    rows = Account.objects.all() if among is None else among
    rows = (rows.filter(site_id=site_id) if site_id else rows).select_related("site", "customer", "unit")
    typed = code.strip()
    spelt = {typed, typed.upper()}
    by_unit = rows.filter(unit__code__in=spelt)
    for found in (rows.filter(number__in=spelt), by_unit.filter(in_force(on)), by_unit.order_by("-starts_on")):
        if known := _of_one_site(found):
            return known
    raise NotFound(_("没有编号为“%(number)s”的账户，或者您无权访问。") % {"number": typed}, field="account")


def _of_one_site(rows: QuerySet[Account]) -> Account | None:
    known = list(rows[:_MOST_NAMED])
    sites = sorted({account.site.code for account in known})
    if len(sites) > 1:
        raise Invalid(_("几个项目都有这个编号：%(sites)s，请注明项目。") % {"sites": "、".join(sites)}, field="site")
    return known[0] if known else None


_MOST_NAMED = 50


def customer_seen(actor: Actor, customer_id: int) -> Customer:
    """The customer, if the actor may see those of its site. Raises NotFound."""
    return found(actor.visible(Customer.objects.filter(pk=customer_id), VIEW_CUSTOMERS).select_related("site"))


def import_seen(actor: Actor, import_id: int) -> EstateImport:
    """A workbook that was sent, if the actor may import that kind at its site. Raises NotFound."""
    mine = actor.visible(EstateImport.objects.filter(pk=import_id), SEND_WORKBOOKS)
    sent = found(mine.select_related("site", "created_by"))
    actor.require(kind_named(sent.kind).right, sent.site_id)
    return sent


def percent_of(sent: EstateImport) -> int:
    """How far a worker has come with an import."""
    return ImportProgress.objects.filter(sent=sent).values_list("percent", flat=True).first() or 0


def mappings_listed(company_id: int) -> QuerySet[ColumnMapping]:
    """The mappings of columns in force, the latest first, each with `import_count`: how often it was read by."""
    rows = ColumnMapping.objects.filter(company_id=company_id, ended_at=None).select_related("created_by")
    return rows.annotate(import_count=Count("estateimport")).order_by("-created_at", "-pk")


def mapping_seen(actor: Actor, mapping_id: int) -> ColumnMapping:
    """A mapping, in force or ended, if the actor may import its kind at a site of its company. Raises NotFound."""
    rows = ColumnMapping.objects.filter(pk=mapping_id).select_related("created_by")
    sites = actor.sites(IMPORT_ESTATE)
    mapping = found(rows if sites is None else rows.filter(company__site__in=sites).distinct())
    actor.require(kind_named(mapping.kind).right)
    return mapping


def places_listed(
    site_id: int, *, on: date, text: str = "", kind: str = "", within: str = "", status: str = ""
) -> QuerySet[Place]:
    """Places in the order of the tree, each with `status` and `holder` (a name) of that day; floors only if asked."""
    present = Occupancy.objects.filter(in_force(on), place=OuterRef("pk")).values("status")[:1]
    holder = AccountPlace.objects.filter(in_force(on), place=OuterRef("pk")).values("account__customer__name")[:1]
    rows = Place.objects.filter(site_id=site_id, is_active=True)
    if text:
        rows = rows.filter(place_matches(text))
    rows = rows.filter(kind=kind) if kind else rows.exclude(kind=PlaceKind.FLOOR)
    if within and (above := find_place(site_id, within)):
        rows = rows.filter(path__startswith=f"{above.path}/")
    if status:
        rows = rows.filter(Exists(Occupancy.objects.filter(in_force(on), place=OuterRef("pk"), status=status)))
    shown = rows.annotate(status=Subquery(present), holder=Subquery(holder))
    return shown.order_by("path_as_counted", "pk")


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the tree as the list's sidebar shows it."""

    code: str
    label: str
    branches: "list[Branch]"


def tree_of(site_id: int) -> list[Branch]:
    """Phases, buildings, entrances, garages and zones, in one statement, numbers in the order of counting."""
    rows = Place.objects.filter(site_id=site_id, kind__in=_BRANCHING).values_list("pk", "parent_id", "code", "label")
    branches = {pk: Branch(code, label, []) for pk, _parent, code, label in rows}
    tops: list[Branch] = []
    for pk, parent, _code, _label in sorted(rows, key=lambda row: natural(row[2])):
        (branches[parent].branches if parent in branches else tops).append(branches[pk])
    return tops


_BRANCHING = (PlaceKind.PHASE, PlaceKind.BUILDING, PlaceKind.ENTRANCE, PlaceKind.GARAGE, PlaceKind.ZONE)


def natural(code: str) -> list[tuple[int, int, str]]:
    """Sorts P1-2 before P1-10."""
    parts = re.split(r"(\d+)", code)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def places_above(place: Place) -> list[Place]:
    """From the root down to the parent."""
    rows = Place.objects.filter(site_id=place.site_id, code__in=codes_up(place)[:-1])
    return list(rows.order_by(Length("path")))


def children_of(place: Place) -> QuerySet[Place]:
    """What lies directly in the place."""
    return Place.objects.filter(parent=place, is_active=True).order_by(Length("code"), "code")


def holdings_of(place: Place) -> list[AccountPlace]:
    """The accounts the place belonged to, the latest first."""
    rows = AccountPlace.objects.filter(place=place).select_related("account__customer", "account__unit")
    return list(rows.order_by("-starts_on", "-pk"))


def holdings_in(account: Account) -> QuerySet[AccountPlace]:
    """The places that belong to the account or did, those that still do first."""
    return account.places.select_related("place").order_by(F("ends_on").desc(nulls_first=True), "pk")


def keepers_at(site_id: int, on: date) -> QuerySet[User]:
    """Those who may be given a territory: the keepers of the site that day."""
    grants = RoleGrant.objects.filter(in_force(on), role=Role.KEEPER).filter(Q(site_id=site_id) | Q(site__isnull=True))
    return User.objects.filter(pk__in=grants.values("user_id"), is_active=True).order_by("name", "pk")


def own_territory(actor: Actor, right: Right, site_id: int) -> int | None:
    """Whose territory alone the actor sees there: of who holds the right as a keeper and nothing above; None:
    everybody's.
    """
    others = right.roles - {Role.KEEPER}
    return None if actor.is_system or actor.holds(*others, site_id=site_id) else actor.user_id


def territories_at(site_id: int, on: date) -> QuerySet[KeeperTerritory]:
    """The territories in force or to come, in the order of the tree."""
    rows = KeeperTerritory.objects.filter(site_id=site_id).exclude(ends_on__lte=on)
    return rows.select_related("place", "keeper").order_by("place__path", "starts_on")


def customers_listed(site_id: int, *, text: str = "", kind: str = "") -> QuerySet[Customer]:
    """Customers by name, with their numbers and the accounts they belong to."""
    rows = customers_matching(site_id, text) if text else Customer.objects.filter(site_id=site_id)
    if kind:
        rows = rows.filter(kind=kind)
    running = HouseholdMember.objects.filter(ends_on__isnull=True).select_related("account__unit").order_by("pk")
    phones = CustomerPhone.objects.order_by("-is_primary", "pk")
    fetched = rows.prefetch_related(Prefetch("phones", phones), Prefetch("memberships", running))
    return fetched.order_by("name", "pk")


_COUNTED = {
    "customer": gettext_lazy("客户"),
    "account": gettext_lazy("户"),
    "member": gettext_lazy("家庭成员"),
    "occupancy": gettext_lazy("入住状态"),
    "parking_holding": gettext_lazy("车位归属"),
    "staff": gettext_lazy("员工"),
    "team": gettext_lazy("班组"),
    "skill": gettext_lazy("技能"),
    "meter": gettext_lazy("表具"),
    "reading": gettext_lazy("抄表读数"),
    "item": gettext_lazy("收费项目"),
    "charge": gettext_lazy("账单"),
    "payment": gettext_lazy("收款"),
    "complaint": gettext_lazy("投诉"),
}


def counted_label(kind: str) -> Any:
    """What a kind counted by an import is called."""
    return _COUNTED.get(kind) or PLACE_KIND_LABELS[PlaceKind(kind)]
