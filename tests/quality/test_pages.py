"""The department's pages, what the levels do on theirs, what residents read; and the API."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.quality.test_stories import ask, closed, late, step, supervised
from tests.work.conftest import Crew
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.quality.models import EscalationResponse, Inquiry, SampledCase, StandardAdoption
from zhongshu.work import actions as work
from zhongshu.work.models import WorkOrder

__all__ = ["late"]


def browser(crew: Crew, user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["site_id"] = crew.site.pk
    session.save()
    return client


@pytest.fixture
def department(crew: Crew) -> Client:
    return browser(crew, crew.cast.user(Role.QUALITY, name="品质"))


def test_one_window_shows_everything_that_waits(crew: Crew, department: Client, late: WorkOrder) -> None:
    ask(crew)
    supervised(crew)
    page = department.get("/quality/").content.decode()
    for words in ("这户拒绝入户，怎么办", "三次返修的原因和整改", late.title):
        assert words in page


def test_a_manager_asks_about_an_order_and_is_answered(crew: Crew, department: Client) -> None:
    order, manager = crew.order(), browser(crew, crew.staff["经理"].user)
    assert manager.post(f"/quality/inquiries/new/help?order={order.number}", {"question": ""}).status_code == 422
    answer = manager.post(f"/quality/inquiries/new/help?order={order.number}", {"question": "要不要换管"})
    inquiry = Inquiry.objects.get()
    assert answer.headers["Location"] == f"/quality/inquiries/{inquiry.number}"
    page = f"/quality/inquiries/{inquiry.number}"
    refused = department.post(f"{page}/answers", {"kind": "person", "text": "派人来"})
    assert refused.status_code == 422
    assert "派人来" in refused.content.decode()
    department.post(f"{page}/answers", {"kind": "decision", "text": "换，总部出钱"})
    manager.post(f"{page}/acceptance", {"text": ""})
    inquiry.refresh_from_db()
    assert (inquiry.order, inquiry.state) == (order, "closed")


def test_the_message_leads_to_what_this_level_can_do(crew: Crew, late: WorkOrder) -> None:
    lead, assignee = (browser(crew, crew.staff[name].user) for name in ("王主管", "张强"))
    where = f"/quality/escalations/{step(late, 80).pk}"
    page = lead.get(where).content.decode()
    assert "请求支援" in page
    assert "调拨人力物力" not in page
    assert lead.post(where, {"measure": "go_myself", "words": ""}).status_code == 422
    assert lead.post(where, {"measure": "go_myself", "words": "我去看看"}).status_code == 302
    assert EscalationResponse.objects.get().measure == "go_myself"
    on_phone = assignee.get(f"/quality/escalations/{step(late, 50).pk}").content.decode()
    assert "phone-head" in on_phone
    assert "我去看看" in on_phone
    assert assignee.get(where).status_code == 404


def test_who_reassigns_the_order_has_answered(crew: Crew, late: WorkOrder) -> None:
    at = crew.noon + timedelta(hours=1)
    lead = crew.actor("王主管")
    work.reassign(actor=lead, at=at, order_id=late.pk, reason="张强在别处", staff_id=crew.staff["李明"].pk)
    deliver_pending(at=at)
    response = EscalationResponse.objects.get()
    assert (response.level, response.measure, response.words) == ("supervisor", "reassign", "张强在别处")


def test_drawing_and_reviewing(crew: Crew, department: Client) -> None:
    today = day_of(now())
    case = closed(crew, 1, closed_at=now())
    form = {"closed_from": today.isoformat(), "closed_until": today.isoformat(), "seed": "冬至"}
    assert department.post("/quality/samples", form).status_code == 422
    form["closed_until"] = (today + timedelta(days=1)).isoformat()
    department.post("/quality/samples", form)
    row = SampledCase.objects.get()
    where = f"/quality/sampled/{row.pk}"
    points = dict.fromkeys(("heard", "in_time", "work", "answered", "closure"), "3")
    assert department.post(where, points | {"consequence": "reopen", "words": ""}).status_code == 422
    department.post(where, points | {"consequence": "reopen", "words": "没修好"})
    case.refresh_from_db()
    assert case.state == "open"
    assert "60" in department.get(where).content.decode()
    department.post("/quality/samples/rates", {"site": "", "percent": "30"})
    manager = browser(crew, crew.staff["经理"].user)
    assert "30%" in manager.get("/quality/samples").content.decode()
    assert manager.post("/quality/samples", form).status_code == 404


def test_a_standard_is_previewed_adopted_taken_back_and_read_by_residents(crew: Crew, department: Client) -> None:
    day = day_of(now()) + timedelta(days=9)
    form = {"stars": "5", "starts_on": day.isoformat()}
    assert "采用后会改变什么" in department.get("/quality/standards", form).content.decode()
    assert department.post("/quality/standards/adoptions", form | {"stars": "9"}).status_code == 422
    department.post("/quality/standards/adoptions", form)
    adoption = StandardAdoption.objects.get()
    department.post(f"/quality/standards/adoptions/{adoption.pk}/undoing")
    adoption.refresh_from_db()
    assert adoption.undone_at is not None
    resident = browser(crew, crew.cast.user(Role.RESIDENT, crew.site))
    page = resident.get("/resident/promise").content.decode()
    assert "4 小时" in page
    assert resident.get("/quality/standards").status_code == 404


def test_programs_do_the_same(crew: Crew, department: Client, late: WorkOrder) -> None:
    manager = browser(crew, crew.staff["经理"].user)

    def post(client: Client, where: str, **body: object) -> tuple[int, dict[str, str]]:
        answer = client.post(f"/api/v1/quality/{where}", body, content_type="application/json")
        return answer.status_code, answer.json()

    status, made = post(manager, "inquiries", site="YQL", direction="help", question="怎么办", order=late.number)
    assert status == 201
    lines = f"inquiries/{made['number']}/lines"
    assert post(manager, lines, kind="advice", text="自己答")[0] == 404
    assert post(department, lines, kind="advice", text="先关阀")[0] == 200
    assert post(manager, lines, kind="accepted")[1]["state"] == "closed"
    assert post(department, "inquiries", site="YQL", direction="supervision", question="为何")[0] == 422
    waiting = manager.get("/api/v1/quality/escalations?mine=true").json()["items"]
    assert waiting[0]["measures"][0] == "call_contractor"
    where = f"escalations/{waiting[0]['id']}/responses"
    assert post(manager, where, measure="decide", words="定了")[0] == 422
    assert post(manager, where, measure="approve_overtime", words="今晚加班")[0] == 201
    assert post(manager, where, measure="approve_overtime", words="今晚加班")[0] == 409
    day = (day_of(now()) + timedelta(days=3)).isoformat()
    assert post(manager, "standards/YQL/adoptions", stars=4, starts_on=day)[0] == 404
    assert post(department, "standards/YQL/adoptions", stars=4, starts_on=day)[0] == 201
    assert manager.get("/api/v1/quality/standards/YQL").json()["stars"] is None
