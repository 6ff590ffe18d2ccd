"""Sentences spoken to the caller: what was understood, what must be asked, what does not exist. Chinese by nature."""

from collections.abc import Iterable, Sequence
from typing import Final

from zhongshu.estate.addressing.layout import COMPASS, PlaceNode, SiteLayout
from zhongshu.estate.addressing.matcher import Match

MOST_CHOICES: Final = 8
_UNIT_WORD: Final = {
    "phase": "期",
    "building": "栋",
    "entrance": "单元",
    "floor": "楼",
    "room": "室",
    "door": "户",
    "lift": "侧电梯",
    "gate": "门",
    "zone": "区",
    "pillar": "号柱",
    "space": "号车位",
    "level": "层",
}
_WHICH: Final = {
    "phase": "哪一期",
    "building": "哪一栋",
    "entrance": "哪个单元",
    "floor": "几楼",
    "room": "哪一室",
    "level": "地库哪一层",
    "zone": "哪个区",
    "lift": "哪一部电梯",
    "place": "哪一处",
}
_LEVELS: Final = ("phase", "building", "entrance", "floor", "room", "level", "zone", "lift", "place")
WHERE: Final = "请问在哪一期哪一栋、几单元几室？"
WHERE_WITHOUT_PHASES: Final = "请问在哪一栋、几单元几室？"
SIDES: Final = {"L": "左侧", "R": "右侧"}


def where(layout: SiteLayout) -> str:
    """The open question when nothing is known."""
    return WHERE if layout.phases else WHERE_WITHOUT_PHASES


def name(code: str, layout: SiteLayout) -> str:
    """A place as staff say it to a customer: 二期3栋2单元1502室."""
    parts = _parts(code, layout)
    return "".join(parts[level] for level in _LEVELS if level in parts)


def _parts(code: str, layout: SiteLayout) -> dict[str, str]:
    node = layout.nodes[code]
    around = ((kind, layout.above(code, kind)) for kind in ("phase", "building", "entrance"))
    parts = {kind: _part(above, kind) for kind, above in around if above}
    last = code.rpartition("-")[2]
    if node.kind == "unit":
        parts["room"] = f"{last}室"
    elif node.kind == "floor":
        parts["floor"] = f"{last.removeprefix('F')}楼"
    elif node.kind == "lift":
        parts["lift"] = f"{SIDES.get(last, last)}电梯"
    elif node.kind == "parking":
        parts = {"level": f"{code.split('-')[-2]}层", "place": f"{last}号车位"}
    elif node.kind == "pillar":
        *_, level, zone, number = code.split("-")
        parts = {"level": f"{level}层", "zone": f"{zone}区", "place": f"{number}号柱"}
    elif node.kind == "zone":
        parts = {"level": f"{code.split('-')[-2]}层", "zone": node.label or f"{last}区"}
    elif node.kind not in ("phase", "building", "entrance"):
        parts = {"place": node.label or f"{COMPASS.get(last, last)}门"}
    return parts


def _part(node: PlaceNode, kind: str) -> str:
    last = node.code.rpartition("-")[2]
    if kind == "phase":
        return node.label or last
    return f"{last}{_UNIT_WORD[kind]}"


def read_back(code: str, layout: SiteLayout, *, notes: str = "", own: bool = False) -> str:
    """The sentence that lets the caller say yes or no."""
    registered = "，是您登记的住处" if own else ""
    return f"{notes}您说的是{name(code, layout)}{registered}，对吗？"


def notes(written_and_read: Iterable[tuple[str, str]]) -> str:
    """Says openly what was read otherwise than written."""
    return "".join(f"您写的「{written}」按「{read}」理解。" for written, read in written_and_read)


def choose(codes: Sequence[str], layout: SiteLayout, *, total: int) -> str:
    """Asks for the first two levels at which the candidates differ, naming the choices that exist."""
    parts = [_parts(code, layout) for code in codes]
    asked = []
    for level in _LEVELS:
        choices = list(dict.fromkeys(each.get(level, "") for each in parts))
        if len(choices) > 1:
            asked.append(_choice(level, [choice for choice in choices if choice]))
    question = "请问是" + "？是".join(asked[:2]) + "？"
    more = f"符合的共有{total}处，先列出{len(codes)}处。" if total > len(codes) else ""
    return more + question


def _choice(level: str, choices: list[str]) -> str:
    if len(choices) > MOST_CHOICES or len(choices) < 2:
        return _WHICH[level]
    return "、".join(choices[:-1]) + "还是" + choices[-1]


def conflict(spoken: str, registered: Sequence[str], layout: SiteLayout) -> str:
    """Both places, spoken one first."""
    own = "、".join(name(code, layout) for code in registered)
    return f"您说的是{name(spoken, layout)}，而这个号码登记在{own}，请问是哪一处？"


def absent(match: Match, layout: SiteLayout) -> str:
    """What does not exist and what does."""
    missing = _said(match)
    if not match.nearest:
        return f"这里没有{missing}。{where(layout)}"
    near = "、".join(name(code, layout) for code in match.nearest)
    return f"这里没有{missing}，相近的有{near}，请问是哪一处？"


def wrong_form(match: Match, layout: SiteLayout) -> str:
    """Why this form cannot be a place here, and which forms can."""
    if match.level == "space":
        return f"本小区没有登记的车位。{where(layout)}"
    used = _used(match.level, layout)
    if not used:
        return f"本小区不分{_UNIT_WORD[match.level]}，没有{_said(match)}的说法。{where(layout)}"
    return f"本小区没有{_said(match)}这种说法，这里有{'、'.join(used)}，请问是哪一个？"


def _said(match: Match) -> str:
    if match.level == "phase" and match.value in "东西南北":
        return f"{match.value}区"
    return f"{match.value}{_UNIT_WORD.get(match.level, '')}"


def _used(level: str, layout: SiteLayout) -> list[str]:
    nodes = layout.by_kind.get(level, ())
    names = [node.label if level == "gate" else _part(node, level) for node in nodes]
    distinct = list(dict.fromkeys(names))
    return distinct if len(distinct) <= MOST_CHOICES else [distinct[0], "……", distinct[-1]]
