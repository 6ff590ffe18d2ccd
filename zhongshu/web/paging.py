"""Pages of a list, numbered from 1, with the count."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """`rows` of page `number` of `pages`; `total` rows in all."""

    rows: list[M]
    number: int
    pages: int
    total: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_of(rows: "QuerySet[M]", number: str | None, *, size: int = PAGE_SIZE) -> Page[M]:
    """Two statements: the count and the rows. A number that is none, or beyond the end, is brought back inside."""
    total = rows.count()
    pages = max(1, -(-total // size))
    wanted = int(number) if number and number.isdecimal() and len(number) < 9 else 1
    at = min(max(1, wanted), pages)
    return Page(list(rows[(at - 1) * size : at * size]), at, pages, total)
