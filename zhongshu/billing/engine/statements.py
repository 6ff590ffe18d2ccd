"""The statements of a run: what an item's lines are, and what becomes of them. One shape for every method.

A method is a file in `sql/` that ends in a `line` with these columns: account_id, place_id, source_id, payer, since,
until (the days charged), amount, vat_amount, at_first (an array: order, quantity, unit price, tariff, VAT rate,
late-fee rate), reason (why it cannot be charged, or null), told (the charge's detail).
"""

from collections.abc import Iterable, Mapping
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
    """What differs between the methods that charge by place: expressions over the statement's columns."""

    quantity: str
    raw: str
    unit_price: str = "price"
    fault: str = "CASE WHEN month_amount < 0 THEN 'negative' END"
    said: str = ""
    areas: bool = False

    @property
    def text(self) -> str:
        columns = f", around.entrance_area, around.building_area, {_SITE_AREA} AS site_area"
        return _filled(
            statement("billing", "by_place"),
            raw=self.raw,
            quantity=self.quantity,
            unit_price=self.unit_price,
            fault=self.fault,
            said=self.said or "NULL::jsonb",
            plain=" || (array_agg(said))[1]" if self.said else "",
            told=" || said" if self.said else "",
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


def lines(method: str, tariffs: Iterable[Tariff]) -> Statement:
    """The lines of an item charged that way at those tariffs, and what the text needs besides the run's own facts."""
    if method == Method.FORMULA:
        return _by_formula([tariff for tariff in tariffs if tariff.formula])
    if name := _OF_THEIR_OWN.get(Method(method)):
        return statement("billing", name), {}
    return _PLAIN[Method(method)].text, {}


def unheld(method: str) -> str:
    """Notes what of an item charged that way falls to nobody; empty for contracts, which have their account."""
    if method in BY_PLACE:
        return statement("billing", "unheld")
    name = {Method.METERED: "unheld_meters", Method.SHARED: "unheld_shares"}.get(Method(method))
    return statement("billing", name) if name else ""


def judged(lines_text: str, *tails: str) -> str:
    """The lines with what becomes of them, and then the files named, `preview` or `issue` the last."""
    files = [statement("billing", name) for name in ("judge", *tails)]
    return _filled("\n".join(files), lines=lines_text)


def _by_formula(tariffs: list[Tariff]) -> Statement:
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
    texts = {f"formula_{pk}": formula.printed(tree, in_chinese=True) for pk, tree in trees.items()}
    return made.text, texts


def _by_tariff(texts: Mapping[int, str], kind: str) -> str:
    cases = "".join(f" WHEN {pk} THEN {text}" for pk, text in texts.items())
    return f"(CASE tariff_id{cases} END)" if cases else f"NULL::{kind}"


def _fault(tree: formula.Node) -> str:
    return formula.fault_sql(tree, "month_amount", "reckoned")


def _said(trees: Mapping[int, formula.Node], named: Iterable[str]) -> str:
    """The formula as it is read, and the inputs it names, for the bill."""
    said = _by_tariff({pk: f"%(formula_{pk})s" for pk in trees}, "text")
    inputs = ", ".join(f"'{name}', trim_scale({name})::text" for name in sorted(named))
    return f"jsonb_build_object('formula', {said}, 'inputs', jsonb_build_object({inputs}))"


def _filled(text: str, **slots: str) -> str:
    for name, value in slots.items():
        text = text.replace("{{" + name + "}}", value)
    return text
