"""Getting in: the right password, the wrong one, and too many of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import PASSWORD, Cast
from tests.identity.audits import audited
from tests.identity.conftest import Browser
from zhongshu.identity import actions
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import TooManyAttempts, WrongPassword
from zhongshu.identity.models import SignInAttempt, User
from zhongshu.identity.policies.lockout import PER_ADDRESS, PER_USERNAME, WINDOW
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)
HERE = "10.0.0.1"


def minutes(*numbers: float) -> list[datetime]:
    return [NOON + timedelta(minutes=n) for n in numbers]


class TestTheLimits:
    def test_four_failures_lock_nobody_out(self) -> None:
        assert PER_USERNAME.refused_until(minutes(0, 1, 2, 3), at=NOON + timedelta(minutes=3)) is None

    def test_the_fifth_within_a_quarter_of_an_hour_locks_for_a_quarter_from_then(self) -> None:
        failed = minutes(0, 1, 2, 3, 14)
        assert PER_USERNAME.refused_until(failed, at=NOON + timedelta(minutes=14)) == NOON + timedelta(minutes=29)
        assert PER_USERNAME.refused_until(failed, at=NOON + timedelta(minutes=29)) is None

    def test_five_failures_in_more_than_that_do_not_lock(self) -> None:
        assert PER_USERNAME.refused_until(minutes(0, 4, 8, 12, 15), at=NOON + timedelta(minutes=15)) is None

    def test_after_the_lock_one_more_failure_does_not_lock_again(self) -> None:
        failed = minutes(0, 0, 0, 0, 0, 15)
        assert PER_USERNAME.refused_until(failed, at=NOON + timedelta(minutes=15)) is None

    def test_an_address_waits_until_its_thirtieth_last_failure_is_a_quarter_old(self) -> None:
        failed = minutes(*(n / 10 for n in range(30)))
        assert PER_ADDRESS.refused_until(failed, at=NOON + timedelta(minutes=3)) == NOON + WINDOW

    @given(st.lists(st.integers(0, 3600), max_size=40), st.integers(0, 5400))
    def test_nobody_waits_longer_than_the_window(self, seconds: list[int], later: int) -> None:
        at = NOON + timedelta(seconds=later)
        failed = [NOON + timedelta(seconds=s) for s in seconds if s <= later]
        until = PER_USERNAME.refused_until(failed, at=at)
        assert until is None or at < until <= at + WINDOW

    @given(st.permutations(range(8)))
    def test_the_order_in_which_failures_are_found_does_not_matter(self, order: list[int]) -> None:
        at, found = NOON + timedelta(minutes=8), minutes(*order)
        assert PER_USERNAME.refused_until(found, at=at) == PER_USERNAME.refused_until(sorted(found), at=at)


class TestSigningIn:
    def test_the_right_password_opens_and_is_noted(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        with audited("identity.sign_in") as entries:
            assert actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon) == keeper
        assert (entries[0].user, entries[0].ip) == (keeper, HERE)
        keeper.refresh_from_db()
        assert keeper.last_login == noon

    @pytest.mark.parametrize("username", ["keeper_yql", "nobody-of-that-name", ""])
    def test_a_wrong_password_and_an_unknown_name_sound_alike(self, cast: Cast, noon: datetime, username: str) -> None:
        cast.user(Role.KEEPER, cast.yql)
        with pytest.raises(WrongPassword, match="用户名或密码不对"):
            actions.sign_in(username=username, password="wrong", ip=HERE, at=noon)

    def test_a_deactivated_user_does_not_get_in(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        User.objects.filter(pk=keeper.pk).update(is_active=False)
        with pytest.raises(WrongPassword):
            actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon)

    def test_five_wrong_tries_lock_the_name_even_for_the_right_password(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        self.fail(keeper.username, 5, at=noon)
        with pytest.raises(TooManyAttempts, match="12:15:00"):
            actions.sign_in(username=keeper.username, password=PASSWORD, ip="10.9.9.9", at=noon + timedelta(minutes=14))
        assert actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon + WINDOW) == keeper

    def test_trying_while_locked_does_not_prolong_the_lock(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        self.fail(keeper.username, 5, at=noon)
        with pytest.raises(TooManyAttempts):
            actions.sign_in(username=keeper.username, password="wrong", ip=HERE, at=noon + timedelta(minutes=10))
        assert SignInAttempt.objects.count() == 5

    def test_a_success_forgets_the_failures_before_it(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        self.fail(keeper.username, 4, at=noon)
        actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon + timedelta(minutes=1))
        self.fail(keeper.username, 4, at=noon + timedelta(minutes=2))
        assert actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon + timedelta(minutes=3))

    def test_thirty_failures_from_one_address_refuse_it_whatever_the_name(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        SignInAttempt.objects.bulk_create(
            SignInAttempt(username=f"guess{n}", ip=HERE, at=noon, succeeded=False) for n in range(30)
        )
        with pytest.raises(TooManyAttempts):
            actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon)
        assert actions.sign_in(username=keeper.username, password=PASSWORD, ip="10.0.0.2", at=noon) == keeper

    @staticmethod
    def fail(username: str, times: int, *, at: datetime) -> None:
        for _ in range(times):
            with pytest.raises(WrongPassword):
                actions.sign_in(username=username, password="wrong", ip=HERE, at=at)


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_learn_no_more_than_five_in_a_row(noon: datetime) -> None:
    keeper = Cast.assemble().user(Role.KEEPER)
    with ThreadPoolExecutor(20) as crowd:
        said = list(crowd.map(lambda _: _guess(keeper.username, noon), range(20)))
    assert said.count("wrong_password") == 5
    assert said.count("too_many_attempts") == 15
    assert SignInAttempt.objects.count() == 5


def _guess(username: str, at: datetime) -> str:
    try:
        actions.sign_in(username=username, password="guess", ip=HERE, at=at)
    except (WrongPassword, TooManyAttempts) as refusal:
        return refusal.code
    finally:
        connection.close()
    return "in"


class TestThePage:
    def sign_in(self, client: Client, user: User, password: str = PASSWORD, **more: str) -> int:
        self.answer = client.post("/sign-in", {"username": user.username, "password": password, **more})
        return self.answer.status_code

    def test_it_leads_back_to_where_one_wanted_to_go(self, cast: Cast) -> None:
        assert self.sign_in(Client(), cast.user(Role.KEEPER, cast.yql), next="/me?a=1") == 302
        assert self.answer.headers["Location"] == "/me?a=1"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil"])
    def test_it_leads_nowhere_else(self, cast: Cast, elsewhere: str) -> None:
        self.sign_in(Client(), cast.user(Role.KEEPER, cast.yql), next=elsewhere)
        assert self.answer.headers["Location"] == "/"

    def test_the_session_gets_a_new_key(self, cast: Cast) -> None:
        client = Client()
        session = client.session
        session["planted"] = True
        session.save()
        client.cookies["sessionid"] = planted = session.session_key or ""
        self.sign_in(client, cast.user(Role.KEEPER, cast.yql))
        assert client.session.session_key != planted

    def test_the_name_typed_stays_and_the_password_does_not(self, cast: Cast) -> None:
        assert self.sign_in(Client(), cast.user(Role.KEEPER, cast.yql), "sesame-wrong") == 200
        page = self.answer.content.decode()
        assert 'value="keeper_yql"' in page
        assert "sesame-wrong" not in page

    def test_a_locked_name_is_told_until_when(self, cast: Cast) -> None:
        client, keeper = Client(), cast.user(Role.KEEPER, cast.yql)
        for _ in range(5):
            self.sign_in(client, keeper, "wrong")
        assert self.sign_in(client, keeper) == 429
        assert 0 < int(self.answer.headers["Retry-After"]) <= 15 * 60
        assert "之后再试" in self.answer.content.decode()
        assert "sessionid" not in client.cookies

    def test_the_language_changes_before_signing_in(self, cast: Cast) -> None:
        client = Client()
        client.post("/language", {"language": "en", "next": "/sign-in"})
        assert "Sign in" in client.get("/sign-in").content.decode()
        client.post("/language", {"language": "xx", "next": "/sign-in"})
        assert "Sign in" in client.get("/sign-in").content.decode()

    def test_signing_out_takes_a_post(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.KEEPER, cast.yql))
        assert client.get("/sign-out").status_code == 405
        assert client.get("/me").status_code == 200
        assert client.post("/sign-out").status_code == 302
        assert client.get("/me").status_code == 302

    def test_whoever_is_deactivated_is_out_at_once(
        self, cast: Cast, signed_in: Browser, admin: Actor, noon: datetime
    ) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        client = signed_in(keeper)
        assert client.get("/me").status_code == 200
        actions.deactivate_user(actor=admin, at=noon, user_id=keeper.pk)
        assert client.get("/me").status_code == 302

    def test_a_first_password_opens_nothing_but_the_page_to_change_it(
        self, cast: Cast, signed_in: Browser, admin: Actor, noon: datetime
    ) -> None:
        user, initial = actions.create_user(
            actor=admin, at=noon, username="new", name="新人", role=Role.KEEPER, site=cast.yql
        )
        client = signed_in(user)
        for address in ["/me", "/", "/admin/users", "/nowhere"]:
            assert client.get(address).headers["Location"] == "/me/password"
        answer = client.post(
            "/me/password", {"old_password": initial, "new_password": "a-fine-new-1", "again": "a-fine-new-1"}
        )
        assert answer.headers["Location"] == "/"
        assert client.get("/me").status_code == 200

    def test_a_part_of_a_page_makes_the_whole_page_go_to_the_door(self, db: None) -> None:
        answer = Client().get("/me", headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"] == "/sign-in"
