"""Plain text → tokens: every word that says something about a place, with its level and its value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zhongshu.estate.addressing.layout import DOOR_WORDS, SiteLayout, code_key, key_of

FIRST_LABEL: Final = 0xE000
FIRST_PHASE: Final = 0xF000

_STEM = "甲乙丙丁戊己庚辛"
_NO_DIGIT = r"(?<![\dA-Z.])"
_SIDE = "|".join(DOOR_WORDS)
_RULES: Final = (
    ("label", "[\ue000-\uefff]"),
    ("phase", "[\uf000-\uf8ff]"),
    ("pillar", r"(?<![A-Z])([A-Z])[区-]{0,2}(\d{1,3})[号#]?(?:承重|立)?柱"),
    ("pillar", rf"{_NO_DIGIT}()(\d{{1,3}})[号#](?:承重|立)?柱"),
    ("pillar", r"柱子?(?:编号|号)?[:是为]{0,2}([A-Z]?)-?(\d{1,3})(?!\d)"),
    ("code", r"(?<![A-Z0-9-])[A-Z]{1,4}\d*(?:-[A-Z0-9]+)+(?![A-Z0-9])"),
    (
        "correct",
        "不对(?!劲|付|称|外)|不不|说错|错了|搞错|讲错|记错|口误|更正|纠正|哦不|啊不|噢不|不是[,，。]|应该是|改成",
    ),
    ("negate", "(?<![是要])(?:不是|并非|而非|非)(?!常|机动|法|要)"),
    (
        "phase",
        rf"(?<![这每本分])(?<!(?<![晚楼早马])上)(?<!(?<![看一ㄧ查修理])下)"
        rf"第?(\d{{1,2}}|[A-Z{_STEM}])期(?![间限望待货])",
    ),
    ("phase_word", rf"([东西南北A-Z{_STEM}]|\d{{1,2}})(?:区|组团)(?=-?\d{{1,2}}(?:号楼|[栋幢座#-]))"),
    ("phase", r"(?<![A-Z0-9])P(\d{1,2})(?![\dA-Z])"),
    (
        "level",
        r"(?<![A-Z0-9-])(?:PK-?)?(B\d)(?![\d栋幢]|[A-EG-Z](?![区\d-]))"
        r"(?:层|楼|F(?![\d区-]))?的?(?:停?车库|地下停?车库|地库|停车场)?",
    ),
    ("space", rf"{_NO_DIGIT}(?:PK)?-?(\d{{1,4}})[号#]?(?:固定|产权|私家|地下|人防)?(?:停?车位)"),
    ("space", r"车位(?:编号|号码|号)?[:是为在]{0,2}-?(\d{1,4})(?!\d)号?"),
    ("space", r"(?<![A-Z])PK-?(\d{1,4})(?!\d)"),
    ("series", r"(?<![\dA-Z.])\d{1,2}(?:[-/._ ]\d{1,5}){1,4}(?![\d:])"),
    ("building", rf"第?(\d{{1,3}}[A-Z]?|(?<![A-Z])[A-Z]|[{_STEM}])(?:号[楼栋幢]|#[楼栋]?|[栋幢座]楼?)"),
    ("building", "([东西南北])[栋幢座]"),
    ("building", r"(?<!\d)(\d{1,3})楼(?=-?\d{1,2}(?:单元|[门梯](?=\d)))"),
    ("building", r"(?<![\d月])(\d{1,3})号(?:院)?(?=-?\d{1,2}(?:单元|门\d)|-?\d{3,4}(?!\d))"),
    ("building", r"(?:楼栋|楼号|栋号|幢号)号?[:是为]{0,2}(\d{1,3})(?!\d)"),
    ("entrance", rf"第?((?<!\d)\d{{1,3}}|(?<![A-Z])[A-Z]|[{_STEM}东西南北中])号?单元(?!:|号[:是])"),
    ("entrance", r"(?<!\d)(\d{1,2})单(?=-?\d{3,4}(?!\d))"),
    ("entrance", r"单元号?[:是为]{1,2}(\d{1,2})(?!\d)"),
    ("letter_room", r"(?<![A-Z0-9-])([A-Z])(\d{1,5})(?![\dA-Z])(?:室|房间?|号房?)?"),
    ("door_no", r"(?<!\d)(\d{1,2})号?(?:门洞?|梯)"),
    ("lift", rf"({_SIDE}|[LR])(?:侧|手边|边|手|面)?的?那?[部台个]?(?:客梯|货梯|电梯(?!厅|口|间|前室)|升降机|梯(?!子))"),
    ("lift", rf"靠?({_SIDE})(?:侧|手边|边|手|面)的?那?[部台]梯子"),
    ("lift", rf"电梯里?[的,，(]{{0,2}}(?:靠)?({_SIDE})(?:侧|手边|边|手|面|那)"),
    ("lift", r"()(?:\d号)?(?:客梯|货梯|电梯)(?!厅|口|间|前室)"),
    ("floor", r"(?<!\d)第?(\d{1,2})(?:楼|层|F(?![A-Z]))"),
    ("floor", r"(?<![A-Z])F(\d{1,2})(?!\d)"),
    ("floor", r"(?:楼层|层数)[:是为]{0,2}(\d{1,2})(?!\d)"),
    ("top", "顶楼|顶层|最高层"),
    (
        "gate",
        rf"(?<!西)(?:小区)?({_SIDE})(?:侧|边|面|头)?(?:的?那个|这个|的)?"
        "(?:大门|门岗|门卫|门(?!子|户|铃|框|锁|牌)|出入口|入口|出口|岗亭)",
    ),
    (
        "gate",
        "()(?:小区|园区)(?:大门|正门|门口|入口|出口|出入口|门卫|门岗|岗亭)"
        "|(?<!元)(?:大门|正门|主门|主入口)(?!锁|钥匙)|门岗|岗亭",
    ),
    ("gate_no", r"(?<![\dA-Z])([A-Z]|\d{1,2})号?(?:大门|岗亭)"),
    ("door", rf"(?:靠)?({_SIDE})(?:边|侧|面|首|头|手边|手)?那?(?:边户|户|套|家(?!具|电)|间(?!隔))"),
    ("floor_door", rf"(?:靠)?({_SIDE})(?:边|侧|面|首|手边|手)"),
    ("zone", r"(?<![A-Z])([A-Z])区"),
    ("garage", "地下停?车库|地库|车库|地下停车场"),
    ("room", r"(?<![\dA-Z])(\d{3,5}[A-K]?)(?:室|房间|号房|房(?!产|租|东)|号|户|屋)"),
    ("room", r"(?:房间?号|门牌号?|室号)[:是为]{0,2}(\d{1,5}[A-K]?)(?!\d|期|号楼|单元|[-#栋幢座楼层])"),
    ("number", r"(?<![\dA-Z.])(\d{1,5}[A-K]?)(?![\d:A-Z])(?:室|号房?|户|房)?"),
    ("relation", "楼上|楼下|隔壁|对门|对面|邻居|上面|下面"),
    ("join", "以及|还有|还是|或者|[和跟与及、或]"),
    (
        "public",
        "楼道|走廊|过道|走道|楼梯|消防通道|消防栓|消火栓|电梯厅|电梯口|电梯间|前室|公区|公共|门厅|大堂|大厅|连廊"
        "|架空层|外墙|楼层|声控灯|感应灯|管道井|水井|电井|弱电井",
    ),
    ("who", "我是|我住|我家|本人|我叫|家住|住在|我这里|我们家"),
)
_KINDS: Final = tuple(kind for kind, _ in _RULES)
_GROUPED: Final = re.compile("|".join(f"(?P<r{i}>{rule})" for i, (_, rule) in enumerate(_RULES)))


def _first_groups() -> tuple[int, ...]:
    return tuple(_GROUPED.groupindex[f"r{i}"] for i in range(len(_RULES)))


_FIRST: Final = _first_groups()


@dataclass(frozen=True, slots=True)
class Token:
    """A word about a place: its ``kind``, its parts (capital letters, no leading zeros lost yet), where it stands."""

    kind: str
    parts: tuple[str, ...]
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.parts[0] if self.parts else ""


def encode(text: str, layout: SiteLayout) -> str:
    """The site's own names for places and phases as single private characters, so that no other rule reads them."""
    if layout.label_pattern:
        labels = {name: chr(FIRST_LABEL + i) for i, name in enumerate(layout.labels)}
        text = layout.label_pattern.sub(lambda m: labels[m[0]], text)
    if layout.phase_pattern:
        phases = {name: chr(FIRST_PHASE + i) for i, name in enumerate(layout.phase_words)}
        text = layout.phase_pattern.sub(lambda m: phases[m[0]], text)
    return text


def tokens_of(text: str, layout: SiteLayout) -> list[Token]:
    """All tokens of an encoded text, in order."""
    found = []
    position = 0
    while match := _GROUPED.search(text, position):
        found += _tokens_of_match(match, layout)
        position = found[-1].end if found and found[-1].end > match.start() else match.end()
    return found


def _tokens_of_match(match: re.Match[str], layout: SiteLayout) -> list[Token]:
    rule = int((match.lastgroup or "r0")[1:])
    kind, first = _KINDS[rule], _FIRST[rule]
    following = _FIRST[rule + 1] if rule + 1 < len(_FIRST) else _GROUPED.groups + 1
    parts = tuple(match[group] or "" for group in range(first + 1, following))
    start, end = match.span()
    if reader := _READERS.get("own_phase" if match[0][0] >= chr(FIRST_PHASE) and kind == "phase" else kind):
        return list(reader(match, parts, layout))
    return [Token(kind, parts, start, end)]


def _read_label(match: re.Match[str], parts: tuple[str, ...], layout: SiteLayout) -> Iterator[Token]:
    yield Token("label", (layout.label_names[ord(match[0]) - FIRST_LABEL],), *match.span())


def _read_own_phase(match: re.Match[str], parts: tuple[str, ...], layout: SiteLayout) -> Iterator[Token]:
    yield Token("phase", (layout.phase_words[ord(match[0]) - FIRST_PHASE],), *match.span())


def _read_pillar(match: re.Match[str], parts: tuple[str, ...], layout: SiteLayout) -> Iterator[Token]:
    if parts[0]:
        yield Token("zone", parts[:1], match.start(), match.start())
    yield Token("pillar", parts[1:], *match.span())


def _read_letter_room(match: re.Match[str], parts: tuple[str, ...], layout: SiteLayout) -> Iterator[Token]:
    """A1102 is building A, room 1102, where buildings have letters; 地库E12 is a pillar anywhere."""
    if re.search("(?:[库场层]|B\\d)的?-?$", match.string[: match.start()]) and len(parts[1]) < 3:
        yield Token("zone", parts[:1], match.start(), match.start())
        yield Token("pillar", parts[1:], *match.span())
    elif layout.lettered and len(parts[1]) >= 3:
        yield Token("building", parts[:1], match.start(), match.start())
        yield Token("room", parts[1:], *match.span())


def _read_code(match: re.Match[str], parts: tuple[str, ...], layout: SiteLayout) -> Iterator[Token]:
    return _code(match[0], match.start(), match.end(), layout)


_KINDS_BY_PREFIX: Final = {
    "PK": ("level", "space"),
    "PUB": ("level", "zone", "pillar"),
    "EQ": ("phase", "building", "entrance", "lift"),
}


def _code(written: str, start: int, end: int, layout: SiteLayout) -> Iterator[Token]:
    if code := layout.by_key.get(code_key(written)):
        yield Token("exact", (code,), start, end)
        return
    head, *rest = written.split("-")
    kinds: tuple[str, ...] = _KINDS_BY_PREFIX.get(head, ())
    if head == "PUB" and rest[0] == "GATE":
        rest, kinds = rest[1:], ("gate",)
    elif re.fullmatch(r"B\d", head):
        rest, kinds = [head, *rest], ("level", "zone", "pillar") if rest[0][0].isalpha() else ("level", "space")
    elif re.fullmatch("[A-Z]", head) and len(rest) == 1 and len(rest[0]) <= 2:
        rest, kinds = [head, *rest], ("zone", "pillar")
    elif not kinds:
        rest = [head, *rest]
        kinds = ("phase", "building", "entrance", "room") if head.startswith("P") else ("building", "entrance", "room")
    if head == "EQ" and not rest[0].startswith("P"):
        kinds = kinds[1:]
    yield from _parts_of_code(kinds, rest, start, end)


def _parts_of_code(kinds: tuple[str, ...], parts: list[str], start: int, end: int) -> Iterator[Token]:
    for kind, part in zip(kinds, parts, strict=False):
        value = key_of(part)
        if kind == "phase":
            value = value.removeprefix("P")
        if kind == "zone" and (both := re.fullmatch(r"([A-Z])(\d+)", value)):
            yield Token("zone", (both[1],), start, end)
            yield Token("pillar", (key_of(both[2]),), start, end)
        elif kind == "room" and value.startswith("F"):
            yield Token("floor", (value[1:],), start, end)
        elif kind == "room" and len(value) < 3:
            continue
        else:
            yield Token(kind, (value,), start, end)


_AFTER_SERIES: Final = re.compile("(单元|门)|(号楼|[栋幢座#])|(楼|层)|(号?停?车位)|(?:号|区)?柱|(?=(左|右|电梯))")


def _series(match: re.Match[str], parts: tuple[str, ...], layout: SiteLayout) -> Iterator[Token]:
    """3-2-1502 and its kin: the levels follow from how many numbers there are and how long the last one is."""
    numbers = re.split("[-/._ ]", match[0])
    dashed = " " not in match[0]
    room_at = next((i for i, number in enumerate(numbers) if len(number) >= 3), None)
    before = match.string[max(0, match.start() - 3) : match.start()]
    end = match.end()
    if room_at is not None:
        end = match.start() + sum(len(number) + 1 for number in numbers[: room_at + 1]) - 1
        numbers = numbers[: room_at + 1]
    kinds = _kinds_of_series(numbers, match.string[end:], room_at is not None, dashed, before)
    code = layout.by_key.get(code_key("-".join(numbers)))
    if not kinds and code and match.string[end : end + 1] not in ("号", "日", "月"):
        yield Token("exact", (code,), match.start(), end)
        return
    if suffix := _AFTER_SERIES.match(match.string, end):
        end = suffix.end()
    for kind, number in zip(kinds, numbers, strict=False):
        yield Token(kind, (number,), match.start(), end)
    if not kinds:
        yield Token("nothing", (), match.start(), end)


def _kinds_of_series(numbers: list[str], after: str, has_room: bool, dashed: bool, before: str) -> tuple[str, ...]:
    if has_room:
        return _kinds_with_room(len(numbers), dashed, before)
    follows = _AFTER_SERIES.match(after)
    down_to = next((level for group, level in _DOWN_TO.items() if follows and follows[group]), "")
    if down_to:
        levels = ("phase", "building", "entrance", "floor")
        return levels[: levels.index(down_to) + 1][-len(numbers) :]
    return _kinds_without_suffix(len(numbers), numbers[-1].startswith("0"), before)


_DOWN_TO: Final = {1: "entrance", 2: "building", 3: "floor", 5: "entrance"}


def _kinds_with_room(count: int, dashed: bool, before: str) -> tuple[str, ...]:
    levels = ("phase", "building", "entrance", "room")
    if count != 2:
        return levels[-count:] if count <= 4 else ()
    if re.search("[栋幢座#]-?[,，的]?$|号楼-?$", before):
        return ("entrance", "room")
    return ("building", "room") if dashed or re.search("(?:期|区|P\\d)-?$", before) else ()


def _kinds_without_suffix(count: int, door_last: bool, before: str) -> tuple[str, ...]:
    """3-2-15-02, 2单元15-02, 二期3-2; two bare numbers mean nothing by themselves."""
    levels = ("phase", "building", "entrance", "floor", "number")
    if count == 2 and re.search("期-?$", before):
        return ("building", "entrance")
    if not door_last:
        return ()
    above = 1 if re.search("单元-?$", before) else 2 if re.search("[栋幢座#]-?$|号楼-?$", before) else 3
    return levels[-count:] if count > above else ()


_READERS: Final = {
    "label": _read_label,
    "own_phase": _read_own_phase,
    "pillar": _read_pillar,
    "letter_room": _read_letter_room,
    "code": _read_code,
    "series": _series,
}
