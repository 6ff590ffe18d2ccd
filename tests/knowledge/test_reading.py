"""What must be read is read by everybody it was meant for, or it is known who has not."""

from datetime import timedelta

import pytest

from tests.cast import LONG_AGO
from tests.knowledge.conftest import Library
from zhongshu.identity.models import RoleGrant
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.knowledge import actions, batch, queries
from zhongshu.knowledge.errors import NothingToRead, RequestEnded
from zhongshu.knowledge.models import MissedSearch, ReadRequest, ReadTask, Version
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import TeamKind
from zhongshu.people.models import Staff, Team


def asked(library: Library, version: Version, **given: object) -> ReadRequest:
    """Guards and technicians of the site, within a week."""
    cast, noon = library.cast, library.noon
    for role in (Role.GUARD, Role.TECHNICIAN, Role.SUPERVISOR):
        cast.user(role, cast.yql)
    cast.user(Role.GUARD, cast.xh)
    week = day_of(noon) + timedelta(days=7)
    wanted = {"roles": [Role.GUARD, Role.TECHNICIAN], "due_on": week, "site": cast.yql} | given
    return actions.ask_to_read(
        actor=library.writer,
        at=noon,
        article_id=version.article_id,
        **wanted,  # type: ignore[arg-type]
    )


def test_everybody_asked_is_told_confirms_and_is_counted(library: Library) -> None:
    cast, noon = library.cast, library.noon
    version = library.settled()
    request = asked(library, version)
    guard = cast.actor(Role.GUARD, cast.yql)
    assert Message.objects.get(recipient_id=guard.user_id).title == f"请在 2026-11-11 前阅读：{version.title}"
    assert OutboxEvent.objects.get(name="knowledge.reading_asked").payload["people"] == 2
    assert not ReadTask.objects.filter(user=cast.user(Role.GUARD, cast.xh)).exists()

    actions.confirm_read(actor=guard, at=noon, article_id=version.article_id)
    task = ReadTask.objects.get(request=request, user=guard.user_id)
    assert (task.read_at, task.version) == (noon, version)
    with pytest.raises(NothingToRead):
        actions.confirm_read(actor=guard, at=noon, article_id=version.article_id)
    keeper = cast.actor(Role.KEEPER, cast.yql)
    with pytest.raises(NothingToRead):
        actions.confirm_read(actor=keeper, at=noon, article_id=version.article_id)

    supervisor = cast.actor(Role.SUPERVISOR, cast.yql)
    row = queries.request_by_id(supervisor, request.pk)
    assert (row.readers, row.people) == (1, 2)  # type: ignore[attr-defined]
    assert [bool(one.read_at) for one in queries.people_asked(supervisor, request)] == [False, True]
    with pytest.raises(NotFound):
        queries.request_by_id(cast.actor(Role.SUPERVISOR, cast.xh), request.pk)
    with pytest.raises(NotFound):
        queries.request_by_id(guard, request.pk)


def test_who_has_not_read_is_reminded_who_comes_later_is_asked_and_whoever_asked_hears(library: Library) -> None:
    cast, noon = library.cast, library.noon
    request = asked(library, library.settled())
    guard = cast.user(Role.GUARD, cast.yql)
    newcomer = cast.user(Role.GUARD, cast.yql, name="新来的")
    day_before = noon + timedelta(days=6)
    assert [batch.tick(at=day_before)["readings_reminded"] for _ in range(2)] == [1, 0]
    assert Message.objects.filter(recipient=guard, title__startswith="还没有确认阅读").count() == 1
    assert ReadTask.objects.filter(request=request, user=newcomer).exists()
    batch.tick(at=noon + timedelta(days=9))
    late = Message.objects.get(recipient_id=library.writer.user_id, title__startswith="逾期")
    assert "3 人" in late.title
    ReadTask.objects.filter(request=request).update(read_at=noon)
    batch.tick(at=noon + timedelta(days=17))
    request.refresh_from_db()
    assert request.remind_at is None


def test_a_team_can_be_asked_and_a_request_taken_back(library: Library) -> None:
    cast, noon = library.cast, library.noon
    team = Team.objects.create(site=cast.yql, code="security", name="秩序一班", kind=TeamKind.SECURITY)
    member = cast.user(Role.CLEANER, cast.yql)
    Staff.objects.create(site=cast.yql, user=member, employee_no="E1", team=team, joined_on=LONG_AGO)
    version = library.settled()
    request = asked(library, version, roles=[], teams=[team])
    assert [task.user for task in request.tasks.all()] == [member]
    actions.end_request(actor=library.writer, at=noon, request_id=request.pk)
    with pytest.raises(RequestEnded):
        actions.end_request(actor=library.writer, at=noon, request_id=request.pk)
    with pytest.raises(NothingToRead):
        actions.confirm_read(actor=cast.actor(Role.CLEANER, cast.yql), at=noon, article_id=version.article_id)
    assert batch.tick(at=noon + timedelta(days=30))["readings_reminded"] == 0


def test_a_request_that_makes_no_sense_asks_nobody(library: Library) -> None:
    cast = library.cast
    version, draft = library.settled(), library.draft()
    elsewhere = Team.objects.create(site=cast.xh, code="x", name="别处", kind=TeamKind.SECURITY)
    far = day_of(library.noon) + timedelta(days=400)
    for wrong in (
        {"roles": []},
        {"roles": [Role.RESIDENT]},
        {"roles": [Role.LEGAL]},  # there is nobody
        {"due_on": day_of(library.noon) - timedelta(days=1)},
        {"due_on": far},
        {"teams": [elsewhere]},
    ):
        with pytest.raises(Invalid):
            asked(library, version, **wrong)
    with pytest.raises(Invalid):
        asked(library, draft)
    with pytest.raises(NotFound):
        asked(library, version, site=cast.xh)
    with pytest.raises(NotFound):
        asked(library, version, site=None)
    assert ReadRequest.objects.count() == 0
    assert Message.objects.filter(title__contains="前阅读").count() == 0


def test_somebody_with_two_roles_is_asked_once(library: Library) -> None:
    cast = library.cast
    guard = cast.user(Role.GUARD, cast.yql)
    RoleGrant.objects.create(user=guard, role=Role.TECHNICIAN, site=cast.yql, starts_on=LONG_AGO)
    assert asked(library, library.settled()).tasks.filter(user=guard).count() == 1


def test_what_was_looked_for_in_vain_is_counted_without_names_until_somebody_settles_it(library: Library) -> None:
    cast, noon = library.cast, library.noon
    missed = {"site_id": cast.yql.pk, "by_resident": False, "at": noon}
    assert actions.note_missed(text=" 充电桩  安装费 ", **missed)
    assert actions.note_missed(text="充电桩 安装费", **missed)
    assert not actions.note_missed(text="13800138000", **missed)
    assert not actions.note_missed(text="？？", **missed)
    row = MissedSearch.objects.get()
    assert (row.text, row.times) == ("充电桩 安装费", 2)
    with pytest.raises(NotFound):
        actions.settle_missed(actor=cast.actor(Role.KEEPER, cast.yql), at=noon, missed_id=row.pk)
    actions.settle_missed(actor=library.writer, at=noon, missed_id=row.pk)
    assert not queries.missed_visible(library.writer).exists()
    actions.note_missed(text="充电桩 安装费", **missed)
    assert queries.missed_visible(library.writer).get().times == 3
