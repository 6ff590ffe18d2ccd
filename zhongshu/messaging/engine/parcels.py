"""What a carrier is given, and what it says became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from zhongshu.messaging.kinds import Fault
from zhongshu.messaging.lifecycle import DeliveryState


@dataclass(frozen=True, slots=True)
class Subscription:
    """One browser: where its push service takes messages for it, and the keys to encrypt them with."""

    pk: int
    endpoint: str
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One delivery with everything filled in. `link` is a path of ours, `url` the same with our address before it
    (empty where that is not known). `said` is the text before its variables were filled in with `values`.
    """

    key: str
    address: str
    title: str
    text: str
    link: str = ""
    url: str = ""
    is_urgent: bool = False
    said: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    vendor_id: str = ""
    mentions: tuple[str, ...] = ()
    attachment: Attachment | None = None
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of one try. `state`: sent, delivered, failed (refused for good), unsure, or waiting (try again).

    `stops`: it is the channel's fault, and whatever else waits for it need not be tried now. `ids`: what the carrier
    calls it. `gone`: subscriptions that exist no more.
    """

    state: DeliveryState
    fault: str = ""
    answer: str = ""
    stops: bool = False
    ids: tuple[str, ...] = ()
    gone: tuple[int, ...] = ()
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A receipt: what became of the thing that the carrier calls by that id."""

    provider_id: str
    is_delivered: bool
    said: str


class Down(Exception):
    """A carrier cannot be used at all just now: not reached, or it does not accept who we are."""

    def __init__(self, fault: Fault, answer: str = "") -> None:
        super().__init__(answer)
        self.fault = fault
        self.answer = answer


class Carrier(Protocol):
    """Opened for a batch, asked for each parcel of it. Opening raises Down; carrying never raises."""

    reports: list[Report]
    """Receipts that came meanwhile."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def carry(self, parcel: Parcel, *, at: datetime) -> Carried: ...

    def collect(self) -> None:
        """Ask for receipts, into `reports`. Raises Down."""


def sent(*ids: str, answer: str = "") -> Carried:
    """The carrier has it."""
    return Carried(state=DeliveryState.SENT, ids=ids, answer=answer)


def refused(fault: Fault, answer: str = "") -> Carried:
    """It will never take this."""
    return Carried(state=DeliveryState.FAILED, fault=fault, answer=answer)


def later(fault: Fault, answer: str = "", *, stops: bool = False) -> Carried:
    """It certainly has not gone, and may another time."""
    return Carried(state=DeliveryState.WAITING, fault=fault, answer=answer, stops=stops)


def unsure(fault: Fault, answer: str = "", *ids: str, stops: bool = False) -> Carried:
    """It may have gone."""
    return Carried(state=DeliveryState.UNSURE, fault=fault, answer=answer, ids=ids, stops=stops)
