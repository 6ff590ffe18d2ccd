"""Search, board, figures and messages for programs; what residents do."""

import pytest

from tests.api.conftest import Caller
from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role
from zhongshu.kernel.outbox import deliver_pending
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
