"""Accounts as the screens that cross apps show them: in a line, on a card, and in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.billing.queries.accounts import AccountMoney, account_money
from zhongshu.care.models import Standing
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.cases.models import Case
from zhongshu.cases.queries import cases_visible, resolve_place
from zhongshu.collecting.models import ArrearsReason
from zhongshu.collecting.permissions import VIEW_ARREARS
from zhongshu.console.permissions import SEE_ACCOUNTS
from zhongshu.estate.kinds import OCCUPANCY_LABELS, OccupancyStatus
from zhongshu.estate.models import Account, AccountPlace, CustomerPhone, HouseholdMember, Occupancy
from zhongshu.estate.queries import keeper_of, search_accounts
from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import masked
from zhongshu.identity.models import User
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force
from zhongshu.work.models import WorkOrder

_PRIMARY_FIRST = Prefetch("customer__phones", queryset=CustomerPhone.objects.order_by("-is_primary", "pk"))
LATEST = 8


@dataclass(frozen=True, slots=True)
class AccountBrief:
    """An account in one line. `phone` is the number on file, for use, not for show."""

    number: str
    name: str
    unit: str
    unit_code: str
    phone: str
    open_cases: int
    has_ended: bool

    @property
    def masked_phone(self) -> str:
        return masked(self.phone)


def found(site_id: int, text: str, *, at: datetime, limit: int = 9) -> list[AccountBrief]:
    """Accounts by phone, name, initials, room or code; failing that, of the rooms that the words mean.

    Two statements; four where nothing is written like that and the words are read.
    """
    ids = [account.pk for account in search_accounts(site_id, text, limit=limit)]
    return _briefs(ids or _living_at(site_id, text, at=at)[:limit], at=at)


def _living_at(site_id: int, text: str, *, at: datetime) -> list[int]:
    """The running accounts of the rooms that were spoken of: 三栋二单元1502, 5#1单元802."""
    codes = resolve_place(site_id=site_id, text=text, phone="", at=at).places
    running = Account.objects.filter(in_force(day_of(at)), site_id=site_id, unit__code__in=codes)
    return list(running.order_by("unit__path").values_list("pk", flat=True)) if codes else []


def brief(site_id: int, number: str, *, at: datetime) -> AccountBrief | None:
    """The account with that number. Two statements, none without a number."""
    ids = list(Account.objects.filter(site_id=site_id, number=number).values_list("pk", flat=True)) if number else []
    return next(iter(_briefs(ids, at=at)), None)


def _briefs(ids: Sequence[int], *, at: datetime) -> list[AccountBrief]:
    if not ids:
        return []
    open_cases = Count("cases", filter=Q(cases__closed_at__isnull=True))
    rows = Account.objects.filter(pk__in=ids).select_related("customer", "unit").prefetch_related(_PRIMARY_FIRST)
    by_id = {account.pk: account for account in rows.annotate(open_cases=open_cases)}
    return [_brief(by_id[pk], at) for pk in ids]


def _brief(account: Account, at: datetime) -> AccountBrief:
    phones = list(account.customer.phones.all())
    return AccountBrief(
        number=account.number,
        name=account.customer.name,
        unit=account.unit.label if account.unit else "",
        unit_code=account.unit.code if account.unit else "",
        phone=phones[0].number if phones else "",
        open_cases=account.open_cases,  # type: ignore[attr-defined]
        has_ended=account.ends_on is not None and account.ends_on <= day_of(at),
    )


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything we know of an account: who, where, since when, household, matters, keeper, history."""

    account: Account
    members: list[HouseholdMember]
    phones: list[CustomerPhone]
    places: list[AccountPlace]
    occupancies: list[Occupancy]
    before_and_after: list[Account]
    cases: list[Case]
    orders: list[WorkOrder]
    keeper: User | None
    has_ended: bool
    money: AccountMoney | None
    reason: ArrearsReason | None
    standing: Standing | None

    @property
    def occupancy(self) -> str:
        """How the dwelling is used at present."""
        present = next((row for row in self.occupancies if row.ends_on is None), None)
        return str(OCCUPANCY_LABELS[OccupancyStatus(present.status)]) if present else ""


def account_of(actor: Actor, number: str) -> Account:
    """Raises NotFound, also for what the actor may not see. One statement."""
    accounts = actor.visible(Account.objects.filter(number=number), SEE_ACCOUNTS)
    account = accounts.select_related("site", "customer", "unit").first()
    if account is None:
        raise NotFound(_("没有这个客户账户，或者您无权查看。"))
    return account


def account_view(actor: Actor, account: Account, *, at: datetime) -> AccountView:
    """Eight statements; at most eight more for who may see money, one for who may see the score."""
    day = day_of(at)
    has_ended = account.ends_on is not None and account.ends_on <= day
    return AccountView(
        account=account,
        members=_members(account, at),
        phones=list(account.customer.phones.order_by("-is_primary", "pk")),
        places=list(AccountPlace.objects.filter(account=account).select_related("place").order_by("starts_on", "pk")),
        occupancies=_occupancies(account),
        before_and_after=_neighbours_in_time(account),
        cases=list(matters(actor, account)[:LATEST]),
        orders=list(orders(account)[:LATEST]),
        keeper=keeper_of(account.unit, day) if account.unit else None,
        has_ended=has_ended,
        money=account_money(account, day) if actor.may(VIEW_BILLING, account.site_id) else None,
        reason=_reason(account, day) if actor.may(VIEW_ARREARS, account.site_id) else None,
        standing=Standing.objects.filter(account=account).first() if actor.may(VIEW_CARE, account.site_id) else None,
    )


def _reason(account: Account, day: date) -> ArrearsReason | None:
    """Why they do not pay, as far as somebody found out."""
    return ArrearsReason.objects.filter(in_force(day), account=account).first()


def matters(actor: Actor, account: Account) -> "QuerySet[Case]":
    """The cases of an account and of its dwelling while it was theirs, the newest first."""
    return cases_visible(actor).filter(account=account).select_related("place", "owner").order_by("-opened_at", "-pk")


def orders(account: Account) -> "QuerySet[WorkOrder]":
    """The work orders for an account, the newest first."""
    rows = WorkOrder.objects.filter(account=account).select_related("assignee__user", "team", "place")
    return rows.order_by("-opened_at", "-pk")


def household(number: str, site_id: int, *, at: datetime) -> list[HouseholdMember]:
    """Who belongs to an account today. Two statements."""
    members = HouseholdMember.objects.filter(in_force(day_of(at)), site_id=site_id, account__number=number)
    phones = CustomerPhone.objects.order_by("-is_primary", "pk")
    return list(members.select_related("customer").prefetch_related(Prefetch("customer__phones", queryset=phones)))


def recent_matters(number: str, site_id: int, *, limit: int = 4) -> list[Case]:
    """The latest cases of an account, the open ones first. One statement."""
    cases = Case.objects.filter(site_id=site_id, account__number=number).select_related("place")
    return list(cases.order_by(F("closed_at").desc(nulls_first=True), "-opened_at")[:limit])


def _members(account: Account, at: datetime) -> list[HouseholdMember]:
    phones = CustomerPhone.objects.order_by("-is_primary", "pk")
    rows = HouseholdMember.objects.filter(account=account).select_related("customer")
    return list(rows.prefetch_related(Prefetch("customer__phones", queryset=phones)).order_by("ends_on", "pk"))


def _occupancies(account: Account) -> list[Occupancy]:
    return list(Occupancy.objects.filter(place=account.unit).order_by("-starts_on")) if account.unit else []


def _neighbours_in_time(account: Account) -> list[Account]:
    """The other accounts the same dwelling has had."""
    if account.unit is None:
        return []
    others = Account.objects.filter(unit=account.unit).exclude(pk=account.pk)
    return list(others.select_related("customer").order_by("-starts_on"))
