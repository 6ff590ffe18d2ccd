"""What a company may write in its documents."""

import pytest

from zhongshu.collecting.policies.shipped import PLACEHOLDERS, SHIPPED, Words, preview_values
from zhongshu.collecting.policies.words import fault_in, filled

OURS = "请尽快交纳。"


@pytest.mark.parametrize(
    "text",
    [
        "逾期将停水停电。",
        "我司将切断您的用水用电",
        "将对您家断电处理",
        "逾期者停用门禁卡",
        "将限制乘坐电梯",
        "禁止您的车辆进入小区",
        "供水将被中断",
        "我们会锁闭道闸，限制通行",
        "停 水 停 电",
        "将暂停供暖",
        "不予办理前，电梯将停止服务",
        "取消门禁权限",
        "限电处理",
    ],
)
def test_no_threat_of_cutting_anything_is_saved(text: str) -> None:
    fault = fault_in(Words("催费通知书", f"{text}{OURS}"))
    assert fault is not None
    assert (fault.field, "民法典" in fault.reason) == ("text", True)


@pytest.mark.parametrize("text", ["将通知您的工作单位", "公示欠费业主姓名", "我们会曝光欠费行为", "告知您的邻居"])
def test_nobody_else_is_told(text: str) -> None:
    fault = fault_in(Words("催费通知书", text))
    assert fault is not None
    assert "第三人" in fault.reason


@pytest.mark.parametrize(
    "text",
    [
        "停车费、水费和电费请一并交纳。",
        "公共水电费 {合计} 元。",
        "如需帮助请致电服务热线，水电维修不受影响。",
        "电梯维保费已含在内。",
        "限于 {截止日期} 前交清，燃气费请另交燃气公司。",
        "服务水平不断提高",
        "通知公告栏见大堂",
    ],
)
def test_plain_words_about_charges_are_no_threat(text: str) -> None:
    assert fault_in(Words("通知", text)) is None


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("{业主姓名}", "{户名}"),
        ("{截至日期}", "{截止日期}"),
        ("{合计金额}", "{合计}"),
        ("{违约}", "{违约金}"),
        ("{}", "{"),
    ],
)
def test_an_unknown_placeholder_is_refused_with_the_nearest(text: str, near: str) -> None:
    fault = fault_in(Words("通知", text))
    assert fault is not None
    assert near in fault.reason


@pytest.mark.parametrize("text", ["{户名", "户名}", "{{户名}}", "{户\n名}"])
def test_a_lone_brace_is_refused(text: str) -> None:
    assert fault_in(Words("通知", text)) is not None


def test_what_is_filled_in_is_never_looked_at_again() -> None:
    assert filled("{户名}：{合计} #eval(1)", {"户名": "{合计}", "合计": "1.00"}) == "{合计}：1.00 #eval(1)"


def test_the_shipped_words_keep_the_law_and_leave_nothing_open() -> None:
    values = preview_values()
    assert set(values) == set(PLACEHOLDERS)
    for words in SHIPPED.values():
        assert fault_in(words) is None
        assert "{" not in filled(words.text, values)
