"""Identity's pages as people see them: at a desk and on a phone, in Chinese and in English."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.cast import PASSWORD, Cast
from zhongshu.identity import actions
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = ["users", "new_user", "tokens", "audit", "jobs", "me"]


def test_signing_in_at_a_desk(
    cast: Cast, at_desk: SignIn, look: Callable[..., None], accessible: Callable[[Page], None]
) -> None:
    user = cast.user(Role.ADMINISTRATOR)
    page = at_desk()
    page.goto(reverse("identity:me"))
    accessible(page)
    look(page, "sign-in-desk-zh")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码", exact=True).fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    expect(page.get_by_label("用户名")).to_have_value(user.username)
    look(page, "sign-in-desk-wrong")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()


def test_english_before_signing_in_on_a_phone(cast: Cast, on_phone: SignIn, look: Callable[..., None]) -> None:
    page = on_phone()
    page.goto("/sign-in")
    look(page, "sign-in-phone-zh")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    look(page, "sign-in-phone-en")


def test_a_first_password_must_be_changed(cast: Cast, on_phone: SignIn, look: Callable[..., None]) -> None:
    admin = cast.actor(Role.ADMINISTRATOR)
    user, initial = actions.create_user(
        actor=admin, at=now(), username="wang.fang", name="王芳", role=Role.KEEPER, site=cast.yql
    )
    page = on_phone(user)
    page.goto("/me")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    look(page, "first-password-phone")
    page.get_by_label("原密码", exact=True).fill(initial)
    page.get_by_label("新密码", exact=True).fill("12345678")
    page.get_by_label("再输一遍新密码", exact=True).fill("12345678")
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    look(page, "first-password-weak")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_administration(
    cast: Cast,
    noon: datetime,
    at_desk: SignIn,
    on_phone: SignIn,
    look: Callable[..., None],
    accessible: Callable[[Page], None],
    language: str,
) -> None:
    boss = cast.user(Role.ADMINISTRATOR, name="陈管理")
    admin = cast.actor(Role.ADMINISTRATOR, name="陈管理")
    actions.choose_language(actor=admin, at=noon, language=language)
    keeper = cast.user(Role.KEEPER, cast.yql, name="王芳")
    actions.grant_role(actor=admin, at=noon, user=keeper, role=Role.CALL_TAKER, site=cast.xh, starts_on=noon.date())
    actions.create_token(actor=admin, at=noon, user=boss, name="呼叫中心", scopes=["identity.view_users"])
    for device, page in (("desk", at_desk(boss)), ("phone", on_phone(boss))):
        for name in LISTS:
            page.goto(reverse(f"identity:{name}"))
            accessible(page)
            look(page, f"identity-{name}-{device}-{language}", whole=True)
        page.goto(reverse("identity:user", args=[keeper.pk]))
        accessible(page)
        look(page, f"identity-user-{device}-{language}", whole=True)
