"""Contracts and common costs, for those who may see them."""

from datetime import timedelta

from django.db.models import Case, DateField, ExpressionWrapper, F, QuerySet, Value, When
from django.utils.translation import gettext as _

from zhongshu.billing.lifecycle import ContractState
from zhongshu.billing.models import Charge, Contract, SharedCost
from zhongshu.billing.permissions import MANAGE_CONTRACTS, VIEW_BILLING
from zhongshu.billing.queries.items import standing
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound

_A_DAY = timedelta(days=1)


def contracts_listed(site_id: int, *, is_active: bool = True) -> "QuerySet[Contract]":
    """Those that end first; `warn_on`: from which day on their end is near."""
    rows = Contract.objects.filter(site_id=site_id).select_related("account__customer", "item", "place")
    if is_active:
        rows = rows.filter(state=ContractState.ACTIVE)
    warned = ExpressionWrapper(F("ends_on") - F("warn_days") * Value(_A_DAY), output_field=DateField())
    return rows.annotate(
        warn_on=Case(When(state=ContractState.ACTIVE, then=warned), output_field=DateField())
    ).order_by("ends_on", "pk")


def contract_seen(actor: Actor, contract_id: int) -> Contract:
    """Raises NotFound."""
    rows = Contract.objects.select_related("site", "account__customer", "item", "place", "by").filter(pk=contract_id)
    contract = rows.first()
    if contract is None or not actor.may(MANAGE_CONTRACTS, contract.site_id):
        raise NotFound(_("没有找到，或者您无权查看。"))
    return contract


def charges_from(contract: Contract) -> "QuerySet[Charge]":
    """What it was charged for, latest first; what was reversed is left out."""
    charges = Charge.objects.filter(
        site_id=contract.site_id, account=contract.account_id, item=contract.item_id, source_id=contract.pk
    )
    return standing(charges).order_by("-period_start", "-pk")


def costs_listed(site_id: int) -> "QuerySet[SharedCost]":
    """Latest period first."""
    rows = SharedCost.objects.filter(site_id=site_id).select_related("item", "place", "by")
    return rows.order_by("-period_start", "item__code", "place__path_as_counted", "-pk")


def cost_seen(actor: Actor, cost_id: int) -> SharedCost:
    """Raises NotFound."""
    cost = SharedCost.objects.select_related("site", "item", "place", "by").filter(pk=cost_id).first()
    if cost is None or not actor.may(VIEW_BILLING, cost.site_id):
        raise NotFound(_("没有找到，或者您无权查看。"))
    return cost


def is_cost_charged(cost: SharedCost) -> bool:
    """Whether bills stand that come from it."""
    charges = Charge.objects.filter(
        site_id=cost.site_id, item=cost.item_id, period_start=cost.period_start, source_id=cost.pk
    )
    return standing(charges).exists()
