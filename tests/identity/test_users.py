"""Users and their roles: who may change whom, what is refused, what stands in the audit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from tests.cast import PASSWORD, Cast
from tests.identity.audits import audited
from tests.identity.conftest import Browser
from zhongshu.identity import actions
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import GrantOverlaps, LastAdministrator, UsernameTaken, WeakPassword, WrongPassword
from zhongshu.identity.models import AuditEntry, RoleGrant, User
from zhongshu.identity.queries import users_visible
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound


def create(actor: Actor, at: datetime, **changes: object) -> tuple[User, str]:
    given = {"username": "wang.fang", "name": "王芳", "role": Role.KEEPER, "site": None} | changes
    return actions.create_user(actor=actor, at=at, **given)  # type: ignore[arg-type]


class TestCreating:
    def test_a_new_user_gets_a_role_and_a_first_password(self, cast: Cast, admin: Actor, noon: datetime) -> None:
        with audited("identity.create_user", "identity.grant_role") as entries:
            user, initial = create(admin, noon, site=cast.yql)
        assert user.check_password(initial)
        assert user.must_change_password
        assert user.role_grants.get().site == cast.yql
        assert entries[0].after == {"username": "wang.fang", "name": "王芳", "phone": ""}
        assert initial not in str([entry.after for entry in entries])

    def test_a_given_password_stays_but_must_be_good(self, admin: Actor, noon: datetime) -> None:
        user, _ = create(admin, noon, password="a-good-one-77")
        assert not user.must_change_password
        with pytest.raises(WeakPassword, match="8"):
            create(admin, noon, username="other", password="short")

    def test_a_name_is_taken_once(self, admin: Actor, noon: datetime) -> None:
        create(admin, noon)
        with audited(), pytest.raises(UsernameTaken):
            create(admin, noon)

    @pytest.mark.parametrize("username", ["", "a", "王芳", "a b", "-x", "x" * 41])
    def test_user_names_that_make_no_sense(self, admin: Actor, noon: datetime, username: str) -> None:
        with pytest.raises(Invalid):
            create(admin, noon, username=username)
        assert not User.objects.filter(username=username).exists()

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
    def test_nobody_else_may(self, cast: Cast, noon: datetime, role: Role) -> None:
        actor = cast.actor(role)
        with audited(), pytest.raises(NotFound):
            create(actor, noon)
        assert not User.objects.filter(username="wang.fang").exists()

    def test_who_administers_one_site_gives_roles_there_only(self, cast: Cast, noon: datetime) -> None:
        local = cast.actor(Role.ADMINISTRATOR, cast.yql)
        create(local, noon, site=cast.yql)
        for site in (cast.xh, None):
            with pytest.raises(NotFound):
                create(local, noon, username="other", site=site)


class TestTakingOver:
    """Who administers one site must not become head office through somebody else's account."""

    def test_accounts_with_roles_elsewhere_are_out_of_reach(self, cast: Cast, noon: datetime) -> None:
        local = cast.actor(Role.ADMINISTRATOR, cast.yql)
        boss = cast.user(Role.HEAD_OFFICE)
        neighbour = cast.user(Role.KEEPER, cast.xh)
        for victim in (boss, neighbour):
            with audited(), pytest.raises(NotFound):
                actions.reset_password(actor=local, at=noon, user_id=victim.pk)
            victim.refresh_from_db()
            assert victim.check_password(PASSWORD)

    def test_also_when_the_role_is_still_to_come(self, cast: Cast, noon: datetime) -> None:
        local = cast.actor(Role.ADMINISTRATOR, cast.yql)
        keeper = cast.user(Role.KEEPER, cast.yql)
        RoleGrant.objects.create(user=keeper, role=Role.HEAD_OFFICE, starts_on=noon.date() + timedelta(days=1))
        with pytest.raises(NotFound):
            actions.reset_password(actor=local, at=noon, user_id=keeper.pk)

    def test_people_of_their_own_site_are_theirs(self, cast: Cast, noon: datetime) -> None:
        local = cast.actor(Role.ADMINISTRATOR, cast.yql)
        keeper = cast.user(Role.KEEPER, cast.yql)
        with audited("identity.reset_password"):
            initial = actions.reset_password(actor=local, at=noon, user_id=keeper.pk)
        keeper.refresh_from_db()
        assert keeper.check_password(initial)
        assert keeper.must_change_password


class TestRoles:
    def test_the_same_role_twice_is_refused(self, cast: Cast, admin: Actor, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        with audited(), pytest.raises(GrantOverlaps):
            actions.grant_role(
                actor=admin, at=noon, user=keeper, role=Role.KEEPER, site=cast.yql, starts_on=noon.date()
            )

    def test_a_role_ends_on_the_day_and_can_begin_again_that_day(
        self, cast: Cast, admin: Actor, noon: datetime
    ) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        with audited("identity.end_grant") as entries:
            actions.end_grant(actor=admin, at=noon, grant_id=keeper.role_grants.get().pk, ends_on=noon.date())
        assert (entries[0].before or {})["ends_on"] is None
        assert (entries[0].after or {})["ends_on"] == "2026-11-04"
        actions.grant_role(actor=admin, at=noon, user=keeper, role=Role.KEEPER, site=cast.yql, starts_on=noon.date())

    def test_an_end_before_the_beginning_or_later_than_before_is_refused(
        self, cast: Cast, admin: Actor, noon: datetime
    ) -> None:
        today, keeper = noon.date(), cast.user(Role.KEEPER, cast.yql)
        with pytest.raises(Invalid):
            actions.grant_role(
                actor=admin, at=noon, user=keeper, role=Role.LEGAL, site=None, starts_on=today, ends_on=today
            )
        grant = actions.grant_role(
            actor=admin, at=noon, user=keeper, role=Role.LEGAL, site=None, starts_on=today,
            ends_on=today + timedelta(days=5),
        )  # fmt: skip
        for ends_on in (today - timedelta(days=1), today + timedelta(days=6)):
            with pytest.raises(Invalid):
                actions.end_grant(actor=admin, at=noon, grant_id=grant.pk, ends_on=ends_on)

    def test_nobody_ends_their_own_last_administrator_role(self, cast: Cast, admin: Actor, noon: datetime) -> None:
        cast.user(Role.ADMINISTRATOR, name="另一位")
        own = cast.user(Role.ADMINISTRATOR).role_grants.get()
        with audited(), pytest.raises(LastAdministrator, match="自己"):
            actions.end_grant(actor=admin, at=noon, grant_id=own.pk, ends_on=noon.date())

    def test_the_last_administrator_of_all_stays(self, cast: Cast, noon: datetime) -> None:
        last = cast.user(Role.ADMINISTRATOR)
        with pytest.raises(LastAdministrator):
            actions.end_grant(actor=cast.system, at=noon, grant_id=last.role_grants.get().pk, ends_on=noon.date())
        with pytest.raises(LastAdministrator):
            actions.deactivate_user(actor=cast.system, at=noon, user_id=last.pk)
        last.refresh_from_db()
        assert last.is_active

    def test_nobody_deactivates_themselves(self, cast: Cast, admin: Actor, noon: datetime) -> None:
        cast.user(Role.ADMINISTRATOR, name="另一位")
        with audited(), pytest.raises(LastAdministrator):
            actions.deactivate_user(actor=admin, at=noon, user_id=admin.user_id or 0)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_at_once_leave_one(noon: datetime) -> None:
    cast = Cast.assemble()
    both = [cast.actor(Role.ADMINISTRATOR, name=name) for name in ("甲", "乙")]
    grants = [RoleGrant.objects.get(user_id=actor.user_id).pk for actor in both]

    def end(pair: tuple[Actor, int]) -> bool:
        try:
            actions.end_grant(actor=pair[0], at=noon, grant_id=pair[1], ends_on=noon.date())
        except LastAdministrator:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as crowd:
        ended = list(crowd.map(end, zip(both, reversed(grants), strict=True)))
    assert sorted(ended) == [False, True]


class TestMyself:
    def test_what_i_may_change(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.actor(Role.KEEPER, cast.yql)
        with audited("identity.edit_me") as entries:
            user = actions.edit_me(actor=keeper, at=noon, name="王芳", language="en", large_type=True)
        assert (user.name, user.language, user.large_type) == ("王芳", "en", True)
        assert (entries[0].before or {})["large_type"] is False

    @pytest.mark.parametrize(("name", "language"), [("  ", ""), ("王芳", "fr")])
    def test_what_makes_no_sense_changes_nothing(self, cast: Cast, noon: datetime, name: str, language: str) -> None:
        keeper = cast.actor(Role.KEEPER, cast.yql)
        with audited(), pytest.raises(Invalid):
            actions.edit_me(actor=keeper, at=noon, name=name, language=language, large_type=True)

    @pytest.mark.parametrize(
        ("new", "sentence"),
        [
            ("abc1", "至少"),
            ("password1", "常见"),
            ("8234761925", "全是数字"),
            ("keeper_yql1", "太像"),
            (PASSWORD, "相同"),
        ],
    )
    def test_passwords_that_are_refused(self, cast: Cast, noon: datetime, new: str, sentence: str) -> None:
        keeper = cast.actor(Role.KEEPER, cast.yql)
        with audited(), pytest.raises(Invalid, match=sentence):
            actions.change_password(actor=keeper, at=noon, old_password=PASSWORD, new_password=new)

    def test_the_new_password_must_be_new(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.actor(Role.KEEPER, cast.yql)
        with audited(), pytest.raises(Invalid, match="相同"):
            actions.change_password(actor=keeper, at=noon, old_password=PASSWORD, new_password=PASSWORD)

    def test_the_old_password_must_be_right(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.actor(Role.KEEPER, cast.yql)
        with pytest.raises(WrongPassword):
            actions.change_password(actor=keeper, at=noon, old_password="wrong", new_password="a-fine-new-1")

    def test_other_sessions_die_with_the_old_password_and_this_one_lives(self, cast: Cast, signed_in: Browser) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        here, elsewhere = signed_in(keeper), signed_in(keeper)
        new = "a-fine-new-1"
        answer = here.post("/me/password", {"old_password": PASSWORD, "new_password": new, "again": new})
        assert answer.headers["Location"] == "/me"
        assert here.get("/me").status_code == 200
        assert elsewhere.get("/me").status_code == 302


class TestPages:
    def test_a_user_is_made_and_the_password_shown_once(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.ADMINISTRATOR))
        form = {
            "username": "wang.fang", "name": "王芳", "role": "keeper", "site": cast.yql.pk, "starts_on": "2026-01-01",
        }  # fmt: skip
        page = client.post(reverse("identity:new_user"), form)
        user = User.objects.get(username="wang.fang")
        shown = page.content.decode().split('class="secret">')[1].split("<")[0]
        assert user.check_password(shown)
        assert shown not in client.get(reverse("identity:user", args=[user.pk])).content.decode()
        again = client.post(reverse("identity:new_user"), form)
        assert "已经有人用了" in again.content.decode()
        assert 'value="wang.fang"' in again.content.decode()

    def test_roles_are_given_and_ended(self, cast: Cast, signed_in: Browser) -> None:
        client, keeper = signed_in(cast.user(Role.ADMINISTRATOR)), cast.user(Role.KEEPER, cast.yql)
        form = {"role": "legal", "site": "all", "starts_on": "2026-01-01"}
        assert client.post(reverse("identity:grants", args=[keeper.pk]), form).status_code == 302
        assert "已经有这个角色" in client.post(reverse("identity:grants", args=[keeper.pk]), form).content.decode()
        legal = keeper.role_grants.get(role=Role.LEGAL)
        assert client.post(reverse("identity:grant_end", args=[legal.pk]), {"ends_on": "soon"}).status_code == 422
        assert client.post(reverse("identity:grant_end", args=[legal.pk]), {"ends_on": "2026-02-01"}).status_code == 302

    def test_an_account_is_closed_opened_edited_and_given_a_new_password(self, cast: Cast, signed_in: Browser) -> None:
        client, keeper = signed_in(cast.user(Role.ADMINISTRATOR)), cast.user(Role.KEEPER, cast.yql)
        for name, active in [("deactivation", False), ("activation", True)]:
            assert client.post(reverse(f"identity:{name}", args=[keeper.pk])).status_code == 302
            keeper.refresh_from_db()
            assert keeper.is_active is active
        client.post(reverse("identity:user", args=[keeper.pk]), {"name": "王芳", "phone": "13800001111"})
        shown = client.get(reverse("identity:user", args=[keeper.pk])).context["form"].initial["phone"]
        assert shown == "138****1111"
        client.post(reverse("identity:user", args=[keeper.pk]), {"name": "王芳", "phone": shown})
        assert client.post(reverse("identity:password_reset", args=[keeper.pk])).status_code == 200
        keeper.refresh_from_db()
        assert (keeper.name, keeper.phone, keeper.must_change_password) == ("王芳", "13800001111", True)

    def test_a_site_manager_reads_but_changes_nothing(self, cast: Cast, signed_in: Browser) -> None:
        client, keeper = signed_in(cast.user(Role.SITE_MANAGER, cast.yql)), cast.user(Role.KEEPER, cast.yql)
        stranger = cast.user(Role.KEEPER, cast.xh)
        address = reverse("identity:user", args=[keeper.pk])
        assert client.get(address).status_code == 200
        assert client.get(reverse("identity:user", args=[stranger.pk])).status_code == 404
        before = AuditEntry.objects.count()
        assert client.post(address, {"name": "改名", "phone": ""}).status_code == 404
        assert client.post(reverse("identity:deactivation", args=[keeper.pk])).status_code == 404
        keeper.refresh_from_db()
        assert keeper.name == "keeper"
        assert AuditEntry.objects.count() == before

    def test_the_list_is_filtered(self, cast: Cast, noon: datetime, admin: Actor) -> None:
        keeper, guard = cast.user(Role.KEEPER, cast.yql, name="王芳"), cast.user(Role.GUARD, cast.xh)
        site = str(cast.yql.pk)
        for wanted, found in [({"q": "王"}, keeper), ({"role": "guard"}, guard), ({"q": "guard"}, guard)]:
            assert list(users_visible(admin, at=noon, **wanted)) == [found]
        assert keeper in users_visible(admin, at=noon, site=site)
        assert guard not in users_visible(admin, at=noon, site=site)
        assert not users_visible(admin, at=noon, state="closed").exists()

    def test_one_looks_at_a_site_of_ones_own(self, cast: Cast, signed_in: Browser) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        client = signed_in(keeper)
        assert client.post("/me/site", {"site": cast.xh.pk}).status_code == 404
        assert client.post("/me/site", {"site": cast.yql.pk, "next": "/me"}).headers["Location"] == "/me"
        assert client.session["site_id"] == cast.yql.pk
