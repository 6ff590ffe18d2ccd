"""What the log says, and about whom it is silent."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.house.world import World
from zhongshu.estate.models import CustomerPhone
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.logs import Lines, scrubbed


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything logged meanwhile, in the form for collectors."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(Lines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("event 42 was not delivered", "event 42 was not delivered"),
        ('relation "cases_case" does not exist', 'relation "cases_case" does not exist'),
        ("duplicate key value\nDETAIL:  Key (number)=(13812345678) already exists.", "duplicate key value\n"),
        ("call 138 1234 5678 back", "call … back"),
        ("11010519491231002X is his", "… is his"),
        ("no user 王小明 here", "no user … here"),
        ("KeyError: 'wang xiaoming'", "KeyError: …"),
        ("write to wang@example.cn", "write to …"),
        ('  File "/srv/zhongshu/app.py", line 1234567, in f', '  File "/srv/zhongshu/app.py", line 1234567, in f'),
    ],
)
def test_what_is_kept_of_a_text(text: str, kept: str) -> None:
    assert scrubbed(text) == kept.rstrip("\n") or scrubbed(text) == kept


@given(st.text(), st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.text())
def test_no_number_survives(before: str, number: str, after: str) -> None:
    assert number not in scrubbed(f"{before} {number} {after}")


@given(st.text())
def test_scrubbing_twice_changes_nothing_more(text: str) -> None:
    assert scrubbed(scrubbed(text)) == scrubbed(text)


@pytest.mark.django_db
def test_a_request_leaves_one_line_that_names_nobody(log: io.StringIO) -> None:
    world = World.build(now())
    client = Client()
    user = world.cast.user(Role.CALL_TAKER, world.site)
    client.force_login(user, "zhongshu.identity.sessions.Backend")
    phone = CustomerPhone.objects.earliest("pk")
    answer = client.get(f"/search?q={phone.number}", headers={"X-Request-ID": "from-the-proxy-1"})
    assert answer.headers["X-Request-ID"] == "from-the-proxy-1"
    (line,) = [line for line in lines(log) if line["logger"] == "zhongshu.requests"]
    assert line["request_id"] == "from-the-proxy-1"
    assert line["user_id"] == user.pk
    assert {"view", "method", "status", "ms", "at"} <= set(line)
    for personal in (phone.number, phone.customer.name, user.name, user.username):
        assert personal not in log.getvalue()


@pytest.mark.django_db
def test_no_line_holds_an_address(log: io.StringIO) -> None:
    """What Django says of refused requests ends with it."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/no/wang-xiaoming").status_code == 404
    assert strict.post("/sign-in?wang-xiaoming").status_code == 403
    assert Client().delete("/sign-in").status_code == 405
    told = [line["message"] for line in lines(log) if line["logger"].startswith("django.")]
    assert told == ["Not Found", "Forbidden (CSRF token missing.)", "Method Not Allowed (DELETE)"]
    assert "sign-in" not in log.getvalue()
    assert "xiaoming" not in log.getvalue()


@pytest.mark.django_db
def test_a_number_that_is_no_number_is_replaced(log: io.StringIO) -> None:
    answer = Client().get("/health/live", headers={"X-Request-ID": 'a"b{}13812345678'})
    assert "X-Request-ID" not in answer.headers, "probes are neither counted nor logged"
    answer = Client().get("/sign-in", headers={"X-Request-ID": 'a"b{}13812345678'})
    assert len(answer.headers["X-Request-ID"]) == 32
    assert "13812345678" not in log.getvalue()


@pytest.mark.django_db
def test_an_accident_is_told_without_the_values_it_happened_to(log: io.StringIO) -> None:
    world = World.build(now())
    phone = CustomerPhone.objects.earliest("pk")
    try:
        with transaction.atomic():
            CustomerPhone.objects.create(site=world.site, customer=phone.customer, number=phone.number)
            pytest.fail("the number was taken twice")
    except IntegrityError:
        logging.getLogger("zhongshu.somewhere").exception("could not keep the number of %s", phone.customer.name)
    (line,) = [line for line in lines(log) if line["logger"] == "zhongshu.somewhere"]
    assert "UniqueViolation" in line["exception"]
    assert "test_logs.py" in line["exception"]
    for personal in (phone.number, phone.customer.name):
        assert personal not in log.getvalue()


@pytest.mark.django_db
def test_a_value_in_a_statement_that_failed(log: io.StringIO) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::date", ["wang 13812345678"])
    except DataError:
        logging.getLogger("zhongshu.somewhere").exception("failed")
    assert "13812345678" not in log.getvalue()
    assert "wang" not in lines(log)[0]["exception"]
