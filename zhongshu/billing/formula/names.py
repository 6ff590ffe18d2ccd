"""What a formula may name: a closed table of inputs, and the words of the language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """A quantity of the place that is charged, or of its tariff.

    `name` is canonical, and the column's name in SQL. `letter` is what users of HC小区管理系统 know. Values are
    numeric, with at most 10 decimals and below 10^12.
    """

    name: str
    chinese: str
    unit: str
    letter: str
    aliases: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.chinese, self.name, *([self.letter] if self.letter else ()), *self.aliases)


INPUTS = (
    Input("unit_area", "房屋面积", "㎡", "R", ("面积", "建筑面积", "计费面积", "area", "gross_area")),  # matter
    Input("price", "单价", "元", "", ("收费单价", "标准单价", "费率", "unit_price")),  # matter
    Input("surcharge", "附加费", "元", "", ("附加费用", "固定费", "固定费用", "fixed", "fixed_fee")),  # matter
    Input("coefficient", "系数", "", "X", ("收费系数", "房屋系数", "factor")),  # matter
    Input("usage", "用量", "", "", ("使用量", "度数", "quantity")),  # matter
    Input("floor", "楼层", "", "L", ("层数", "房屋层数", "所在楼层", "floors", "floor_no")),  # matter
    Input("net_area", "套内面积", "㎡", "", ("使用面积", "室内面积")),  # matter
    Input("entrance_area", "单元面积", "㎡", "U", ("单元总面积",)),  # matter
    Input("building_area", "楼栋面积", "㎡", "F", ("楼栋总面积", "整栋面积")),  # matter
    Input("site_area", "小区面积", "㎡", "C", ("小区总面积", "项目面积", "community_area")),  # matter
)
SPELLINGS = {spelling.casefold(): each.name for each in INPUTS for spelling in each.spellings}
CHINESE = {each.name: each.chinese for each in INPUTS}
UNITS = {each.name: each.unit for each in INPUTS}
YUAN = "元"  # matter
LETTERS = tuple(each.letter for each in INPUTS if each.letter)

FUNCTIONS = {
    **dict.fromkeys(("min", "最小", "最小值"), "min"),  # matter
    **dict.fromkeys(("max", "最大", "最大值"), "max"),  # matter
    **dict.fromkeys(("round", "四舍五入"), "round"),  # matter
    **dict.fromkeys(("if", "如果", "若"), "if"),  # matter
}
WORDS = {
    **dict.fromkeys(("and", "且", "并且", "&&"), "and"),  # matter
    **dict.fromkeys(("or", "或", "或者", "||"), "or"),  # matter
    **dict.fromkeys(("not", "非"), "not"),  # matter
}
EXAMPLE = "房屋面积 * 单价"  # matter
