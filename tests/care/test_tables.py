"""A new version of the table: what makes sense, who may make one, from which day, for which sites."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.till import DAY
from tests.care.household import Household
from zhongshu.care import actions
from zhongshu.care.models import Policy
from zhongshu.care.policies.checking import LABELS, faults
from zhongshu.care.policies.reading import read
from zhongshu.care.policies.table import arrears_tiers, bands, complaint_bands
from zhongshu.care.queries.tables import choices_of, spans_of
from zhongshu.cases.errors import PointsOutOfBand
from zhongshu.cases.kinds import Severity
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound

TABLE = choices_of(Policy())


def tiers(**changes: Any) -> list[dict[str, Any]]:
    """The ladder with one tier changed."""
    rule = changes.pop("rule")
    return [{**tier, **changes} if tier["rule"] == rule else tier for tier in arrears_tiers()]


def without(*rules: str) -> list[dict[str, Any]]:
    return [tier for tier in arrears_tiers() if tier["rule"] not in rules]


def test_the_table_of_the_document_makes_sense_and_every_choice_is_looked_at() -> None:
    assert faults(TABLE) == []
    fields = {field.name for field in Policy._meta.get_fields()}
    assert fields - set(LABELS) == {"id", "site", "version", "starts_on", "made_at", "made_by"}
    assert all(faults({name: object()}) for name in LABELS)  # nothing passes unlooked at


GOOD: list[tuple[str, Any]] = [
    ("complaint_life", None), ("arrears_life", 1), ("initial_score", 0), ("ignore_below", Decimal("0.50")),
    ("evaluate_at", time(23, 59)), ("tiers", without("arrears.5")), ("tiers", without("arrears.12", "arrears.legal")),
    ("tiers", tiers(rule="arrears.3", months=[2], points=0, roles=["keeper"], manner="door")),
    ("tiers", tiers(rule="arrears.12", months=[11])),
    ("bands", [["excellent", 98], ["good", 85], ["fair", 60], ["poor", 30], ["priority", 0]]),
    ("complaint_bands", complaint_bands() | {"ordinary": [-2, -3]}),
]  # fmt: skip

BAD: list[tuple[str, Any, str]] = [
    ("nonsense", 1, "没有“nonsense”"), ("initial_score", 101, "0 到 100"), ("initial_score", True, "整数"),
    ("initial_score", "90", "整数"), ("grace_days", 0, "催费通知书的期限"), ("grace_days", 30.5, "整数"),
    ("grace_days", None, "整数"), ("complaint_life", 0, "投诉记分保留"), ("arrears_life", -1, "欠费记分"),
    ("repeat_deducts", 1, "是"), ("ignore_below", Decimal("0.001"), "两位小数"),
    ("ignore_below", Decimal("NaN"), "金额"), ("ignore_below", Decimal(-1), "金额"), ("ignore_below", 1, "金额"),
    ("evaluate_at", "06:00", "时刻"), ("prepaid_points", -20, "预交加分"), ("opening_per_keeper_day", 0, "旧欠费"),
    ("bands", [], "齐全"), ("bands", {"excellent": 95}, "齐全"), ("bands", bands()[:4], "齐全"),
    ("bands", [*bands()[:4], ["priority", 10]], "覆盖 0 到 100"),
    ("bands", [["excellent", 101], *bands()[1:]], "覆盖 0 到 100"),
    ("bands", [["excellent", 80], *bands()[1:]], "比上一个区间的低"),
    ("bands", [["excellent", "95"], *bands()[1:]], "整数"),
    ("complaint_bands", {"major": [-11, -50]}, "齐全"), ("complaint_bands", complaint_bands() | {"major": -11}, "齐全"),
    ("complaint_bands", complaint_bands() | {"ordinary": [2, 5]}, "-1 之间"),
    ("complaint_bands", complaint_bands() | {"ordinary": [-5, -2]}, "先写扣得少的"),
    ("complaint_bands", complaint_bands() | {"ordinary": [-2, -7]}, "不能重叠"),
    ("tiers", "none", "每一级要写明"), ("tiers", [{"rule": "arrears.3"}], "每一级要写明"), ("tiers", [], "从低到高"),
    ("tiers", list(reversed(arrears_tiers())), "从低到高"), ("tiers", [*arrears_tiers()[:1] * 2], "只写一次"),
    ("tiers", tiers(rule="arrears.3", rules=1), "不多也不少"),
    ("tiers", tiers(rule="arrears.3", points=1), "欠费不能加分"),
    ("tiers", tiers(rule="arrears.3", points="-1"), "整数"),
    ("tiers", tiers(rule="arrears.3", months=[]), "欠费 3 个月”的月数"),
    ("tiers", tiers(rule="arrears.6", months=[6, 6]), "由小到大"), ("tiers", tiers(rule="arrears.6", months=6), "月数"),
    ("tiers", tiers(rule="arrears.5", months=[6]), "一级比一级晚"),
    ("tiers", tiers(rule="arrears.legal", months=[14]), "不写月数"),
    ("tiers", tiers(rule="arrears.12", letter="payment_notice"), "前面必须有一级发催费通知书"),
    ("tiers", tiers(rule="arrears.3", letter="lawyer_letter"), "文书只能是"),
    ("tiers", tiers(rule="arrears.legal", letter=""), "文书只能是"),
    ("tiers", tiers(rule="arrears.4", roles=["cleaner"]), "由谁处理"),
    ("tiers", tiers(rule="arrears.4", roles=["keeper", "keeper"]), "不重复"),
    ("tiers", tiers(rule="arrears.4", roles=[{}]), "由谁处理"),
    ("tiers", tiers(rule="arrears.4", manner=""), "方式"),
    ("tiers", tiers(rule="arrears.3", manner="door"), "不写方式"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_choice_that_makes_sense(name: str, value: Any) -> None:
    assert faults({name: value}) == []


@pytest.mark.parametrize(("name", "value", "says"), BAD)
def test_a_choice_that_makes_none_is_refused_in_words_naming_the_field(name: str, value: Any, says: str) -> None:
    found = faults({name: value})
    assert [fault.field for fault in found] == [name]
    assert says in found[0].message
    assert found[0].message.startswith(str(LABELS.get(name, "没有")))


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("grace_days=45", "grace_days", 45), (" arrears_life = none", "arrears_life", None),
        ("repeat_deducts=false", "repeat_deducts", False), ("dispute_hold=是", "dispute_hold", True),
        ("ignore_below=2.50", "ignore_below", Decimal("2.50")), ("evaluate_at=07:30", "evaluate_at", time(7, 30)),
        ("arrears.6.points=-8", "tiers", tiers(rule="arrears.6", points=-8)),
        ("arrears.6.months=[6, 9]", "tiers", tiers(rule="arrears.6", months=[6, 9])),
        ("bands.good=85", "bands", [["excellent", 95], ["good", 85], *bands()[2:]]),
        ("complaint_bands.major=[-20,-50]", "complaint_bands", complaint_bands() | {"major": [-20, -50]}),
    ],
)  # fmt: skip
def test_choices_are_read_as_they_are_typed(words: str, name: str, value: Any) -> None:
    assert read([words], TABLE) == {name: value}


def test_parts_of_one_shape_add_up() -> None:
    said = read(["arrears.3.months=[2]", "arrears.3.points=-2"], TABLE)
    assert said == {"tiers": tiers(rule="arrears.3", months=[2], points=-2)}


@pytest.mark.parametrize(
    "words",
    ["grace_days", "grace_days=soon", "repeat_deducts=perhaps", "ignore_below=much", "evaluate_at=noon", "nonsense=1",
     "arrears.7.points=-1", "arrears.6.rule=x", "bands.best=99", "complaint_bands.worst=[-1,-2]", "=", "tiers.x=1"],
)  # fmt: skip
def test_words_that_cannot_be_read_are_refused(words: str) -> None:
    with pytest.raises(Invalid):
        read([words], TABLE)


@pytest.fixture
def said(home: Household) -> dict[str, Any]:
    return {"actor": home.till.cast.actor(Role.HEAD_OFFICE), "at": home.at}


@pytest.mark.django_db
def test_the_company_makes_a_version_for_every_site_without_one_of_its_own(
    home: Household, said: dict[str, Any]
) -> None:
    yql, xh = home.till.cast.yql.pk, home.till.cast.xh.pk
    own = actions.change_policy(**said, site_id=xh, starts_on=DAY("2026-12-01"), grace_days=20)
    ours = actions.change_policy(**said, site_id=None, starts_on=DAY("2027-01-01"), grace_days=45)
    assert (ours.version, own.version, ours.tiers) == (2, 2, arrears_tiers())
    assert [span.policy.grace_days for span in spans_of(yql)] == [30, 45]
    assert [span.policy.grace_days for span in spans_of(xh)] == [30, 20]
    later = actions.change_policy(**said, site_id=xh, starts_on=DAY("2027-02-01"), answer_days=3)
    assert (later.version, later.grace_days, later.answer_days) == (3, 20, 3)


@pytest.mark.django_db
def test_no_version_begins_on_a_day_that_was_evaluated_or_is_taken(home: Household, said: dict[str, Any]) -> None:
    home.evaluated("2026-11-04")
    company: dict[str, Any] = said | {"site_id": None, "answer_days": 3}
    with pytest.raises(Invalid, match="2026-11-04 已经评估过"):
        actions.change_policy(**company, starts_on=DAY("2026-11-04"))
    actions.change_policy(**company, starts_on=DAY("2026-11-05"))
    with pytest.raises(Invalid, match="已经有从 2026-11-05"):
        actions.change_policy(**company, starts_on=DAY("2026-11-05"))
    with pytest.raises(Invalid, match="第一版"):
        actions.change_policy(**said, site_id=home.till.cast.xh.pk, starts_on=DAY("1999-01-01"), answer_days=3)
    assert Policy.objects.count() == 2


@pytest.mark.django_db
def test_who_has_the_right_at_one_site_alone_makes_none_for_the_company(home: Household) -> None:
    cast = home.till.cast
    alone: dict[str, Any] = {"actor": cast.actor(Role.QUALITY, cast.yql), "at": home.at, "starts_on": DAY("2027-01-01")}
    with pytest.raises(NotFound):
        actions.change_policy(**alone, site_id=None, answer_days=3)
    with pytest.raises(NotFound):
        actions.change_policy(**alone, site_id=cast.xh.pk, answer_days=3)
    with pytest.raises(Invalid, match="任务期限"):
        actions.change_policy(**alone, site_id=cast.yql.pk, answer_days=0)
    assert not Policy.objects.exists()
    assert actions.change_policy(**alone, site_id=cast.yql.pk, answer_days=3).made_by == cast.user(
        Role.QUALITY, cast.yql
    )


@pytest.mark.django_db
def test_a_judgement_keeps_to_the_points_of_the_day(home: Household, said: dict[str, Any]) -> None:
    narrow = complaint_bands() | {"ordinary": [-2, -3]}
    actions.change_policy(**said, site_id=home.till.site_id, starts_on=DAY("2026-11-04"), complaint_bands=narrow)
    case = home.complaint()
    with pytest.raises(PointsOutOfBand, match="-2 … -3"):
        home.judge(case, Severity.ORDINARY, -5)
    home.judge(case, Severity.ORDINARY, -3)
