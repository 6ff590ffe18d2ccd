"""The second factor: set up, asked for, used up, lost and given back."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.core.management import CommandError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import PASSWORD, Cast
from tests.identity.audits import audited
from tests.identity.conftest import Browser
from tests.identity.test_commands import run
from zhongshu.identity import actions, queries
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.errors import CodeNeeded, SecondFactorExists, TooManyAttempts, WrongCode, WrongPassword
from zhongshu.identity.models import DeviceSession, RecoveryCode, SecondFactor, SignInAttempt, User
from zhongshu.identity.policies.codes import matching_step
from zhongshu.identity.policies.lockout import WINDOW
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.messaging.models import Message
from zhongshu.simulation.mishaps import at_once

HERE = "10.0.0.1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=30)


def shown(at: datetime) -> str:
    """What the telephone shows at that instant."""
    return pyotp.TOTP(SECRET).at(at)


def enrol(user: User, at: datetime) -> list[str]:
    """The recovery codes; the first code is used up long ago."""
    actor, before = actor_of(user, at=at, origin=Origin.WEB), at - timedelta(hours=1)
    return actions.enrol_second_factor(
        actor=actor, at=before, secret=SECRET, password=PASSWORD, code=shown(before), session_key=None
    )


@pytest.fixture
def keeper(cast: Cast) -> User:
    return cast.user(Role.KEEPER, cast.yql)


class TestTheRule:
    # RFC 6238, appendix B, SHA-1: the last six of the eight digits given there.
    @pytest.mark.parametrize(
        ("seconds", "code"),
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
            (20000000000, "353130"),
        ],
    )
    def test_it_agrees_with_the_standard(self, seconds: int, code: str) -> None:
        secret = b32encode(b"12345678901234567890").decode()
        at = datetime.fromtimestamp(seconds, UTC)
        assert matching_step(secret, code, at=at, used_step=None) == seconds // 30

    @pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_the_steps_beside_the_present_one_count(self, noon: datetime, steps: int, fits: bool) -> None:
        code = shown(noon + steps * STEP)
        assert (matching_step(SECRET, code, at=noon, used_step=None) is not None) == fits

    @given(st.integers(-1, 1), st.integers(-1, 1))
    def test_a_code_no_later_than_the_last_one_is_used_up(self, used: int, tried: int) -> None:
        at = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
        used_step = matching_step(SECRET, shown(at + used * STEP), at=at, used_step=None)
        again = matching_step(SECRET, shown(at + tried * STEP), at=at, used_step=used_step)
        assert (again is not None) == (tried > used)

    def test_a_code_used_while_the_clock_was_a_year_ahead_locks_nobody_out(self, noon: datetime) -> None:
        used_step = pyotp.TOTP(SECRET).timecode(noon + timedelta(days=365))
        assert matching_step(SECRET, shown(noon), at=noon, used_step=used_step) is not None

    @given(st.text(max_size=20))
    def test_whatever_is_typed_is_a_code_or_is_none(self, code: str) -> None:
        at = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
        right = {shown(at + steps * STEP) for steps in (-1, 0, 1)}
        assert (matching_step(SECRET, code, at=at, used_step=None) is not None) == (code in right)


class TestSettingItUp:
    def test_it_counts_once_a_code_has_proved_it(self, keeper: User, noon: datetime) -> None:
        me = actor_of(keeper, at=noon, origin=Origin.WEB)
        with audited(), pytest.raises(WrongCode):
            actions.enrol_second_factor(
                actor=me, at=noon, secret=SECRET, password=PASSWORD, code="000000", session_key=None
            )
        assert queries.second_factor_of(keeper) is None
        with audited("identity.enrol_second_factor") as entries:
            codes = actions.enrol_second_factor(
                actor=me, at=noon, secret=SECRET, password=PASSWORD, code=shown(noon), session_key=None
            )
        assert len(set(codes)) == 10
        assert (entries[0].before, entries[0].after) == (None, None)

    def test_the_code_that_proved_it_opens_nothing(self, keeper: User, noon: datetime) -> None:
        me = actor_of(keeper, at=noon, origin=Origin.WEB)
        actions.enrol_second_factor(
            actor=me, at=noon, secret=SECRET, password=PASSWORD, code=shown(noon), session_key=None
        )
        with pytest.raises(WrongCode):
            actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon)

    def test_whoever_finds_an_open_browser_cannot(self, keeper: User, noon: datetime) -> None:
        me = actor_of(keeper, at=noon, origin=Origin.WEB)
        with audited(), pytest.raises(WrongPassword):
            actions.enrol_second_factor(
                actor=me, at=noon, secret=SECRET, password="guess", code=shown(noon), session_key=None
            )

    def test_there_is_one_at_a_time(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        with audited(), pytest.raises(SecondFactorExists):
            enrol(keeper, noon)

    def test_neither_secret_nor_codes_lie_in_the_open(self, keeper: User, noon: datetime) -> None:
        codes = enrol(keeper, noon)
        kept = str(list(SecondFactor.objects.values())) + str(list(RecoveryCode.objects.values()))
        assert SECRET not in kept
        assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


class TestSigningIn:
    def test_the_password_alone_opens_nothing_any_more(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        with audited(), pytest.raises(CodeNeeded):
            actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon)
        with audited("identity.sign_in") as entries:
            assert actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon) == "code"
        assert entries[0].after == {"by": "code"}
        assert list(SignInAttempt.objects.values_list("step", "succeeded")) == [("password", True), ("code", True)]

    def test_a_wrong_password_does_not_tell_of_a_second_factor(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        with pytest.raises(WrongPassword):
            actions.sign_in(username=keeper.username, password="wrong", ip=HERE, at=noon)

    def test_a_code_opens_once(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon)
        with pytest.raises(WrongCode):
            actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon + timedelta(seconds=5))
        assert actions.give_code(user=keeper, code=shown(noon + STEP), ip=HERE, at=noon + STEP)

    @pytest.mark.parametrize("typed", ["{} {}", "{}-{}", " {}{} "])
    def test_a_code_is_taken_as_people_type_it(self, keeper: User, noon: datetime, typed: str) -> None:
        enrol(keeper, noon)
        code = shown(noon)
        assert actions.give_code(user=keeper, code=typed.format(code[:3], code[3:]), ip=HERE, at=noon)

    def test_digits_of_a_chinese_keyboard_are_digits(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        wide = shown(noon).translate({ord("0") + n: ord("０") + n for n in range(10)})
        assert actions.give_code(user=keeper, code=wide, ip=HERE, at=noon)

    def test_a_recovery_code_opens_once(self, keeper: User, noon: datetime) -> None:
        first, second, *_rest = enrol(keeper, noon)
        assert actions.give_code(user=keeper, code=first, ip=HERE, at=noon) == "recovery_code"
        with pytest.raises(WrongCode):
            actions.give_code(user=keeper, code=first, ip=HERE, at=noon)
        assert actions.give_code(user=keeper, code=second.upper().replace("-", " "), ip=HERE, at=noon)
        assert queries.recovery_codes_left(keeper) == 8

    def test_somebody_elses_recovery_code_opens_nothing(self, cast: Cast, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        theirs, *_rest = enrol(cast.user(Role.GUARD, cast.yql), noon)
        with pytest.raises(WrongCode):
            actions.give_code(user=keeper, code=theirs, ip=HERE, at=noon)

    def test_guessing_locks_the_second_step_and_time_opens_it(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        for _ in range(5):
            with pytest.raises(WrongCode):
                actions.give_code(user=keeper, code="000000", ip=HERE, at=noon)
        with pytest.raises(TooManyAttempts, match="12:15:00"):
            actions.give_code(user=keeper, code=shown(noon), ip="10.9.9.9", at=noon)
        later = noon + WINDOW
        assert actions.give_code(user=keeper, code=shown(later), ip=HERE, at=later)

    def test_a_right_password_does_not_forgive_wrong_codes(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        for _ in range(5):
            with pytest.raises(WrongCode):
                actions.give_code(user=keeper, code="000000", ip=HERE, at=noon)
            with pytest.raises(CodeNeeded):
                actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon)
        with pytest.raises(TooManyAttempts):
            actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon)

    def test_failures_of_a_clock_that_was_ahead_lock_nobody_out(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        for _ in range(5):
            with pytest.raises(WrongCode):
                actions.give_code(user=keeper, code="000000", ip=HERE, at=noon + timedelta(days=365))
        assert actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon)


class TestKeys:
    """What lies sealed survives a change of keys, and a lost key leaves a way in."""

    def test_a_new_key_seals_again_what_is_used(self, keeper: User, noon: datetime, settings: Any) -> None:
        enrol(keeper, noon)
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 9
        settings.SECRET_KEY_FALLBACKS = [old]
        assert actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon) == "code"
        settings.SECRET_KEY_FALLBACKS = []
        later = noon + STEP
        assert actions.give_code(user=keeper, code=shown(later), ip=HERE, at=later) == "code"

    def test_without_the_key_recovery_codes_still_open(self, keeper: User, noon: datetime, settings: Any) -> None:
        code, *_rest = enrol(keeper, noon)
        settings.SECRET_KEY = "another" * 9
        with pytest.raises(WrongCode):
            actions.give_code(user=keeper, code=shown(noon), ip=HERE, at=noon)
        assert actions.give_code(user=keeper, code=code, ip=HERE, at=noon) == "recovery_code"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_the_same_code_at_once_one_gets_in(noon: datetime) -> None:
    keeper = Cast.assemble().user(Role.KEEPER)
    first, *_rest = enrol(keeper, noon)
    for code in (shown(noon), first):
        said = at_once(*[lambda code=code: actions.give_code(user=keeper, code=code, ip=HERE, at=noon)] * 4)
        assert [type(answer) for answer in said].count(str) == 1
        assert [type(answer) for answer in said].count(WrongCode) == 3


class TestDoingWithout:
    def leave(self, user: User, at: datetime, *, password: str = PASSWORD, code: str = "") -> None:
        me = actor_of(user, at=at, origin=Origin.WEB)
        actions.leave_second_factor(actor=me, at=at, password=password, code=code or shown(at), session_key=None)

    def test_it_takes_password_and_code(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        with audited(), pytest.raises(WrongPassword):
            self.leave(keeper, noon, password="guess")
        with audited(), pytest.raises(WrongCode):
            self.leave(keeper, noon, code="000000")
        with audited("identity.leave_second_factor"):
            self.leave(keeper, noon)
        assert actions.sign_in(username=keeper.username, password=PASSWORD, ip=HERE, at=noon) == keeper
        with pytest.raises(NotFound):
            self.leave(keeper, noon + STEP)

    def test_a_recovery_code_will_do(self, keeper: User, noon: datetime) -> None:
        code, *_rest = enrol(keeper, noon)
        self.leave(keeper, noon, code=code)
        assert queries.second_factor_of(keeper) is None

    def test_a_refused_try_uses_no_code_up(self, keeper: User, noon: datetime) -> None:
        code, *_rest = enrol(keeper, noon)
        with pytest.raises(WrongPassword):
            self.leave(keeper, noon, password="guess", code=code)
        assert queries.recovery_codes_left(keeper) == 10

    def test_new_recovery_codes_void_the_old(self, keeper: User, noon: datetime) -> None:
        old, *_rest = enrol(keeper, noon)
        me = actor_of(keeper, at=noon, origin=Origin.WEB)
        with audited("identity.renew_recovery_codes"):
            new = actions.renew_recovery_codes(actor=me, at=noon, password=PASSWORD, code=shown(noon))
        with pytest.raises(WrongCode):
            actions.give_code(user=keeper, code=old, ip=HERE, at=noon)
        assert actions.give_code(user=keeper, code=new[0], ip=HERE, at=noon)


class TestSomebodyElses:
    def test_an_administrator_removes_it_with_a_reason_and_its_owner_is_told(
        self, admin: Actor, keeper: User, signed_in: Browser, noon: datetime
    ) -> None:
        enrol(keeper, noon)
        client = signed_in(keeper)
        with audited("identity.remove_second_factor") as entries:
            actions.remove_second_factor(actor=admin, at=noon, user_id=keeper.pk, reason=" 手机丢了 ")
        assert entries[0].after == {"reason": "手机丢了"}
        assert client.get("/me").status_code == 302
        deliver_pending(at=noon)
        deliver_pending(at=noon)
        assert "手机丢了" in Message.objects.get(recipient=keeper).body

    def test_not_without_a_reason_nor_twice(self, admin: Actor, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        with audited(), pytest.raises(Invalid):
            actions.remove_second_factor(actor=admin, at=noon, user_id=keeper.pk, reason="  ")
        actions.remove_second_factor(actor=admin, at=noon, user_id=keeper.pk, reason="手机丢了")
        with audited(), pytest.raises(NotFound):
            actions.remove_second_factor(actor=admin, at=noon, user_id=keeper.pk, reason="手机丢了")

    def test_ones_own_takes_password_and_code_even_for_an_administrator(self, cast: Cast, noon: datetime) -> None:
        boss = cast.user(Role.ADMINISTRATOR)
        enrol(boss, noon)
        with audited(), pytest.raises(Invalid):
            actions.remove_second_factor(
                actor=cast.actor(Role.ADMINISTRATOR), at=noon, user_id=boss.pk, reason="手机丢了"
            )

    def test_who_administers_another_site_does_not(self, cast: Cast, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        with audited(), pytest.raises(NotFound):
            actions.remove_second_factor(
                actor=cast.actor(Role.ADMINISTRATOR, cast.xh), at=noon, user_id=keeper.pk, reason="手机丢了"
            )

    def test_on_the_command_line(self, keeper: User, noon: datetime) -> None:
        enrol(keeper, noon)
        assert run("second_factor", keeper.username)["codes_left"] == 10
        with pytest.raises(CommandError, match="原因"):
            run("second_factor", keeper.username, "--remove")
        with audited("identity.remove_second_factor"):
            told = run("second_factor", keeper.username, "--remove", "--reason", "手机丢了")
        assert told == {"username": keeper.username, "second_factor": False}


class TestThePages:
    """With the clock of today: pages read it themselves."""

    def sign_in(self, user: User, **more: str) -> Client:
        client = Client()
        answer = client.post("/sign-in", {"username": user.username, "password": PASSWORD, **more})
        assert answer.headers["Location"].startswith("/sign-in/code")
        return client

    def test_there_is_no_session_before_the_code(self, keeper: User) -> None:
        enrol(keeper, now())
        client = self.sign_in(keeper, next="/me/security")
        assert not DeviceSession.objects.exists()
        assert client.get("/me").status_code == 302
        answer = client.post("/sign-in/code", {"code": shown(now()), "next": "/me/security"})
        assert answer.headers["Location"] == "/me/security"
        assert client.get("/me").status_code == 200

    def test_a_wrong_code_says_so_and_too_many_say_until_when(self, keeper: User) -> None:
        enrol(keeper, now())
        client = self.sign_in(keeper)
        for _ in range(5):
            assert "验证码不对" in client.post("/sign-in/code", {"code": "000000"}).content.decode()
        answer = client.post("/sign-in/code", {"code": shown(now())})
        assert answer.status_code == 429
        assert "之后再试" in answer.content.decode()

    def test_the_second_step_alone_leads_to_the_first(self, keeper: User) -> None:
        enrol(keeper, now())
        for ticket in ("", "forged", "forged:1:2"):
            client = Client()
            client.cookies["second_step"] = ticket
            answer = client.post("/sign-in/code", {"code": shown(now())})
            assert answer.headers["Location"] == "/sign-in"

    def test_a_new_password_ends_the_first_step(self, keeper: User, admin: Actor) -> None:
        enrol(keeper, now())
        client = self.sign_in(keeper)
        actions.reset_password(actor=admin, at=now(), user_id=keeper.pk)
        assert client.post("/sign-in/code", {"code": shown(now())}).headers["Location"] == "/sign-in"

    def test_a_used_recovery_code_is_told(self, keeper: User) -> None:
        code, *_rest = enrol(keeper, now())
        client = self.sign_in(keeper, next="/me")
        client.post("/sign-in/code", {"code": code, "next": "/me"})
        assert "还剩 9 个" in client.get("/me").content.decode()

    def test_it_is_set_up_on_a_page_and_other_devices_are_out(self, keeper: User, signed_in: Browser) -> None:
        here, there = signed_in(keeper), signed_in(keeper)
        secret = secret_on(here.get("/me/second-factor").content.decode())
        wrong = here.post("/me/second-factor", {"code": "000000", "password": PASSWORD}).content.decode()
        assert secret_on(wrong) == secret
        answer = here.post("/me/second-factor", {"code": pyotp.TOTP(secret).at(now()), "password": PASSWORD})
        page = answer.content.decode()
        assert page.count("<li>") >= 10
        assert answer.headers["Cache-Control"].startswith("max-age=0")
        assert secret not in page
        assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 302)
        assert here.get("/me/second-factor").headers["Location"] == "/me/security"


class TestWhoMust:
    @pytest.fixture
    def demanding(self, cast: Cast, admin: Actor, noon: datetime) -> None:
        with audited("identity.choose_second_factor_roles") as entries:
            actions.choose_second_factor_roles(actor=admin, at=noon, roles=["keeper"])
        assert entries[0].after == {"second_factor_roles": ["keeper"]}

    def test_nobody_must_unless_the_company_says_so(self, keeper: User, noon: datetime) -> None:
        assert not queries.lacks_second_factor(keeper, at=noon)

    def test_whoever_must_is_led_there_and_nowhere_else(self, demanding: None, keeper: User) -> None:
        client = Client()
        client.post("/sign-in", {"username": keeper.username, "password": PASSWORD})
        for address in ("/", "/me", "/me/password", "/cases/"):
            assert client.get(address).headers["Location"] == "/me/second-factor"
        assert client.get("/api/v1/me").status_code == 401
        secret = secret_on(client.get("/me/second-factor").content.decode())
        client.post("/me/second-factor", {"code": pyotp.TOTP(secret).at(now()), "password": PASSWORD})
        assert client.get("/me").status_code == 200
        assert client.get("/api/v1/me").status_code == 200

    def test_who_no_longer_must_is_let_go(self, demanding: None, admin: Actor, keeper: User, noon: datetime) -> None:
        client = Client()
        client.post("/sign-in", {"username": keeper.username, "password": PASSWORD})
        assert client.get("/me").headers["Location"] == "/me/second-factor"
        with audited("identity.choose_second_factor_roles"):
            actions.choose_second_factor_roles(actor=admin, at=noon, roles=[])
        assert client.get("/me").status_code == 200

    def test_who_does_without_it_again_is_led_back(self, demanding: None, keeper: User, signed_in: Browser) -> None:
        enrol(keeper, now())
        client = signed_in(keeper)
        client.post("/me/second-factor/leaving", {"password": PASSWORD, "code": shown(now())})
        assert client.get("/me").headers["Location"] == "/me/second-factor"

    def test_other_roles_need_none(self, demanding: None, cast: Cast) -> None:
        client = Client()
        client.post("/sign-in", {"username": cast.user(Role.GUARD, cast.yql).username, "password": PASSWORD})
        assert client.get("/me").status_code == 200

    @pytest.mark.parametrize("roles", [["resident"], ["emperor"]])
    def test_only_roles_of_staff_can_be_chosen(self, admin: Actor, noon: datetime, roles: list[str]) -> None:
        with audited(), pytest.raises(Invalid):
            actions.choose_second_factor_roles(actor=admin, at=noon, roles=roles)

    def test_who_administers_one_site_does_not_choose(self, cast: Cast, noon: datetime, signed_in: Browser) -> None:
        with audited(), pytest.raises(NotFound):
            actions.choose_second_factor_roles(
                actor=cast.actor(Role.ADMINISTRATOR, cast.yql), at=noon, roles=["keeper"]
            )
        client = signed_in(cast.user(Role.ADMINISTRATOR, cast.yql))
        assert client.get("/admin/second-factor").status_code == 404

    def test_tokens_of_programs_go_on(self, demanding: None, admin: Actor, keeper: User, noon: datetime) -> None:
        _token, secret = actions.create_token(actor=admin, at=noon, user=keeper, name="门禁", scopes=["cases.view"])
        assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def secret_on(page: str) -> str:
    return page.split('class="secret-groups">')[1].split("<", maxsplit=1)[0].replace(" ", "")
