"""What the rows of old books are compared with: a site's homes, items and prices."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from zhongshu.billing.importing.words import by_names, normal
from zhongshu.billing.kinds import Method
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import ChargeItem, Tariff
from zhongshu.billing.policies.starter import STARTERS, Starter
from zhongshu.estate.importing.homes import Home, Homes
from zhongshu.estate.workbooks.cells import BadCell, plain_text_of
from zhongshu.estate.workbooks.spans import Span, span_of_cell, yuan_of
from zhongshu.identity.models import Site

_USUAL = by_names((starter.code, starter.name, starter) for starter in STARTERS)


@dataclass(slots=True)
class Known:
    """Cells repeat by the thousand: what each was found to mean is kept. `adopt` makes a usual item the site's
    own; None: the reader may not.
    """

    today: date
    adopt: Callable[[Starter], ChargeItem] | None
    homes: Homes
    items: dict[str, ChargeItem]
    tariffs: dict[int, list[Tariff]]
    adopted: list[ChargeItem] = field(default_factory=list)
    _cells: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @classmethod
    def load(cls, site: Site, today: date, adopt: Callable[[Starter], ChargeItem] | None) -> "Known":
        items = list(ChargeItem.objects.filter(site=site).order_by("-is_active", "code"))
        approved = Tariff.objects.filter(site=site, state=ProposalState.APPROVED)
        tariffs: dict[int, list[Tariff]] = {}
        for tariff in approved.order_by("starts_on"):
            tariffs.setdefault(tariff.item_id, []).append(tariff)
        named = dict(by_names((item.code, item.name, item) for item in items))
        return cls(today, adopt, Homes(site.pk), named, tariffs)

    def home(self, cell: Any) -> Home:
        """Raises BadCell."""
        return self.homes.find(cell)

    def item(self, cell: Any) -> ChargeItem:
        """By code or name; one of the usual items becomes the site's when it is first named. Raises BadCell, naming
        those there are.
        """
        said = plain_text_of(cell)
        item = self.items.get(normal(said)) or self._adopted(said)
        if item is None:
            listed = "、".join(one.name for one in dict.fromkeys(self.items.values()))
            raise BadCell(f"没有收费项目“{said[:20]}”；现有：{listed[:200] or '（还没有）'}")
        if item.method == Method.LATE_FEE:
            raise BadCell("违约金由系统按欠费计算，不能作为费用导入")
        return item

    def _adopted(self, said: str) -> ChargeItem | None:
        starter = _USUAL.get(normal(said))
        if self.adopt is None or starter is None or starter.code in {item.code for item in self.items.values()}:
            return None
        item = self.adopt(starter)
        self.adopted.append(item)
        self.items |= by_names([(item.code, item.name, item)])
        return item

    def span(self, cell: Any) -> Span | None:
        """Raises BadCell."""
        found: Span | None = self._kept("span", cell, lambda said: span_of_cell(said, today=self.today))
        return found

    def yuan(self, cell: Any) -> Decimal | None:
        """Raises BadCell."""
        found: Decimal | None = self._kept("yuan", cell, yuan_of)
        return found

    def _kept(self, what: str, cell: Any, read: Callable[[Any], Any]) -> Any:
        key = (what, type(cell), cell)
        if key not in self._cells:
            try:
                self._cells[key] = read(cell)
            except BadCell as bad:
                self._cells[key] = bad
        if isinstance(self._cells[key], BadCell):
            raise self._cells[key]
        return self._cells[key]

    def tariff(self, item: ChargeItem, on: date) -> Tariff | None:
        """The approved price in force on that day."""
        rows = self.tariffs.get(item.pk, [])
        return next((one for one in rows if one.starts_on <= on and (one.ends_on is None or on < one.ends_on)), None)
