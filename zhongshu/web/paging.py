"""Pages of a list, numbered from 1, with the count.

Counting takes as long as there are rows, so it stops at `MOST_COUNTED`: nobody needs to know more, and whoever pages on
beyond gets the rows all the same.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
T = TypeVar("T")
PAGE_SIZE = 20
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`rows` of page `number` of `pages`; `total` rows in all. Not `is_exact`: these are at least so many."""

    rows: list[T]
    number: int
    pages: int
    total: int
    is_exact: bool = True

    @property
    def total_in_words(self) -> str:
        return str(self.total) if self.is_exact else f"{self.total:,}+"

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_number(typed: str | None) -> int:
    """The number of a page as it stands in the address; what is none is the first."""
    return max(1, int(typed)) if typed and typed.isdecimal() and len(typed) < 9 else 1


def page_of(rows: "QuerySet[M]", number: str | None, *, size: int = PAGE_SIZE) -> Page[M]:
    """Two statements: the count and the rows. A number that is none, or beyond the end, is brought back inside."""
    wanted = page_number(number)
    counted = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    if counted <= MOST_COUNTED:
        return _counted_page(rows, wanted, counted, size)
    found = list(rows[(wanted - 1) * size : wanted * size + 1])
    if not found:  # somewhere behind the end: only now does it matter where that is
        return _counted_page(rows, wanted, rows.count(), size)
    pages = max(-(-MOST_COUNTED // size), wanted + (len(found) > size))
    return Page(found[:size], wanted, pages, MOST_COUNTED, is_exact=False)


def _counted_page(rows: "QuerySet[M]", wanted: int, total: int, size: int) -> Page[M]:
    pages = max(1, -(-total // size))
    at = min(wanted, pages)
    return Page(list(rows[(at - 1) * size : at * size]), at, pages, total)
