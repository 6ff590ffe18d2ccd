"""All reads of the estate."""

from collections.abc import Iterable
from datetime import date
from threading import Lock

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from zhongshu.estate.addressing.layout import PlaceNode, SiteLayout
from zhongshu.estate.kinds import Relation
from zhongshu.estate.models import (
    Account,
    AccountPlace,
    Customer,
    CustomerPhone,
    DoorDirection,
    HouseholdMember,
    KeeperTerritory,
    Place,
)
from zhongshu.identity.models import Site, User
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force

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
    places = Place.objects.filter(site_id=site_id).select_related("site")
    return places.filter(code=code.strip()).first() or places.filter(code=code.strip().upper()).first()


def place_by_code(site_id: int, code: str) -> Place:
    """The place with that code. Raises NotFound."""
    place = find_place(site_id, code)
    if place is None:
        raise NotFound(_("没有编码为 %(code)s 的位置。") % {"code": code})
    return place


def root_of(site_id: int) -> Place:
    """The community: the root of the site's tree. Raises NotFound on a site that was not made by `add_site`."""
    root = Place.objects.filter(site_id=site_id, parent__isnull=True).first()
    if root is None:
        raise NotFound(_("项目还没有位置。"))
    return root


def account_at(place: Place, on: date) -> Account | None:
    """The account to which a dwelling, parking space or storage belongs that day."""
    held = AccountPlace.objects.filter(in_force(on), site_id=place.site_id, place=place)
    row = held.select_related("account__customer", "account__unit").first()
    return row.account if row else None


def customers_by_phone(site_id: int, number: str) -> list[Customer]:
    """Everybody at the site with that number, in the order of their names."""
    numbers = CustomerPhone.objects.filter(site_id=site_id, number=digits_of(number))
    return list(Customer.objects.filter(pk__in=numbers.values("customer_id")).order_by("name", "pk"))


def registered_codes(site_id: int, phone: str, on: date) -> tuple[str, ...]:
    """Codes of the units of the accounts to which somebody with that number belongs that day, sorted."""
    if not digits_of(phone):
        return ()
    people = CustomerPhone.objects.filter(site_id=site_id, number=digits_of(phone)).values("customer_id")
    accounts = Account.objects.filter(in_force(on), site_id=site_id, unit__isnull=False)
    membership = HouseholdMember.objects.filter(in_force(on), account=OuterRef("pk"), customer_id__in=people)
    theirs = accounts.filter(Q(customer_id__in=people) | Exists(membership))
    return tuple(theirs.order_by("unit__code").values_list("unit__code", flat=True))


def keeper_of(place: Place, on: date) -> User | None:
    """The keeper of the nearest territory up the path; None where nobody is."""
    territories = KeeperTerritory.objects.filter(in_force(on), site_id=place.site_id, place__code__in=codes_up(place))
    nearest = territories.order_by(Length("place__path").desc()).select_related("keeper").first()
    return nearest.keeper if nearest else None


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


def current_accounts_by_unit(unit_ids: Iterable[int], on: date) -> dict[int, Account]:
    """The account of each of the units that day, by the unit's id."""
    rows = AccountPlace.objects.filter(in_force(on), place_id__in=list(unit_ids)).select_related("account__customer")
    return {row.place_id: row.account for row in rows}


def digits_of(text: str) -> str:
    """The digits of a number as typed."""
    return "".join(char for char in text if "0" <= char <= "9")
