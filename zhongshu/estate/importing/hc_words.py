"""The codes of HC小区管理系统 and its words for them, each with the word of ours that comes closest."""

from collections.abc import Mapping
from typing import Final


def _both(*said: tuple[str, str, str]) -> Mapping[str, str]:
    """Code and word alike: (2001, 已入住, our word)."""
    return {name: ours for code, word, ours in said for name in (code, word)}


USAGES: Final = _both(("110", "住宅", "住宅"), ("119", "办公室", "办公"), ("120", "宿舍", "住宅"))
STATES: Final = _both(
    ("2001", "已入住", "已入住"),
    ("2002", "未销售", "未售"),
    ("2003", "已交房", "已交付"),
    ("2004", "未入住", "空置"),
    ("2005", "已装修", "已交付"),
    ("2006", "已出租", "已出租"),
    ("2007", "已出售", "已售未交付"),
    ("2008", "空闲", "空置"),
    ("2009", "装修中", "装修中"),
)
RELATIONS: Final = _both(
    ("1001", "业主", "业主"),
    ("1001", "业主本人", "业主"),
    ("1002", "家庭成员", "家庭成员"),
    ("1003", "租客", "租户"),
    ("1004", "临时人员", "使用人"),
    ("1005", "其他", "使用人"),
)
PARKING: Final = _both(("S", "出售", "产权车位"), ("H", "出租", "租赁车位"))
ABOVE_GROUND: Final = frozenset({"1001", "地上", "地上停车场", "地面"})
