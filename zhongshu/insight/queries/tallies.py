"""Counting: every figure of a slice with all its breakdowns, in one statement per subject."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhongshu.insight.kinds import Dimension, Subject
from zhongshu.insight.policies.figures import RATES, Figure, of_subject
from zhongshu.insight.queries.matters import SOURCES, Slice, rows_of

_COLUMNS = {
    Dimension.CHANNEL: "channel",
    Dimension.CATEGORY: "category",
    Dimension.URGENCY: "urgency",
    Dimension.TEAM: "team",
    Dimension.SITE: "site_id",
    Dimension.BUCKET: "bucket",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures by their codes: `count`, and `total` of those that add something up."""

    count: Mapping[str, int] = field(default_factory=dict)
    total: Mapping[str, int] = field(default_factory=dict)

    def __or__(self, other: "Tally") -> "Tally":
        return Tally({**self.count, **other.count}, {**self.total, **other.total})

    def n(self, code: str) -> int:
        return self.count.get(code, 0)

    def rate(self, code: str) -> float | None:
        """A share between 0 and 1; None of nothing."""
        whole = self.n(RATES[code].whole)
        return self.n(RATES[code].part) / whole if whole else None

    def mean(self, code: str) -> float | None:
        """What a figure adds up, per matter."""
        return self.total.get(code, 0) / self.n(code) if self.n(code) else None


@dataclass(frozen=True, slots=True)
class Tallies:
    """`total` of a slice, and by each dimension a tally per value."""

    total: Tally
    by: Mapping[Dimension, Mapping[Any, Tally]]

    def __or__(self, other: "Tallies") -> "Tallies":
        return Tallies(self.total | other.total, {d: _joined(self.by[d], other.by[d]) for d in Dimension})


def _joined(one: Mapping[Any, Tally], other: Mapping[Any, Tally]) -> dict[Any, Tally]:
    return {key: one.get(key, Tally()) | other.get(key, Tally()) for key in [*one, *(k for k in other if k not in one)]}


def tallied(of: Slice, *, dimensions: Iterable[Dimension] = tuple(Dimension)) -> Tallies:
    """Cases and orders of the slice; two statements."""
    wanted = tuple(dimensions)
    return _tallied(Subject.CASES, of, wanted) | _tallied(Subject.ORDERS, of, wanted)


def _tallied(subject: Subject, of: Slice, dimensions: tuple[Dimension, ...]) -> Tallies:
    figures = of_subject(subject)
    total, by = Tally(), {dimension: dict[Any, Tally]() for dimension in Dimension}
    for group, *cells in rows_of(_statement(subject, figures, of, dimensions), of.values):
        keys, numbers = cells[: len(dimensions)], cells[len(dimensions) :]
        tally = _tally(figures, numbers)
        if group is None:
            total = tally
        elif keys[group] is not None:  # orders have no channel
            by[dimensions[group]][keys[group]] = tally
    return Tallies(total, by)


def _tally(figures: Iterable[Figure], numbers: list[int]) -> Tally:
    found = iter(numbers)
    count, total = {}, {}
    for figure in figures:
        count[figure.code] = next(found)
        if figure.total:
            total[figure.code] = int(next(found))
    return Tally(count, total)


def _statement(subject: Subject, figures: Iterable[Figure], of: Slice, dimensions: tuple[Dimension, ...]) -> str:
    """One pass over the rows; `GROUPING SETS` counts them as a whole and by each dimension at once."""
    columns = [_COLUMNS[dimension] for dimension in dimensions]
    which = " ".join(f"WHEN GROUPING({column}) = 0 THEN {nth}" for nth, column in enumerate(columns))
    group = f"CASE {which} END" if columns else "NULL::int"
    counted = [cell for figure in figures for cell in _cells(figure)]
    sets = ", ".join(["()", *(f"({column})" for column in columns)])
    return (
        f"SELECT {', '.join([group, *columns, *counted])} FROM ({SOURCES[subject]}) AS matter"
        f" WHERE {of.condition} GROUP BY GROUPING SETS ({sets})"
    )


def _cells(figure: Figure) -> list[str]:
    cells = [f"count(*) FILTER (WHERE {figure.where})"]
    return cells + ([f"coalesce(sum({figure.total}) FILTER (WHERE {figure.where}), 0)"] if figure.total else [])


def counted(figure: Figure, of: Slice) -> Tally:
    """One figure of a slice; one statement."""
    sql = f"SELECT {', '.join(_cells(figure))} FROM ({SOURCES[figure.subject]}) AS matter WHERE {of.condition}"
    return _tally([figure], list(rows_of(sql, of.values)[0]))
