"""Search, board, figures and messages for programs; what residents do."""

from datetime import timedelta

import pytest

from tests.api.conftest import Caller
from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.messaging.actions import save_template
from zhongshu.messaging.kinds import Way
from zhongshu.work import actions as work
from zhongshu.work.models import WorkOrder

HOME = "P2-3-2-1502"
LEAK = {"site": "HT", "text": "二期3栋2单元1502厨房水管漏水", "category": "plumbing", "team_kind": "engineering"}


@pytest.fixture
def resident(town, program) -> Caller:
    """Lives in `HOME`."""
    customer = town.move_in(HOME).customer
    customer.user = town.cast.user(Role.RESIDENT, town.site)
    customer.save()
    return program(Role.RESIDENT)


def finish(order: WorkOrder, town) -> None:
    for step in (work.accept, work.arrive, work.finish):
        step(actor=town.cast.system, at=town.at, order_id=order.pk)
    deliver_pending(at=town.at)


def test_what_is_found_and_what_is_going_on(town, program):
    account = town.move_in(HOME)
    caller = program()
    opened = caller.post("/cases", LEAK).json()
    number = opened["order"]["number"]
    hits = caller.get("/search?site=HT&q=1502").json()
    assert [(hit["number"], hit["phone"]) for hit in hits["accounts"]] == [(account.number, "154****0001")]
    assert hits["cases"] == [opened["case"]["number"]]
    assert HOME in hits["places"]
    lanes = caller.get("/board?site=HT").json()
    assert [order["number"] for lane in lanes for order in lane["orders"]] == [number]
    figures = caller.get("/figures?site=HT").json()
    assert (figures["new_today"], figures["running_orders"]) == (1, 1)
    for path in ("/board", "/figures", "/search"):
        assert program(Role.TECHNICIAN).get(f"{path}?site=HT").status_code == 404
        assert caller.get(f"{path}?site=XH").status_code == 404


def test_messages_are_read(town, program):
    program().post("/cases", LEAK)
    caller = program(Role.TECHNICIAN)
    mine = caller.get("/messages?unread=true").json()
    assert [message["read_at"] for message in mine["items"]] == [None]
    assert program(Role.GUARD).post("/messages/reading", {"messages": [mine["items"][0]["id"]]}).json()["marked"] == 0
    assert caller.post("/messages/reading", {"messages": None}).json()["marked"] == 1
    assert caller.get("/messages?unread=true").json()["total"] == 0


def test_how_a_customer_wants_to_be_told(town, program):
    customer = town.move_in(HOME).customer
    keeper, path = program(Role.KEEPER), f"/messages/customers/{customer.pk}"
    assert keeper.get(f"{path}/choices").json()["ways"]
    chosen = keeper.put(f"{path}/choices", {"ways": ["email", "sms"]})
    assert (chosen.status_code, chosen.json()["ways"]) == (200, ["email", "sms"])
    assert keeper.put(f"{path}/choices", {"ways": ["pigeon"]}).status_code == 422
    said = {"way": "email", "is_given": True, "source": "来电时说的", "address": "wang@example.com"}
    assert keeper.post(f"{path}/consents", said).json()["consents"][0]["source"] == "来电时说的"
    assert program(Role.GUARD).put(f"{path}/choices", {"ways": []}).status_code == 404
    assert keeper.get(f"{path}/choices").json()["ways"] == ["email", "sms"]


def test_by_what_and_in_which_words_it_goes_out(town, program):
    head = program(Role.HEAD_OFFICE, None)
    words = {"kind": "", "way": Way.SMS, "language": "zh-hans", "title": "", "text": "{title}"}
    actor = town.cast.actor(Role.HEAD_OFFICE, None, at=town.at)
    for _ in range(2):
        save_template(actor=actor, at=town.at, **words)
    assert [each["version"] for each in head.get("/messages/templates").json()["items"]] == [2]
    assert head.get("/messages/templates?retired=true&page_size=1").json()["total"] == 2
    assert head.get("/messages/channels").json()["items"] == []
    for path in ("/messages/templates", "/messages/channels"):
        assert program(Role.KEEPER).get(path).status_code == 404


def test_tasks_given_are_followed(town, program):
    manager = program(Role.SITE_MANAGER)
    said = {"site": "HT", "team_kind": "engineering", "description": "逐台检查"}
    due = {"due_at": (town.at + timedelta(days=2)).isoformat(), "report_hours": 24}
    first = manager.post("/orders", said | due | {"title": "检查电梯"}).json()["number"]
    manager.post("/orders", said | {"title": "粉刷单元门"})
    manager.post("/cases", LEAK)  # no task
    listed = manager.get("/tasks?site=HT&mine=true&page_size=1").json()
    assert (listed["total"], listed["pages"], listed["items"][0]["number"]) == (2, 2, first)
    assert (listed["items"][0]["report_hours"], listed["items"][0]["reports"]) == (24, [])
    assert listed["items"][0]["given_by"] == "site_manager"
    assert [manager.get(f"/tasks?{query}").json()["total"] for query in ("late=true", "state=all")] == [0, 2]
    assert program(Role.SERVICE_LEAD).get("/tasks?mine=true").json()["total"] == 0
    assert manager.get("/tasks?site=XH").status_code == 404


def test_residents_read_what_is_promised_where_they_live(resident, program):
    (promise,) = resident.get("/resident/promise").json()
    assert (promise["site"], promise["stars"]) == ("HT", None)
    assert promise["promises"][0]["minutes"]
    assert promise == program(Role.QUALITY).get("/quality/standards/HT").json()


def test_an_order_is_put_right_and_several_change_hands(town, program):
    caller = program()
    number = caller.post("/cases", LEAK).json()["order"]["number"]
    moved = caller.post(f"/orders/{number}/place", {"place": "PUB-GATE-E", "reason": "听错了"})
    assert (moved.status_code, moved.json()["place"]) == (200, "PUB-GATE-E")
    sooner = caller.post(f"/orders/{number}/urgency", {"urgency": "P2", "reason": "越漏越大"})
    assert sooner.json()["urgency"] == "P2"
    assert caller.post(f"/orders/{number}/urgency", {"urgency": "P2", "reason": ""}).json()["field"] == "reason"
    unknown = caller.post("/orders/reassignment", {"numbers": [number, "GD-0"], "staff_id": 1, "reason": "换班"})
    assert unknown.status_code == 404
    assert caller.get(f"/orders/{number}/photos/1").status_code == 404


def test_a_resident_reports_follows_and_answers(town, resident):
    assert [home["place"] for home in resident.get("/resident/homes").json()] == ["二期3栋2单元1502"]
    account = resident.get("/resident/homes").json()[0]["account"]
    said = {"account": account, "text": "厨房水管漏水"}
    first = resident.post("/resident/matters", said, **{"Idempotency-Key": "a"})
    again = resident.post("/resident/matters", said, **{"Idempotency-Key": "a"})
    assert (first.status_code, again.json()) == (201, first.json())
    number = first.json()["number"]
    assert Case.objects.get().channel == "portal"
    early = resident.post(f"/resident/matters/{number}/answer", {"is_content": True})
    assert early.status_code == 409
    finish(WorkOrder.objects.get(), town)
    assert resident.get(f"/resident/matters/{number}").json()["awaits_answer"] is True
    assert resident.post(f"/resident/matters/{number}/answer", {"is_content": True, "score": 9}).status_code == 422
    happy = resident.post(f"/resident/matters/{number}/answer", {"is_content": True, "score": 5})
    assert (happy.status_code, happy.json()["awaits_answer"]) == (200, False)
    assert [row["number"] for row in resident.get("/resident/matters").json()["items"]] == [number]


def test_a_neighbour_and_an_employee_see_nothing_of_it(town, resident, program):
    account = resident.get("/resident/homes").json()[0]["account"]
    number = resident.post("/resident/matters", {"account": account, "text": "漏水"}).json()["number"]
    stranger = program(Role.RESIDENT, town.cast.xh)
    assert stranger.get(f"/resident/matters/{number}").status_code == 404
    assert stranger.post("/resident/matters", {"account": account, "text": "漏水"}).status_code == 404
    assert program(Role.CALL_TAKER).get("/resident/matters").status_code == 404
