"""Cases over `/api/v1`."""

import json
from datetime import timedelta

import pytest

from zhongshu.cases.models import Case, CaseEntry, FollowUp
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import day_of
from zhongshu.work import actions as work
from zhongshu.work.models import WorkOrder

SAID = {"site": "HT", "text": "厨房水龙头一直滴水", "place_text": "二期3栋2单元1502", "channel": "telephone"}


def test_a_matter_is_heard_placed_classified_and_dispatched(town, program):
    answer = program().post("/cases", SAID | {"caller_phone": "154 0001 0001"})
    assert answer.status_code == 201
    told = answer.json()
    case = Case.objects.get()
    assert told["case"]["number"] == case.number
    assert told["case"]["place"] == {"code": "P2-3-2-1502", "label": "二期3栋2单元1502"}
    assert told["place"]["status"] == "unique"
    assert set(told["place"]) == {"status", "places", "question", "read_back", "suggestions"}
    assert told["classification"]["category"] == "plumbing"
    assert told["classification"]["reasons"]
    assert told["order"]["state"] == "dispatched"
    assert told["order"]["assignee"]["name"] == town.staff[Role.TECHNICIAN].user.name
    assert told["order"]["dispatch"]["ranking"][0]["reasons"]
    # A program heard it, not a person: the call-taker on duty answers for it.
    assert told["case"]["owner"]["name"] == town.staff[Role.CALL_TAKER].user.name
    assert AuditEntry.objects.get(verb="cases.open").origin == "api"


def test_the_same_key_gets_the_same_answer_and_no_second_case(town, program):
    caller = program()
    key = {"Idempotency-Key": "k-1"}
    first, second = caller.post("/cases", SAID, **key), caller.post("/cases", SAID, **key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Case.objects.count() == WorkOrder.objects.count() == 1


def test_the_same_key_with_other_words_is_refused(town, program):
    caller = program()
    caller.post("/cases", SAID, **{"Idempotency-Key": "k-1"})
    answer = caller.post("/cases", SAID | {"text": "别的事情，灯坏了"}, **{"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert Case.objects.count() == 1


def test_a_refused_request_does_not_use_the_key_up(town, program):
    caller = program()
    key = {"Idempotency-Key": "k-1"}
    assert caller.post("/cases", SAID | {"place_code": "P9-9-9-9"}, **key).status_code == 404
    assert caller.post("/cases", SAID, **key).status_code == 201


def test_keys_of_two_programs_do_not_meet(town, program):
    program().post("/cases", SAID, **{"Idempotency-Key": "k-1"})
    program(Role.CALL_TAKER).post("/cases", SAID, **{"Idempotency-Key": "k-1"})
    assert Case.objects.count() == 2


def test_a_key_that_is_none(town, program):
    for key in ("k" * 201, "", "钥匙", "a\tb"):  # matter
        answer = program().post("/cases", SAID, **{"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key"), key


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, ""),
        (b"\xff\xfe", 400, ""),
        (b"[]", 422, None),
        (b"null", 422, None),
        ({}, 422, "site"),
        (SAID | {"text": ""}, 422, "text"),
        (SAID | {"text": "水" * 4001}, 422, "text"),
        (SAID | {"text": "水" * 1_000_000}, 422, "text"),
        (SAID | {"text": "a\x00b"}, 422, "text"),
        (SAID | {"text": 7}, 422, "text"),
        (SAID | {"text": ["x"]}, 422, "text"),
        (SAID | {"channel": "telepathy"}, 422, "channel"),
        (SAID | {"urgency": "P0"}, 422, "urgency"),
        (SAID | {"category": "weather"}, 422, "category"),
        (SAID | {"team_kind": "circus"}, 422, "team_kind"),
        (SAID | {"caller_phone": "1" * 21}, 422, "caller_phone"),
        (SAID | {"caller_name": "王" * 41}, 422, "caller_name"),
        (SAID | {"colour": "red"}, 422, "colour"),
        (SAID | {"site": "NOWHERE"}, 404, "site"),
        (SAID | {"site": "XH"}, 404, "site"),
        (SAID | {"place_code": "P9-9-9-9"}, 404, None),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_shape_and_nothing_is_kept(town, program, body, status, field):
    answer = program().post("/cases", body)
    assert answer.status_code == status, answer.content
    told = answer.json()
    assert {"code", "message", "field"} < set(told)
    assert told["message"]
    assert field in (None, told["field"])
    assert not Case.objects.exists()
    assert not WorkOrder.objects.exists()


def test_without_a_token_or_with_a_false_one(town, program, client):
    for headers in ({}, {"Authorization": "Bearer zs_wrong"}, {"Authorization": "Basic eDp5"}):
        answer = client.post("/api/v1/cases", json.dumps(SAID), content_type="application/json", headers=headers)
        assert answer.status_code == 401
        assert set(answer.json()) > {"code", "message", "field"}
    assert not Case.objects.exists()


def test_a_scope_that_is_missing_opens_nothing(town, program):
    caller = program(scopes=["cases.view"])
    assert caller.post("/cases", SAID).status_code == 404
    assert caller.get("/cases").status_code == 200
    assert caller.post("/classify", {"text": "漏水"}).status_code == 404
    assert program(scopes=[]).get("/cases").status_code == 404
    assert not Case.objects.exists()


def test_a_browser_s_session_needs_the_csrf_token(town):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    town.cast.user(Role.CALL_TAKER, town.site)
    client.force_login(town.staff[Role.CALL_TAKER].user)
    answer = client.post("/api/v1/cases", json.dumps(SAID), content_type="application/json")
    assert answer.status_code == 403
    assert not Case.objects.exists()
    assert client.get("/api/v1/cases").status_code == 200


def test_the_list_is_paged_and_filtered(town, program):
    for _ in range(3):
        town.hear()
    town.hear("电梯里困了两个人", place_text="小区东门")
    caller = program()
    told = caller.get("/cases?page_size=2&page=2").json()
    assert (len(told["items"]), told["page"], told["pages"], told["total"]) == (2, 2, 2, 4)
    assert caller.get("/cases?urgency=P1").json()["total"] == 1
    assert caller.get("/cases?site=HT&place=1502").json()["total"] == 3
    today, tomorrow = day_of(town.at), day_of(town.at + timedelta(days=1))
    assert caller.get(f"/cases?since={tomorrow}").json()["total"] == 0
    assert caller.get(f"/cases?since={today}&until={today}").json()["total"] == 4


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page_size=0",
        "page_size=101",
        "size=5",
        "state=asleep",
        "urgency=P9",
        "since=tomorrow",
        "site=NOWHERE",
    ],
)
def test_a_filter_that_makes_no_sense_is_said_so(town, program, query):
    answer = program().get(f"/cases?{query}")
    assert answer.status_code == (404 if query.startswith("site") else 422)
    assert answer.json()["field"] == query.partition("=")[0]


def test_one_case_with_its_whole_story(town, program):
    case = town.hear(caller_phone="15400010001")
    told = program().get(f"/cases/{case.number}").json()
    assert told["caller_phone"] == "154****0001"
    assert told["orders"][0]["number"] == town.order(case).number
    assert told["timeline"][0]["kind"] == "heard"
    assert told["follow_up"] is None


@pytest.mark.parametrize("number", ["BS-HT-20261104-9999", "..", "x" * 300])
def test_a_case_that_is_none(town, program, number):
    answer = program().get(f"/cases/{number}")
    assert answer.status_code == 404


def test_a_case_of_another_site_looks_like_none(town, program):
    case = town.hear()
    stranger = program(Role.SERVICE_LEAD, town.cast.xh)
    assert stranger.get(f"/cases/{case.number}").status_code == 404
    for noun, body in EVERY_NOUN.items():
        assert stranger.post(f"/cases/{case.number}/{noun}", body).status_code == 404, noun
    assert stranger.get("/cases").json()["total"] == 0
    case.refresh_from_db()
    assert (case.state, CaseEntry.objects.filter(case=case).count()) == ("open", 1)


EVERY_NOUN = {
    "place": {"place_code": "P1-3-2-1502"},
    "classification": {"category": "electrical"},
    "notes": {"text": "备注"},
    "handovers": {"to_user_id": 1, "reason": "x"},
    "orders": {"team_kind": "security", "what": "看一下"},
    "sign-off": {},
    "reopening": {"reason": "又坏了"},
    "closure": {"words": "签字"},
    "withdrawal": {"reason": "重复"},
}


def test_the_whole_life_of_a_case_by_program(town, program):
    caller = program()
    number = caller.post("/cases", SAID | {"place_text": "三栋二单元1502", "urgency": "P2"}).json()["case"]["number"]
    path = f"/cases/{number}"
    assert caller.get(path).json()["needs_person"]
    assert caller.post(f"{path}/place", {"place_code": "P1-3-2-1502"}).json()["place"]["code"] == "P1-3-2-1502"
    corrected = caller.post(f"{path}/classification", {"category": "electrical", "reason": "是灯"}).json()
    assert corrected["category"] == "electrical"
    assert caller.post(f"{path}/notes", {"text": "下午在家"}).status_code == 201
    heir = town.staff[Role.GUARD].user
    handed = caller.post(f"{path}/handovers", {"to_user_id": heir.pk, "reason": "换班"})
    assert handed.json()["owner"] == {"id": heir.pk, "name": heir.name}
    extra = caller.post(f"{path}/orders", {"team_kind": "environment", "what": "拖地"})
    assert extra.status_code == 201
    assert extra.json()["assignee"]["name"] == town.staff[Role.CLEANER].user.name

    case = Case.objects.get(number=number)
    finish_all(town, case)
    due = caller.get("/follow-ups?site=HT").json()
    assert [call["case"] for call in due["items"]] == [number]
    call_id = due["items"][0]["id"]
    unhappy = caller.post(f"/follow-ups/{call_id}/attempts", {"answer": "not_content", "score": 1, "words": "没修好"})
    assert (unhappy.status_code, unhappy.json()["state"], unhappy.json()["reopened_count"]) == (201, "open", 1)
    again = caller.post(f"/follow-ups/{call_id}/attempts", {"answer": "content"})
    assert (again.status_code, again.json()["code"]) == (409, "already_answered")

    finish_all(town, case)
    assert caller.post(f"{path}/sign-off", {}).json()["state"] == "follow_up"
    call_id = FollowUp.objects.get(case=case, done_at__isnull=True).pk
    assert caller.post(f"/follow-ups/{call_id}/attempts", {"answer": "content", "score": 5}).json()["state"] == "closed"
    reopened = caller.post(f"{path}/reopening", {"reason": "又不亮了"}).json()
    assert (reopened["state"], reopened["closed_at"]) == ("open", None)
    refused = caller.post(f"{path}/closure", {"words": "不修了"})
    assert (refused.status_code, refused.json()["code"]) == (409, "may_not_close")


def finish_all(town, case):
    for order in WorkOrder.objects.filter(case_order__case=case, state="dispatched"):
        for move in (work.accept, work.arrive, work.finish):
            move(actor=town.cast.system, at=town.at, order_id=order.pk)
    outbox.deliver_pending(at=town.at)


def test_a_case_is_withdrawn_and_closed_by_signature(town, program):
    caller = program()
    first, second = town.hear(), town.hear()
    assert caller.post(f"/cases/{first.number}/withdrawal", {"reason": "重复"}).json()["state"] == "withdrawn"
    assert caller.post(f"/cases/{first.number}/withdrawal", {"reason": "重复"}).status_code == 409
    work.withdraw(actor=town.cast.system, at=town.at, order_id=town.order(second).pk, reason="无需处理")
    closed = caller.post(f"/cases/{second.number}/closure", {"words": "已电话说明"})
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")


@pytest.mark.parametrize(
    "body",
    [{"answer": "content", "score": 9}, {"answer": "maybe"}, {"score": 3}, {"answer": "unreachable", "score": 1}],
)
def test_an_answer_that_makes_no_sense(town, program, body):
    case = town.hear(urgency="P2")
    finish_all(town, case)
    call = FollowUp.objects.get(case=case)
    assert program().post(f"/follow-ups/{call.pk}/attempts", body).status_code == 422
    assert not call.attempts.exists()


def test_a_call_that_is_none(town, program):
    for call_id in ("0", "999999", "9" * 30):
        assert program().post(f"/follow-ups/{call_id}/attempts", {"answer": "content"}).status_code == 404


def test_which_place_is_meant(town, program):
    told = program().post("/places/resolve", {"site": "HT", "text": "三栋二单元1502"}).json()
    assert told["status"] == "ambiguous"
    assert set(told["places"]) == {"P1-3-2-1502", "P2-3-2-1502"}
    assert told["question"]
    town.move_in("P2-3-2-1501")
    words = {"site": "HT", "text": "水管漏了", "caller_phone": "15400010001"}
    assert program().post("/places/resolve", words).json()["places"] == ["P2-3-2-1501"]
    assert program().post("/places/resolve", {"site": "XH", "text": "x"}).status_code == 404


def test_what_a_matter_is_about(town, program):
    told = program().post("/classify", {"text": "电梯里困了人"}).json()
    assert (told["category"], told["urgency"]) == ("elevator", "P1")
    assert told["hazards"]
    assert 0 <= told["confidence"] <= 1


def test_a_case_read_later_has_the_shape_of_the_first_answer(town, program):
    caller = program()
    opened = caller.post("/cases", {"site": "HT", "text": "厨房水管漏水"}).json()
    later = caller.get(f"/cases/{opened['case']['number']}").json()
    names = [other["category"] for other in later["classification"]["alternatives"]]
    assert names == [other["category"] for other in opened["classification"]["alternatives"]]


def test_a_mistake_is_told_in_the_language_of_the_caller(town, program):
    caller, said = program(), {"site": "HT", "text": "漏水"}
    assert caller.post("/cases", {"site": "HT"}).json()["message"] == "缺少 text。"
    english = caller.post("/cases", {"site": "HT"}, **{"Accept-Language": "en"}).json()["message"]
    assert english == "text is missing."
    assert caller.post("/cases", said | {"colour": "red"}).json()["message"] == "没有 colour 这个字段。"
    assert "'P1', 'P2', 'P3'" in caller.post("/cases", said | {"urgency": "P9"}).json()["message"]
    assert caller.post("/cases", said | {"text": "漏" * 4001}).json()["message"] == "text 最多 4000 个字符。"
    assert caller.post("/cases", said | {"follow_hazard": "perhaps"}).json()["field"] == "follow_hazard"
