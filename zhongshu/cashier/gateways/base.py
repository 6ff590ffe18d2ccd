"""The face of a tax platform (乐企, a service provider's API, or our own sample) as the invoices' actions know it.

Every call names our `serial`: asked the same twice, a platform answers about the same invoice and issues no second one.
No call changes anything of ours; the caller writes down what was answered.
"""  # matter

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Party:
    title: str
    tax_number: str


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` (yuan) includes `tax_amount`. The period it is for is half-open."""

    name: str
    period_start: date
    period_end: date
    amount: Decimal
    tax_rate: Decimal
    tax_amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What is to stand on an invoice; `id` is ours, `at` the instant of asking."""

    id: int
    serial: str
    kind: str
    seller: Party
    drawn_by: str
    buyer: Party
    lines: Sequence[Line]
    amount: Decimal
    tax_amount: Decimal
    note: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RedSheet:
    """An issued invoice is taken back whole. `confirmation`: its number at the platform, "" until there is one."""

    sheet: Sheet
    number: str
    reason: str
    confirmation: str


@dataclass(frozen=True, slots=True)
class Issued:
    """It stands, under 20 digits."""

    number: str
    at: datetime
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The other side, or the platform, agrees to a red invoice."""

    confirmation: str


@dataclass(frozen=True, slots=True)
class Pending:
    """They have it; ask again."""


@dataclass(frozen=True, slots=True)
class Absent:
    """They never heard of it: it may be handed in again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be issued as it is; nothing was."""

    reason: str


class Unanswered(Exception):
    """Nothing can be said about what became of it: a timeout, a broken line, nonsense."""


class InvoiceGateway(Protocol):
    """Every method may raise Unanswered; the same question is then asked again later."""

    @property
    def label(self) -> str | Promise: ...  # as the settings page shows it

    def issue(self, sheet: Sheet) -> Issued | Pending | Refused: ...

    def query(self, sheet: Sheet) -> Issued | Pending | Refused | Absent: ...

    def confirm_red(self, red: RedSheet) -> Confirmed | Pending | Refused: ...

    def red(self, red: RedSheet) -> Issued | Pending | Refused: ...
