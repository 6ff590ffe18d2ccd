"""Invoices, what may still be invoiced of a payment, and what should be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from zhongshu.billing.models import Allocation, Charge, Payment
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.cashier.lifecycle import DEAD_INVOICE
from zhongshu.cashier.models import Invoice, InvoiceLine, InvoiceSeller
from zhongshu.cashier.permissions import REDDEN_INVOICES, VIEW_INVOICES
from zhongshu.cashier.policies.invoices import INVOICED_FUNDS
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.periods import in_force


@dataclass(frozen=True, slots=True)
class Invoiceable:
    """`left` yuan that a payment cleared of a charge and nobody invoiced; `before`: invoiced of the charge already."""

    charge: Charge
    left: Decimal
    before: Decimal


def invoiceable(payment_id: int) -> list[Invoiceable]:
    """By due day; without deposits and the owners' own money."""
    cleared = _by_charge(Allocation.objects.filter(payment_id=payment_id))
    alive = InvoiceLine.objects.filter(charge_id__in=cleared).exclude(invoice__state__in=DEAD_INVOICE)
    invoiced, before = _by_charge(alive.filter(invoice__payment_id=payment_id)), _by_charge(alive)
    charges = Charge.objects.filter(pk__in=cleared, item__fund__in=INVOICED_FUNDS).select_related("item", "place")
    parts = (
        Invoiceable(charge, cleared[charge.pk] - invoiced.get(charge.pk, ZERO), before.get(charge.pk, ZERO))
        for charge in charges.order_by("due_on", "pk")
    )
    return [part for part in parts if part.left > 0]


def _by_charge(rows: "QuerySet[Allocation] | QuerySet[InvoiceLine]") -> dict[int, Decimal]:
    sums: Iterable[tuple[int, Decimal]] = rows.order_by().values_list("charge_id").annotate(yuan=Sum("amount"))
    return dict(sums)


def last_buyer(account_id: int) -> Invoice | None:
    """The invoice that last named a buyer for the account: whom to name again."""
    return Invoice.objects.filter(account_id=account_id).order_by("-pk").first()


def seller_of(site_id: int) -> InvoiceSeller | None:
    return InvoiceSeller.objects.filter(site_id=site_id).first()


def payment_to_invoice(actor: Actor, number: str) -> Payment:
    """A payment of a site whose invoices one sees. Raises NotFound."""
    seen = actor.visible(Payment.objects.select_related("site", "account__customer", "account__unit"), VIEW_BILLING)
    return found(actor.visible(seen, VIEW_INVOICES).filter(number=number))


def invoices_visible(actor: Actor) -> "QuerySet[Invoice]":
    """The latest first."""
    rows = actor.visible(Invoice.objects.all(), VIEW_INVOICES)
    return rows.select_related("site", "account", "payment", "requested_by").order_by("-requested_at", "-pk")


def finance_of(site_id: int, on: date) -> list[int]:
    """The users who may redden invoices of the site."""
    held = RoleGrant.objects.filter(in_force(on), Q(site_id=site_id) | Q(site=None), role__in=REDDEN_INVOICES.roles)
    return sorted(set(held.filter(user__is_active=True).values_list("user_id", flat=True)))
