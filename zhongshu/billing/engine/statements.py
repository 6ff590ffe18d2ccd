"""The statements of a run: what an item's lines are, and what becomes of them. One shape for every method.

A method is a file in `sql/` that ends in a `line` with these columns: account_id, place_id, source_id, payer, since,
until (the days charged), amount, vat_amount, quantity, unit_price, tariff_id, vat_rate, late_fee_rate (those of its
first days), reason (why it cannot be charged, or null), told (the charge's detail).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zhongshu.billing import formula
from zhongshu.billing.kinds import Method
from zhongshu.billing.models import Tariff
from zhongshu.kernel.sql import statement

Statement = tuple[str, Mapping[str, Any]]

_AREAS: Final = ("entrance_area", "building_area", "site_area")
_SITE_AREA: Final = (
    "(SELECT sum(gross_area) FROM estate_place WHERE site_id = %(site_id)s AND kind = 'unit' AND is_active)"
)


@dataclass(frozen=True, slots=True)
class _ByPlace:
    """What differs between the methods that charge by place: expressions over the statement's columns. `said`: what a
    month's detail says besides, as the inside of a JSON object."""

    quantity: str
    raw: str
    unit_price: str = "price"
    fault: str = "CASE WHEN month_amount < 0 THEN 'negative' END"
    said: str = ""
    areas: bool = False

    def text(self, *, has_vacancy: bool) -> str:
        columns = f", around.entrance_area, around.building_area, {_SITE_AREA} AS site_area"
        return _filled(
            statement("billing", "by_place"),
            raw=f"({self.raw}) * vacancy" if has_vacancy else self.raw,
            quantity=self.quantity,
            unit_price=self.unit_price,
            fault=self.fault,
            said=self.said or "NULL::text",
            plain="(rtrim(%(plain)s, '}') || ', ' || said || '}')::jsonb" if self.said else "%(plain)s::jsonb",
            told=" || ('{' || said || '}')::jsonb" if self.said else "",
            vacancy="CASE WHEN vacant.id IS NULL THEN 1 ELSE month.vacant_factor END" if has_vacancy else "1::numeric",
            vacant=statement("billing", "vacant") if has_vacancy else "",
            area_columns=columns if self.areas else "",
            areas=statement("billing", "areas") if self.areas else "",
        )


_PLAIN: Final = {
    Method.AREA_GROSS: _ByPlace("nullif(unit_area, 0)", "unit_area * price * coefficient + surcharge"),
    Method.AREA_NET: _ByPlace("nullif(net_area, 0)", "net_area * price * coefficient + surcharge"),
    Method.FIXED: _ByPlace("coalesce(usage, 1)", "coalesce(usage, 1) * price * coefficient + surcharge"),
}
BY_PLACE: Final = frozenset({*_PLAIN, Method.FORMULA})
_OF_THEIR_OWN: Final = {Method.METERED: "metered", Method.SHARED: "shared", Method.RENT: "rent"}
METHODS: Final = BY_PLACE | _OF_THEIR_OWN.keys()
"""What a run can charge."""


def lines(method: str, tariffs: Sequence[Tariff]) -> Statement:
    """The lines of an item charged that way at those tariffs, and what the text needs besides the run's own facts."""
    if name := _OF_THEIR_OWN.get(Method(method)):
        return statement("billing", name), {}
    has_vacancy = any(tariff.vacant_factor != 1 for tariff in tariffs)
    if method == Method.FORMULA:
        made, texts = _by_formula([tariff for tariff in tariffs if tariff.formula])
        return made.text(has_vacancy=has_vacancy), texts
    return _PLAIN[Method(method)].text(has_vacancy=has_vacancy), {}


def unheld(method: str) -> str:
    """Notes what of an item charged that way falls to nobody; empty for contracts, which have their account."""
    if method in BY_PLACE:
        return statement("billing", "unheld")
    name = {Method.METERED: "unheld_meters", Method.SHARED: "unheld_shares"}.get(Method(method))
    return statement("billing", name) if name else ""


def judged(lines_text: str, *tails: str, is_anew: bool) -> str:
    """The lines with what becomes of them, and then the files named, `preview` or `issue` the last. `is_anew`: none of
    those accounts was charged for these months before."""
    files = [statement("billing", name) for name in ("judge", *tails)]
    return _filled("\n".join(files), met=statement("billing", "unmet" if is_anew else "met"), lines=lines_text)


def _by_formula(tariffs: list[Tariff]) -> tuple[_ByPlace, Mapping[str, str]]:
    trees = {tariff.pk: formula.parse(tariff.formula) for tariff in tariffs}
    named = {name for tree in trees.values() for name in formula.inputs_of(tree)}
    made = _ByPlace(
        quantity="1",
        raw=_by_tariff({pk: formula.value_sql(tree, "input") for pk, tree in trees.items()}, "numeric"),
        unit_price="month_amount",
        fault=_by_tariff({pk: _fault(tree) for pk, tree in trees.items()}, "text"),
        said=_said(trees, named),
        areas=not named.isdisjoint(_AREAS),
    )
    read = {pk: json.dumps(formula.printed(tree, in_chinese=True), ensure_ascii=False) for pk, tree in trees.items()}
    return made, {f"formula_{pk}": text for pk, text in read.items()}


def _by_tariff(texts: Mapping[int, str], kind: str) -> str:
    cases = "".join(f" WHEN {pk} THEN {text}" for pk, text in texts.items())
    return f"(CASE tariff_id{cases} END)" if cases else f"NULL::{kind}"


def _fault(tree: formula.Node) -> str:
    return formula.fault_sql(tree, "month_amount", "reckoned")


def _said(trees: Mapping[int, formula.Node], named: Iterable[str]) -> str:
    """The formula as it is read, and the inputs it names, for the bill. Put together as text: to build JSON from its
    parts costs half as much again, for every charge."""
    said = _by_tariff({pk: f"%(formula_{pk})s" for pk in trees}, "text")
    inputs = [f"""'"{name}": ' || coalesce('"' || trim_scale({name}) || '"', 'null')""" for name in sorted(named)]
    return f"""'"formula": ' || {said} || ', "inputs": {{' || {" || ', ' || ".join(inputs or ["''"])} || '}}'"""


def _filled(text: str, **slots: str) -> str:
    for name, value in slots.items():
        text = text.replace("{{" + name + "}}", value)
    return text
