"""The score as people and programs ask for it."""

import pytest
from django.test import Client

from tests.care.household import Household
from zhongshu.identity.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(home: Household) -> Household:
    home.bills("2025-01-01", 8)
    home.evaluated("2025-09-15")
    return home


def test_the_page_tells_every_point_the_newest_first(late: Household) -> None:
    client = Client()
    client.force_login(late.till.cast.user(Role.KEEPER, late.till.cast.yql))
    page = client.get("/care/accounts/A-1?on=2025-09-15").content.decode()
    assert page.index("欠满 8 个月") < page.index("欠满 3 个月")
    assert all(word in page for word in ("84", "良", "管家、班组主管", "交费通知书", "规则第 1 版"))
    assert client.get("/care/accounts/A-1?on=2024-01-01").content.decode().count("没有") == 3
    assert client.get("/care/accounts/nobody").status_code == 404


def test_a_stranger_sees_no_score(late: Household) -> None:
    client = Client()
    client.force_login(late.till.cast.user(Role.KEEPER, late.till.cast.xh))
    assert client.get("/care/accounts/A-1").status_code == 404


def test_programs_get_what_the_command_tells(late: Household) -> None:
    client = Client()
    client.force_login(late.till.cast.user(Role.QUALITY, late.till.cast.yql))
    told = client.get("/api/v1/care/accounts/A-1/score?on=2025-09-15").json()
    shown = late.shown("2025-09-15")
    assert [row.pop("recorded_at")[:16] for row in told["entries"]] == [
        row.pop("recorded_at")[:16] for row in shown["entries"]
    ]
    assert told == shown
    done = client.post("/api/v1/care/evaluations", {"site": "YQL", "on": "2025-09-15"}, content_type="application/json")
    assert (done.status_code, done.json()["from"], done.json()["entries"]) == (201, None, 0)
