"""What others may react to."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from zhongshu.cashier.kinds import CardMoveKind
from zhongshu.cashier.lifecycle import InvoiceState
from zhongshu.kernel.outbox import DomainEvent, Told, event


@event
@dataclass(frozen=True, kw_only=True)
class ShiftCounted(DomainEvent):
    """A drawer was counted; `difference` (yuan as text) is what was too much, negative: too little."""

    name: ClassVar[str] = "cashier.shift_counted"
    shift_id: int
    difference: str


@event
@dataclass(frozen=True, kw_only=True)
class ShiftEnded(DomainEvent):
    """A shift is over: none of its cash is in the drawer or on its way."""

    name: ClassVar[str] = "cashier.shift_ended"
    shift_id: int


@event
@dataclass(frozen=True, kw_only=True)
class CounterDayClosed(DomainEvent):
    """A day of the counter was closed."""

    name: ClassVar[str] = "cashier.day_closed"
    day: date


@event
@dataclass(frozen=True, kw_only=True)
class DepositReleased(DomainEvent):
    """A second person let a deposit go; amounts are yuan as text."""

    name: ClassVar[str] = "cashier.deposit_released"
    release_id: int
    account_id: int
    amount: str
    deducted: str


@event
@dataclass(frozen=True, kw_only=True)
class CardMoved(DomainEvent):
    """The balance of a card moved."""

    name: ClassVar[str] = "cashier.card_moved"
    card: Annotated[str, Told("Number of the card.")]
    kind: Annotated[str, Told("What moved it.", words=CardMoveKind)]
    amount: Annotated[str, Told("Yuan with two decimals, negative when it left the card.")]
    balance: Annotated[str, Told("What is on the card now, in yuan.")]


@event
@dataclass(frozen=True, kw_only=True)
class InvoiceMoved(DomainEvent):
    """An e-invoice came a step further."""

    name: ClassVar[str] = "cashier.invoice_moved"
    invoice_id: Annotated[int, Told("Our serial number of it.", name="invoice", of="cashier.Invoice.serial")]
    state: Annotated[str, Told("Its state now.", words=InvoiceState)]
    number: Annotated[str, Told("Its 20 digits, once it is issued.")]
