"""Programs get in with a token, as far as its scopes and its user's rights go."""

from datetime import datetime, timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from ninja import NinjaAPI

from tests.cast import Cast
from tests.identity.audits import audited
from tests.identity.conftest import Browser
from zhongshu.identity import actions
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.api_auth import auth
from zhongshu.identity.errors import InvalidToken, ScopeNotHeld, TooManyAttempts
from zhongshu.identity.models import ApiToken, SignInAttempt, User
from zhongshu.identity.permissions import MANAGE_USERS, VIEW_AUDIT, VIEW_USERS
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid, NotFound, Refusal

api = NinjaAPI(auth=auth, urls_namespace="tests_identity")


@api.get("/who")
def who(request: HttpRequest) -> dict[str, object]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    site = request.site.code  # type: ignore[union-attr]
    return {"name": actor.name, "origin": actor.origin, "site": site, "may": actor.may(VIEW_USERS)}


@api.post("/write")
def write(request: HttpRequest) -> dict[str, object]:
    return {"by": request.actor.user_id}  # type: ignore[attr-defined]


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return api.create_response(request, {"code": refusal.code}, status=refusal.status)


urlpatterns = [path("api/", api.urls)]


@pytest.fixture
def manager(cast: Cast) -> User:
    """Views users at YQL."""
    return cast.user(Role.SITE_MANAGER, cast.yql)


def make(admin: Actor, user: User, at: datetime, **options: object) -> tuple[ApiToken, str]:
    given = {"name": "呼叫中心", "scopes": [VIEW_USERS.code]} | options
    return actions.create_token(actor=admin, at=at, user=user, **given)  # type: ignore[arg-type]


class TestMaking:
    def test_the_secret_is_told_once_and_kept_as_a_digest(self, admin: Actor, manager: User, noon: datetime) -> None:
        with audited("identity.create_token") as entries:
            token, secret = make(admin, manager, noon)
        assert secret.startswith("zs_")
        assert secret.startswith(token.prefix)
        assert secret not in str(ApiToken.objects.values().get())
        assert secret not in str(entries[0].after)

    def test_a_token_gets_no_right_its_user_has_not(self, admin: Actor, manager: User, noon: datetime) -> None:
        for scopes in ([MANAGE_USERS.code], ["no.such.right"]):
            with audited(), pytest.raises(ScopeNotHeld):
                make(admin, manager, noon, scopes=scopes)

    def test_it_needs_a_scope_and_a_future(self, admin: Actor, manager: User, noon: datetime) -> None:
        with pytest.raises(Invalid):
            make(admin, manager, noon, scopes=[])
        with pytest.raises(Invalid):
            make(admin, manager, noon, expires_at=noon)

    def test_only_an_administrator_of_the_users_sites_makes_one(
        self, cast: Cast, manager: User, noon: datetime
    ) -> None:
        for actor in (cast.actor(Role.HEAD_OFFICE), cast.actor(Role.ADMINISTRATOR, cast.xh)):
            with audited(), pytest.raises(NotFound):
                make(actor, manager, noon)


class TestUsing:
    def test_it_acts_as_its_user_within_its_scopes(self, admin: Actor, manager: User, noon: datetime) -> None:
        token, secret = make(admin, manager, noon)
        user, actor = actions.use_token(secret=secret, ip="10.0.0.1", at=noon)
        assert user == manager
        assert (actor.origin, actor.token_id, actor.ip) == (Origin.API, token.pk, "10.0.0.1")
        assert actor.may(VIEW_USERS)
        assert not actor.may(VIEW_AUDIT)
        token.refresh_from_db()
        assert token.last_used_at == noon

    def test_a_role_that_ends_ends_in_the_token_too(self, admin: Actor, manager: User, noon: datetime) -> None:
        _, secret = make(admin, manager, noon)
        actions.end_grant(actor=admin, at=noon, grant_id=manager.role_grants.get().pk, ends_on=noon.date())
        _, actor = actions.use_token(secret=secret, ip=None, at=noon)
        assert not actor.may(VIEW_USERS)

    def test_expired_revoked_and_orphaned_tokens_open_nothing(
        self, admin: Actor, manager: User, noon: datetime
    ) -> None:
        later = noon + timedelta(days=1)
        _, expiring = make(admin, manager, noon, expires_at=later)
        revoked, revoked_secret = make(admin, manager, noon)
        with audited("identity.revoke_token"):
            actions.revoke_token(actor=admin, at=noon, token_id=revoked.pk)
        with audited():
            actions.revoke_token(actor=admin, at=later, token_id=revoked.pk)
        actions.use_token(secret=expiring, ip=None, at=later - timedelta(seconds=1))
        for secret in (expiring, revoked_secret, "zs_guess"):
            with pytest.raises(InvalidToken):
                actions.use_token(secret=secret, ip=None, at=later)
        _, living = make(admin, manager, noon)
        actions.deactivate_user(actor=admin, at=noon, user_id=manager.pk)
        with pytest.raises(InvalidToken):
            actions.use_token(secret=living, ip=None, at=noon)

    def test_guessing_is_slowed_down_but_good_tokens_pass(self, admin: Actor, manager: User, noon: datetime) -> None:
        _, secret = make(admin, manager, noon)
        for n in range(30):
            with pytest.raises(InvalidToken):
                actions.use_token(secret=f"zs_{n}", ip="10.0.0.1", at=noon)
        with pytest.raises(TooManyAttempts):
            actions.use_token(secret="zs_more", ip="10.0.0.1", at=noon)
        assert SignInAttempt.objects.count() == 30
        assert actions.use_token(secret=secret, ip="10.0.0.1", at=noon)

    def test_bad_tokens_do_not_keep_people_from_signing_in(self, cast: Cast, manager: User, noon: datetime) -> None:
        rows = [SignInAttempt(username="", ip="10.0.0.1", at=noon, succeeded=False) for _ in range(40)]
        SignInAttempt.objects.bulk_create(rows)
        assert actions.sign_in(username=manager.username, password="correct-horse-7", ip="10.0.0.1", at=noon)


@pytest.mark.urls("tests.identity.test_tokens")
class TestTheApi:
    def test_a_token_opens_it(self, admin: Actor, manager: User) -> None:
        _, secret = make(admin, manager, now())
        answer = Client().get("/api/who", headers={"Authorization": f"Bearer {secret}"})
        assert answer.json() == {
            "name": "site_manager（呼叫中心）", "origin": "api", "site": "YQL", "may": True,
        }  # fmt: skip

    def test_a_session_opens_it(self, manager: User, signed_in: Browser) -> None:
        assert signed_in(manager).get("/api/who").json()["origin"] == "api"

    def test_a_bad_token_is_not_exchanged_for_the_session(self, manager: User, signed_in: Browser) -> None:
        answer = signed_in(manager).get("/api/who", headers={"Authorization": "Bearer zs_bad"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")

    def test_nobody_is_told_to_come_with_something(self, db: None) -> None:
        assert Client().get("/api/who").status_code == 401
        assert Client(enforce_csrf_checks=True).post("/api/write").status_code == 401

    def test_a_session_writes_only_with_the_pages_token(self, manager: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(manager)
        answer = client.post("/api/write")
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
        client.cookies["csrftoken"] = key = "a" * 32
        assert client.post("/api/write", headers={"X-CSRFToken": key}).status_code == 200

    def test_a_token_writes_without_it(self, admin: Actor, manager: User) -> None:
        _, secret = make(admin, manager, now())
        client = Client(enforce_csrf_checks=True)
        answer = client.post("/api/write", headers={"Authorization": f"Bearer {secret}"})
        assert answer.json() == {"by": manager.pk}

    def test_a_first_password_is_no_session_for_programs(self, manager: User, signed_in: Browser) -> None:
        User.objects.filter(pk=manager.pk).update(must_change_password=True)
        assert signed_in(manager).get("/api/who").status_code == 401


class TestPages:
    def test_a_token_is_made_for_a_user_shown_once_and_revoked(
        self, cast: Cast, manager: User, signed_in: Browser
    ) -> None:
        client = signed_in(cast.user(Role.ADMINISTRATOR))
        address = reverse("identity:new_token")
        assert "没有用户名为" in client.get(address, {"username": "nobody"}).content.decode()
        assert VIEW_USERS.code in client.get(address, {"username": manager.username}).content.decode()
        form = {
            "username": manager.username,
            "name": "呼叫中心",
            "scopes": [VIEW_USERS.code],
            "expires_on": "2099-01-01",
        }
        page = client.post(address, form).content.decode()
        secret = page.split('class="secret">')[1].split("<")[0]
        user, _actor = actions.use_token(secret=secret, ip=None, at=now())
        assert user == manager
        token = ApiToken.objects.get()
        assert client.post(reverse("identity:revocation", args=[token.pk])).status_code == 302
        with pytest.raises(InvalidToken):
            actions.use_token(secret=secret, ip=None, at=now())

    def test_what_the_form_refuses_is_said(self, cast: Cast, manager: User, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.ADMINISTRATOR))
        form = {"username": manager.username, "name": "", "scopes": [MANAGE_USERS.code], "expires_on": "2020-01-01"}
        page = client.post(reverse("identity:new_token"), form).content.decode()
        assert 'class="invalid-feedback' in page
        assert not ApiToken.objects.exists()
