"""Figures of money: added up with their breakdowns in one statement, and the very fees behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhongshu.billing.models import Charge
from zhongshu.insight.kinds import MoneyBy, Topic
from zhongshu.insight.policies.money import MONEY_RATES, MoneyFigure, of_topic
from zhongshu.insight.queries.matters import rows_of
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement
from zhongshu.web.paging import Page

NOWHERE = ""
"""The key of what belongs to no building, or to no keeper."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Money of sites as it stands at the end of `on`, with what is known now; a year's begins at `since`.

    `is_now`: `on` is today or later. `narrowed` may name `item` (a code), `building` and `keeper` (ids; NOWHERE for
    none), `month` (of the due day, its first).
    """

    site_ids: tuple[int, ...]
    since: date
    on: date
    is_now: bool = False
    narrowed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def until(self) -> date:
        return self.on + timedelta(days=1)

    @property
    def values(self) -> dict[str, Any]:
        days = {"since": self.since, "until": self.until, "on": self.on}
        return {"sites": list(self.site_ids), **days, **self.narrowed}


@dataclass(frozen=True, slots=True)
class Sums:
    """Yuan by the codes of the figures."""

    yuan: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, code: str) -> Decimal:
        return self.yuan.get(code, ZERO)

    def rate(self, code: str) -> float | None:
        """A share; None of nothing."""
        rate = MONEY_RATES[code]
        whole = self.of(rate.whole)
        return float(self.of(rate.part) / whole) if whole else None


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A value of a breakdown: its key as it stands in addresses, what people call it, its sums."""

    key: str
    name: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class MoneyTable:
    """`total`, and by each dimension its values in the order of their names."""

    total: Sums
    by: Mapping[MoneyBy, Sequence[MoneyRow]]


_KEYS = {
    MoneyBy.SITE: "cell.site_id::text",
    MoneyBy.ITEM: "item.code",
    MoneyBy.BUILDING: "coalesce(anchored.building_id::text, '')",
    MoneyBy.KEEPER: "coalesce(anchored.keeper_id::text, '')",
    MoneyBy.MONTH: "to_char(cell.due_on, 'YYYY-MM')",
}
_NARROWED = {
    "item": "item.code = %(item)s",
    "building": "coalesce(anchored.building_id::text, '') = %(building)s",
    "keeper": "coalesce(anchored.keeper_id::text, '') = %(keeper)s",
    "month": "date_trunc('month', cell.due_on) = %(month)s::date",
}
_PLACED = frozenset({"building", "keeper"})


def measured(topic: Topic, of: Cut, *, by: Sequence[MoneyBy] = ()) -> MoneyTable:
    """The figures of a topic, as a whole and by each dimension. One statement, one pass over the fees."""
    figures = of_topic(topic)
    rows = rows_of(_statement(topic, of, figures, tuple(by)), of.values)
    total, found = Sums(), {dimension: list[MoneyRow]() for dimension in by}
    for nth, key, name, *amounts in rows:
        sums = Sums(dict(zip((figure.code for figure in figures), amounts, strict=True)))
        if nth is None:
            total = sums
        else:
            found[by[nth]].append(MoneyRow(key, name or "", sums))
    return MoneyTable(total, {one: sorted(rows, key=lambda row: (row.name, row.key)) for one, rows in found.items()})


def _source(topic: Topic, of: Cut) -> tuple[str, Sequence[str]]:
    """The rows a topic is about, a statement, and what stands in them as yuan."""
    if topic is Topic.COLLECTION:
        return statement("insight", "collection"), [figure.code for figure in of_topic(topic)]
    return statement("insight", "open_now" if of.is_now else "open_then"), ["open"]


def _is_placed(of: Cut, by: Sequence[MoneyBy] = ()) -> bool:
    """Whether it matters where the fees are for: it costs a look at every place."""
    return bool({*by} & _PLACED or of.narrowed.keys() & _PLACED)


def _statement(topic: Topic, of: Cut, figures: Sequence[MoneyFigure], by: tuple[MoneyBy, ...]) -> str:
    source, columns = _source(topic, of)
    summed = ", ".join(f"sum({column}) AS {column}" for column in columns)
    cells = (
        f"SELECT fee.site_id, fee.item_id, fee.due_on, {_anchor(of, by)} AS anchor_id, {summed}"
        f" {_fees(source, of, by)} GROUP BY 1, 2, 3, 4"
    )
    keys = [_KEYS[dimension] for dimension in by]
    group = " ".join(f"WHEN GROUPING({key}) = 0 THEN {nth}" for nth, key in enumerate(keys))
    key = " ".join(f"WHEN GROUPING({key}) = 0 THEN {key}" for key in keys)
    names = " ".join(
        f"WHEN GROUPING({_KEYS[one]}) = 0 THEN {_NAMES[one]}" for one in by if one in _NAMES and one is not MoneyBy.SITE
    )
    amounts = ", ".join(f"coalesce(sum({figure.amount}), 0.00)" for figure in figures)
    sets = ", ".join(["()", *(f"({key})" for key in keys)])
    return (
        f"WITH {_prepared(cells, of, by)} SELECT {_case(group, 'NULL::int')}, {_case(key, 'NULL::text')},"
        f" {_case(names, 'NULL::text')}, {amounts} {_joined(of, by)} GROUP BY GROUPING SETS ({sets})"
    )


def _case(whens: str, otherwise: str) -> str:
    return f"CASE {whens} END" if whens else otherwise


_NAMES = {
    MoneyBy.ITEM: "max(item.name)",
    MoneyBy.BUILDING: "max(building.label)",
    MoneyBy.KEEPER: "max(keeper.name)",
    MoneyBy.MONTH: "max(to_char(cell.due_on, 'YYYY-MM'))",
}


def _anchor(of: Cut, by: Sequence[MoneyBy]) -> str:
    """A place that is told apart itself, else the one above it: there are fewer of them."""
    if not _is_placed(of, by):
        return "NULL::bigint"
    return "CASE WHEN own.id IS NOT NULL THEN place.id ELSE coalesce(place.parent_id, place.id) END"


def _fees(source: str, of: Cut, by: Sequence[MoneyBy]) -> str:
    """The fees, each with its place (without one the account's unit) where that matters."""
    if not _is_placed(of, by):
        return f"FROM ({source}) AS fee"
    return (
        f"FROM ({source}) AS fee LEFT JOIN estate_place place ON place.id ="
        " coalesce(fee.place_id, (SELECT unit_id FROM estate_account WHERE id = fee.account_id))"
        " LEFT JOIN spot own ON own.id = place.id"
    )


def _prepared(cells: str, of: Cut, by: Sequence[MoneyBy]) -> str:
    if not _is_placed(of, by):
        return f"cell AS MATERIALIZED ({cells})"
    return (
        f"spot AS MATERIALIZED ({statement('insight', 'spots')}), cell AS MATERIALIZED ({cells}),"
        " used AS MATERIALIZED (SELECT DISTINCT anchor_id FROM cell WHERE anchor_id IS NOT NULL),"
        f" anchored AS MATERIALIZED ({statement('insight', 'anchored')})"
    )


def _joined(of: Cut, by: Sequence[MoneyBy]) -> str:
    where = " AND ".join(["true", *(_NARROWED[name] for name in sorted(of.narrowed))])
    placed = (
        "LEFT JOIN anchored ON anchored.id = cell.anchor_id LEFT JOIN estate_place building"
        " ON building.id = anchored.building_id LEFT JOIN identity_user keeper ON keeper.id = anchored.keeper_id"
    )
    joins = placed if _is_placed(of, by) else ""
    return f"FROM cell JOIN billing_chargeitem item ON item.id = cell.item_id {joins} WHERE {where}"


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee behind a figure, and how much of the figure it is."""

    charge: Charge
    yuan: Decimal


def fees_behind(figure: MoneyFigure, of: Cut, *, page: int, size: int) -> tuple[Page[Any], Decimal]:
    """The fees of which the figure is the sum, the oldest first, and that sum. Two statements."""
    rows = rows_of(_behind(figure, of), of.values | {"limit": size, "offset": (page - 1) * size})
    if not rows and page > 1:
        return fees_behind(figure, of, page=1, size=size)
    total, yuan = (rows[0][2], rows[0][3]) if rows else (0, ZERO)
    related = ("site", "item", "place", "account__customer", "account__unit")
    charges = Charge.objects.select_related(*related).in_bulk([row[0] for row in rows])
    shown: list[Any] = [FeeRow(charges[row[0]], row[1]) for row in rows]
    return Page(shown, page, max(1, -(-total // size)), total), yuan


def _behind(figure: MoneyFigure, of: Cut) -> str:
    source, columns = _source(figure.topic, of)
    cells = (
        f"SELECT fee.id, fee.site_id, fee.item_id, fee.due_on, {_anchor(of, ())} AS anchor_id, {', '.join(columns)}"
        f" {_fees(source, of, ())}"
    )
    return (
        f"WITH {_prepared(cells, of, ())}, chosen AS (SELECT cell.id, cell.due_on, {figure.amount} AS yuan"
        f" {_joined(of, ())}) SELECT id, yuan, count(*) OVER (), sum(yuan) OVER () FROM chosen WHERE yuan <> 0"
        " ORDER BY due_on, id LIMIT %(limit)s OFFSET %(offset)s"
    )
