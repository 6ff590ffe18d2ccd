"""The pages and operations of what people are asked to do."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.billing.till import DAY, Till
from tests.care.household import Household
from zhongshu.care import actions
from zhongshu.care.models import LegalStep, Task
from zhongshu.collecting.models import Contact
from zhongshu.community.models import Visit
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(till: Till) -> Household:
    home = Household(till)
    for role in (Role.KEEPER, Role.SUPERVISOR, Role.SITE_MANAGER, Role.LEGAL):
        till.cast.user(role, till.cast.yql)
    return home


def unpaid(home: Household, months: int) -> Task:
    """So many months were not paid; evaluated today."""
    today = day_of(now())
    first = today.year * 12 + today.month - 1 - months
    home.bills(f"{first // 12}-{first % 12 + 1:02}-01", months)
    home.evaluated(f"{today}")
    return Task.objects.exclude(roles=[]).get()


def client_of(home: Household, role: Role) -> Client:
    client = Client()
    client.force_login(home.till.cast.user(role, home.till.cast.yql))
    return client


def yesterday_noon() -> str:
    return f"{day_of(now()) - timedelta(days=1)}T12:00"


def test_the_page_says_why_what_is_asked_and_what_to_say(home: Household) -> None:
    task = unpaid(home, 6)
    client = client_of(home, Role.KEEPER)
    shown = client.get(f"/care/tasks/{task.pk}").content.decode()
    assert all(
        words in shown
        for words in (
            "物业费欠满 6 个月",
            "上门了解需求、婉转催交",
            "班组主管",
            "600.00",
            "还没有联系客户",
            "交费通知书",
        )
    )
    phone = client.get(f"/care/m/tasks/{task.pk}").content.decode()
    assert "hx-get" in phone
    assert f"/collecting/notices/{task.notice_id}/paper" in phone
    assert client_of(home, Role.TECHNICIAN).get(f"/care/tasks/{task.pk}").status_code == 404


def test_the_keeper_records_on_the_phone_and_errors_stand_beside_the_fields(home: Household) -> None:
    task = unpaid(home, 6)
    client, line = client_of(home, Role.KEEPER), task.lines.get(role="keeper")
    address = f"/care/tasks/{task.pk}/lines/{line.pk}"
    said = {"outcome": "promised", "note": "月底交", "contacted_at": yesterday_noon(), "from": "phone"}
    wrong = client.post(address, said)
    assert (wrong.status_code, "请填写承诺交费的日期" in wrong.content.decode()) == (422, True)
    assert "月底交" in wrong.content.decode()
    day = f"{day_of(now()) + timedelta(days=6)}"
    done = client.post(address, said | {"promised_on": day, "mood": "mixed"})
    assert done.headers["Location"] == f"/care/m/tasks/{task.pk}"
    assert (Contact.objects.get().note, Visit.objects.get().mood) == ("月底交", "mixed")
    boss, theirs = client_of(home, Role.SUPERVISOR), task.lines.get(role="supervisor")
    page = boss.get(f"/care/tasks/{task.pk}").content.decode()
    assert "和已经记录的同事一起去的" in page
    boss.post(f"/care/tasks/{task.pk}/lines/{theirs.pk}", {"together": "on"})
    task.refresh_from_db()
    assert task.state == "done"


def test_an_open_page_learns_that_nobody_need_go(home: Household) -> None:
    task = unpaid(home, 4)
    client = client_of(home, Role.KEEPER)
    quiet = client.get(f"/care/tasks/{task.pk}/state")
    assert (quiet.status_code, "HX-Refresh" in quiet.headers) == (200, False)
    home.pays("400.00", "2026-11-04")
    actions.withdraw_paid(actor=home.till.cast.system, at=now(), account_id=task.account_id)
    assert client.get(f"/care/tasks/{task.pk}/state").headers["HX-Refresh"] == "true"
    assert "不用去了" in client.get(f"/care/m/tasks/{task.pk}").content.decode()


def test_who_signs_finds_it_in_the_list(home: Household) -> None:
    task = unpaid(home, 4)
    line = task.lines.get(role="keeper")
    said = {"outcome": "refused", "contacted_at": yesterday_noon()}
    client_of(home, Role.KEEPER).post(f"/care/tasks/{task.pk}/lines/{line.pk}", said)
    boss = client_of(home, Role.SUPERVISOR)
    assert f"/care/tasks/{task.pk}" in boss.get("/care/tasks?whose=sign").content.decode()
    sign = f"/care/tasks/{task.pk}/lines/{line.pk}/signature"
    assert boss.post(sign, {"words": ""}).status_code == 422
    assert client_of(home, Role.KEEPER).post(sign, {"words": "同意"}).status_code == 422
    boss.post(sign, {"words": "转下一级"})
    assert "没有这样的任务" in boss.get("/care/tasks?whose=sign").content.decode()
    assert "转下一级" in boss.get(f"/care/tasks/{task.pk}").content.decode()


def test_the_list_is_narrowed_and_goes_into_a_workbook(home: Household) -> None:
    task = unpaid(home, 4)
    boss, link = client_of(home, Role.SUPERVISOR), f"/care/tasks/{task.pk}"
    for query, there in (
        ("", True), ("state=done", False), ("rule=arrears.4", True), ("rule=arrears.5", False), ("q=A-1", True),
        ("q=nobody", False), ("late=1", False), ("whose=mine", False), ("manner=telephone&state=", True),
        (f"holder={task.lines.get().holder_id}", True), ("state=nonsense&holder=x&whose=y", True),
    ):  # fmt: skip
        assert (link in boss.get(f"/care/tasks?{query}").content.decode()) == there, query
    other = Client()
    other.force_login(home.till.cast.user(Role.KEEPER, home.till.cast.yql, name="别的管家"))
    assert link not in other.get("/care/tasks").content.decode()
    book = CalamineWorkbook.from_filelike(BytesIO(boss.get("/care/tasks?export=xlsx").content))
    assert [row[1] for row in book.get_sheet_by_index(0).to_python()] == ["户号", "A-1"]


def test_legal_follows_its_cases_and_records_a_step(home: Household) -> None:
    home.bills("2025-01-01", 14)
    home.evaluated("2026-03-01")
    home.evaluated("2026-04-01")
    client = client_of(home, Role.LEGAL)
    assert "/care/legal/A-1" in client.get("/care/legal?step=none").content.decode()
    case = client.get("/care/legal/A-1").content.decode()
    assert "/collecting/accounts/A-1/papers" in case
    early = client.post("/care/legal/A-1", {"kind": "suit", "on": "2999-01-01"})
    assert (early.status_code, "不能晚于今天" in early.content.decode()) == (422, True)
    client.post("/care/legal/A-1", {"kind": "suit", "on": f"{day_of(now())}", "note": "（2026）沪0115民初1号"})
    assert LegalStep.objects.get().on == DAY(f"{day_of(now())}")
    assert "A-1" in client.get("/care/legal?step=suit").content.decode()
    assert "没有要法务跟进的" in client.get("/care/legal?step=none").content.decode()
    assert client_of(home, Role.KEEPER).get("/care/legal").status_code == 404


def test_a_complaint_is_acted_on_at_its_case(home: Household) -> None:
    case = home.judged("2026-11-03", -8)
    actions.enter_complaints(actor=home.till.cast.system, at=home.at, site_id=home.till.site_id)
    task = Task.objects.get(judgement__case=case)
    page = client_of(home, Role.SUPERVISOR).get(f"/care/tasks/{task.pk}").content.decode()
    assert f"/cases/{case.number}" in page
    assert task.lines.count() == 0


def test_programs_read_tasks_and_record_lines(home: Household) -> None:
    task = unpaid(home, 4)
    keeper, boss = client_of(home, Role.KEEPER), client_of(home, Role.SUPERVISOR)
    listed = boss.get("/api/v1/sites/YQL/care-tasks?state=open&rule=arrears.4").json()
    assert [(row["id"], row["account"], row["manner"]) for row in listed["items"]] == [(task.pk, "A-1", "telephone")]
    address = f"/api/v1/care-tasks/{task.pk}/lines/keeper"
    said = {"outcome": "refused", "contacted_at": f"{yesterday_noon()}:00+08:00", "note": "不满意绿化"}
    done = keeper.post(address, said, content_type="application/json")
    assert (done.status_code, done.json()["lines"][0]["lacks"]) == (201, ["signature"])
    assert keeper.post(address, {}, content_type="application/json").status_code == 422
    assert keeper.post(address.replace("keeper", "legal"), said, content_type="application/json").status_code == 404
    signed = boss.post(f"{address}/signature", {"words": "已约谈"}, content_type="application/json").json()
    assert (signed["state"], signed["lines"][0]["signed_words"]) == ("done", "已约谈")
    step = {"kind": "settlement", "note": "分三期"}
    legal = client_of(home, Role.LEGAL).post("/api/v1/care/accounts/A-1/legal-steps", step, "application/json")
    assert (legal.status_code, legal.json()["kind"]) == (201, "settlement")
