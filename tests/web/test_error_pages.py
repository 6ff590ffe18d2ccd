"""Where nothing can be shown, a sentence says what happened and what to do."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from django.views.defaults import server_error

from tests.cast import Cast
from zhongshu.identity.roles import Role

pytestmark = pytest.mark.django_db


def test_an_address_that_does_not_exist(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user(Role.CALL_TAKER, cast.yql), "zhongshu.identity.sessions.Backend")
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "没有这个页面" in answer.content.decode()
    assert "回到首页" in answer.content.decode()


def test_a_form_of_a_page_that_has_grown_stale() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert "DEBUG" not in answer.content.decode()


def test_an_accident_is_told_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        page = server_error(RequestFactory().get("/")).content.decode()
    assert '<html lang="en"' in page
    assert "Something went wrong" in page
