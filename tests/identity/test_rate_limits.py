"""How often is often enough: the rule, the count shared by all processes, and what one is told."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.house.addresses import addresses
from tests.identity.conftest import Browser
from zhongshu.identity import actions, rates
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import TooManyRequests
from zhongshu.identity.models import RateUse
from zhongshu.identity.policies.rates import API_READ, API_WRITE, RATES, Rate, chosen
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.simulation.mishaps import at_once

START = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MICROSECONDS = st.integers(0, 200_000_000)


@st.composite
def some_rate(draw: st.DrawFn) -> Rate:
    most = draw(st.integers(2, 40))
    return Rate("some", most, draw(st.timedeltas(timedelta(seconds=1), MINUTE)), draw(st.integers(1, most - 1)))


def allowed(rate: Rate, asked_at: list[datetime]) -> list[datetime]:
    """When one was let through, of all the times one asked."""
    free_at, through = None, []
    for at in asked_at:
        after = rate.spend(free_at, at=at)
        if after is not None:
            free_at = after
            through.append(at)
    return through


class TestTheRule:
    @given(some_rate(), st.lists(MICROSECONDS, max_size=150))
    def test_never_more_than_the_most_in_any_window(self, rate: Rate, asked: list[int]) -> None:
        through = allowed(rate, sorted(START + timedelta(microseconds=us) for us in asked))
        for nth, first in enumerate(through):
            within = [at for at in through[nth:] if at < first + rate.per]
            assert len(within) <= rate.most

    @given(some_rate())
    def test_exactly_so_many_at_once(self, rate: Rate) -> None:
        assert len(allowed(rate, [START] * (rate.most + 5))) == rate.at_once

    @given(some_rate(), st.lists(MICROSECONDS, max_size=60))
    def test_who_waits_as_told_is_let_in(self, rate: Rate, asked: list[int]) -> None:
        free_at, at = None, START
        for at in sorted(START + timedelta(microseconds=us) for us in asked):
            free_at = rate.spend(free_at, at=at) or free_at
        if free_at is not None:
            wait = rate.wait(free_at, at=at)
            assert wait <= rate.pause
            assert rate.spend(free_at, at=at + wait) is not None

    @given(some_rate(), st.integers(1, 200))
    def test_after_a_rest_all_of_it_is_there_again(self, rate: Rate, times: int) -> None:
        rested = START + rate.pause * rate.at_once
        through = allowed(rate, [START] * times + [rested] * rate.most)
        assert through.count(rested) == rate.at_once

    @given(some_rate(), st.timedeltas(timedelta(), timedelta(days=4000)))
    def test_a_clock_that_was_ahead_keeps_nobody_waiting(self, rate: Rate, ahead: timedelta) -> None:
        free_at = rate.spend(None, at=START + ahead)
        assert free_at is not None
        for _ in range(rate.at_once):
            free_at = rate.spend(free_at, at=START + ahead) or free_at
        assert rate.spend(free_at, at=START) is not None or rate.wait(free_at, at=START) <= rate.pause

    @pytest.mark.parametrize(("most", "at_once_"), [(10, 0), (10, 10), (1, 1)])
    def test_a_rate_that_makes_no_sense_is_none(self, most: int, at_once_: int) -> None:
        with pytest.raises(ValueError, match="some"):
            Rate("some", most, MINUTE, at_once_)


class TestWhatIsChosen:
    def test_nothing_chosen_is_what_the_table_says(self) -> None:
        assert chosen("") == RATES

    def test_some_are_changed_and_keep_their_proportion(self) -> None:
        limits = chosen("api_read=6000, export=2")
        assert (limits["api_read"].most, limits["api_read"].at_once) == (6000, 1200)
        assert (limits["export"].most, limits["export"].at_once) == (2, 1)
        assert limits["search"] == RATES["search"]

    def test_off_is_off(self) -> None:
        assert chosen("off") == {}

    def test_a_name_that_is_none_ends_the_program_with_a_sentence(self) -> None:
        told = subprocess.run(
            [sys.executable, "-c", "from django.conf import settings as s; s.LIMITS"],
            env=os.environ | {"ZHONGSHU_LIMITS": "api_raed=5"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (told.returncode, told.stderr) == (1, "zhongshu: ZHONGSHU_LIMITS: no limit is called api_raed\n")

    @pytest.mark.parametrize("text", ["api_raed=5", "api_read", "api_read=many", "api_read=1"])
    def test_a_slip_is_not_overlooked(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, the program does not start
            chosen(text)


@pytest.mark.django_db
class TestTheCount:
    few = Rate("few", most=8, per=timedelta(seconds=2), at_once=3)

    def spent(self, times: int, who: str = "user:1") -> int:
        """How many of so many tries went through."""
        return sum(self.goes_through(who) for _ in range(times))

    def goes_through(self, who: str) -> bool:
        try:
            rates.spend(self.few, who)
        except TooManyRequests:
            return False
        return True

    def test_so_many_at_once_and_then_one_by_one(self) -> None:
        assert self.spent(5) == 3
        time.sleep(self.few.pause.total_seconds())
        assert self.spent(2) == 1

    def test_everybody_has_a_count_of_their_own(self) -> None:
        assert self.spent(5, "user:1") == 3
        assert self.spent(5, "user:2") == 3

    def test_the_database_counts_as_the_rule_does(self) -> None:
        """The same instant remembered, step by step, to within what passes between two statements."""
        free_at, slack = None, timedelta(milliseconds=250)
        for _ in range(self.few.at_once):
            rates.spend(self.few, "user:1")
            free_at = self.few.spend(free_at, at=now())
            assert free_at is not None
            assert abs(RateUse.objects.get().free_at - free_at) < slack

    def test_a_row_from_a_clock_that_was_ahead_counts_as_nothing_spent(self) -> None:
        RateUse.objects.create(key="few user:1", free_at=now() + timedelta(days=400))
        assert self.spent(5) == 3

    def test_what_is_earned_again_is_forgotten(self) -> None:
        self.spent(1)
        assert rates.forget_spent(at=now()) == 0
        assert rates.forget_spent(at=now() + MINUTE) == 1

    def test_the_table_is_worth_nothing_after_a_crash(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'identity_rateuse'")
            assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
def test_all_processes_share_the_count() -> None:
    """Each act has a connection of its own, as each web process has; none of them adds to what is allowed."""
    slow = Rate("slow", most=8, per=timedelta(hours=1), at_once=7)
    said = at_once(*[lambda: rates.spend(slow, "user:1")] * 12)
    said += at_once(*[lambda: rates.spend(slow, "user:1")] * 12)
    assert [type(answer) for answer in said].count(TooManyRequests) == 24 - 7


@pytest.fixture
def tight(settings: Any) -> None:
    """Three at once of everything; then one a quarter of an hour."""
    settings.LIMITS = {name: Rate(name, most=4, per=timedelta(minutes=15), at_once=3) for name in RATES}


@pytest.mark.usefixtures("tight")
class TestTheAnswer:
    @pytest.fixture
    def program(self, cast: Cast, admin: Actor) -> Any:
        def call(method: str, path: str) -> Any:
            headers = {"Authorization": f"Bearer {self.secret}"}
            return Client().generic(method, f"/api/v1{path}", "{}", "application/json", headers=headers)

        keeper = cast.user(Role.KEEPER, cast.yql)
        _token, self.secret = actions.create_token(
            actor=admin, at=now(), user=keeper, name="门禁", scopes=["cases.view"]
        )
        return call

    def test_a_program_is_told_when_to_come_back(self, program: Any) -> None:
        assert [program("GET", "/me").status_code for _ in range(4)] == [200, 200, 200, 429]
        answer = program("GET", "/me")
        assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
        assert answer.json()["code"] == "too_many_requests"
        assert program("POST", "/cases").status_code != 429

    def test_a_dear_call_counts_for_itself(self, program: Any) -> None:
        assert [program("POST", "/classify").status_code == 429 for _ in range(4)] == [False, False, False, True]
        assert program("POST", "/cases").status_code != 429

    def test_two_tokens_of_a_user_do_not_share(self, program: Any, admin: Actor, cast: Cast) -> None:
        assert program("GET", "/me").status_code == program("GET", "/me").status_code == 200
        keeper = cast.user(Role.KEEPER, cast.yql)
        _token, self.secret = actions.create_token(
            actor=admin, at=now(), user=keeper, name="大屏", scopes=["cases.view"]
        )
        assert [program("GET", "/me").status_code for _ in range(4)] == [200, 200, 200, 429]

    def test_a_page_says_it_in_a_sentence_and_keeps_what_was_typed(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.KEEPER, cast.yql))
        typed = {"old_password": "s3cret-1", "new_password": "s3cret-2", "again": "s3cret-2", "note": "<b>五点</b>"}
        answers = [client.post("/me/password", typed) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        page = answers[3].content.decode()
        assert "操作太频繁" in page
        assert 'name="note" value="&lt;b&gt;五点&lt;/b&gt;"' in page
        assert "s3cret" not in page
        assert int(answers[3].headers["Retry-After"]) > 0

    def test_a_part_of_a_page_gets_a_part(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.KEEPER, cast.yql))
        for _ in range(4):
            answer = client.post("/me/password/check", {"new_password": "abc"}, headers={"HX-Request": "true"})
        assert answer.status_code == 429
        assert "<html" not in answer.content.decode()

    def test_a_list_taken_along_counts_and_a_list_looked_at_does_not(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.ADMINISTRATOR))
        assert {client.get("/admin/users").status_code for _ in range(6)} == {200}
        assert [client.get("/admin/users?export=xlsx").status_code for _ in range(4)] == [200, 200, 200, 429]

    def test_strangers_are_counted_by_where_they_come_from(self, db: None) -> None:
        assert [Client().get("/sign-in").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert Client(REMOTE_ADDR="10.0.0.7").get("/sign-in").status_code == 200
        assert Client().get("/health/live").status_code == 200

    def test_a_stranger_at_the_api_is_answered_in_its_words(self, db: None) -> None:
        answers = [Client().get("/api/v1/me") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        assert answers[3].json()["code"] == "too_many_requests"
        assert "Retry-After" in answers[3].headers

    def test_where_limits_are_off_nothing_is_counted(self, db: None, settings: Any) -> None:
        settings.LIMITS = chosen("off")
        assert {Client().get("/sign-in").status_code for _ in range(6)} == {200}
        assert not RateUse.objects.exists()


def test_every_dear_address_exists_and_has_a_limit_that_does(settings: Any) -> None:
    known = {str(address) for address in addresses()}
    assert set(settings.LIMITED_ADDRESSES) <= known
    assert set(settings.LIMITED_ADDRESSES.values()) <= set(RATES)


def test_the_documents_tell_the_same_limits() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "limits.md").read_text()
    for rate in RATES.values():
        minutes = int(rate.per / MINUTE)
        assert f"| `{rate.name}` | {rate.most} | {minutes} min | {rate.at_once} |" in text
    assert (API_READ.most, API_WRITE.most) == (600, 120)
