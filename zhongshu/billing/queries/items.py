"""What is read about items, prices, terms and the site's policy."""

from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from zhongshu.billing.kinds import Method
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import BillingPolicy, Charge, ChargeItem, ItemTerm, Relief, Tariff
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.estate.models import AccountPlace, Place
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force


def item_by_code(site_id: int, code: str) -> ChargeItem:
    """Raises NotFound."""
    item = ChargeItem.objects.filter(site_id=site_id, code=code).first()
    if item is None:
        raise NotFound(_("没有编码为“%(code)s”的收费项目。") % {"code": code}, field="item")
    return item


def item_seen(actor: Actor, item_id: int) -> ChargeItem:
    """Raises NotFound."""
    item = actor.visible(ChargeItem.objects.select_related("site"), VIEW_BILLING).filter(pk=item_id).first()
    if item is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return item


_ONCE = (Method.ONE_OFF, Method.DEPOSIT, Method.LATE_FEE)


def prepayable(site_id: int) -> "QuerySet[ChargeItem]":
    """What is charged by the month, so that months of it can be paid ahead."""
    return ChargeItem.objects.filter(site_id=site_id, is_active=True).exclude(method__in=_ONCE).order_by("code")


def tariff_at(item: ChargeItem, on: date) -> Tariff | None:
    """The approved price in force on that day."""
    return item.tariffs.filter(in_force(on), state=ProposalState.APPROVED).first()


def standing(charges: "QuerySet[Charge]") -> "QuerySet[Charge]":
    """Those that were not reversed."""
    reversed_ones = Relief.objects.filter(kind="reversal", state=ProposalState.APPROVED).values("charge_id")
    return charges.exclude(pk__in=reversed_ones)


def charged_until(item: ChargeItem, place: Place | None = None) -> date | None:
    """Until which day (exclusive) bills stand for the item, or for one place; None: there are none."""
    charges = Charge.objects.filter(site_id=item.site_id, item=item)
    if place is not None:
        holders = AccountPlace.objects.filter(place=place).values("account_id")
        charges = charges.filter(account_id__in=holders, place=place)
    return standing(charges).order_by("-period_start").values_list("period_end", flat=True).first()


def terms_listed(item: ChargeItem) -> "QuerySet[ItemTerm]":
    """With their places, in the order of the estate, the latest first."""
    return item.terms.select_related("place").order_by("place__path_as_counted", "-starts_on")


def policies_listed(site_id: int) -> "QuerySet[BillingPolicy]":
    """The latest first."""
    return BillingPolicy.objects.filter(site_id=site_id).order_by("-starts_on")


def tariff_seen(actor: Actor, tariff_id: int) -> Tariff:
    """Raises NotFound."""
    tariff = actor.visible(Tariff.objects.select_related("item"), VIEW_BILLING).filter(pk=tariff_id).first()
    if tariff is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return tariff


def term_seen(actor: Actor, term_id: int) -> ItemTerm:
    """Raises NotFound."""
    term = actor.visible(ItemTerm.objects.select_related("item", "place"), VIEW_BILLING).filter(pk=term_id).first()
    if term is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return term


def items_listed(site_id: int, on: date) -> "QuerySet[ChargeItem]":
    """By code, each with `price` and `price_formula` of that day, and how many prices wait for approval (`waiting`)."""
    prices = Tariff.objects.filter(in_force(on), item=OuterRef("pk"), state=ProposalState.APPROVED)
    return (
        ChargeItem.objects.filter(site_id=site_id)
        .annotate(
            price=Subquery(prices.values("unit_price")[:1]),
            price_formula=Subquery(prices.values("formula")[:1]),
            waiting=Count("tariffs", filter=Q(tariffs__state=ProposalState.PROPOSED)),
        )
        .order_by("-is_active", "code")
    )
