"""How a charge came about, as its pages word it: a table of everything that a charge may keep."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from zhongshu.billing.models import Charge, ChargeItem
from zhongshu.billing.queries.explaining import explained

APRIL = {"from": "2026-04-01", "until": "2026-05-01"}


def charge(
    method: str, amount: str, detail: dict[str, Any], *, of: tuple[str, str] = ("1", "1"), run: int | None = 1
) -> Charge:
    return Charge(
        item=ChargeItem(method=method), amount=Decimal(amount), quantity=Decimal(of[0]), unit_price=Decimal(of[1]),
        run_id=run, detail=detail, period_start=date(2026, 4, 1), period_end=date(2026, 5, 1),
    )  # fmt: skip


def month(**told: Any) -> dict[str, Any]:
    return {"months": [{"month": "2026-04", "price": "2.35"} | told]}


def told(made: Charge) -> list[str]:
    return [f"{fact.label}：{fact.text}" for fact in explained(made)]


HOME = ("89.270000", "2.350000")


@pytest.mark.parametrize(
    ("method", "of", "amount", "detail", "words"),
    [
        ("area_gross", HOME, "209.78", APRIL, ["2026-04：89.27 ㎡ × ¥2.35 = ¥209.78"]),
        (
            "area_gross", HOME, "146.85", month(days=21, of=30, full="209.78", amount="146.85"),
            ["2026-04：89.27 ㎡ × ¥2.35 = ¥209.78；当月 30 天，计 21 天：¥146.85"],
        ),
        (
            "area_net", HOME, "256.74", month(coefficient="1.2", surcharge="5", amount="256.74"),
            ["2026-04：89.27 ㎡ × ¥2.35 × 系数 1.2 + 附加费 ¥5 = ¥256.74"],
        ),
        (
            "area_gross", HOME, "150.35", month(vacancy="0.7", surcharge="5", amount="150.35"),
            ["2026-04：(89.27 ㎡ × ¥2.35 + 附加费 ¥5) × 空置按 0.7 = ¥150.35"],
        ),
        ("area_gross", HOME, "100.00", month(amount="100.00"), ["2026-04：¥100.00"]),  # the area changed meanwhile
        ("fixed", ("1", "30"), "30.00", APRIL, ["2026-04：1 × ¥30 = ¥30.00"]),
    ],
)  # fmt: skip
def test_by_month(method: str, of: tuple[str, str], amount: str, detail: dict[str, Any], words: list[str]) -> None:
    assert told(charge(method, amount, detail, of=of)) == words


def test_a_formula_is_shown_with_its_inputs_and_in_the_readers_language() -> None:
    made = charge("formula", "214.78", APRIL | {
        "formula": "房屋面积 * 单价 + 附加费", "inputs": {"unit_area": "89.27", "price": "2.35", "surcharge": "5"},
    }, of=("1", "214.78"))  # fmt: skip
    assert told(made) == [
        "公式：房屋面积 * 单价 + 附加费",
        "其中：房屋面积 89.27 ㎡ · 单价 ¥2.35 · 附加费 ¥5",
        "2026-04：¥214.78",
    ]
    with override("en"):
        assert explained(made)[0].text == "unit_area * price + surcharge"


def test_a_formula_that_changed_within_the_year_is_shown_twice() -> None:
    said = {"formula": "单价", "inputs": {"price": "2"}}
    months = [{"month": f"2026-{n}", "price": "2", "amount": "2.00", **said} for n in ("04", "05")]
    last = {"month": "2026-06", "price": "3", "amount": "3.00"} | said | {"inputs": {"price": "3"}}
    made = charge("formula", "7.00", {"months": [*months, last]})
    labels = [fact.label for fact in explained(made)]
    assert labels == ["公式", "其中", "2026-04", "2026-05", "公式", "其中", "2026-06"]


def test_a_meter_that_passed_its_last_digit() -> None:
    reading = {"meter": "B1", "on": "2026-04-30", "from": "9985", "to": "12", "usage": "27", "rolled_over": True}
    made = charge("metered", "86.40", APRIL | {"readings": [reading | {"price": "3.2"}]}, of=("27", "3.2"))
    assert told(made) == [
        "2026-04-30 抄表 B1：上次 9985，本次 12，用量 27（表走到最大数后从零起）",
        "用量 × 单价：27 × ¥3.2",
    ]


def test_a_meter_with_tiers() -> None:
    tiers = [{"usage": "10", "price": "0.56"}, {"usage": "80", "price": "0.61"}]
    reading = {"meter": "B1", "on": "2026-04-30", "from": "170", "to": "260", "usage": "90", "multiplier": "20"}
    made = charge("metered", "54.40", APRIL | {"readings": [reading | {"tiers": tiers}], "surcharge": "5"})
    assert told(made)[0].endswith("用量 90（含倍率 20）")
    assert told(made)[1:] == ["阶梯用量：10 × ¥0.56 = ¥5.6", "阶梯用量：80 × ¥0.61 = ¥48.8", "附加费：¥5"]


def test_a_shared_cost_line_by_line() -> None:
    shared = {
        "place": "1栋", "note": "电梯", "amount": "96.00", "quantity": "120", "price": "0.8", "basis": "area",
        "weight": "89.27", "of": "267.81", "units": 3, "share": "32.00", "days": 15, "of_days": 30,
    }  # fmt: skip
    assert told(charge("shared", "16.00", APRIL | {"shared": shared}))[:-1] == [
        "公共费用：1栋 · 电梯",
        "费用总额：120 × ¥0.8 = ¥96.00",
        "分摊方式：按面积",
        "全部基数：267.81 ㎡（3 户）",
        "本户基数：89.27 ㎡",
        "本户分摊：¥96.00 × 89.27 ÷ 267.81 → ¥32.00",
        "按天：共 30 天，计 15 天：¥16.00",
    ]


def test_rent() -> None:
    rent = [{"from": "2026-04-15", "until": "2026-05-15", "monthly": "300.00"}]
    made = charge("rent", "300.00", APRIL | {"contract": "HT-1", "title": "售货机", "rent": rent})
    assert told(made) == ["合同：HT-1 售货机", "2026-04-15 – 2026-05-14：每月 ¥300.00"]


@pytest.mark.parametrize(
    ("amount", "last"),
    [
        ("45.00", "计算：¥3,000.00 × 0.5‰ × 30 天 = ¥45.00"),
        ("40.00", "计算：按每天还没付的本金逐日累计，争议暂停的日子不计，总额不超过本金。"),
    ],
)
def test_a_late_fee(amount: str, last: str) -> None:
    made = charge("late_fee", amount, {"principal": "3000.00", "rate": "0.000500"}, of=("30", "0.0005"), run=None)
    assert told(made) == ["本金：¥3,000.00", "每日费率：0.5‰", "逾期：2026-04-01 – 2026-04-30 · 30 天", last]


def test_what_was_charged_by_hand() -> None:
    made = charge("one_off", "60.00", {"order": "WO-1", "title": "换龙头"}, of=("2", "30"), run=None)
    assert told(made) == ["数量 × 单价：2 × ¥30 = ¥60.00", "工单号：WO-1", "事项：换龙头"]
    assert told(charge("one_off", "60.00", {}, run=None)) == []
