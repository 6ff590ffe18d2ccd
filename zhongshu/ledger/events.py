"""What others may react to."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event


@event
@dataclass(frozen=True, kw_only=True)
class BooksClosed(DomainEvent):
    """A site's month was closed: it takes no entry any more."""

    name: ClassVar[str] = "ledger.period_closed"
    month: Annotated[date, Told("The first day of the month.")]


@event
@dataclass(frozen=True, kw_only=True)
class BooksReopened(DomainEvent):
    """The last month closed takes entries again."""

    name: ClassVar[str] = "ledger.period_reopened"
    month: Annotated[date, Told("The first day of the month.")]
