"""Somebody else's workbook in a real browser: mapped without a mouse, looked at, taken; the next one goes by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.estate.books import raw_book
from tests.house.world import World
from zhongshu.estate.models import ColumnMapping, EstateImport, Place
from zhongshu.identity.roles import Role

HEADINGS = ["资产编号", "业主", "联系方式", "面积", "现状", "登记时间", "备注"]
ROWS: list[list[Any]] = [
    ["3-1-101", "刘芳", 13800001234.0, 89.5, "自住房", "2024-03-05", "靠电梯"],
    ["3栋1单元102室", "陈强", "13900001234", 101.25, "出租房", "2024-03-06", ""],
    ["3-1-201", "", "", 90.5, "毛坯", "", ""],
    ["合计", "", "", 281.25, "", "", ""],
]
REGISTER = {"业主表": [["幸福里业主登记表（物业填写）"], HEADINGS, *ROWS]}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(page: Page, sheets: Any, name: str) -> None:
    page.goto("/estate/imports")
    page.set_input_files("#id_file", {"name": name, "mimeType": "application/octet-stream", "buffer": raw_book(sheets)})
    page.locator("#id_file").press("Enter")
    page.locator("form[enctype] button").press("Enter")


def choose(page: Page, field: str, answer: str) -> None:
    """As somebody without a mouse does: to the field, down to the answer, on."""
    page.locator(field).focus()
    offered = page.locator(f"{field} option").all_text_contents()
    page.keyboard.press("Home")
    for _step in range(offered.index(answer)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator(f"{field} option:checked")).to_have_text(answer)


def test_an_unknown_workbook_is_mapped_by_keyboard_and_the_next_goes_by_itself(
    world: World, at_desk: Callable[..., Page], look: Callable[..., None], accessible: Callable[[Page], None]
) -> None:
    page = at_desk(world.cast.user(Role.SITE_MANAGER, world.site))
    send(page, REGISTER, "业主登记表.xlsx")
    expect(page.locator("h1")).to_have_text("对应列")
    expect(page.locator("#c0")).to_have_value("完整房号")
    left = page.locator("#meaning .estate-word:has-text('毛坯')")
    expect(left.get_by_text("还没有对应")).to_be_visible()
    look(page, "import-mapping", whole=True)
    page.wait_for_load_state("networkidle")
    accessible(page)
    choose(page, "#c5", "交付日期")
    choose(page, "#meaning .estate-word:has-text('毛坯') select", "已交付")
    expect(left.get_by_text("还没有对应")).to_be_hidden()
    page.locator("#name").fill("幸福里旧表")
    page.locator("#name").press("Enter")
    expect(page.locator("#readings")).to_contain_text("3栋1单元102室 → 楼栋 3，单元 1，房号 102")
    expect(page.locator("#preview")).to_contain_text("合计行，没有当数据读")
    assert not Place.objects.filter(code="3-1-101").exists()
    page.wait_for_load_state("networkidle")
    accessible(page)
    look(page, "import-preview", whole=True)
    page.locator("form[action$='/taking'] button").press("Enter")
    expect(page.locator("h1")).to_contain_text("已导入")
    assert Place.objects.get(code="3-1-101").accounts.get().customer.name == "刘芳"
    send(page, {"四月": [HEADINGS, ["3-1-202", "何静", "", 77.5, "自住房", "", ""]]}, "四月.xlsx")
    expect(page.locator("#preview")).to_contain_text("幸福里旧表")
    assert EstateImport.objects.latest("pk").mappings.get() == ColumnMapping.objects.get()


def test_the_pages_hold_on_a_phone_and_in_english(
    world: World, on_phone: Callable[..., Page], look: Callable[..., None], accessible: Callable[[Page], None]
) -> None:
    user = world.cast.user(Role.SITE_MANAGER, world.site)
    user.language = "en"
    user.save()
    page = on_phone(user)
    send(page, REGISTER, "业主登记表.xlsx")
    for name, act in (("import-mapping-phone", None), ("import-preview-phone", "save"), ("mappings-phone", "list")):
        if act == "save":
            page.locator("#meaning .estate-word:has-text('毛坯') select").select_option("已交付")
            page.locator(".estate-mapping .btn-primary").click()
            expect(page.locator("#readings")).to_be_visible()
        if act == "list":
            page.goto("/estate/mappings")
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} pixels too wide"
        accessible(page)
        look(page, name, whole=True)
