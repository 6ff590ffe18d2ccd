"""A company's own charge, as people type it: understood, or refused with place, reason and a spelling that is right."""

from decimal import Decimal
from io import StringIO
from json import loads

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from zhongshu.billing.formula import Fault, answer, fault_sql, missing_sql, parse, printed, reckon, value_sql
from zhongshu.billing.formula.names import INPUTS
from zhongshu.billing.formula.nodes import Call, Comparison, Joined, Named, Negative, Node, Not, Number, Reckoning, walk
from zhongshu.billing.formula.sizes import MOST_DIGITS, digits

NAMES = [each.name for each in INPUTS]


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("房屋面积*单价+附加费", "unit_area * price + surcharge"),
        ("（房屋面积＋１．５）×２", "(unit_area + 1.5) * 2"),
        ("R*X", "unit_area * coefficient"),
        ("c/f*u-l", "site_area / building_area * entrance_area - floor"),
        ("0.15R", "0.15 * unit_area"),
        ("2(R+U)", "2 * (unit_area + entrance_area)"),
        ("5％*R", "0.05 * unit_area"),
        ("0。15*R", "0.15 * unit_area"),
        ("R-(U-C)", "unit_area - (entrance_area - site_area)"),
        ("(R-U)-C", "unit_area - entrance_area - site_area"),
        ("-R*-2", "-unit_area * -2"),
        ("如果（面积≥９０且楼层>1，1.50，2）", "if(unit_area >= 90 and floor > 1, 1.5, 2)"),
        ("if(not (R>1 or L=2), 最小(R,2,U), 四舍五入(R/3))", None),
        ("max(用量-10, 0)*单价", "max(usage - 10, 0) * price"),
        ("round(net_area * Price, 2)", "round(net_area * price, 2)"),
        ("120", "120"),
    ],
)
def test_what_is_understood(typed: str, normalised: str | None) -> None:
    told = answer(typed)
    assert told["ok"]
    assert told["error"] is None
    if normalised:
        assert told["normalised"] == normalised


@pytest.mark.parametrize(
    ("typed", "position", "suggestion"),
    [
        ("T/", 0, "R"),
        ("t/f*r", 0, "R/f*r"),
        ("0.15j;*F*120", 4, "0.15*F*120"),
        ("房屋面积*单价+附加费）", 11, "房屋面积*单价+附加费"),
        ("按面积每平米两元", 0, "面积*2"),
        ("房屋面级*单价", 0, "房屋面积*单价"),
        ("建筑面积乘以单价加附加费", 0, "建筑面积*单价+附加费"),
        ("2元/㎡*R", 1, "2*R"),
        ("每平米2.5元，按建筑面积收", 0, "2.5建筑面积"),
        ("总价=R*2", 0, "R*2"),
        ("R*", 1, "R"),
        ("(R+2", 0, "(R+2)"),
        ("R)", 1, "R"),
        ("()", 0, "房屋面积 * 单价"),
        ("", 0, "房屋面积 * 单价"),
        ("RU", 0, "R*U"),
        ("R 2", 2, "R *2"),
        ("R x 2", 2, "R * 2"),
        ("R(2)", 1, "R*(2)"),
        ("1/2R", 3, "1/2*R"),
        ("5%R", 2, "5%*R"),
        ("1,000*R", 1, "1000*R"),
        ("[R+2]*3", 0, "(R+2)*3"),
        ("R**2", 2, "R*2"),
        ("R/0", 2, "R"),
        ("mni(R,2)", 0, "min(R,2)"),
        ("min(R)", 0, "R"),
        ("min(R,,2)", 5, "min(R,2)"),
        ("min R", 0, "R"),
        ("if(R,1,2)", 3, "if(R > 0,1,2)"),
        ("if(R>1,2)", 0, "if(R>1,2, 0)"),
        ("R>5", 0, "if(R>5, 1, 0)"),
        ("1<R<5", 3, "if(1<R and R <5, 1, 0)"),
        ("round(R,9)", 8, "round(R,2)"),
        ("R*2;", 3, "R*2"),
        ("9" * 13, 0, "9" * 12),
        ("C*C*C*C*C*C*C*C*C", 0, "房屋面积 * 单价"),
        ("(" * 21 + "R" + ")" * 21, 20, "房屋面积 * 单价"),
        ("R" + "+R" * 2000, 4000, "房屋面积 * 单价"),
    ],
)
def test_what_is_refused(typed: str, position: int, suggestion: str) -> None:
    told = answer(typed)
    assert not told["ok"]
    assert told["error"] is not None
    assert told["error"]["reason"]
    assert (told["error"]["position"], told["error"]["suggestion"]) == (position, suggestion)


def test_nothing_is_executed() -> None:
    for typed in ("__import__('os').getcwd()", "R;DROP TABLE billing_charge", "'||pg_sleep(9)||'", "{{R}}", "R//*"):
        assert not answer(typed)["ok"]


LIKELY = st.sampled_from(
    [*"RUCFXLTj0123456789.+-*/()（），,;。<>= 元%", "单价", "面积", "每平米", "两", "if", "min", "且"]
)


@settings(max_examples=100)
@given(st.one_of(st.lists(LIKELY, max_size=14).map("".join), st.text(max_size=12)))
def test_any_text_is_answered_and_a_suggestion_is_right(typed: str) -> None:
    told = answer(typed)
    if told["error"] is None:
        assert answer(str(told["normalised"])) == told
    else:
        assert 0 <= told["error"]["position"] < max(len(typed), 1)
        assert answer(told["error"]["suggestion"])["ok"]


def _larger(numbers: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(numbers, numbers)
    compared = st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]), numbers, numbers)
    joined = st.builds(Joined, st.sampled_from(["and", "or"]), compared, compared)
    conditions = compared | joined | st.builds(Not, compared | joined)
    places = st.integers(0, 6).map(lambda n: Number(Decimal(n)))
    return (
        st.builds(Reckoning, st.sampled_from("+-*/"), numbers, numbers)
        | st.builds(Negative, numbers)
        | st.builds(Call, st.sampled_from(["min", "max"]), pairs)
        | st.builds(Call, st.just("round"), st.tuples(numbers, places))
        | st.builds(Call, st.just("if"), st.tuples(conditions, numbers, numbers))
    )


LITERALS = st.decimals(0, 10**6, places=3).map(Number)
TREES = st.recursive(LITERALS | st.sampled_from(NAMES).map(Named), _larger, max_leaves=14)
QUANTITIES = st.none() | st.just(Decimal(0)) | st.decimals(-(10**6), 10**6, places=6) | st.decimals(0, 5, places=6)
VALUES = st.fixed_dictionaries(dict.fromkeys(NAMES, QUANTITIES))


def _is_refused(tree: Node) -> bool:
    zero = Number(Decimal(0))
    return digits(tree) > MOST_DIGITS or any(
        isinstance(node, Reckoning) and node.sign == "/" and node.right == zero for node in walk(tree)
    )


@settings(max_examples=100)
@given(TREES)
def test_what_is_printed_reads_back_to_the_same_tree(tree: Node) -> None:
    assume(not _is_refused(tree))
    assert parse(printed(tree)) == tree
    assert parse(printed(tree, in_chinese=True)) == tree


class InTheDatabase(TestCase):
    """The compiled expression gives what the reference gives, to the last of ten decimals, and knows why it cannot."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(TREES, VALUES), min_size=6, max_size=6))
    def test_sql_equals_the_reference(self, cases: list[tuple[Node, dict[str, Decimal | None]]]) -> None:
        cases = [(tree, values) for tree, values in cases if not _is_refused(tree)]
        assume(cases)
        columns = ", ".join(f"%s::numeric AS {name}" for name in NAMES)
        one = (
            f"SELECT value, {{fault}}, {{missing}} FROM (SELECT {{value}} AS value, inputs.*"
            f" FROM (SELECT {columns}) inputs) reckoned"
        )
        texts = [
            one.format(
                value=value_sql(tree),
                fault=fault_sql(tree, "value", "reckoned"),
                missing=missing_sql(tree, "reckoned"),
            )
            for tree, _values in cases
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(texts), [values[name] for _tree, values in cases for name in NAMES])
            rows = cursor.fetchall()
        for (tree, values), (value, fault, missing) in zip(cases, rows, strict=True):
            outcome = reckon(tree, values)
            assert fault == (outcome.fault and str(outcome.fault)), printed(tree)
            if outcome.fault is None:
                assert value == outcome.value, printed(tree)
            if outcome.fault is Fault.NO_INPUT:
                assert missing == outcome.missing


def test_a_quotient_is_not_rounded_twice(db: None) -> None:
    """12.00000000004999999999833…: to sixteen places first, it would be rounded up."""
    numbers = {"unit_area": Decimal("360000000013.5"), "site_area": Decimal("30000000001")}
    tree = parse("R/C")
    with connection.cursor() as cursor:
        columns = "SELECT %(unit_area)s AS unit_area, %(site_area)s AS site_area"
        cursor.execute(f"SELECT {value_sql(tree)} FROM ({columns}) inputs", numbers)
        assert cursor.fetchone() == (Decimal(12),) == (reckon(tree, numbers).value,)


@pytest.mark.parametrize(
    ("typed", "values", "value", "fault"),
    [
        ("R*单价", {"unit_area": "89.27", "price": "2.35"}, "209.7845", None),
        ("R/3", {"unit_area": "1"}, "0.3333333333", None),
        ("-R/3*2", {"unit_area": "1"}, None, Fault.NEGATIVE),
        ("R/(L-1)", {"unit_area": "1", "floor": "1"}, None, Fault.DIVISION_BY_ZERO),
        ("R*单价", {"unit_area": "1"}, None, Fault.NO_INPUT),
        ("R*999999999999", {"unit_area": "2"}, None, Fault.TOO_LARGE),
        ("if(L>1, R, 单价)", {"floor": "2", "unit_area": "7"}, "7", None),
        ("if(单价>1, R, 5)", {"unit_area": "7"}, None, Fault.NO_INPUT),
        ("min(R, 单价)", {"unit_area": "7"}, None, Fault.NO_INPUT),
        ("round(0.5)+round(2.5)", {}, "4", None),
    ],
)
def test_amounts_and_why_there_is_none(
    typed: str, values: dict[str, str], value: str | None, fault: Fault | None
) -> None:
    outcome = reckon(parse(typed), {name: Decimal(each) for name, each in values.items()})
    assert (outcome.value, outcome.fault) == (None if value is None else Decimal(value), fault)


def test_the_command_answers_without_a_database() -> None:
    out = StringIO()
    call_command("billing", "formula", "T/", "--json", stdout=out)
    told = loads(out.getvalue())
    assert list(told) == ["ok", "normalised", "inputs", "error"]
    assert list(told["error"]) == ["position", "reason", "suggestion"]
    assert told["error"]["position"] == 0


def test_a_formula_may_begin_with_a_minus() -> None:
    out = StringIO()
    call_command("billing", "formula", "-R+100", "--json", stdout=out)
    assert loads(out.getvalue())["normalised"] == "-unit_area + 100"


def test_reasons_are_told_in_english_too() -> None:
    with translation.override("en"):
        error = answer("R*")["error"]
    assert error is not None
    assert error["reason"] == "A value is missing after “*”."
