"""The wall, the plan, reports sent, one's own figures: through the real pages."""

import re
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.house.world import World, _picture
from tests.identity.audits import audited
from zhongshu.cases.models import Case
from zhongshu.estate.models import Place
from zhongshu.identity.models import Region, RoleGrant, User
from zhongshu.identity.roles import Role
from zhongshu.insight import actions
from zhongshu.insight.kinds import Format, IssueState, Paper, Rhythm
from zhongshu.insight.models import Issue, Subscription
from zhongshu.insight.queries import plans, walls
from zhongshu.insight.queries.scopes import scopes_of
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import Message
from zhongshu.work.kinds import Urgency
from zhongshu.work.models import SlaClock, WorkOrder


@pytest.fixture
def world(db: None) -> World:
    return World.build(now())


def signed_in(world: World, role: Role) -> Client:
    client = Client()
    client.force_login(world.cast.user(role, world.site))
    return client


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_screen_shows_the_wall_without_a_session_and_nothing_about_persons(world: World) -> None:
    order = world.order
    order.title, order.contact_name, order.urgency = "王小明家漏水", "王小明", Urgency.P1
    order.save()
    SlaClock.objects.filter(order=order).update(target_at=now() + timedelta(minutes=5))
    page = signed_in(world, Role.SITE_MANAGER).post(
        "/insight/screens", {"scope": f"site-{world.site.code}", "name": "消控中心"}
    )
    link = re.search(r"/insight/screens/zs_[\w-]+", page.content.decode())
    assert link is not None
    shown = Client().get(link[0])
    assert shown.status_code == 200
    said = shown.content.decode()
    assert "一期1栋1单元" in said
    assert re.search(r'data-left="\d+"', said)
    people = [*User.objects.values_list("name", flat=True), "王小明", "漏水", world.unit.label, "154"]
    assert not [word for word in people if word in said]
    part = Client().get(link[0], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert Client().post(link[0]).status_code == 405


def test_a_revoked_link_looks_like_one_that_never_was(world: World) -> None:
    manager = world.cast.actor(Role.SITE_MANAGER, world.site)
    with audited("insight.add_screen", "insight.revoke_screen"):
        screen, secret = actions.add_screen(actor=manager, at=now(), scope=f"site-{world.site.code}", name="大厅")
        for _twice in range(2):
            actions.revoke_screen(actor=manager, at=now(), screen_id=screen.pk)
    assert Client().get(f"/insight/screens/{secret}").status_code == 404
    stranger = world.cast.actor(Role.SITE_MANAGER, world.cast.xh)
    with pytest.raises(NotFound):
        actions.revoke_screen(actor=stranger, at=now(), screen_id=screen.pk)
    with pytest.raises(NotFound):
        actions.add_screen(actor=stranger, at=now(), scope=f"site-{world.site.code}", name="大厅")


def test_the_wall_counts_orders_by_their_clocks_and_people_by_their_hands(world: World) -> None:
    at = now()
    world.grow(2)
    orders = list(WorkOrder.objects.order_by("pk"))
    for order, minutes in zip(orders, (-5, 20, 90), strict=True):
        SlaClock.objects.filter(order=order).update(target_at=at + timedelta(minutes=minutes))
    scope = next(s for s in scopes_of(world.cast.actor(Role.SITE_MANAGER, world.site)) if s.site == world.site)
    shown = walls.wall(scope, at=at, with_names=True)
    totals = shown.totals
    assert (totals["running"], totals["late"], totals["soon"]) == (3, 1, 1)
    busy = {order.assignee_id for order in orders}
    assert totals["on_shift"] == len(world.staff)
    assert totals["free"] == len(world.staff) - len(busy) == sum(len(lane.names) for lane in shown.lanes)
    assert shown.last_hour == 3
    whole = next(s for s in scopes_of(world.cast.system) if s.code == "company")
    assert walls.wall(whole, at=at).totals == totals, "the other sites have nothing running"


def test_who_sees_which_figures(world: World) -> None:
    Region.objects.create(company=world.cast.company, name="江南").site_set.add(world.site)
    codes = {role: [s.code for s in scopes_of(world.cast.actor(role, world.site))] for role in Role}
    region = f"region-{Region.objects.get().pk}"
    assert codes[Role.SITE_MANAGER] == codes[Role.CALL_TAKER] == [region, "site-WTY"]
    assert codes[Role.KEEPER] == codes[Role.TECHNICIAN] == codes[Role.RESIDENT] == []
    assert scopes_of(world.cast.actor(Role.HEAD_OFFICE))[0].code == "company"
    manager = signed_in(world, Role.SITE_MANAGER)
    for page in ("report", "matters", "analysis", "plan"):
        assert manager.get(f"/insight/{page}?scope=company").status_code == 404
        assert manager.get(f"/insight/{page}?scope=site-XH").status_code == 404
        assert signed_in(world, Role.KEEPER).get(f"/insight/{page}").status_code == 404


def test_a_report_leads_to_its_matters_and_comes_as_workbook_and_paper(world: World) -> None:
    world.grow(2)
    manager = signed_in(world, Role.SITE_MANAGER)
    report = manager.get("/insight/report?rhythm=day").content.decode()
    link = re.search(r'href="(/insight/matters\?figure=opened[^"]*category=plumbing[^"]*)">(\d+)</a>', report)
    assert link is not None
    page = manager.get(link[1].replace("&amp;", "&"))
    assert page.context["page"].total == int(link[2]) == 3
    book = CalamineWorkbook.from_filelike(BytesIO(manager.get("/insight/report?rhythm=day&export=xlsx").content))
    assert book.sheet_names[0] == "指标"
    assert ["受理", "3"] in [[row[0], row[1]] for row in book.get_sheet_by_index(0).to_python()]
    paper = text_of(manager.get("/insight/report?rhythm=day&export=pdf").content)
    assert "受理" in paper
    assert "154" not in paper
    assert "完工按时率" in paper
    assert manager.get("/insight/matters?figure=nonsense").status_code == 404
    assert manager.get("/insight/matters?bucket=soon").status_code == 422


def test_everybody_sees_their_own_figures_and_nobody_elses(world: World) -> None:
    order = world.order
    assert order.assignee is not None
    doer = Client()
    doer.force_login(order.assignee.user)
    page = doer.get("/insight/mine?rhythm=day")
    assert page.context["tally"].n("orders") == 1
    assert page.context["tally"].n("opened") == Case.objects.filter(owner=order.assignee.user).count()
    listed = doer.get("/insight/mine?rhythm=day&figure=orders")
    assert [row.number for row in listed.context["page"].rows] == [order.number]
    assert signed_in(world, Role.CLEANER).get("/insight/mine?rhythm=day").context["tally"].n("orders") == 0


def test_the_plan_is_drawn_from_the_tree_until_there_are_coordinates(world: World) -> None:
    manager = signed_in(world, Role.SITE_MANAGER)
    drawn = manager.get("/insight/plan?rhythm=day").content.decode()
    assert 'class="plan-box shade-4"' in drawn
    assert "一期1栋，1 件" in drawn
    sheet = SimpleUploadedFile("points.csv", "编码,x,y\nP1-1,250,500\n".encode())
    with audited("estate.put_on_plan", "insight.put_picture"):
        assert manager.post("/insight/plan", {"points": sheet}).status_code == 302
        assert manager.post("/insight/plan", {"picture": _picture()}).status_code == 302
    shown = manager.get("/insight/plan?rhythm=day").content.decode()
    assert "/insight/plan/WTY/picture" in shown
    assert 'x="233.0"' in shown, "the box stands around its middle"
    assert manager.get("/insight/plan/WTY/picture").headers["Content-Type"] == "image/jpeg"
    assert manager.get("/insight/plan/XH/picture").status_code == 404


@pytest.mark.parametrize("rows", ["", "P1-1,250", "P1-1,250,1001", "P9-9,1,1", "P1-1,a,b\nP1-1,c,d", "\x00\x01"])
def test_coordinates_that_make_no_sense_move_nothing(world: World, rows: str) -> None:
    manager = signed_in(world, Role.SITE_MANAGER)
    sheet = SimpleUploadedFile("points.csv", f"编码,x,y\n{rows}\n".encode())
    page = manager.post("/insight/plan", {"points": sheet})
    assert page.status_code == 422
    assert page.context["forms"]["points"].errors
    assert not Place.objects.filter(x__isnull=False).exists()


def test_a_picture_that_is_none_is_refused(world: World) -> None:
    manager = signed_in(world, Role.SITE_MANAGER)
    page = manager.post("/insight/plan", {"picture": SimpleUploadedFile("a.svg", b"<svg onload='x'/>")})
    assert page.status_code == 422
    assert plans.picture_of(world.site) is None


SIX = datetime(2026, 11, 4, 6, 0, tzinfo=SITE_ZONE)


def ordered(world: World, **more: object) -> Issue | None:
    """The service lead wants the daily report from the third on; what has become of it."""
    lead = world.cast.actor(Role.SERVICE_LEAD, world.site)
    wanted = {"scope": "site-WTY", "paper": Paper.REPORT, "rhythm": Rhythm.DAY, "format": Format.PDF} | more
    for _twice in range(2):
        actions.subscribe(actor=lead, at=SIX - timedelta(days=1), **wanted)
    return Issue.objects.first()


def deliver(at: datetime) -> list[bool]:
    return [actions.make_issue(issue_id=issue_id, at=at) for issue_id in actions.plan_issues(at=at)]


def test_a_report_comes_once_per_period_whatever_the_clock_does(world: World) -> None:
    assert ordered(world) is None
    assert deliver(SIX - timedelta(minutes=1)) == [], "not before six"
    assert deliver(SIX) == [True]
    assert deliver(SIX) == deliver(SIX - timedelta(days=30)) == deliver(SIX + timedelta(hours=5)) == []
    assert deliver(SIX + timedelta(days=9)) == [True], "after days without a clock: the latest"
    assert [issue.starts_on for issue in Issue.objects.order_by("pk")] == [date(2026, 11, 3), date(2026, 11, 12)]
    told = Message.objects.filter(kind="document").earliest("pk")
    assert told.title == "运营报表已生成：梧桐苑 2026-11-03"
    client = signed_in(world, Role.SERVICE_LEAD)
    for link in (told.link, f"/insight/issues/{Issue.objects.earliest('pk').pk}"):
        assert b"".join(client.get(link)).startswith(b"%PDF")
        assert signed_in(world, Role.SITE_MANAGER).get(link).status_code == 404


def test_what_failed_is_tried_again_and_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered(world)
    with monkeypatch.context() as broken:
        broken.setattr("zhongshu.insight.engine.papers.FOLDER", Path("/nowhere"))
        assert deliver(SIX) == [False]
        assert deliver(SIX + timedelta(minutes=1)) == [], "not yet again"
    issue = Issue.objects.get()
    assert (issue.state, issue.tries, issue.error) == (IssueState.WAITING, 1, "FileNotFoundError")
    assert "已失败 1 次" in signed_in(world, Role.SERVICE_LEAD).get("/insight/subscriptions").content.decode()
    assert deliver(SIX + timedelta(minutes=10)) == [True]


def test_who_lost_the_right_gets_no_report(world: World) -> None:
    ordered(world)
    RoleGrant.objects.filter(user=world.cast.user(Role.SERVICE_LEAD, world.site)).update(ends_on=date(2026, 11, 1))
    assert deliver(SIX) == [False]
    assert Issue.objects.get().state == IssueState.FAILED
    assert Message.objects.get(kind="report").title.startswith("运营报表没有生成")


def test_what_cannot_be_ordered(world: World) -> None:
    with pytest.raises(Invalid):
        ordered(world, paper=Paper.ANALYSIS, rhythm=Rhythm.WEEK, format=Format.XLSX)
    with pytest.raises(NotFound):
        ordered(world, scope="company")
    stranger = world.cast.actor(Role.SITE_MANAGER, world.site)
    ordered(world, format=Format.XLSX)
    subscription = Subscription.objects.get()
    with pytest.raises(NotFound):
        actions.unsubscribe(actor=stranger, at=SIX, subscription_id=subscription.pk)
    lead = world.cast.actor(Role.SERVICE_LEAD, world.site)
    for _twice in range(2):
        actions.unsubscribe(actor=lead, at=SIX, subscription_id=subscription.pk)
    assert deliver(SIX) == []


def test_figures_over_the_api_are_those_of_the_page(world: World) -> None:
    manager = signed_in(world, Role.SITE_MANAGER)
    report = manager.get("/api/v1/insight/report?rhythm=day&scope=site-WTY").json()
    matters = manager.get("/api/v1/insight/matters?rhythm=day&scope=site-WTY&figure=orders").json()
    assert report["now"]["figures"]["orders"] == matters["total"] == 1
    assert manager.get("/api/v1/insight/matters?figure=no").status_code == 404
    assert manager.get("/api/v1/insight/report?scope=site-XH").status_code == 404
    assert manager.get("/api/v1/insight/hot-spots?rhythm=day").json()[0]["code"] == "P1-1"
    assert manager.get("/api/v1/insight/analysis?rhythm=day").json()[0]["figure"] == "opened"
