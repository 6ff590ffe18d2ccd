"""All reads about paying online."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from zhongshu.billing.queries.debts import OpenCharge, open_charges
from zhongshu.estate.models import Account, Place
from zhongshu.estate.queries import account_at, found
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.periods import in_force
from zhongshu.remittance.kinds import LineVerdict, Provider
from zhongshu.remittance.models import (
    OnlineAlert,
    OnlineNotice,
    OnlineOrder,
    OnlineRefund,
    PayCode,
    ProviderAccount,
    ProviderBill,
    ProviderBillLine,
)
from zhongshu.remittance.permissions import (
    MANAGE_MERCHANTS,
    OPEN_ORDERS,
    RECONCILE,
    SETTLE_ALERTS,
    VIEW_ONLINE,
)


def merchants_visible(actor: Actor) -> QuerySet[ProviderAccount]:
    return actor.visible(ProviderAccount.objects.select_related("site"), MANAGE_MERCHANTS)


def merchant_seen(actor: Actor, merchant_id: int) -> ProviderAccount:
    """Raises NotFound."""
    return found(merchants_visible(actor).filter(pk=merchant_id))


def merchants_at(site_id: int) -> QuerySet[ProviderAccount]:
    """Those by which the site can be paid, WeChat first."""
    return ProviderAccount.objects.filter(site_id=site_id, is_on=True).order_by("-provider")


def merchant_at(site_id: int, provider: Provider) -> ProviderAccount:
    """Raises NotFound."""
    return found(ProviderAccount.objects.filter(site_id=site_id, provider=provider))


def account_seen(actor: Actor, account_id: int) -> Account:
    """An account for which the actor may open orders. Raises NotFound."""
    rows = Account.objects.select_related("site", "unit", "customer")
    return found(actor.visible(rows, OPEN_ORDERS).filter(pk=account_id))


def orders_visible(
    actor: Actor, *, state: str = "", provider: str = "", since: datetime | None = None, before: datetime | None = None
) -> QuerySet[OnlineOrder]:
    """The latest first."""
    rows = actor.visible(OnlineOrder.objects.select_related("site", "account__unit"), VIEW_ONLINE)
    wanted = {"state": state, "provider": provider, "created_at__gte": since, "created_at__lt": before}
    return rows.filter(**{name: value for name, value in wanted.items() if value}).order_by("-created_at", "-pk")


def order_seen(actor: Actor, number: str, right: Right = VIEW_ONLINE) -> OnlineOrder:
    """Raises NotFound."""
    rows = OnlineOrder.objects.select_related("site", "account__unit", "merchant", "payment")
    return found(actor.visible(rows, right).filter(number=number))


def notices_of(order: OnlineOrder) -> QuerySet[OnlineNotice]:
    return order.notices.order_by("-at", "-pk")


def refunds_of(order: OnlineOrder) -> QuerySet[OnlineRefund]:
    return order.refunds.select_related("proposed_by", "decided_by").order_by("-pk")


def alerts_visible(actor: Actor, *, is_open: bool = True) -> QuerySet[OnlineAlert]:
    """The oldest open ones first; of the settled ones the latest."""
    rows = actor.visible(
        OnlineAlert.objects.select_related("site", "order__account__unit", "settled_by"), SETTLE_ALERTS
    )
    ordered = rows.filter(settled_at__isnull=is_open)
    return ordered.order_by("raised_at", "pk") if is_open else ordered.order_by("-settled_at", "-pk")


def alert_seen(actor: Actor, alert_id: int) -> OnlineAlert:
    """Raises NotFound."""
    return found(actor.visible(OnlineAlert.objects.all(), SETTLE_ALERTS).filter(pk=alert_id))


def bills_visible(actor: Actor) -> QuerySet[ProviderBill]:
    """The latest day first, each with how many lines agree (`matched`) and how many do not (`differing`)."""
    agrees = Q(lines__verdict=LineVerdict.MATCHED)
    counted = {
        "matched": Count("lines", filter=agrees),
        "differing": Count("lines", filter=Q(lines__isnull=False) & ~agrees),
    }
    rows = actor.visible(ProviderBill.objects.select_related("site", "merchant"), RECONCILE)
    return rows.annotate(**counted).order_by("-day", "site", "merchant")


def bill_seen(actor: Actor, bill_id: int) -> ProviderBill:
    """Raises NotFound."""
    return found(bills_visible(actor).filter(pk=bill_id))


def lines_of(bill: ProviderBill, *, only_differing: bool = False) -> QuerySet[ProviderBillLine]:
    rows = bill.lines.select_related("order").order_by("at", "pk")
    return rows.exclude(verdict=LineVerdict.MATCHED) if only_differing else rows


def reconcilable(actor: Actor) -> QuerySet[ProviderAccount]:
    """The merchant accounts whose bills the actor may read."""
    return actor.visible(ProviderAccount.objects.select_related("site"), RECONCILE)


def finance_of(site_id: int, on: date) -> list[int]:
    """The users who settle alerts at the site."""
    held = RoleGrant.objects.filter(in_force(on), Q(site_id=site_id) | Q(site=None), role__in=SETTLE_ALERTS.roles)
    return sorted(set(held.filter(user__is_active=True).values_list("user_id", flat=True)))


@dataclass(frozen=True, slots=True)
class Owed:
    """What an account owes on a day, late fees included."""

    charges: list[OpenCharge]

    @property
    def total(self) -> Decimal:
        return sum((charge.owed for charge in self.charges), ZERO)


def owed_by(account_id: int, on: date) -> Owed:
    return Owed(open_charges(account_id, on))


@dataclass(frozen=True, slots=True)
class CodeView:
    """What a stranger with a dwelling's code may know: the dwelling, the sum, and how it can be paid."""

    code: PayCode
    account: Account | None
    owed: Owed
    providers: list[Provider]


def code_view(token: str, *, at: datetime) -> CodeView:
    """Raises NotFound for what is no code, or no longer."""
    code = found(PayCode.objects.select_related("site", "place").filter(token=token, revoked_at=None))
    account = account_at(code.place, day_of(at))
    owed = owed_by(account.pk, day_of(at)) if account else Owed([])
    return CodeView(code, account, owed, [Provider(each.provider) for each in merchants_at(code.site_id)])


def order_by_code(token: str, number: str) -> OnlineOrder:
    """An order opened by whoever had the dwelling's code. Raises NotFound."""
    code = found(PayCode.objects.filter(token=token, revoked_at=None))
    rows = OnlineOrder.objects.select_related("site", "account__unit").filter(code=code)
    return found(rows.filter(number=number))


def units_below(place: Place) -> QuerySet[Place]:
    """The dwellings and shops of a place that have ever had an account, in the order of counting."""
    below = Q(path=place.path) | Q(path__startswith=f"{place.path}/")
    rows = Place.objects.filter(below, site_id=place.site_id, is_active=True, accounts__isnull=False)
    return rows.distinct().order_by("path_as_counted")
