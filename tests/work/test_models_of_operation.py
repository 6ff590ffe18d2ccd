"""Three ways to run a site: who gets work, who rules, who signs; and a switch that loses nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.identity.audits import audited
from tests.work.conftest import Crew
from zhongshu.estate.models import KeeperTerritory
from zhongshu.identity.actions import switch_operating_model
from zhongshu.identity.errors import SameModel
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions, batch, queries
from zhongshu.work.errors import NotYourOrder
from zhongshu.work.models import EscalationStep, OrderMove, SlaClock, WorkOrder

MIN = timedelta(minutes=1)


def run_as(crew: Crew, model: str) -> None:
    switch_operating_model(actor=crew.cast.actor(Role.HEAD_OFFICE), at=crew.noon, site_id=crew.site.pk, model=model)
    deliver_pending(at=crew.noon)
    crew.site.refresh_from_db()
    for staff in crew.staff.values():
        staff.refresh_from_db()


def test_on_a_small_site_anybody_on_shift_is_sent_and_who_can_do_it_first(crew: Crew) -> None:
    run_as(crew, "small")
    crew.hire("保安", Role.GUARD, TeamKind.SECURITY)
    crew.on("保安")
    order = crew.order(assignee=None)
    assert order.assignee in {crew.staff["张强"], crew.staff["李明"]}
    ranking = order.decisions.get().ranking
    assert {"保安", "赵电"} <= {line["name"] for line in ranking}
    assert "跨班组" in next(line["reasons"][-1] for line in ranking if line["name"] == "保安")

    crew.staff["张强"].roster.all().delete()
    crew.staff["李明"].roster.all().delete()
    crew.staff["王主管"].roster.all().delete()
    crew.staff["赵电"].roster.all().delete()
    by_guard = crew.order()
    assert (by_guard.assignee, by_guard.team) == (crew.staff["保安"], crew.team(TeamKind.ENGINEERING))


def test_on_a_lean_site_the_keeper_who_knows_the_account_comes_first(crew: Crew) -> None:
    run_as(crew, "lean")
    for name in ("管家甲", "管家乙"):
        crew.hire(name, Role.KEEPER, TeamKind.CUSTOMER_SERVICE)
        crew.on(name)
    keeper = crew.staff["管家乙"]
    KeeperTerritory.objects.create(
        site=crew.site, place=crew.places["YQL.P1-3"], keeper=keeper.user, starts_on=date(2020, 1, 1)
    )
    asked: dict[str, Any] = {"kind": "enquiry", "category": "consult", "team_kind": TeamKind.CUSTOMER_SERVICE}
    assert {crew.order(**asked).assignee for _ in range(3)} == {keeper}
    assert crew.order().assignee in {crew.staff["张强"], crew.staff["李明"]}  # repairs stay with the technicians

    keeper.roster.all().delete()
    assert crew.order(**asked).assignee == crew.staff["管家甲"]
    crew.staff["管家甲"].roster.all().delete()
    crew.hire("保安", Role.GUARD, TeamKind.SECURITY)
    crew.on("保安")
    assert crew.order(**asked).assignee == crew.staff["保安"]  # the team on duty


def test_who_rules_on_an_objection_follows_the_model(crew: Crew) -> None:
    run_as(crew, "small")
    order = crew.order(assignee=crew.staff["张强"])
    his = crew.actor("张强")
    actions.object_to(actor=his, at=crew.noon, order_id=order.pk, reason="门禁", right_team_kind="security")
    assert crew.inbox("经理") == ["order_objected"]
    with pytest.raises(NotYourOrder):
        actions.overrule(actor=crew.actor("王主管"), at=crew.noon, order_id=order.pk, reason="不")
    actions.overrule(actor=crew.actor("经理"), at=crew.noon, order_id=order.pk, reason="是你的")


def test_who_signs_follows_the_model(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    for act in (actions.accept, actions.arrive, actions.finish):
        act(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk)
    run_as(crew, "small")
    with pytest.raises(NotYourOrder):
        actions.sign_off(actor=crew.actor("王主管"), at=crew.noon, order_id=order.pk)
    assert actions.sign_off(actor=crew.actor("经理"), at=crew.noon, order_id=order.pk).state == "closed"


def everything(crew: Crew) -> dict[str, Any]:
    """Every order, clock, step and move that there is."""
    return {
        "orders": list(WorkOrder.objects.order_by("pk").values("pk", "state", "assignee", "team", "ended_at")),
        "clocks": list(SlaClock.objects.order_by("pk").values("pk", "stage", "target_at", "stopped_at", "paused_at")),
        "steps": list(EscalationStep.objects.order_by("pk").values("pk", "due_at", "fired_at", "cancelled_at")),
        "moves": list(OrderMove.objects.order_by("pk").values_list("pk", flat=True)),
    }


def test_switching_there_and_back_loses_nothing_and_only_says_who_is_next(crew: Crew) -> None:
    for verbs in ((), ("accept",), ("accept", "travel"), ("accept", "arrive"), ("accept", "arrive", "finish")):
        order = crew.order(assignee=crew.staff["张强"])
        for verb in verbs:
            getattr(actions, verb)(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk)
    held, objected, gone = (crew.order(assignee=crew.staff["李明"]) for _ in range(3))
    his = crew.actor("李明")
    actions.accept(actor=his, at=crew.noon, order_id=held.pk)
    actions.hold(actor=his, at=crew.noon, order_id=held.pk, reason="等件", resume_on=date(2026, 11, 6))
    actions.object_to(actor=his, at=crew.noon, order_id=objected.pk, reason="门禁", right_team_kind="security")
    actions.withdraw(actor=crew.actor("王主管"), at=crew.noon, order_id=gone.pk, reason="不用了")

    before = everything(crew)
    for model in ("lean", "small", "centre"):
        run_as(crew, model)
        assert everything(crew) == before
    assert crew.inbox("经理") == ["order_objected"]  # while the site was small, the ruling was theirs
    assert crew.inbox("王主管").count("order_objected") == 1 + 1  # of the objection; again when it came back to them

    batch.tick(at=crew.noon + timedelta(days=9))
    assert not EscalationStep.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True).exists()


def test_after_the_walls_stand_again_who_is_in_the_wrong_place_is_shown_not_moved(crew: Crew) -> None:
    run_as(crew, "small")
    for name in ("张强", "李明", "王主管", "赵电"):
        crew.staff[name].roster.all().delete()
    crew.hire("保安", Role.GUARD, TeamKind.SECURITY)
    crew.on("保安")
    order = crew.order()
    run_as(crew, "centre")
    assert list(queries.unfitting(crew.site)) == [order]
    assert order.assignee == crew.staff["保安"]
    page = Client()
    page.force_login(crew.staff["经理"].user)
    assert order.number in page.get("/orders/unfitting").content.decode()


def test_who_may_switch_and_what_is_refused(crew: Crew) -> None:
    for stranger in (crew.actor("经理"), crew.cast.actor(Role.ADMINISTRATOR, crew.cast.xh)):
        with pytest.raises(NotFound):
            switch_operating_model(actor=stranger, at=crew.noon, site_id=crew.site.pk, model="small")
    boss = crew.cast.actor(Role.ADMINISTRATOR)
    with pytest.raises(SameModel):
        switch_operating_model(actor=boss, at=crew.noon, site_id=crew.site.pk, model="centre")
    assert Site.objects.get(pk=crew.site.pk).operating_model == "centre"

    page = Client()
    page.force_login(crew.cast.user(Role.ADMINISTRATOR))
    with audited("identity.switch_operating_model"):
        assert page.post("/admin/sites/YQL/operating-model", {"model": "small"}).status_code == 302
    assert "小项目" in page.get("/admin/sites").content.decode()
    assert page.post("/admin/sites/YQL/operating-model", {"model": "palace"}).status_code == 422
    assert page.post("/admin/sites/YQL/operating-model", {"model": "small"}).status_code == 409
