"""What every provider can do for us, and how it says that it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from zhongshu.remittance.kinds import LineNature, PayKind

TIMEOUT = (5, 15)
"""Seconds to connect, and to be answered."""

LARGEST_BILL = 64 * 1024 * 1024


class GatewayDown(Exception):
    """No answer, or none that can be trusted: whether it was done is not known. Ask again later."""


class GatewayRefused(Exception):
    """The provider said no; `code` is its own."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(f"{code} {said}"[:300])
        self.code = code


class Forged(Exception):
    """A callback that the provider did not sign, or that is for another merchant."""


class TradeState(StrEnum):
    """ABSENT: the provider does not know the number (nobody has scanned the code yet, or it never heard of it)."""

    ABSENT = "absent"
    UNPAID = "unpaid"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An order as the provider is to know it. `payer_ip` for h5; `back_url`: where the payer comes back to."""

    number: str
    kind: PayKind
    amount: Decimal
    subject: str
    expires_at: datetime
    notify_url: str
    back_url: str = ""
    payer_ip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What the provider says of an order. PAID also when money was given back since."""

    number: str
    state: TradeState
    transaction_id: str = ""
    amount: Decimal = Decimal(0)
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What the provider says of a refund. `is_done` None: not decided yet. `number` is ours, `order_number` too."""

    number: str
    order_number: str
    is_done: bool | None
    provider_id: str = ""
    amount: Decimal = Decimal(0)
    said: str = ""


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback as it came over the wire; `headers` by their names in small letters."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """A callback that the provider did sign: of a payment, of a refund, of both, or of nothing that matters."""

    trade: Trade | None = None
    refund: Return | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider wants to hear."""

    status: int
    content_type: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of a day's bill. `amount` is positive for refunds too; `fee` is what the provider keeps."""

    nature: LineNature
    number: str
    transaction_id: str
    refund_number: str
    amount: Decimal
    fee: Decimal
    at: datetime | None


class Gateway(Protocol):
    """A merchant account at a provider. All but `hear`, `thanks` and `sorry` go over the network, and raise GatewayDown
    and GatewayRefused."""

    def create(self, wanted: Wanted) -> str:
        """What the code shows, or where the payer's browser goes."""

    def query(self, number: str) -> Trade: ...

    def close(self, number: str) -> None:
        """No money can come by it afterwards. Raises GatewayRefused when it was paid."""

    def refund(self, *, number: str, refund_number: str, amount: Decimal, total: Decimal, reason: str) -> Return:
        """The same `refund_number` again is the same refund."""

    def query_refund(self, *, number: str, refund_number: str) -> Return: ...

    def bill(self, day: date) -> list[BillLine] | None:
        """All that was paid and given back on a day; None when the provider has no bill of it."""

    def hear(self, callback: Callback, *, at: datetime) -> Heard:
        """Raises Forged."""

    def thanks(self) -> Answer: ...

    def sorry(self, status: int) -> Answer: ...
