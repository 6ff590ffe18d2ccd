"""People act: what an evaluation asks of each role, what they record, and money that calls them back."""

from datetime import date, datetime, timedelta

import pytest

from tests.billing.till import DAY
from tests.care.household import Household
from zhongshu.care import actions
from zhongshu.care.actions import Handed, Spoken
from zhongshu.care.errors import NotNow
from zhongshu.care.models import Task, TaskLine
from zhongshu.collecting.errors import ContactRefused
from zhongshu.collecting.kinds import Evidence, Outcome
from zhongshu.collecting.kinds import Manner as Way
from zhongshu.collecting.models import Contact, Notice
from zhongshu.estate.models import KeeperTerritory
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
    home.evaluated(TODAY)
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
