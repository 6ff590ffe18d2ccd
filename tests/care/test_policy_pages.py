"""Quality sees the table in words, tries another, puts it in force; what makes no sense is said beside it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.care.household import Household
from zhongshu.care.engine.back_test import worked_out
from zhongshu.care.forms.policies import as_typed
from zhongshu.care.models import BackTest, Policy
from zhongshu.care.policies.table import arrears_tiers
from zhongshu.care.queries.tables import choices_of
from zhongshu.community.models import CommunityRule
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now

pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    """The form as the page shows it, with some fields typed over."""
    said = as_typed(choices_of(Policy())) | {"starts_on": day_of(now()) + timedelta(days=9), "act": "save"}
    said["evaluate_at"] = f"{said['evaluate_at']:%H:%M}"
    return {name: value for name, value in (said | changes).items() if value is not None and value is not False}


def of(home: Household, role: Role, everywhere: bool = False) -> Client:
    client = Client()
    client.force_login(home.till.cast.user(role, None if everywhere else home.till.cast.yql))
    return client


def test_quality_tries_a_table_and_puts_it_in_force(home: Household) -> None:
    home.bills("2026-01-01", 8)
    client = of(home, Role.QUALITY)
    page = client.get("/care/policies").content.decode()
    assert all(words in page for words in ("公司第 1 版", "满 6、8、10 个月，-5 分，交费通知书", "改规则", "拜访 90%"))
    assert 'value="6、8、10"' in client.get("/care/policies/new").content.decode()
    milder = typed(arrears_6_points=-3, complaint_life="", grace_days=45)
    sent = client.post("/care/policies/new", milder | {"act": "try"})
    asked = BackTest.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, f"/care/back-tests/{asked.pk}")
    assert set(asked.choices) == {"tiers", "complaint_life", "grace_days"}
    assert "正在计算" in client.get(sent["Location"]).content.decode()
    worked_out(asked.pk, at=now)
    assert client.get(sent["Location"], headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = client.get(sent["Location"]).content.decode()
    assert all(words in page for words in ("试算的改动", "永久", "交费通知书", "没有管家", "每月末优以外的户数"))
    assert 'value="-3"' in client.get(f"/care/policies/new?test={asked.pk}").content.decode()
    assert not Policy.objects.filter(site__isnull=False).exists()
    assert client.post("/care/policies/new", milder)["Location"] == "/care/policies"
    made = Policy.objects.get(site=home.till.cast.yql)
    assert (made.grace_days, made.complaint_life, made.tiers[3]["points"], made.made_by_id) == (
        45, None, -3, home.till.cast.user(Role.QUALITY, home.till.cast.yql).pk,
    )  # fmt: skip
    shown = client.get(f"/care/policies/{made.pk}").content.decode()
    assert shown.count("不同") == 3
    assert "尚未开始" in client.get("/care/policies").content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"arrears_6_months": "6、5"}, "由小到大"), ({"arrears_6_months": "six"}, "月数"),
        ({"arrears_3_points": 1}, "欠费不能加分"), ({"arrears_3_points": ""}, "整数"),
        ({"arrears_12_used": None}, "前面必须有一级发催费通知书"), ({"band_good": 70}, "比上一个区间的低"),
        ({"ordinary_least": -7}, "不能重叠"), ({"arrears_life": 0}, "欠费记分在交清后保留（月）"),
        ({"grace_days": "soon"}, "输入整数"), ({"starts_on": ""}, "必填"), ({"arrears_4_manner": ""}, "方式就要写"),
        ({}, "没有不同"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_beside_it_and_what_was_typed_stays(
    home: Household, changes: dict[str, Any], says: str
) -> None:
    answer = of(home, Role.QUALITY).post("/care/policies/new", typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert all(f'value="{value}"' in page for value in changes.values() if value not in (None, ""))
    assert not Policy.objects.exists()


def test_head_office_makes_one_for_the_company_and_a_site_alone_does_not(home: Household) -> None:
    office = of(home, Role.HEAD_OFFICE, everywhere=True)
    assert "全公司没有自己规则的项目" in office.get("/care/policies/new").content.decode()
    assert office.post("/care/policies/new", typed(answer_days=3, scope="company")).status_code == 302
    assert list(Policy.objects.filter(site=None).values_list("version", "answer_days")) == [(1, 7), (2, 3)]
    alone = of(home, Role.QUALITY)
    assert "全公司没有自己规则的项目" not in alone.get("/care/policies/new").content.decode()
    assert alone.post("/care/policies/new", typed(answer_days=4, scope="company")).status_code == 404
    visits = {"visit_percent": 80, "low_mark": 3, "starts_on": day_of(now()) + timedelta(days=1)}
    assert alone.post("/care/policies/visits", visits | {"visit_percent": 0}).status_code == 422
    assert alone.post("/care/policies/visits", visits).status_code == 302
    assert CommunityRule.objects.get().site == home.till.cast.yql


def test_a_keeper_reads_the_table_and_changes_nothing(home: Household) -> None:
    keeper = of(home, Role.KEEPER)
    page = keeper.get("/care/policies").content.decode()
    assert "改规则" not in page
    assert str(arrears_tiers()[0]["points"]) in page
    assert keeper.get("/care/policies/new").status_code == 404
    assert keeper.post("/care/policies/new", typed(answer_days=3)).status_code == 404
    assert keeper.post("/care/back-tests").status_code == 404
    assert not BackTest.objects.exists()


def test_programs_change_the_table_and_try_another(home: Household) -> None:
    client = of(home, Role.QUALITY)
    json: dict[str, Any] = {"content_type": "application/json"}
    ours = client.get("/api/v1/care/policies").json()
    assert (ours["site"], ours["of"], ours["choices"]["grace_days"]) == (None, "company", 30)
    wrong = client.post("/api/v1/care/back-tests", {"site": "YQL", "choices": {"bands": [["good", 1]]}}, **json)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "bands")
    choices = {"arrears_life": None, "ignore_below": "5.00", "tiers": arrears_tiers()[:2]}
    asked = client.post("/api/v1/care/back-tests", {"site": "YQL", "choices": choices}, **json).json()
    assert (asked["choices"], asked["today"]) == (choices, None)
    worked_out(asked["id"], at=now)
    done = client.get(f"/api/v1/care/back-tests/{asked['id']}").json()
    assert (done["proposed"]["tasks"], len(done["today"]["bands"]), done["version"]) == (0, 13, 1)
    sent = {"site": "YQL", "starts_on": "2999-01-01", "choices": choices}
    made = client.post("/api/v1/care/policies", sent, **json)
    assert (made.status_code, made.json()["of"], made.json()["choices"]["ignore_below"]) == (201, "site", "5.00")
    assert made.json()["choices"]["tiers"] == choices["tiers"]
    assert client.post("/api/v1/care/policies", sent | {"site": ""}, **json).status_code == 404
