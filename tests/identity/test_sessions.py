"""Where one is signed in: seen, ended one by one or all at once, and gone with the password."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import PASSWORD, Cast
from tests.identity.audits import audited
from tests.identity.conftest import Browser
from tests.identity.test_commands import run
from zhongshu.identity import actions, queries
from zhongshu.identity.actor import Actor
from zhongshu.identity.browsers import browser_in_words
from zhongshu.identity.jobs import forget_expired
from zhongshu.identity.models import DeviceSession, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.49"


@pytest.fixture
def keeper(cast: Cast) -> User:
    return cast.user(Role.KEEPER, cast.yql)


def enter(user: User, browser: str = EDGE) -> Client:
    client = Client(headers={"User-Agent": browser})
    assert client.post("/sign-in", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


class TestTheList:
    def test_it_shows_each_device_and_marks_this_one(self, keeper: User) -> None:
        enter(keeper, WECHAT)
        page = enter(keeper, EDGE).get("/me/security").content.decode()
        assert "Edge · Windows" in page
        assert "微信 · iPhone" in page
        assert page.count("本机</span>") == 1
        assert "127.0.0.1" in page

    def test_no_key_is_shown_that_would_open_a_session(self, keeper: User) -> None:
        client = enter(keeper)
        enter(keeper)
        page = client.get("/me/security").content.decode()
        assert not [key for key in DeviceSession.objects.values_list("pk", flat=True) if key in page]

    def test_one_device_is_signed_out(self, keeper: User) -> None:
        here, lost = enter(keeper), enter(keeper, WECHAT)
        handle = next(each.handle for each in sessions(keeper) if each.browser == WECHAT)
        with audited("identity.end_session"):
            here.post(f"/me/sessions/{handle}/ending")
        assert (is_in(here), is_in(lost)) == (True, False)

    def test_nobody_ends_the_session_of_somebody_else(self, cast: Cast, keeper: User) -> None:
        client, other = enter(keeper), enter(cast.user(Role.GUARD, cast.yql))
        (handle,) = [each.handle for each in sessions(keeper)]
        with audited():
            assert other.post(f"/me/sessions/{handle}/ending").status_code == 404
        assert is_in(client)

    def test_all_others_are_signed_out_at_once(self, keeper: User) -> None:
        here, there, elsewhere = enter(keeper), enter(keeper), enter(keeper)
        with audited("identity.end_other_sessions") as entries:
            here.post("/me/sessions/ending")
        assert [is_in(client) for client in (here, there, elsewhere)] == [True, False, False]
        assert entries[0].after == {"sessions": 2}


class TestSomebodyElse:
    def test_an_administrator_signs_a_user_out_everywhere(self, cast: Cast, keeper: User, signed_in: Browser) -> None:
        client = enter(keeper)
        boss = signed_in(cast.user(Role.ADMINISTRATOR))
        with audited("identity.end_user_sessions"):
            boss.post(f"/admin/users/{keeper.pk}/sessions/ending")
        assert not is_in(client)
        assert is_in(boss)

    def test_who_administers_another_site_does_not(self, cast: Cast, keeper: User, noon: datetime) -> None:
        client = enter(keeper)
        with audited(), pytest.raises(NotFound):
            actions.end_user_sessions(actor=cast.actor(Role.ADMINISTRATOR, cast.xh), at=noon, user_id=keeper.pk)
        assert is_in(client)

    def test_on_the_command_line(self, keeper: User) -> None:
        client = enter(keeper)
        assert [device["browser"] for device in run("sessions", keeper.username)] == ["Edge · Windows"]
        with audited("identity.end_user_sessions"):
            assert run("sessions", keeper.username, "--end") == []
        assert not is_in(client)


class TestWhatEndsThem:
    def test_a_new_password_ends_all_but_this_one(self, keeper: User) -> None:
        here, there = enter(keeper), enter(keeper)
        new = "purple-kettle-9-river"
        here.post("/me/password", {"old_password": PASSWORD, "new_password": new, "again": new})
        assert (is_in(here), is_in(there)) == (True, False)
        assert len(sessions(keeper)) == 1
        assert sessions(keeper)[0].browser == EDGE

    def test_a_reset_and_a_deactivation_end_all(self, keeper: User, admin: Actor, noon: datetime) -> None:
        first = enter(keeper)
        told = actions.reset_password(actor=admin, at=noon, user_id=keeper.pk)
        assert (is_in(first), sessions(keeper)) == (False, [])
        second = Client()
        second.post("/sign-in", {"username": keeper.username, "password": told})
        assert len(sessions(keeper)) == 1
        actions.deactivate_user(actor=admin, at=noon, user_id=keeper.pk)
        assert (is_in(second), sessions(keeper)) == (False, [])

    def test_signing_out_leaves_nothing_behind(self, keeper: User) -> None:
        client = enter(keeper)
        client.post("/sign-out")
        assert not DeviceSession.objects.exists()

    def test_time_does_and_a_job_clears_up(self, keeper: User) -> None:
        client, alive = enter(keeper), enter(keeper)
        DeviceSession.objects.filter(pk=client.session.session_key).update(expire_date=now() - timedelta(seconds=1))
        assert not is_in(client)
        forget_expired(timestamp=0)
        assert [session.pk for session in sessions(keeper)] == [alive.session.session_key]
        assert DeviceSession.objects.count() == 1


class TestTheTable:
    def test_being_seen_is_written_every_five_minutes_at_most(self, keeper: User) -> None:
        client = enter(keeper)
        noted = sessions(keeper)[0].last_seen_at
        assert is_in(client)
        assert sessions(keeper)[0].last_seen_at == noted
        DeviceSession.objects.update(last_seen_at=noted - timedelta(minutes=5))
        assert is_in(client)
        assert sessions(keeper)[0].last_seen_at >= noted

    def test_a_clock_that_was_ahead_does_not_stop_the_noting(self, keeper: User) -> None:
        client = enter(keeper)
        DeviceSession.objects.update(last_seen_at=now() + timedelta(days=400))
        assert is_in(client)
        assert sessions(keeper)[0].last_seen_at <= now()

    def test_what_is_kept_in_the_session_changes_nothing_about_the_device(self, cast: Cast, keeper: User) -> None:
        client = enter(keeper, WECHAT)
        began_at = sessions(keeper)[0].began_at
        client.post("/me/site", {"site": cast.yql.pk})
        (device,) = sessions(keeper)
        assert (device.browser, device.ip, device.began_at) == (WECHAT, "127.0.0.1", began_at)
        assert client.session["site_id"] == cast.yql.pk

    def test_a_browser_without_anybody_belongs_to_nobody(self, db: None) -> None:
        client = Client()
        session = client.session
        session["planted"] = True
        session.save()
        assert DeviceSession.objects.get().user is None

    def test_a_forgotten_key_ends_sessions_and_a_kept_one_does_not(self, keeper: User, settings: Any) -> None:
        client = enter(keeper)
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 9
        settings.SECRET_KEY_FALLBACKS = [old]
        assert is_in(client)
        settings.SECRET_KEY_FALLBACKS = []
        assert not is_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(keeper: User) -> None:
    cookie = enter(keeper).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host() -> None:
    """In a process of its own: the settings are read once."""
    names = "s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS"
    ask = f"from django.conf import settings as s; print({names})"
    told = subprocess.run(
        [sys.executable, "-c", ask], env=os.environ | {"ZHONGSHU_TLS": "1"}, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["__Host-sessionid", "True", "31536000"]


@pytest.mark.parametrize(
    ("called", "words"),
    [
        (EDGE, "Edge · Windows"),
        (WECHAT, "微信 · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari · macOS"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.5", "未知设备"),
        ("", "未知设备"),
    ],
)  # fmt: skip
def test_browsers_in_words(called: str, words: str) -> None:
    assert browser_in_words(called) == words


def sessions(user: User) -> list[DeviceSession]:
    return queries.sessions_of(user, at=now())
