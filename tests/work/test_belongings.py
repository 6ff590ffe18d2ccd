"""Mutual aid, materials and agreed prices, checklists, contractors, tasks given: stories with their refusals."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.work.conftest import Crew
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions, batch, queries
from zhongshu.work.defaults import shipped_checklists
from zhongshu.work.errors import (
    AidRefused,
    AlreadyHelping,
    ChecklistIncomplete,
    ContractorUnsuitable,
    IllegalJobMove,
    LinkOver,
    NotYourOrder,
    PriceNotAgreed,
    StaffUnsuitable,
)
from zhongshu.work.models import AidSpell, ContractorJob, WorkOrder
from zhongshu.work.policies import checklists, prices
from zhongshu.work.policies.prices import Used

MIN = timedelta(minutes=1)


@pytest.fixture
def order(crew: Crew) -> WorkOrder:
    crew.hire("保安", Role.GUARD, TeamKind.SECURITY)
    crew.on("保安")
    order = crew.order(assignee=crew.staff["张强"], contact_name="陈女士")
    for act in (actions.accept, actions.arrive):
        act(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk)
    return order


def finish(crew: Crew, order: WorkOrder, minutes: int = 60) -> WorkOrder:
    return actions.finish(actor=crew.actor("张强"), at=crew.noon + minutes * MIN, order_id=order.pk)


# Mutual aid


def test_a_colleague_of_another_team_helps_and_the_time_is_theirs(crew: Crew, order: WorkOrder) -> None:
    his, guard = crew.actor("张强"), crew.actor("保安")
    guards = {"order_id": order.pk, "staff_id": crew.staff["保安"].pk}
    asked = actions.ask_for_aid(actor=his, at=crew.noon, **guards, note="搬东西")
    assert actions.ask_for_aid(actor=his, at=crew.noon, **guards) == asked
    assert crew.inbox("保安") == ["aid_asked"]
    assert list(queries.orders_visible(guard)) == [order]  # who is asked sees it

    with pytest.raises(AidRefused):
        actions.join_aid(actor=guard, at=crew.noon, request_id=asked.pk)  # not before agreeing
    actions.answer_aid(actor=guard, at=crew.noon + MIN, request_id=asked.pk, is_coming=True)
    with pytest.raises(AidRefused):
        actions.answer_aid(actor=guard, at=crew.noon + MIN, request_id=asked.pk, is_coming=False)
    assert crew.inbox("张强")[-1] == "aid_answered"

    actions.join_aid(actor=guard, at=crew.noon + 5 * MIN, request_id=asked.pk)
    left = actions.leave_aid(actor=guard, at=crew.noon + 30 * MIN, request_id=asked.pk)
    assert (left.minutes, left.from_team) == (25, crew.team(TeamKind.SECURITY))
    actions.join_aid(actor=guard, at=crew.noon + 40 * MIN, request_id=asked.pk)
    finish(crew, order)  # everybody goes home
    span = queries.month_of(date(2026, 11, 1))
    manager = crew.actor("经理")
    (credit,) = queries.credits_of(manager, site_id=crew.site.pk, since=span[0], until=span[1])
    assert (credit.name, credit.spells, credit.minutes, credit.hours) == ("保安", 2, 45, Decimal("0.8"))
    with pytest.raises(AidRefused):
        actions.join_aid(actor=guard, at=crew.noon + 70 * MIN, request_id=asked.pk)


def test_nobody_is_on_two_scenes_at_once(crew: Crew, order: WorkOrder) -> None:
    guard, other = crew.actor("保安"), crew.order(assignee=crew.staff["李明"])
    asks = [
        actions.ask_for_aid(actor=crew.actor("经理"), at=crew.noon, order_id=one.pk, staff_id=crew.staff["保安"].pk)
        for one in (order, other)
    ]
    for ask in asks:
        actions.answer_aid(actor=guard, at=crew.noon, request_id=ask.pk, is_coming=True)
    actions.join_aid(actor=guard, at=crew.noon, request_id=asks[0].pk)
    with pytest.raises(AlreadyHelping):
        actions.join_aid(actor=guard, at=crew.noon + MIN, request_id=asks[1].pk)
    own = crew.order(assignee=crew.staff["保安"], team_kind=TeamKind.SECURITY, category="access_control")
    actions.accept(actor=guard, at=crew.noon, order_id=own.pk)
    with pytest.raises(AlreadyHelping):
        actions.arrive(actor=guard, at=crew.noon, order_id=own.pk)
    actions.leave_aid(actor=guard, at=crew.noon + 2 * MIN, request_id=asks[0].pk)
    actions.arrive(actor=guard, at=crew.noon + 3 * MIN, order_id=own.pk)
    with pytest.raises(AlreadyHelping):
        actions.join_aid(actor=guard, at=crew.noon + 4 * MIN, request_id=asks[1].pk)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database has the last word
        AidSpell.objects.create(site=crew.site, order=other, staff=crew.staff["保安"], joined_at=crew.noon + MIN)


def test_whom_one_cannot_ask_and_who_cannot(crew: Crew, order: WorkOrder) -> None:
    def ask(who: str, whom: str) -> None:
        actions.ask_for_aid(actor=crew.actor(who), at=crew.noon, order_id=order.pk, staff_id=crew.staff[whom].pk)

    for whom in ("张强", "李明"):  # oneself; a colleague of the team is simply given the order
        with pytest.raises(StaffUnsuitable):
            ask("张强", whom)
    with pytest.raises(NotYourOrder):
        ask("李明", "保安")
    with pytest.raises(NotFound):
        actions.answer_aid(actor=crew.actor("李明"), at=crew.noon, request_id=1, is_coming=True)


# What it costs


@pytest.mark.parametrize(
    ("lines", "agreed", "total", "beyond"),
    [
        ([("1", "35.00", True)], None, "35.00", "35.00"),
        ([("2", "35.00", True), ("1", "80", False)], "70.00", "70.00", "0.00"),
        ([("0.5", "0.01", True)], None, "0.01", "0.01"),
        ([("3", "33.335", True)], "100", "100.01", "0.01"),
        ([], "50", "0.00", "0.00"),
    ],
)
def test_what_is_charged_to_the_cent(
    lines: list[tuple[str, str, bool]], agreed: str | None, total: str, beyond: str
) -> None:
    used = [Used(Decimal(quantity), Decimal(price), is_charged) for quantity, price, is_charged in lines]
    assert prices.charged(used) == Decimal(total)
    assert prices.beyond(Decimal(total), Decimal(agreed) if agreed else None) == Decimal(beyond)


def test_beyond_the_agreed_price_nothing_is_finished_without_a_new_agreement(crew: Crew, order: WorkOrder) -> None:
    his = {"actor": crew.actor("张强"), "order_id": order.pk}
    item = actions.set_price(
        actor=crew.actor("经理"), at=crew.noon, site=crew.site, code="F01", name="角阀", unit="个",
        unit_price=Decimal("35.00"),
    )  # fmt: skip
    actions.agree_price(**his, at=crew.noon, amount=Decimal("50"), agreed_by="陈女士", how="on_site")
    actions.add_material(**his, at=crew.noon, item_id=item.pk, quantity=Decimal(2))
    with pytest.raises(PriceNotAgreed, match=r"70\.00"):
        finish(crew, order)
    assert WorkOrder.objects.get(pk=order.pk).state == "on_site"
    actions.agree_price(**his, at=crew.noon + MIN, amount=Decimal("80"), agreed_by="陈女士", how="phone")
    finish(crew, order)
    event = OutboxEvent.objects.get(name="work.price_due")
    assert (event.payload["order_id"], event.payload["amount"]) == (order.pk, "70.00")
    with pytest.raises(NotYourOrder):  # the bill stands
        actions.add_material(**his, at=crew.noon, item_id=item.pk, quantity=Decimal(1))


def test_a_new_price_counts_from_its_day_and_what_was_written_stays(crew: Crew, order: WorkOrder) -> None:
    words: dict[str, Any] = {
        "actor": crew.actor("经理"),
        "site": crew.site,
        "code": "F01",
        "name": "角阀",
        "unit": "个",
    }
    first = actions.set_price(**words, at=crew.noon, unit_price=Decimal("35"))
    row = actions.add_material(
        actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, item_id=first.pk, quantity=Decimal("1.5")
    )
    actions.set_price(**words, at=crew.noon + timedelta(days=1), unit_price=Decimal("40"))
    actions.set_price(**words, at=crew.noon + timedelta(days=1), unit_price=Decimal("41"))  # corrected the same day
    (now,) = queries.price_list(crew.site.pk, date(2026, 11, 5))
    assert (now.unit_price, queries.charged(order)) == (Decimal("41.00"), Decimal("52.50"))
    actions.strike_material(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, material_id=row.pk)
    assert queries.charged(order) == 0
    for wrong in (
        {"quantity": Decimal(0), "item_id": first.pk},
        {"quantity": Decimal(1)},
        {"quantity": Decimal("NaN")},
    ):
        with pytest.raises(Invalid):
            actions.add_material(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, **wrong)
    with pytest.raises(NotFound):
        actions.set_price(**words | {"actor": crew.actor("张强")}, at=crew.noon, unit_price=Decimal(1))


# Checklists


def test_what_is_shipped_can_be_read(crew: Crew) -> None:
    names = {facts["name"] for facts in shipped_checklists()}
    assert {"维修", "电梯困人", "给排水维修、漏水", "秩序巡逻、处置"} <= names


def test_a_trapped_lift_is_not_finished_before_everybody_is_out(crew: Crew) -> None:
    order = crew.order(kind="emergency", category="elevator", urgency="P1", assignee=crew.staff["张强"])
    his = {"actor": crew.actor("张强"), "at": crew.noon, "order_id": order.pk}
    actions.accept(**his)
    actions.arrive(**his)
    with pytest.raises(ChecklistIncomplete, match="被困人员已全部救出"):
        actions.finish(**his)
    with pytest.raises(Invalid, match="0 至 30"):
        actions.enter_checklist(**his, values={"i1": "1", "i3": "31"})
    assert queries.entries_of(order) == {}  # all or none
    actions.enter_checklist(**his, values={"i1": "1", "i2": "1", "i3": "2"})
    assert actions.finish(**his).state == "done"


def test_an_order_keeps_the_version_it_was_opened_under(crew: Crew, order: WorkOrder) -> None:
    boss: dict[str, Any] = {"actor": crew.actor("经理"), "site": crew.site, "kind": "repair", "category": ""}
    later = crew.noon + MIN
    actions.publish_checklist(**boss, at=later, name="新表", text="* 阀门已关\n水压 | number | 0.1..0.6 | MPa")
    assert queries.template_of(order).name == "给排水维修、漏水"  # type: ignore[union-attr]
    finish(crew, order)
    fresh = crew.order(at=later, assignee=crew.staff["张强"])
    assert queries.template_of(fresh).name == "新表"  # type: ignore[union-attr]
    again = actions.publish_checklist(**boss, at=later + MIN, name="再改", text="到场")
    assert again.version == 2
    assert queries.template_of(fresh).version == 1  # type: ignore[union-attr]
    for text in ("", "水压 | weight", "水压 | number | 高", "水压 | number | 3..1", "\n".join("甲" * 31)):
        with pytest.raises(Invalid):
            actions.publish_checklist(**boss, at=later + 2 * MIN, name="坏", text=text)
    with pytest.raises(Invalid):  # the company's own are not a site manager's
        actions.publish_checklist(**boss | {"site": None}, at=later, name="公司", text="到场")


labels = st.text(st.characters(categories=["L"]), min_size=1, max_size=9)
numbers = st.decimals(min_value=0, max_value=99, places=1)


@given(
    label=labels, kind=st.sampled_from(list(checklists.ItemKind)), must=st.booleans(), ends=st.tuples(numbers, numbers)
)
def test_an_item_is_read_as_it_is_written(label: str, kind: Any, must: bool, ends: tuple[Decimal, Decimal]) -> None:
    low, high = (str(end) for end in sorted(ends)) if kind == "number" else ("", "")
    item = checklists.Item("i1", label, kind, must, low, high, "MPa" if kind == "number" else "")
    assert checklists.read(item.line) == (item,)
    assert checklists.items_of(checklists.kept([item])) == (item,)
    if kind == "number":
        assert not checklists.problem(item, low)
        assert checklists.problem(item, str(Decimal(high) + 1))


# Contractors


def contracted(crew: Crew, **more: Any) -> Any:
    facts: dict[str, Any] = {
        "name": "迅达维保", "contact_name": "刘工", "phone": "02888888888", "kinds": ["emergency"],
        "categories": ["elevator"], "arrive_minutes": 30, "starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1),
    }  # fmt: skip
    return actions.add_contractor(actor=crew.actor("经理"), at=crew.noon, site=crew.site, **(facts | more))


@pytest.fixture
def trapped(crew: Crew) -> WorkOrder:
    return crew.order(kind="emergency", category="elevator", urgency="P1", assignee=crew.staff["张强"])


def test_a_contractor_comes_by_a_link_of_their_own_and_has_a_clock_of_their_own(crew: Crew, trapped: WorkOrder) -> None:
    contractor = contracted(crew)
    his = {"actor": crew.actor("张强"), "order_id": trapped.pk}
    job, token = actions.hand_to_contractor(**his, at=crew.noon, contractor_id=contractor.pk)
    assert job.arrive_by == crew.noon + 30 * MIN
    assert trapped.clocks.get(stage="contractor").target_at == crew.noon + 30 * MIN
    assert token not in str(AuditEntry.objects.values_list("after", flat=True)) + job.digest

    page = Client()
    address = f"/orders/outside/{token}"
    shown = page.get(address)
    assert "迅达维保" in shown.content.decode()
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert page.post(address, {"verb": "confirm", "people": "刘工 139"}).status_code == 302
    assert page.post(address, {"verb": "recall"}).status_code == 422
    assert page.post(address, {"verb": "arrive"}).status_code == 302
    assert trapped.clocks.get(stage="contractor").stopped_at is not None
    assert page.post(address, {"verb": "finish"}).status_code == 422  # what was done?
    assert page.post(address, {"verb": "finish", "result": "放人，门机已修"}).status_code == 200
    assert page.get(address).status_code == 404  # over
    job.refresh_from_db()
    assert (job.state, job.people, job.result) == ("finished", "刘工 139", "放人，门机已修")
    entry = AuditEntry.objects.get(verb="work.contractor_finish")
    assert (entry.actor_name, entry.user_id) == ("迅达维保", None)
    assert WorkOrder.objects.get(pk=trapped.pk).state == "dispatched"  # ours stays ours


def test_guessed_links_and_renewed_ones_open_nothing(crew: Crew, trapped: WorkOrder) -> None:
    job, old = actions.hand_to_contractor(
        actor=crew.actor("张强"), at=crew.noon, order_id=trapped.pk, contractor_id=contracted(crew).pk
    )
    new = actions.renew_link(actor=crew.actor("张强"), at=crew.noon, order_id=trapped.pk)
    for dead in (old, "x" * 43, job.digest):
        with pytest.raises(LinkOver):
            queries.job_by_token(dead)
    assert len(new) >= 43
    actions.withdraw(actor=crew.actor("王主管"), at=crew.noon, order_id=trapped.pk, reason="已放出")
    with pytest.raises(LinkOver):
        queries.job_by_token(new)
    assert ContractorJob.objects.get().state == "recalled"


def test_only_who_is_under_contract_for_it_and_one_at_a_time(crew: Crew, trapped: WorkOrder) -> None:
    his = {"actor": crew.actor("张强"), "at": crew.noon, "order_id": trapped.pk}
    for wrong in ({"categories": ["plumbing"], "name": "甲"}, {"ends_on": date(2026, 11, 4), "name": "乙"}):
        with pytest.raises(ContractorUnsuitable):
            actions.hand_to_contractor(**his, contractor_id=contracted(crew, **wrong).pk)
    good = contracted(crew)
    actions.hand_to_contractor(**his, contractor_id=good.pk)
    with pytest.raises(ContractorUnsuitable):
        actions.hand_to_contractor(**his, contractor_id=good.pk)
    with pytest.raises(IllegalJobMove, match="确认接受"):
        actions.move_job(**his, verb="finish", result="好了")
    with pytest.raises(NotYourOrder):
        actions.move_job(**his | {"actor": crew.actor("李明")}, verb="confirm")
    actions.move_job(**his, verb="recall")
    actions.end_contractor(actor=crew.actor("经理"), at=crew.noon, contractor_id=good.pk)
    with pytest.raises(ContractorUnsuitable):
        actions.hand_to_contractor(**his, contractor_id=good.pk)
    with pytest.raises(NotFound):
        actions.end_contractor(actor=crew.actor("张强"), at=crew.noon, contractor_id=good.pk)


# Work given


def test_work_given_is_tracked_until_its_giver_signs_it_off(crew: Crew) -> None:
    boss, lead = crew.cast.actor(Role.HEAD_OFFICE), crew.actor("王主管")
    due = crew.noon + timedelta(days=3)
    order = actions.give_task(
        actor=crew.actor("经理"), at=crew.noon, site=crew.site, title="消防自查", description="", urgency="P3",
        team_kind=TeamKind.ENGINEERING, assignee=crew.staff["张强"], due_at=due, report_hours=24,
    )  # fmt: skip
    assert order.clocks.get(stage="finish").target_at == due
    his = {"actor": crew.actor("张强"), "order_id": order.pk}
    assert batch.tick(at=crew.noon + timedelta(hours=24))["reports_asked"] == 1
    assert batch.tick(at=crew.noon + timedelta(hours=25))["reports_asked"] == 0
    assert crew.inbox("张强").count("progress_due") == 1
    for act in (actions.accept, actions.arrive):
        act(**his, at=crew.noon)
    actions.report_progress(**his, at=crew.noon + timedelta(hours=26), percent=40, text="查完一期")
    assert crew.inbox("经理")[-1] == "progress_reported"
    assert batch.tick(at=crew.noon + timedelta(hours=49))["reports_asked"] == 0  # a day from the report
    with pytest.raises(NotYourOrder):
        actions.report_progress(**his | {"actor": crew.actor("李明")}, at=crew.noon, percent=1, text="我")
    actions.finish(**his, at=crew.noon + timedelta(hours=50))
    with pytest.raises(NotYourOrder):  # not the lead: who gave it signs
        actions.sign_off(actor=lead, at=crew.noon, order_id=order.pk)
    assert boss.holds(Role.HEAD_OFFICE)
    actions.sign_off(actor=crew.actor("经理"), at=crew.noon + timedelta(hours=51), order_id=order.pk)
    assert batch.tick(at=crew.noon + timedelta(days=9))["reports_asked"] == 0
    for wrong in ({"due_at": crew.noon}, {"report_hours": 0}):
        with pytest.raises(Invalid):
            actions.give_task(
                actor=boss, at=crew.noon, site=crew.site, title="x", description="", urgency="P3",
                team_kind=TeamKind.ENGINEERING, **wrong,
            )  # fmt: skip


def test_the_pages_of_an_order_write_it_all_down(crew: Crew, order: WorkOrder) -> None:
    page = Client()
    page.force_login(crew.staff["张强"].user)
    base = f"/orders/{order.number}"
    for noun in ("materials", "agreement", "checklist", "aid", "contractor"):
        assert page.get(f"{base}/{noun}").status_code == 200
        assert page.get(f"{base}/{noun}?next=/m/orders/{order.number}").status_code == 200
    said = {"quantity": "2", "name": "角阀", "unit_price": "35", "is_charged": "on"}
    assert page.post(f"{base}/materials", said).status_code == 302
    refused = page.post(f"{base}/materials", said | {"unit_price": "", "next": f"/m/orders/{order.number}"})
    assert (refused.status_code, "角阀" in refused.content.decode()) == (422, True)
    agreed = page.post(f"{base}/agreement", {"amount": "70", "agreed_by": "陈女士", "how": "phone"})
    assert agreed.status_code == 302
    assert page.post(f"{base}/checklist", {"i1": "on", "i4": "0.4"}).status_code == 302
    assert page.post(f"{base}/checklist", {"i4": "9"}).status_code == 422
    shown = page.get(base).content.decode()
    assert "¥70.00" in shown
    assert "已填 2/5" in shown
    stranger = Client()
    stranger.force_login(crew.staff["消控"].user)
    assert stranger.post(f"{base}/materials", said).status_code == 404
    assert order.materials.count() == 1
