"""The score makes people act: the keeper, the supervisor, the site manager and legal affairs, each on real pages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.cast import DAY_ONE, Cast
from tests.collecting.site import Site
from tests.stories.test_cashier_day import Pages
from zhongshu.care import actions
from zhongshu.care.models import Task
from zhongshu.collecting.models import Contact, Notice
from zhongshu.identity.roles import Role
from zhongshu.kernel.outbox import deliver_pending, delivered_in_process
from zhongshu.messaging.models import Message
from zhongshu.people.models import Staff, Team


def settled(cast: Cast, at: datetime, months: int) -> Site:
    """101 owes so many months; its keeper's team has a lead, the site a manager. Evaluated this morning."""
    site = Site(cast, at, Site.account_of(cast, "A-1")).settle()
    for back in range(5, months + 1):
        site.owe("101", site.today.replace(day=1), back)
    for role in (Role.SUPERVISOR, Role.SITE_MANAGER, Role.LEGAL):
        cast.user(role, cast.yql)
    team = Team.objects.create(site=cast.yql, code="KF", name="客服一组", kind="customer_service")
    keeper, lead = cast.user(Role.KEEPER, cast.yql, name="管家1"), cast.user(Role.SUPERVISOR, cast.yql)
    for number, user in enumerate((keeper, lead)):
        facts = {"site": cast.yql, "team": team, "joined_on": date(2020, 1, 1)}
        team.lead = Staff.objects.create(user=user, employee_no=f"E{number}", **facts)
    team.save()
    evaluated(site, at)
    return site


def evaluated(site: Site, at: datetime) -> None:
    actions.evaluate(actor=site.cast.system, at=at, site_id=site.site_id, on=at.date())


def signed_in(cast: Cast) -> tuple[Pages, Pages, Pages, Pages]:
    """The keeper, the supervisor, the site manager and legal affairs."""
    rest = (Pages(cast, role) for role in (Role.SUPERVISOR, Role.SITE_MANAGER, Role.LEGAL))
    return (Pages(cast, Role.KEEPER, name="管家1"), *rest)  # type: ignore[return-value]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, noon: datetime) -> Callable[[datetime], None]:
    """What time it is: noon, one may call."""

    def turn(at: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)

    turn(noon)
    return turn


@pytest.mark.django_db
def test_from_the_door_to_the_court(cast: Cast, noon: datetime, clock: Callable[[datetime], None]) -> None:
    site = settled(cast, noon, 12)
    keeper, lead, manager, _legal = signed_in(cast)
    task = Task.objects.exclude(roles=[]).get()
    phone, home = f"/care/m/tasks/{task.pk}", f"/care/tasks/{task.pk}"

    # The keeper is told, reads why, what to say and what the law allows, and takes the paper along.
    assert Message.objects.filter(kind="care_tasks", recipient__name="管家1").exists()
    assert f"/care/tasks/{task.pk}" in keeper.reads("/care/tasks")
    shown = keeper.reads(phone)
    assert all(words in shown for words in ("欠满 12 个月", "上门递交催费通知书", "1,200.00", "班组主管", "项目经理"))
    paper = keeper.client.get(f"/collecting/notices/{task.notice_id}/paper")
    assert paper.content.startswith(b"%PDF-")

    # One visit, three people: each records on their own line; the paper is handed over once.
    lines = {line.role: f"{home}/lines/{line.pk}" for line in task.lines.all()}
    door = {"outcome": "hardship", "note": "失业，要缓一缓", "mood": "mixed", "from": "phone"}
    assert "回执须填写单号" in keeper.is_told(lines["keeper"], **door, evidence="receipt")
    assert not Contact.objects.exists()
    assert keeper.sends(lines["keeper"], **door, evidence="receipt", reference="QS-1") == phone
    assert "失业" in lead.reads(home)
    for person, role in ((lead, "supervisor"), (manager, "site_manager")):
        person.sends(lines[role], together="on")
    task.refresh_from_db()
    assert (task.state, Contact.objects.count(), Notice.objects.get(pk=task.notice_id).evidence) == (
        "done",
        1,
        "receipt",
    )

    # Thirty days later something it names is open: legal follows, the others gather the papers.
    later = noon + timedelta(days=31)
    clock(later)
    evaluated(site, later)
    keeper, lead, manager, legal = signed_in(cast)
    task = Task.objects.get(rule="arrears.legal", state="open")
    assert all(words in legal.reads("/care/legal?step=none") for words in ("101", "1,200.00"))
    papers = ZipFile(BytesIO(legal.client.get("/collecting/accounts/H101/papers").content))
    assert "3-notices.pdf" in papers.namelist()
    for person, role in ((keeper, "keeper"), (lead, "supervisor"), (manager, "site_manager"), (legal, "legal")):
        person.sends(f"/care/tasks/{task.pk}/lines/{task.lines.get(role=role).pk}", did=f"{role}：材料齐")
    legal.sends("/care/legal/H101", kind="suit", on=later.date(), note="（2026）沪0115民初1号")
    assert all(words in legal.reads("/care/legal/H101") for words in ("已起诉", "supervisor：材料齐"))
    evaluated(site, later + timedelta(days=60))
    assert not Task.objects.filter(rule="arrears.legal", state="open").exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_the_way_to_the_door_the_phone_says_that_it_is_paid(
    transactional_db: None, clock: Callable[[datetime], None], on_phone: Callable[..., Page], accessible: Any, look: Any
) -> None:
    site = settled(Cast.assemble(), DAY_ONE, 6)
    task = Task.objects.exclude(roles=[]).get()
    page = on_phone(site.cast.user(Role.KEEPER, site.cast.yql, name="管家1"))
    page.clock.install()
    page.goto(f"/care/m/tasks/{task.pk}")
    expect(page.get_by_role("heading", name="为什么有这件任务")).to_be_visible()
    accessible(page)
    look(page, "care-task-phone", whole=True)
    with delivered_in_process():
        site.takes("700.00", account_id=task.account_id)
        deliver_pending(at=site.at)
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("alert")).to_contain_text("不用去了")
    expect(page.get_by_role("button", name="保存记录")).to_have_count(0)
    look(page, "care-task-withdrawn-phone")
