"""The second factor as people meet it: set up at a desk and on a phone, asked for at the door, lost and recovered."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.cast import PASSWORD, Cast
from zhongshu.identity import actions
from zhongshu.identity.actor import Origin
from zhongshu.identity.models import SecondFactor, User
from zhongshu.identity.policies.rates import RATES
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now

pytestmark = pytest.mark.django_db(transaction=True)

Look, Accessible = Callable[..., None], Callable[[Page], None]


def secret_shown(page: Page) -> str:
    return page.locator(".secret-groups").inner_text().replace(" ", "")


def type_code(page: Page, secret: str, label: str = "验证码") -> None:
    page.get_by_label(label).fill(pyotp.TOTP(secret).now())


def enter(page: Page, user: User) -> None:
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def forget_used_codes() -> None:
    """So that a test need not wait half a minute for the next one."""
    SecondFactor.objects.update(used_step=None)


def test_set_up_at_a_desk_and_asked_for_at_the_door(
    cast: Cast, at_desk: SignIn, look: Look, accessible: Accessible, tmp_path: Path
) -> None:
    keeper = cast.user(Role.KEEPER, cast.yql, name="王芳")
    page = at_desk(keeper)
    page.goto("/me")
    page.get_by_role("link", name="安全设置").click()
    accessible(page)
    look(page, "security-desk-without")
    page.get_by_role("link", name="开始设置").click()
    expect(page.locator(".qr svg")).to_be_visible()
    accessible(page)
    look(page, "second-factor-desk", whole=True)
    secret = secret_shown(page)
    page.get_by_label("验证码").fill("000000")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="启用二次验证").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    expect(page.get_by_label("验证码")).to_have_value("000000")
    type_code(page, secret)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="启用二次验证").click()
    expect(page.locator("#codes li")).to_have_count(10)
    accessible(page)
    look(page, "recovery-codes-desk", whole=True)
    codes = page.locator("#codes li").all_inner_texts()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载").click()
    saved.value.save_as(tmp_path / "codes.txt")
    assert (tmp_path / "codes.txt").read_text().split() == codes
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_text("已复制。")).to_be_visible()
    page.get_by_role("link", name="已经保存好").click()
    expect(page.get_by_text("还有 10 个恢复码没有用过。")).to_be_visible()
    look(page, "security-desk-with")

    door = at_desk()
    door.goto("/me/security")
    enter(door, keeper)
    expect(door.get_by_role("heading", name="二次验证")).to_be_visible()
    expect(door.get_by_label("验证码")).to_be_focused()
    accessible(door)
    look(door, "code-desk")
    door.get_by_label("验证码").fill(codes[0])
    door.keyboard.press("Enter")
    expect(door.get_by_text("还剩 9 个")).to_be_visible()
    expect(door.locator(".device")).to_have_count(2)
    look(door, "security-desk-two-devices")
    door.on("dialog", lambda dialog: dialog.accept())
    door.get_by_role("button", name="退出其他所有设备").click()
    expect(door.locator(".device")).to_have_count(1)
    page.goto("/me")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_whoever_must_sets_it_up_on_the_phone_in_english(
    cast: Cast, on_phone: SignIn, look: Look, accessible: Accessible
) -> None:
    actions.choose_second_factor_roles(actor=cast.system, at=now(), roles=["technician"])
    technician = cast.user(Role.TECHNICIAN, cast.yql, name="Li Qiang")
    actions.choose_language(actor=actor_of(technician, at=now(), origin=Origin.WEB), at=now(), language="en")
    page = on_phone()
    page.goto("/sign-in")
    enter(page, technician)
    expect(page.get_by_role("heading", name="Set up the second factor")).to_be_visible()
    accessible(page)
    look(page, "second-factor-phone-en", whole=True)
    secret = secret_shown(page)
    page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Turn the second factor on").click()
    expect(page.locator("#codes li")).to_have_count(10)
    accessible(page)
    look(page, "recovery-codes-phone-en", whole=True)
    page.goto("/me/security")
    accessible(page)
    look(page, "security-phone-en", whole=True)
    forget_used_codes()
    page.get_by_role("link", name="Turn off").click()
    accessible(page)
    look(page, "leaving-phone-en")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("heading", name="Set up the second factor")).to_be_visible()


def test_an_administrator_helps_out(cast: Cast, at_desk: SignIn, look: Look, accessible: Accessible) -> None:
    boss, keeper = cast.user(Role.ADMINISTRATOR), cast.user(Role.KEEPER, cast.yql, name="王芳")
    secret, at = pyotp.random_base32(), now()
    me = actor_of(keeper, at=at, origin=Origin.WEB)
    code = pyotp.TOTP(secret).at(at)
    actions.enrol_second_factor(actor=me, at=at, secret=secret, password=PASSWORD, code=code, session_key=None)
    page = at_desk(boss)
    page.goto(f"/admin/users/{keeper.pk}")
    look(page, "user-desk-second-factor")
    page.get_by_role("link", name="解除二次验证").click()
    accessible(page)
    look(page, "second-factor-removal-desk")
    page.get_by_label("原因").fill("手机丢了，已当面核实")
    page.get_by_role("button", name="解除").click()
    expect(page.get_by_text("二次验证已解除")).to_be_visible()
    page.goto("/admin/second-factor")
    page.get_by_label("管家").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_label("管家")).to_be_checked()
    accessible(page)
    look(page, "second-factor-roles-desk", whole=True)


def test_a_password_is_judged_while_it_is_typed(
    cast: Cast, on_phone: SignIn, at_desk: SignIn, look: Look, accessible: Accessible
) -> None:
    keeper = cast.user(Role.KEEPER, cast.yql, name="王芳")
    for device, page in (("phone", on_phone(keeper)), ("desk", at_desk(keeper))):
        page.goto("/me/password")
        new = page.get_by_label("新密码", exact=True)
        new.press_sequentially("woaini1314")
        expect(page.locator("#password-rules")).to_contain_text("太弱")
        expect(page.locator("#password-rules .is-broken")).to_contain_text("不是常见的密码")
        accessible(page)
        look(page, f"password-{device}-weak", whole=True)
        new.fill("purple-kettle-9-river")
        expect(page.locator("#password-rules")).to_contain_text("很强")
        page.get_by_role("button", name="显示新密码").click()
        expect(new).to_have_attribute("type", "text")
        look(page, f"password-{device}-strong", whole=True)
        page.get_by_role("button", name="显示新密码").click()
        expect(new).to_have_attribute("type", "password")


def test_whoever_is_too_quick_keeps_what_was_typed(
    cast: Cast, at_desk: SignIn, look: Look, complaints: list[str], settings: Any
) -> None:
    settings.LIMITS = {name: rate.scaled(2) for name, rate in RATES.items()}
    page = at_desk()
    page.goto("/sign-in")
    page.get_by_label("用户名").fill("wang.fang")
    page.get_by_label("密码", exact=True).fill("guess")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="操作太频繁")).to_be_visible()
    expect(page.locator("input[name=username]")).to_have_value("wang.fang")
    assert page.locator("input[name=password]").count() == 0
    look(page, "too-many-desk")
    complaints[:] = [line for line in complaints if "429" not in line]


def test_a_part_of_a_page_that_comes_too_often_leaves_what_was_typed(
    cast: Cast, on_phone: SignIn, look: Look, complaints: list[str], settings: Any
) -> None:
    settings.LIMITS = {name: rate.scaled(2) for name, rate in RATES.items()}
    page = on_phone(cast.user(Role.KEEPER, cast.yql))
    page.goto("/me/password")
    new = page.get_by_label("新密码", exact=True)
    new.press_sequentially("purple")
    expect(page.locator("#password-rules li").first).to_be_visible()
    new.press_sequentially("-kettle")
    expect(page.get_by_role("alert")).to_contain_text("操作太频繁")
    expect(new).to_have_value("purple-kettle")
    look(page, "too-many-phone")
    complaints[:] = [line for line in complaints if "429" not in line]
