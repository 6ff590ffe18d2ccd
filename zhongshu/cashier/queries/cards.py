"""Cards, what moved them, and whether the ledger says the same."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from zhongshu.billing.kinds import Method
from zhongshu.billing.models import ChargeItem
from zhongshu.cashier.models import Card, CardMovement, CardRefund
from zhongshu.cashier.permissions import VIEW_CARDS
from zhongshu.estate.models import Account, Customer
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.periods import in_force
from zhongshu.ledger.kinds import CARD, Fund
from zhongshu.ledger.queries import balance


@dataclass(frozen=True, slots=True)
class CardBooks:
    """In yuan: what the cards of a site hold, what their movements add up to, what the ledger owes their holders."""

    cards: Decimal
    movements: Decimal
    ledger: Decimal

    @property
    def agree(self) -> bool:
        return self.cards == self.movements == self.ledger


def card_books(site_id: int) -> CardBooks:
    """The sub-ledger of the account CARD beside it."""
    cards = Card.objects.filter(site_id=site_id).aggregate(yuan=Sum("balance"))["yuan"]
    movements = CardMovement.objects.filter(site_id=site_id).aggregate(yuan=Sum("amount"))["yuan"]
    return CardBooks(cards or ZERO, movements or ZERO, -balance(site_id, Fund.OPERATING, CARD))


def household_of(account: Account, on: date) -> "QuerySet[Customer]":
    """Who may hold a card of the account: whose account it is, and the members of the household that day."""
    members = account.members.filter(in_force(on)).values("customer_id")
    return Customer.objects.filter(Q(pk=account.customer_id) | Q(pk__in=members)).order_by("pk")


def cards_visible(actor: Actor) -> "QuerySet[Card]":
    """The latest first."""
    rows = actor.visible(Card.objects.all(), VIEW_CARDS)
    return rows.select_related("site", "account__unit", "account__customer", "holder").order_by("-issued_at", "-pk")


def card_by_number(actor: Actor, site_id: int, number: str) -> Card:
    """Raises NotFound."""
    return found(cards_visible(actor).select_related("replaces", "replaced_by").filter(site_id=site_id, number=number))


def movements_of(card: Card) -> "QuerySet[CardMovement]":
    """The latest first."""
    return card.movements.select_related("by", "payment", "shift").order_by("-pk")


def card_refunds_visible(actor: Actor) -> "QuerySet[CardRefund]":
    """The latest first."""
    rows = actor.visible(CardRefund.objects.all(), VIEW_CARDS)
    return rows.select_related("site", "card__holder", "proposed_by", "decided_by").order_by("-proposed_at", "-pk")


def searched(rows: "QuerySet[Card]", text: str) -> "QuerySet[Card]":
    """Cards by number, account, dwelling or holder."""
    exact = Q(number=text) | Q(account__number=text) | Q(account__unit__code=text)
    return rows.filter(exact | Q(holder__name=text)) if text else rows


def single_items(site_id: int) -> list[tuple[str, str]]:
    """Code and name of what is charged once: what a card may be spent on."""
    rows = ChargeItem.objects.filter(site_id=site_id, method=Method.ONE_OFF, is_active=True)
    return list(rows.order_by("code").values_list("code", "name"))
