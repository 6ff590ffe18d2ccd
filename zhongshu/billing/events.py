"""What others may react to in billing."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event


@event
@dataclass(frozen=True, kw_only=True)
class ChargesIssued(DomainEvent):
    """A run issued the charges of an item."""

    name: ClassVar[str] = "billing.charges_issued"
    run_id: int
    item_id: Annotated[int, Told("Code of the charge item.", name="item", of="billing.ChargeItem.code")]
    period: Annotated[date, Told("The first day of the month that was run.")]
    count: Annotated[int, Told("How many charges are new.")]
    total: Annotated[str, Told("What they come to, in yuan with two decimals.")]


_PAYMENT = Told("Number of the payment.", name="payment", of="billing.Payment.number")
_ACCOUNT = Told("Number of the account.", name="account", of="estate.Account.number")
_YUAN = Told("In yuan, with two decimals.")


@event
@dataclass(frozen=True, kw_only=True)
class PaymentReceived(DomainEvent):
    """Money was received for an account; `credit` of it is left over."""

    name: ClassVar[str] = "billing.payment_received"
    payment_id: Annotated[int, _PAYMENT]
    account_id: Annotated[int, _ACCOUNT]
    amount: Annotated[str, _YUAN]
    credit: Annotated[str, _YUAN]
    received_on: Annotated[date, Told("The day from which it counts.")]


@event
@dataclass(frozen=True, kw_only=True)
class PaymentBounced(DomainEvent):
    """A payment turned out never to have come: what it cleared is open again."""

    name: ClassVar[str] = "billing.payment_bounced"
    payment_id: Annotated[int, _PAYMENT]
    account_id: Annotated[int, _ACCOUNT]
    amount: Annotated[str, _YUAN]
    on: Annotated[date, Told("The day it was found out.")]


@event
@dataclass(frozen=True, kw_only=True)
class ChargeReversed(DomainEvent):
    """A charge was wrong and counts no longer; money that had cleared it went to other debts or to credit."""

    name: ClassVar[str] = "billing.charge_reversed"
    charge_id: int
    account_id: Annotated[int, _ACCOUNT]
    item: Annotated[str, Told("Code of the charge item.")]
    period_start: Annotated[date, Told("The first day of the period that had been charged.")]
    amount: Annotated[str, _YUAN]
