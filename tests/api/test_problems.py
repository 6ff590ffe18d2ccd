"""Whatever goes wrong under /api/ is told in one shape: problem details, with our code, sentence and field."""

import json
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.api.conftest import Phone
from tests.cases.conftest import Town
from zhongshu.cases.models import Case
from zhongshu.config.description import PROBLEMS
from zhongshu.identity.roles import Role

SAID = {"site": "HT", "text": "厨房水龙头一直滴水", "place_text": "二期3栋2单元1502"}


def is_a_problem(answer: Any, status: int, code: str, field: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert told["status"] == status
    assert told["type"] == f"urn:zhongshu:problem:{told['code']}"
    assert told["detail"] == told["message"] != ""
    assert told["title"]
    assert (told["code"], told["field"]) == (code, field)
    return told


def test_an_address_that_is_none(town: Town, program: Phone) -> None:
    for path in ("/nothing", "/cases/", "/cases/x/y/z", "/../v2/cases"):
        is_a_problem(program().get(path), 404, "not_found")
    is_a_problem(Client().get("/api/v9/cases"), 404, "not_found")


def test_absent_and_forbidden_sound_the_same(town: Town, program: Phone) -> None:
    case = town.hear()
    absent = is_a_problem(program().get("/cases/BS-HT-20261104-9999"), 404, "not_found")
    forbidden = is_a_problem(program(Role.SERVICE_LEAD, town.cast.xh).get(f"/cases/{case.number}"), 404, "not_found")
    assert absent == forbidden


def test_a_method_that_is_none(town: Town, program: Phone) -> None:
    answer = program().send("DELETE", "/cases")
    is_a_problem(answer, 405, "method_not_allowed")
    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["Allow"].split(",")}


def test_nobody(town: Town) -> None:
    answer = Client().get("/api/v1/cases")
    is_a_problem(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    headers = {"Authorization": "Bearer zs_wrong"}
    is_a_problem(Client().get("/api/v1/cases", headers=headers), 401, "invalid_token")


@pytest.mark.parametrize("body", ["{", "[1,", b"\xff\xfe", "NaN?", '{"site": "HT"'])
def test_a_body_that_cannot_be_read(town: Town, program: Phone, body: str) -> None:
    is_a_problem(program().post("/cases", body), 400, "bad_request")


def test_a_body_of_another_type(town: Town, program: Phone) -> None:
    caller = program()
    headers = {"Authorization": f"Bearer {caller.secret}"}
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        answer = Client().post("/api/v1/cases", data="site=HT", content_type=kind, headers=headers)
        is_a_problem(answer, 415, "unsupported_media_type", "Content-Type")
    case = town.hear()
    path = f"/api/v1/orders/{town.order(case).number}/photos"
    answer = Client().post(path, data="{}", content_type="application/json", headers=headers)
    is_a_problem(answer, 415, "unsupported_media_type", "Content-Type")
    assert Case.objects.count() == 1


def test_a_form_in_pieces(town: Town, program: Phone) -> None:
    headers = {"Authorization": f"Bearer {program().secret}"}
    path = f"/api/v1/orders/{town.order(town.hear()).number}/photos"
    answer = Client().post(path, data="rubbish", content_type="multipart/form-data", headers=headers)
    assert is_a_problem(
        answer, answer.status_code, json.loads(answer.content)["code"], json.loads(answer.content)["field"]
    )
    assert answer.status_code in (400, 422)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_too_much(town: Town, program: Phone) -> None:
    is_a_problem(program().post("/cases", SAID | {"text": "x" * 2000}), 413, "too_large")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"site": "HT"}, "text"),
        (SAID | {"urgency": "P9"}, "urgency"),
        (SAID | {"place_txt": "一期"}, "place_txt"),
        (SAID | {"caller_phone": "abc"}, "caller_phone"),
        (SAID | {"text": "x" * 4001}, "text"),
        (SAID | {"text": "a\0b"}, "text"),
        (SAID | {"text": "   "}, "text"),
    ],
)
def test_what_makes_no_sense_is_named(town: Town, program: Phone, body: dict[str, Any], field: str) -> None:
    is_a_problem(program().post("/cases", body), 422, "invalid", field)
    assert not Case.objects.exists()


@pytest.mark.parametrize("body", ["", "null", "[]", "5", '"x"'])
def test_a_body_that_is_no_object_names_no_field_of_ours(town: Town, program: Phone, body: str) -> None:
    is_a_problem(program().post("/cases", body), 422, "invalid")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page=0", "page 不能小于 1。"),  # matter
        ("page_size=101", "page_size 不能大于 100。"),  # matter
        ("since=soon", "since 填得不对"),  # matter
    ],
)
def test_what_is_wrong_with_a_filter_is_told_in_chinese(town: Town, program: Phone, query: str, message: str) -> None:
    told = is_a_problem(program().get(f"/cases?{query}"), 422, "invalid", query.partition("=")[0])
    assert told["message"].startswith(message)


def test_a_place_that_is_none_is_named(town: Town, program: Phone) -> None:
    is_a_problem(program().post("/cases", SAID | {"place_code": "P9-9"}), 404, "not_found", "place_code")
    assert not Case.objects.exists()


def test_what_is_refused_keeps_its_own_code(town: Town, program: Phone) -> None:
    case = town.hear()
    answer = program().post(f"/cases/{case.number}/reopening", {"reason": "还是漏"})
    is_a_problem(answer, 409, "illegal_case_move")


def test_our_own_fault_has_an_id_that_the_log_knows(
    town: Town, program: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("zhongshu.cases.api.cases.classify", lambda _text: 1 // 0)
    told = is_a_problem(program().post("/classify", {"text": "灯坏了"}), 500, "server_error")
    assert told["error_id"] in told["message"]
    assert f"error {told['error_id']}" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in json.dumps(told)


def test_the_sentence_is_in_the_callers_language(town: Town, program: Phone) -> None:
    told = program().get("/nothing", **{"Accept-Language": "en"}).json()
    assert told["message"].isascii()
    told = program().post("/cases", {"site": "HT"}, **{"Accept-Language": "en"}).json()
    assert told["message"].isascii()
    assert not program().get("/nothing").json()["message"].isascii()


def test_every_operation_tells_of_its_problems(program: Phone, town: Town) -> None:
    description = program().get("/openapi.json").json()
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            told = {status for status, answer in operation["responses"].items() if "$ref" in answer}
            wanted = set(PROBLEMS) if "requestBody" in operation else set(PROBLEMS) - {"400", "413", "415"}
            assert told == wanted, f"{method} {path}"
