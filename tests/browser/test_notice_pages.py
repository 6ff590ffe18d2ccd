"""Legal affairs writes a demand within the law and makes it; the keeper hands it over with the phone in one hand."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page, expect

from tests.billing.till import Till
from tests.cast import Cast
from zhongshu.collecting.models import Notice
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now

SignIn = Callable[..., Page]


@pytest.mark.django_db(transaction=True)
def test_a_demand_is_worded_made_and_handed_over(
    cast: Cast,
    at_desk: SignIn,
    on_phone: SignIn,
    look: Callable[..., None],
    accessible: Callable[[Page], None],
    complaints: list[str],
) -> None:
    till = Till.open(cast, now())
    for n in (4, 5, 6, 36):
        till.bill("209.78", str(day_of(now()) - timedelta(days=30 * n)))
    page = at_desk(cast.user(Role.LEGAL, cast.yql))
    page.goto("/collecting/templates/final_demand")
    page.get_by_label("正文").fill("{户名}：逾期将停水停电。")
    expect(page.locator("#preview").get_by_role("alert")).to_contain_text("民法典")
    page.get_by_label("正文").fill("{户名}：截至{日期}共欠 {合计} 元，请于 {截止日期} 前交清。")
    expect(page.locator("#preview")).to_contain_text("王小明：截至2026年11月4日共欠 1,286.40 元")
    accessible(page)
    look(page, "words-of-a-demand")
    page.get_by_role("button", name="保存为新版本").click()
    page.goto("/collecting/notices/new")
    page.get_by_label("文书").select_option("final_demand")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("业主A-1")).to_be_visible()
    accessible(page)
    look(page, "new-notices")
    page.get_by_role("button", name="确认生成").click()
    accessible(page)
    look(page, "notices")
    for name in ("limitation", "lawyers", "prints", "contact-hours"):
        page.goto(f"/collecting/{name}")
        accessible(page)
        look(page, f"collecting-{name}")
    picture = BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    phone = on_phone(cast.user(Role.KEEPER, cast.yql))
    phone.goto(f"/collecting/notices/{Notice.objects.get().pk}")
    phone.get_by_label("送达方式").select_option("door")
    phone.get_by_label("签收照片").set_input_files(
        {"name": "s.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    phone.get_by_role("button", name="登记送达").click()
    expect(phone.get_by_text("看照片")).to_be_visible()
    accessible(phone)
    look(phone, "notice-phone", whole=True)
    english = at_desk(cast.user(Role.LEGAL, cast.yql))
    english.goto("/collecting/notices")
    english.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": english.url}])
    for name in ("notices", "limitation", "templates/final_demand"):
        english.goto(f"/collecting/{name}")
        look(english, f"collecting-{name.replace('/', '-')}-english")
