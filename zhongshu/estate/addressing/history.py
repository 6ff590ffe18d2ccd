"""「上次修水管那家」: the places of the caller's own past matters that fit the words."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class PastMatter:
    """Something the caller once reported: where, in which words, of what category, when (aware)."""

    place_code: str
    text: str
    category: str
    at: datetime


_LAST_TIME: Final = "上一?[次回趟]|前[一两]?[次回]|以前|之前|上个?月|上个?星期|上周|原来|原先|那次|去年"
_POINTING: Final = re.compile(
    "老地方|老位置|老问题老地方|同一个?(?:地方|位置|房|家|户|处)|还是(?:那|原来|上[次回])|那个老|跟上[次回]一样|和上[次回]一样|照旧"
    f"|(?:{_LAST_TIME})[^。！？]{{0,16}}?(?:那(?:家|间|户|套|里|儿|处|边|栋|个(?:地方|房|位置|车位|点|屋))|的(?:地方|位置|房|屋|那|家)|一样的?地方)"
    "|(?:那家|那间|那户)[^。！？]{0,8}(?:又|上[次回])"
)
_MENTIONS_PAST: Final = re.compile(f"(?:{_LAST_TIME})(?:来|修|报|维修|处理|反映|说|弄|换|疏通|漏|给|帮|你们|师傅)")
_TOPICS: Final = (
    ("plumbing", "水管|漏水|下水|水龙头|马桶|水槽|疏通|堵|渗水|水表|花洒|地漏|水阀|plumbing"),
    ("electrical", "电路|跳闸|插座|灯|停电|开关|短路|没电|电表|配电|electrical"),
    ("lift", "电梯|梯子|elevator|lift"),
    ("access", "门禁|对讲|道闸|刷卡|access"),
    ("lock", "门锁|开锁|钥匙"),
    ("parking", "车位|停车|挪车|parking"),
    ("fabric", "墙|窗|天花板|屋顶|瓷砖|building_fabric"),
    ("air", "空调|暖气|地暖|hvac"),
    ("cleaning", "垃圾|保洁|打扫|脏|cleaning"),
    ("garden", "树|草坪|绿化|landscaping"),
    ("noise", "噪音|吵|跳绳|noise"),
    ("decoration", "装修|decoration"),
    ("gas", "燃气|煤气"),
    ("network", "宽带|网络|电视"),
    ("fire", "烟感|消防|fire"),
)
_TOPIC_PATTERNS: Final = tuple((name, re.compile(words)) for name, words in _TOPICS)


def points_to_the_past(text: str) -> bool:
    """Whether the text names its place by an earlier occasion (那家, 老地方)."""
    return bool(_POINTING.search(text))


def mentions_the_past(text: str) -> bool:
    """Whether the text speaks of an earlier repair without saying that the place is the same."""
    return bool(_MENTIONS_PAST.search(text))


def speaks_of_the_past(text: str) -> bool:
    """Whether earlier matters can tell anything about the place that is meant."""
    return points_to_the_past(text) or mentions_the_past(text)


def places_like(text: str, history: tuple[PastMatter, ...]) -> tuple[str, ...]:
    """Places of the matters that fit the words best, newest first; all of them when the words name no subject."""
    newest_first = sorted(history, key=lambda matter: matter.at, reverse=True)
    subjects = _subjects(text)
    if subjects:
        scores = [len(subjects & _subjects(f"{matter.text} {matter.category}")) for matter in newest_first]
        best = max(scores, default=0)
        newest_first = [matter for matter, score in zip(newest_first, scores, strict=True) if score == best > 0]
    return tuple(dict.fromkeys(matter.place_code for matter in newest_first))


def _subjects(text: str) -> set[str]:
    return {name for name, pattern in _TOPIC_PATTERNS if pattern.search(text)}
