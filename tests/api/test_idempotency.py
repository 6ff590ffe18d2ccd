"""A POST with an Idempotency-Key is done once: its repetition gets the first answer, whatever the operation."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.api.conftest import Caller, Phone
from tests.cases.conftest import Town
from tests.house.addresses import _operations, addresses, url_of
from tests.house.world import World, _picture
from zhongshu.cases.models import Case
from zhongshu.config.api import api
from zhongshu.config.examples import LIKELY, example_of
from zhongshu.identity.models import ApiToken, AuditEntry, RateUse, SignInAttempt
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.roles import Role
from zhongshu.identity.tokens import digest_of, mint
from zhongshu.kernel import once
from zhongshu.kernel.clock import now
from zhongshu.kernel.models import IdempotentRequest
from zhongshu.work.models import OrderPhoto

SAID = {"site": "HT", "text": "厨房水龙头一直滴水", "place_text": "二期3栋2单元1502"}
KEY = {"Idempotency-Key": "k-1"}


def test_the_repetition_gets_the_first_answer_with_its_status(town: Town, program: Phone) -> None:
    caller = program()
    first, again = caller.post("/cases", SAID, **KEY), caller.post("/cases", SAID, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Case.objects.count() == 1


def test_what_is_answered_with_nothing_is_remembered_too(town: Town, program: Phone) -> None:
    caller = program(Role.ADMINISTRATOR)
    token = ApiToken.objects.latest("pk")
    first = caller.post(f"/tokens/{token.pk}/revocation", {}, **KEY)
    assert (first.status_code, first.content) == (204, b"")


def test_the_same_key_for_something_else_is_refused(town: Town, program: Phone) -> None:
    caller = program()
    number = caller.post("/cases", SAID, **KEY).json()["case"]["number"]
    for path, body in (("/cases", SAID | {"text": "灯坏了"}), (f"/cases/{number}/notes", {"text": "急"})):
        answer = caller.post(path, body, **KEY)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
        assert answer.json()["field"] == "Idempotency-Key"
    assert Case.objects.count() == 1


def test_what_was_refused_is_not_remembered_and_leaves_nothing(town: Town, program: Phone) -> None:
    caller = program()
    assert caller.post("/cases", SAID | {"place_code": "P9-9"}, **KEY).status_code == 404
    assert caller.post("/cases", {"site": "HT"}, **KEY).status_code == 422
    assert not IdempotentRequest.objects.exists()
    assert caller.post("/cases", SAID, **KEY).status_code == 201


def test_our_own_fault_leaves_nothing_either(town: Town, program: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = program()
    with monkeypatch.context() as world:
        world.setattr("zhongshu.cases.api.cases._intake", lambda _intake: 1 // 0)
        assert caller.post("/cases", SAID, **KEY).status_code == 500
    assert not Case.objects.exists()
    assert caller.post("/cases", SAID, **KEY).status_code == 201
    assert Case.objects.count() == 1


def test_what_was_refused_counts_all_the_same(town: Town, program: Phone) -> None:
    caller = program()
    caller.post("/cases", SAID | {"place_code": "P9-9"}, **KEY)
    assert RateUse.objects.filter(key__startswith="api").exists()


def test_everybody_has_keys_of_their_own(town: Town, program: Phone) -> None:
    program().post("/cases", SAID, **KEY)
    program(Role.CALL_TAKER).post("/cases", SAID, **KEY)
    assert Case.objects.count() == 2


def test_who_comes_with_a_bad_token_is_counted_all_the_same(town: Town) -> None:
    answer = Caller("zs_wrong", Client()).post("/cases", SAID, **KEY)
    assert answer.status_code == 401
    assert SignInAttempt.objects.count() == 1


def test_a_secret_told_once_lies_sealed(town: Town, program: Phone) -> None:
    caller = program(Role.ADMINISTRATOR)
    said = {"username": caller_name(town), "name": "看板", "scopes": ["cases.view"]}
    first, again = caller.post("/tokens", said, **KEY), caller.post("/tokens", said, **KEY)
    assert first.status_code == 201, first.content
    assert first.json()["secret"] == again.json()["secret"]
    assert first.json()["secret"] not in str(IdempotentRequest.objects.get().answer)


def caller_name(town: Town) -> str:
    return town.cast.user(Role.SERVICE_LEAD, town.site).username


def test_a_photo_is_the_same_whatever_lies_between_its_parts(town: Town, program: Phone) -> None:
    caller = program(Role.SERVICE_LEAD)
    number = town.order(town.hear()).number
    headers = {"Authorization": f"Bearer {caller.secret}"} | KEY
    answers = []
    for boundary in ("one", "two"):
        picture = _picture()
        body = b"".join(
            [
                f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'.encode(),
                b"Content-Type: image/jpeg\r\n\r\n",
                picture.read(),
                f"\r\n--{boundary}--\r\n".encode(),
            ]
        )
        kind = f"multipart/form-data; boundary={boundary}"
        answers.append(Client().post(f"/api/v1/orders/{number}/photos", body, content_type=kind, headers=headers))
    first, again = answers
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert OrderPhoto.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_for_the_first_ones_answer(town: Town, program: Phone) -> None:
    caller = program()
    answers: list[Any] = []

    def call() -> None:
        try:
            answers.append(Caller(caller.secret, Client()).post("/cases", SAID, **KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.headers.get("Idempotency-Replayed", "") for answer in answers) == ["", "true", "true"]
    assert Case.objects.count() == 1


def test_keys_are_forgotten_after_a_week(town: Town, program: Phone) -> None:
    program().post("/cases", SAID, **KEY)
    assert once.forget(at=now()) == 0
    assert once.forget(at=now() + once.REMEMBERED) == 1


def test_every_post_takes_a_key(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Every one of them is called twice; whoever succeeded did so once."""
    world = World.build_whole(now())
    succeeded = set()
    schema = api.get_openapi_schema()
    likely = {"site": world.site.code, "place": world.unit.code, "employee_no": "E9", "code": "gc"}
    for name, word in likely.items():
        monkeypatch.setitem(LIKELY, name, word)
    caller = _administrator(world)
    for address in addresses():
        if address.name.startswith("api:") and address.method == "POST":
            name = address.name.removeprefix("api:")
            RateUse.objects.all().delete()
            answer = _twice(caller, url_of(address, world), _body_of(schema, name), f"key-{name}")
            if answer.status_code < 300:
                succeeded.add(name)
    posts = {name for name, operation in _operations().items() if "POST" in operation.methods}
    assert len(succeeded) >= 25, sorted(posts - succeeded)
    for path in schema["paths"].values():
        if "post" in path:
            assert "Idempotency-Key" in [parameter["name"] for parameter in path["post"]["parameters"]]


def _administrator(world: World) -> Caller:
    user, secret = world.cast.user(Role.ADMINISTRATOR), mint()
    ApiToken.objects.create(
        user=user, name="t", digest=digest_of(secret), prefix="zs", scopes=list(REGISTRY), created_at=world.at
    )
    return Caller(secret, Client())


def _body_of(schema: dict[str, Any], name: str) -> Any:
    for path in schema["paths"].values():
        if path.get("post", {}).get("operationId") == name:
            content = path["post"].get("requestBody", {}).get("content", {}).get("application/json")
            return example_of(content["schema"], schema["components"]["schemas"]) if content else None
    raise LookupError(name)


def _twice(caller: Caller, url: str, body: Any, key: str) -> Any:
    path = url.removeprefix("/api/v1")
    first = caller.post(path, body, **{"Idempotency-Key": key})
    written = AuditEntry.objects.count()
    again = caller.post(path, body, **{"Idempotency-Key": key})
    assert first.status_code != 500, (url, first.content)
    if first.status_code < 300:
        assert (again.status_code, again.content) == (first.status_code, first.content), url
        assert again.headers.get("Idempotency-Replayed") == "true", url
        assert AuditEntry.objects.count() == written, url
    return first
