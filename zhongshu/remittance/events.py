"""What remittance tells the other apps."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event
from zhongshu.remittance.kinds import Provider, StatementState
from zhongshu.remittance.lifecycle import OrderState


@event
@dataclass(frozen=True, kw_only=True)
class OnlineOrderEnded(DomainEvent):
    """An online order was paid, closed, given back, or failed. Of its money `billing.payment_received` tells."""

    name: ClassVar[str] = "remittance.order_ended"
    order_id: Annotated[int, Told("Number of the order.", name="order", of="remittance.OnlineOrder.number")]
    provider: Annotated[str, Told("The provider.", words=Provider)]
    state: Annotated[str, Told("Its state now.", words=OrderState)]
    amount: Annotated[str, Told("Yuan asked for, with two decimals.")]

    @classmethod
    def of(cls, *, site_id: int, order_id: int, provider: str, state: str, amount: Decimal) -> "OnlineOrderEnded":
        return cls(site_id=site_id, order_id=order_id, provider=provider, state=state, amount=f"{amount:.2f}")


@event
@dataclass(frozen=True, kw_only=True)
class DebitsAnswered(DomainEvent):
    """A bank's result for a batch of direct debits was taken; counts are of lines that it changed."""

    name: ClassVar[str] = "remittance.debits_answered"
    batch_id: Annotated[int, Told("Number of the batch.", name="batch", of="remittance.DebitBatch.number")]
    paid: Annotated[int, Told("How many were collected.")]
    failed: Annotated[int, Told("How many were not.")]
    unknown: Annotated[int, Told("Of how many the bank does not say.")]


@event
@dataclass(frozen=True, kw_only=True)
class StatementImported(DomainEvent):
    """A bank statement was imported; `new` lines were not known before."""

    name: ClassVar[str] = "remittance.statement_imported"
    statement_id: int
    new: Annotated[int, Told("How many of its lines were not known before.")]


@event
@dataclass(frozen=True, kw_only=True)
class StatementLineSettled(DomainEvent):
    """It was said what a line of a bank statement is: an account's money, nobody's, or open again."""

    name: ClassVar[str] = "remittance.statement_line_settled"
    line_id: int
    state: Annotated[str, Told("What it is now.", words=StatementState)]
    account_id: Annotated[
        int | None, Told("Number of the account whose money it is.", name="account", of="estate.Account.number")
    ]
