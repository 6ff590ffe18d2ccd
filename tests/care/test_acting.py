"""People act: what an evaluation asks of each role, what they record, and money that calls them back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.billing.till import DAY
from tests.care.household import Household
from zhongshu.care import actions, jobs
from zhongshu.care.actions import Handed, Spoken
from zhongshu.care.engine.chasing import chase
from zhongshu.care.errors import NotNow
from zhongshu.care.models import Task, TaskLine, TaskMove
from zhongshu.collecting.errors import ContactRefused
from zhongshu.collecting.kinds import ContactManner, Evidence, Outcome
from zhongshu.collecting.models import Contact, Notice
from zhongshu.community.models import Visit
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.outbox import deliver_pending, delivered_in_process
from zhongshu.messaging.models import Message
from zhongshu.people.models import Staff, Team

pytestmark = pytest.mark.django_db
TODAY = "2026-11-04"


@pytest.fixture
def crew(home: Household) -> dict[str, User]:
    """Who has the roles; the keeper's team is led by the supervisor."""
    cast, yql = home.till.cast, home.till.cast.yql
    people = {role.value: cast.user(role, yql) for role in (Role.KEEPER, Role.SUPERVISOR, Role.SITE_MANAGER)}
    people["legal"] = cast.user(Role.LEGAL)
    team = Team.objects.create(site=yql, code="KF", name="客服一组", kind="customer_service")
    for number, role in enumerate(("keeper", "supervisor")):
        facts = {"site": yql, "user": people[role], "team": team, "joined_on": date(2020, 1, 1)}
        team.lead = Staff.objects.create(employee_no=f"E{number}", **facts)
    team.save()
    return people


def unpaid(home: Household, months: int) -> Task:
    """So many months ago the first bill of the story fell due; evaluated today."""
    first = (DAY(TODAY).year * 12 + DAY(TODAY).month - 1) - months
    home.bills(f"{first // 12}-{first % 12 + 1:02}-01", months)
    home.morning(DAY(TODAY))
    return Task.objects.exclude(roles=[]).get()


def lines(task: Task) -> dict[str, str]:
    return {line.role: line.holder.username for line in task.lines.select_related("holder") if line.holder}


def line_of(task: Task, role: str) -> TaskLine:
    return task.lines.get(role=role)


def test_each_role_has_a_line_with_its_holder_and_a_day(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 12)
    assert lines(task) == {role: crew[role].username for role in ("keeper", "supervisor", "site_manager")}
    assert set(task.lines.values_list("due_on", flat=True)) == {DAY(TODAY) + timedelta(days=7)}
    told = Message.objects.filter(kind="care_tasks")
    assert {message.recipient_id for message in told} == {crew[role].pk for role in task.roles}


def test_without_a_lead_the_next_above_is_asked(home: Household, crew: dict[str, User]) -> None:
    Staff.objects.update(team=None)
    lead = home.till.cast.user(Role.SERVICE_LEAD, home.till.cast.yql)
    assert lines(unpaid(home, 6)) == {"keeper": crew["keeper"].username, "supervisor": lead.username}


def record(home: Household, role: str, task: Task, at: datetime | None = None, **said: Any) -> list[str]:
    cast, when = home.till.cast, at or home.at
    site = None if role == "legal" else cast.yql
    rows = actions.record_line(
        actor=cast.actor(Role(role), site, at=when), at=when, line_id=line_of(task, role).pk, **said
    )
    task.refresh_from_db()
    return [row.role for row in rows]


def promised(**more: Any) -> Spoken:
    return Spoken(outcome=Outcome.PROMISED, promised_on=DAY("2026-11-20"), note="月底发工资", **more)


def test_the_keeper_telephones_and_the_task_is_done(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 4)
    assert record(home, "keeper", task, spoken=promised()) == ["keeper"]
    contact = Contact.objects.get()
    assert (contact.manner, contact.outcome, contact.promised_on, contact.by) == (
        ContactManner.PHONE,
        Outcome.PROMISED,
        DAY("2026-11-20"),
        crew["keeper"],
    )
    assert (task.state, TaskMove.objects.get(task=task, state="done").reason) == ("done", "承诺交费 月底发工资")
    with pytest.raises(NotNow, match="已完成"):
        record(home, "keeper", task, spoken=promised())


def test_at_the_door_they_go_together_and_record_one_visit(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 6)
    with pytest.raises(Invalid, match="要求上门"):
        record(home, "keeper", task, spoken=promised(manner=ContactManner.PHONE))
    with pytest.raises(Invalid, match="还没有人记录"):
        record(home, "supervisor", task, together=True)
    record(home, "keeper", task, spoken=promised())
    assert task.state == "open"
    with pytest.raises(ContactRefused, match="每天最多 1 次"):
        record(home, "supervisor", task, spoken=promised())
    record(home, "supervisor", task, together=True)
    assert (task.state, Contact.objects.count()) == ("done", 1)
    assert Visit.objects.get().manner == "door"


def test_nobody_is_spoken_to_outside_the_hours(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 4)
    with pytest.raises(ContactRefused, match="09:00"):
        record(home, "keeper", task, at=home.at.replace(hour=21), spoken=promised())
    assert (task.state, Contact.objects.count(), line_of(task, "keeper").contact) == ("open", 0, None)


def test_unreached_three_times_the_next_level_signs(home: Household, crew: dict[str, User]) -> None:
    task, gone = unpaid(home, 4), Spoken(outcome=Outcome.UNREACHED)
    for days in (0, 2, 5):
        assert line_of(task, "keeper").recorded_at is None
        record(home, "keeper", task, at=home.at + timedelta(days=days), spoken=gone)
    line = line_of(task, "keeper")
    assert (task.state, line.recorded_at is None, line.signed_at) == ("open", False, None)
    assert Message.objects.get(kind="care_to_sign").recipient == crew["supervisor"]
    sign = dict[str, Any](at=home.at + timedelta(days=6), line_id=line.pk, words="属实，改发书面")
    with pytest.raises(NotNow, match="上一级"):
        actions.sign_line(actor=home.till.cast.actor(Role.KEEPER, home.till.cast.yql), **sign)
    with pytest.raises(Invalid, match="签字意见"):
        actions.sign_line(actor=home.till.cast.actor(Role.SUPERVISOR, home.till.cast.yql), **sign | {"words": " "})
    actions.sign_line(actor=home.till.cast.actor(Role.SUPERVISOR, home.till.cast.yql), **sign)
    task.refresh_from_db()
    assert task.state == "done"


def test_the_demand_is_handed_over_once_for_all_three(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 12)
    record(home, "keeper", task, spoken=promised())
    assert line_of(task, "keeper").recorded_at is None
    with pytest.raises(Invalid, match="照片"):
        record(home, "supervisor", task, together=True, handed=Handed(evidence=Evidence.SIGNED))
    assert line_of(task, "supervisor").contact is None
    handed = Handed(evidence=Evidence.RECEIPT, reference="SQ-7")
    record(home, "supervisor", task, together=True, handed=handed)
    assert line_of(task, "keeper").recorded_at is not None
    assert Notice.objects.get().evidence == "receipt"
    record(home, "site_manager", task, together=True)
    assert task.state == "done"


def test_who_holds_two_roles_records_once(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 12)
    task.lines.update(holder=crew["site_manager"])
    handed = Handed(evidence=Evidence.RECEIPT, reference="SQ-7")
    assert record(home, "site_manager", task, spoken=promised(), handed=handed) == [
        "site_manager", "keeper", "supervisor",
    ]  # fmt: skip
    assert (task.state, Contact.objects.count()) == ("done", 1)


def test_somebody_elses_line_is_not_theirs(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 6)
    cast, said = home.till.cast, dict[str, Any](at=home.at, spoken=promised())
    for actor in (cast.actor(Role.KEEPER, cast.xh), cast.actor(Role.CASHIER, cast.yql)):
        with pytest.raises(NotFound):
            actions.record_line(actor=actor, line_id=line_of(task, "keeper").pk, **said)
    line = line_of(task, "supervisor")
    with pytest.raises(NotFound):
        actions.record_line(actor=cast.actor(Role.KEEPER, cast.yql), line_id=line.pk, **said)
    with pytest.raises(Invalid, match="至少填写一项"):
        record(home, "keeper", task)
    assert Contact.objects.count() == 0


def test_legal_follows_and_the_others_gather_papers(home: Household, crew: dict[str, User]) -> None:
    home.bills("2025-01-01", 14)
    home.evaluated("2026-03-01")
    home.evaluated("2026-04-01")
    task = Task.objects.get(rule="arrears.legal")
    assert lines(task) == {role: crew[role].username for role in crew}
    for role in ("keeper", "supervisor", "site_manager"):
        record(home, role, task, did="材料已交法务")
    record(home, "legal", task, did="已联系律师")
    assert (task.state, Contact.objects.count()) == ("done", 0)


def test_the_gold_card_is_brought_without_talk_about_money(home: Household, crew: dict[str, User]) -> None:
    task = Task.objects.create(
        site=home.till.cast.yql, account=home.till.account, rule="prepaid.12", occurrence=1, source="prepayment:x",
        opened_on=DAY(TODAY), recorded_at=home.at, roles=["keeper"], manner="door",
    )  # fmt: skip
    TaskLine.objects.create(site=task.site, task=task, role="keeper", holder=crew["keeper"], due_on=DAY(TODAY))
    record(home, "keeper", task, did="金章服务卡已送到", spoken=Spoken(outcome=Outcome.OTHER))
    assert (task.state, Contact.objects.count(), Visit.objects.count()) == ("done", 0, 1)


def paid_in_full(home: Household, amount: str) -> None:
    with delivered_in_process():
        home.till.takes(amount)
        deliver_pending(at=home.at)


def test_paid_in_full_calls_everybody_back(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 6)
    record(home, "supervisor", task, spoken=promised())
    paid_in_full(home, "500.00")
    assert Message.objects.filter(kind="care_withdrawn").count() == 0
    paid_in_full(home, "100.00")
    task.refresh_from_db()
    assert (task.state, TaskMove.objects.get(task=task, state="withdrawn").reason) == ("withdrawn", "欠费已交清")
    told = Message.objects.get(kind="care_withdrawn")
    assert (told.recipient, told.is_urgent, told.link) == (crew["keeper"], True, f"/care/tasks/{task.pk}")
    assert Notice.objects.get().state == "withdrawn"
    with pytest.raises(NotNow, match="不用再去"):
        record(home, "keeper", task, spoken=promised())
    score = home.score(TODAY)
    home.morning(DAY("2026-11-05"))
    assert home.score("2026-11-05") == score
    assert [(one["state"], one["rule"]) for one in home.shown("2026-11-05")["tasks"]] == [("withdrawn", "arrears.6")]


def test_who_paid_before_the_evaluation_is_not_gone_to_either(home: Household, crew: dict[str, User]) -> None:
    home.bills("2026-06-01", 4)
    paid_in_full(home, "400.00")
    home.morning(DAY(TODAY))
    task = Task.objects.exclude(roles=[]).get()
    assert task.state == "open"  # this morning's evaluation sees the money of the days before
    jobs.call_back_missed(home.at)
    task.refresh_from_db()
    assert task.state == "withdrawn"


def test_late_lines_are_reminded_of_and_then_raised(home: Household, crew: dict[str, User]) -> None:
    task = unpaid(home, 6)
    record(home, "supervisor", task, spoken=promised())
    due = home.at + timedelta(days=7)
    assert chase(due - timedelta(days=1)) == {"reminded": 0, "raised": 0}
    assert chase(due) == {"reminded": 1, "raised": 0}
    assert chase(due + timedelta(days=2)) == {"reminded": 0, "raised": 1}
    assert chase(due + timedelta(days=3)) == {"reminded": 0, "raised": 0}
    assert Message.objects.get(kind="care_due").recipient == crew["keeper"]
    assert Message.objects.get(kind="care_late").recipient == crew["supervisor"]
