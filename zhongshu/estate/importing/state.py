"""The estate of one site as it is while a workbook is read into it: what is there, and what is to be written."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max

from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account, AccountPlace, Customer, CustomerPhone, HouseholdMember, Occupancy, Place
from zhongshu.estate.naming import NewPlace
from zhongshu.identity.models import Site

FACTS = ("label", "gross_area", "net_area", "usage", "parking_kind", "handed_over_on", "x", "y")


@dataclass(slots=True, eq=False)
class PlaceState:
    """A place; `pk` None until it is written."""

    pk: int | None
    code: str
    kind: str
    parent: str | None
    path: str
    floor_no: int | None
    room_no: str
    facts: dict[str, Any]
    is_changed: bool = False


@dataclass(slots=True, eq=False)
class CustomerState:
    """A customer; `said_phones` are the numbers the workbook gives, in order."""

    pk: int | None
    name: str
    kind: str
    id_no: str
    phones: tuple[str, ...] = ()
    said_phones: dict[str, None] = field(default_factory=dict)
    said_in: Any = None
    is_changed: bool = False
    has_new_phones: bool = False


@dataclass(slots=True, eq=False)
class MemberState:
    pk: int | None
    customer: CustomerState
    relation: str
    starts_on: date
    is_changed: bool = False


@dataclass(slots=True, eq=False)
class AccountState:
    """An account in force or to come; its holder is among the members, but for the developer's."""

    pk: int | None
    number: str
    kind: str
    customer: CustomerState
    unit: str | None
    starts_on: date
    members: list[MemberState] = field(default_factory=list)
    is_changed: bool = False

    @property
    def is_developers(self) -> bool:
        return self.kind == AccountKind.DEVELOPER


@dataclass(slots=True, eq=False)
class HeldState:
    """A place held by an account. `released_on`: the present row ends then and another begins."""

    pk: int | None
    account: AccountState
    starts_on: date


@dataclass(slots=True, eq=False)
class StatusState:
    pk: int | None
    status: str
    starts_on: date
    follows: "StatusState | None" = None
    is_changed: bool = False


@dataclass
class Estate:
    """Everything of the site that a workbook can touch, in a handful of statements and plain objects."""

    site: Site
    today: date
    places: dict[str, PlaceState] = field(default_factory=dict)
    touched: list[CustomerState] = field(default_factory=list)
    accounts: list[AccountState] = field(default_factory=list)
    held: dict[str, HeldState] = field(default_factory=dict)
    released: list[tuple[HeldState, date]] = field(default_factory=list)
    statuses: dict[str, StatusState] = field(default_factory=dict)
    former: dict[str, tuple[int, date | None]] = field(default_factory=dict)
    last_held: dict[str, date] = field(default_factory=dict)
    known: dict[tuple[str, str], list[CustomerState]] = field(default_factory=dict)
    developer: AccountState | None = None

    @classmethod
    def load(cls, site: Site, today: date) -> "Estate":
        estate = cls(site, today)
        estate._load_places()
        people = estate._load_customers()
        accounts = estate._load_accounts(people)
        estate._load_members(accounts, people)
        estate._load_held(accounts)
        estate._load_statuses()
        return estate

    @property
    def root(self) -> str:
        return self.site.code

    def _load_places(self) -> None:
        rows = Place.objects.filter(site=self.site).order_by()
        plain = ("pk", "code", "kind", "parent__code", "path", "floor_no", "room_no")
        for row in rows.values_list(*plain, *FACTS).iterator(5000):
            pk, code, kind, parent, path, floor_no, room_no, *facts = row
            named = dict(zip(FACTS, facts, strict=True))
            self.places[code] = PlaceState(pk, code, kind, parent, path, floor_no, room_no, named)

    def _load_customers(self) -> dict[int, CustomerState]:
        rows = Customer.objects.filter(site=self.site).values_list("pk", "name", "kind", "id_no")
        people = {row[0]: CustomerState(*row) for row in rows.iterator(5000)}
        phones = CustomerPhone.objects.filter(site=self.site).order_by("-is_primary", "pk")
        for customer_id, number in phones.values_list("customer_id", "number").iterator(5000):
            people[customer_id].phones += (number,)
        for customer in people.values():
            self.learn(customer, customer.phones)
        return people

    def _load_accounts(self, people: dict[int, CustomerState]) -> dict[int, AccountState]:
        accounts: dict[int, AccountState] = {}
        rows = Account.objects.filter(site=self.site).exclude(ends_on__lte=self.today)
        for pk, number, kind, customer_id, unit, starts_on in rows.values_list(
            "pk", "number", "kind", "customer_id", "unit__code", "starts_on"
        ).iterator(5000):
            accounts[pk] = AccountState(pk, number, kind, people[customer_id], unit, starts_on)
            self.accounts.append(accounts[pk])
            self.developer = accounts[pk] if kind == AccountKind.DEVELOPER else self.developer
        counted = Account.objects.filter(site=self.site, unit__isnull=False).values("unit__code")
        for row in counted.annotate(n=Count("pk"), last=Max("ends_on")).order_by():
            self.former[row["unit__code"]] = row["n"], row["last"]
        return accounts

    def _load_members(self, accounts: dict[int, AccountState], people: dict[int, CustomerState]) -> None:
        rows = HouseholdMember.objects.filter(site=self.site).exclude(ends_on__lte=self.today).order_by("pk")
        for pk, account_id, customer_id, relation, starts_on in rows.values_list(
            "pk", "account_id", "customer_id", "relation", "starts_on"
        ).iterator(5000):
            accounts[account_id].members.append(MemberState(pk, people[customer_id], relation, starts_on))

    def _load_held(self, accounts: dict[int, AccountState]) -> None:
        rows = AccountPlace.objects.filter(site=self.site).order_by("starts_on")
        for pk, account_id, code, starts_on, ends_on in rows.values_list(
            "pk", "account_id", "place__code", "starts_on", "ends_on"
        ).iterator(5000):
            if ends_on is not None:
                self.last_held[code] = max(ends_on, self.last_held.get(code, ends_on))
            if (ends_on is None or ends_on > self.today) and account_id in accounts:
                self.held[code] = HeldState(pk, accounts[account_id], starts_on)

    def _load_statuses(self) -> None:
        rows = Occupancy.objects.filter(site=self.site, ends_on__isnull=True)
        for pk, code, status, starts_on in rows.values_list("pk", "place__code", "status", "starts_on").iterator(5000):
            self.statuses[code] = StatusState(pk, status, starts_on)

    def add_place(self, new: NewPlace) -> PlaceState:
        """A place to be written. Its parent is there already, or was added before."""
        parent = self.places[new.parent or self.root]
        facts = {name: getattr(new, name) for name in FACTS}
        path = f"{parent.path}/{new.code}"
        place = PlaceState(None, new.code, new.kind, parent.code, path, new.floor_no, new.room_no, facts)
        self.places[new.code] = place
        return place

    def add_customer(self, name: str, kind: str, id_no: str, phones: tuple[str, ...]) -> CustomerState:
        customer = CustomerState(None, name, kind, id_no)
        self.learn(customer, phones)
        return customer

    def learn(self, customer: CustomerState, phones: tuple[str, ...]) -> None:
        """The customer can be recognised by name and document, and by name and each of the numbers."""
        for sign in (customer.id_no, *phones):
            if sign:
                self.known.setdefault((customer.name, sign), []).append(customer)

    def recognise(self, name: str, id_no: str, phones: tuple[str, ...]) -> CustomerState | None:
        """Who that is: the same name with the same document or a common number, and no other document."""
        for sign in (id_no, *phones):
            for customer in self.known.get((name, sign), ()) if sign else ():
                if not id_no or not customer.id_no or customer.id_no == id_no:
                    return customer
        return None

    def add_account(self, unit: str, customer: CustomerState, starts_on: date) -> AccountState:
        """The customer's account of a unit, with the unit itself; what the developer held is released."""
        number = f"{unit}.{self.former.get(unit, (0, None))[0] + 1}"
        account = AccountState(None, number, AccountKind.ORDINARY, customer, unit, starts_on)
        self.accounts.append(account)
        self.hold(unit, account, starts_on)
        return account

    def add_developer(self, customer: CustomerState, starts_on: date) -> AccountState:
        self.developer = AccountState(None, "DEV.1", AccountKind.DEVELOPER, customer, None, starts_on)
        self.accounts.append(self.developer)
        return self.developer

    def hold(self, place: str, account: AccountState, starts_on: date) -> None:
        """The place belongs to the account from that day; whoever held it lets go, after what is past."""
        if present := self.held.get(place):
            self.released.append((present, max(starts_on, present.starts_on)))
        starts_on = max(starts_on, self.last_held.get(place, starts_on))
        self.held[place] = HeldState(None, account, starts_on)
