"""Phase, building, entrance, floor and room as people write them ↔ the parts of a code. Pure."""

import re
from typing import Any, Final

from zhongshu.estate.addressing.numerals import with_arabic_numbers
from zhongshu.estate.naming import Address, phase_label
from zhongshu.estate.workbooks.cells import BadCell, part_of_code

LONGEST_CODE: Final = 36
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_PHASE = re.compile(r"(?:第|P|PHASE)?0*([1-9]\d?)期?")
_PHASE_BEFORE = re.compile(r"(第?[0-9IVX]+期)(.+)")
_NUMBER_BEFORE_UNIT = re.compile(r"[第#]?([0-9A-Z]+?)(?:号楼|号栋|#楼|#栋|栋|幢|座|#|号|楼)?")
_ENTRANCE_BEHIND = re.compile(r"(.+?(?:楼|栋|幢|座|#))-?(\d{1,2}|[A-Z])号?单元")
_SPOKEN_MARK = re.compile(r"(?<=[0-9A-Z])(?:号楼|号栋|#楼|#栋|栋|幢|座|#|单元)-?(?=[0-9A-Z])")
_NONE = frozenset({"", "/", "-", "--", "无", "无单元", "没有"})
_PART = re.compile(r"[0-9A-Z\u3400-\u9fff.·+]+")
_ROOM = re.compile(r"[0-9A-Z\u3400-\u9fff.·+]+(?:-[0-9A-Z\u3400-\u9fff.·+]+)*")
_ROOM_TAIL = re.compile(r"(?<=\d)(?:室|号房|房|号|户)$")
_FLOOR = re.compile(r"第?(?:(B|-|负|地下)负?)?0*([1-9]\d?)(?:层|楼|F)?(?:[-~至、/]\d{1,2}(?:层|楼|F)?)?")
_FLOOR_IN_ROOM = re.compile(r"(B?)(\d{1,2})\d{2}[A-Z\u3400-\u9fff]*")
_SPLIT_LEVEL = frozenset({"跃层", "复式", "夹层", "复式楼"})
_GROUND = frozenset({"首层", "底层", "一楼底商", "G", "GF"})
_FRACTION = re.compile(r"\d+\.\d+")
_LEVEL = re.compile(r"(?:B|-|负|地下)负?0*([1-9])(?:层|楼|F)?")
_OUTDOORS = frozenset({"地面", "地上", "室外", "露天"})
_NUMBER = r"\d{1,3}[A-Z]?|[A-Z]\d{0,2}"
_MARK = r"[-—_/\\.·,、#]"
_BEHIND = "(?:室|号房|房|号|户)?"
_SPOKEN = re.compile(
    rf"(?:(?P<phase>第?[0-9IVX]{{1,3}}期|[\u3400-\u9fffA-Z]{{1,6}}?(?:期|区|组团|苑)){_MARK}?)?"
    rf"第?(?P<building>{_NUMBER}|[东西南北甲乙丙丁])(?:号楼|号栋|#楼|#栋|栋|幢|座|#|号|楼){_MARK}?"
    rf"(?:第?(?P<entrance>\d{{1,2}}|[A-Z])(?:号?单元|号?门|{_MARK}){_MARK}?)?"
    rf"(?P<room>B?\d{{1,5}}[A-Z]?){_BEHIND}"
)
_DASHED = re.compile(
    rf"(?:(?P<phase>P?\d{{1,2}}|[A-Z]){_MARK})?(?P<building>{_NUMBER}){_MARK}"
    rf"(?P<entrance>\d{{1,2}}|[A-Z]){_MARK}(?P<room>B?\d{{2,5}}[A-Z]?){_BEHIND}"
)
_SHORT = re.compile(rf"(?P<phase>)(?P<building>{_NUMBER})[-—_#](?P<entrance>)(?P<room>B?\d{{3,5}}[A-Z]?){_BEHIND}")
ADDRESS_PARTS: Final = {"期": "phase", "楼栋": "building", "单元": "entrance", "房号": "room"}


def phase_part(text: str) -> str:
    """一期, 1期, 第一期, Ⅰ期, P1, 1 → `P1`; any other word (东区, A区) stays; empty stays empty."""
    if text in _NONE:
        return ""
    arabic = with_arabic_numbers(text).replace(" ", "")
    number = _ROMAN.get(arabic.removeprefix("第").removesuffix("期"))
    if found := _PHASE.fullmatch(arabic):
        number = int(found[1])
    return f"P{number}" if number else _checked(text.replace(" ", ""), "期")


def building_part(text: str) -> str:
    """1栋, 1号楼, 1#, 01, 一号楼 → `1`; A座 → `A`; a name (商业楼) stays."""
    arabic = with_arabic_numbers(text).replace(" ", "")
    found = _NUMBER_BEFORE_UNIT.fullmatch(arabic)
    if found is None:
        return _checked(text.replace(" ", ""), "楼栋")
    return _without_zeros(found[1])


def entrance_part(text: str) -> str:
    """1单元, 一单元, 1, 1门 → `1`; 无, /, empty → no entrance."""
    if text in _NONE:
        return ""
    arabic = re.sub(r"(?:单元|门栋|门)$", "", with_arabic_numbers(text).replace(" ", "")).removeprefix("第")
    return _without_zeros(_checked(arabic, "单元"))


def room_part(text: str) -> str:
    """101室 → `101`; 0101 stays `0101`; -101 and 负101 → `B101`."""
    plain = _ROOM_TAIL.sub("", text.replace(" ", ""))
    plain = re.sub(r"^(?:-|负)(?=\d)", "B", plain)
    if _FRACTION.fullmatch(plain):
        raise BadCell(f"房号“{plain[:20]}”是小数，不像房号，请核对")
    if re.search(r"[、,，/;；&]", plain):
        raise BadCell("房号一格里有几个房间，请每个房间写一行")
    if not _ROOM.fullmatch(plain):
        raise BadCell("房号只能由数字、字母和汉字组成")
    return plain


def floor_number(text: str) -> int | None:
    """15, 15层, 十五楼 → 15; B1, -1, 负一层 → -1; empty and 跃层 → None: the room number tells."""
    plain = with_arabic_numbers(text).replace(" ", "")
    if plain in _NONE or plain in _SPLIT_LEVEL:
        return None
    if plain in _GROUND:
        return 1
    found = _FLOOR.fullmatch(plain)
    if found is None:
        raise BadCell(f"看不懂楼层“{text[:20]}”，请写 15，地下写 B1")
    return -int(found[2]) if found[1] else int(found[2])


def floor_of_room(room: str) -> int | None:
    """1502 → 15, 0101 → 1, B101 → -1; None where the number does not tell."""
    found = _FLOOR_IN_ROOM.fullmatch(room)
    if found is None or int(found[2]) == 0:
        return None
    return -int(found[2]) if found[1] else int(found[2])


def garage_level(text: str) -> str:
    """B1, 负一层, -1, 地下1层 → `B1`; 地面 → `G`."""
    plain = with_arabic_numbers(text).replace(" ", "")
    if plain in _OUTDOORS or plain == "G":
        return "G"
    if found := _LEVEL.fullmatch(plain.removesuffix("车库")):
        return f"B{found[1]}"
    raise BadCell(f"看不懂车库层“{text[:20]}”，请写 B1；地面车位写 地面")


def zone_part(text: str) -> str:
    """A区 → `A`; empty stays empty."""
    plain = text.replace(" ", "")
    return "" if plain in _NONE else _checked(plain.removesuffix("分区").removesuffix("区") or plain, "分区")


def number_part(text: str, what: str) -> str:
    """车位236, 236号, 23号柱 → the bare number, zeros kept."""
    plain = re.sub(r"^(?:车位|柱)(?=[0-9A-Z])|(?:号?(?:车位|柱)|号)$", "", text.replace(" ", ""))
    if not _ROOM.fullmatch(plain):
        raise BadCell(f"{what}只能由数字、字母和汉字组成")
    return plain


def read_address(phase: str, building: str, entrance: str, floor: str, room: str) -> Address:
    """From the five columns, half-width and capital. Raises BadCell.

    一期1栋 in the building's column is understood when the phase's is empty or says the same, 1栋1单元 when the
    entrance's does; so is 1-1-101 or 1栋1单元101 in the room's when it agrees with building and entrance.
    """
    phase, building = _split_phase(phase, building)
    building, entrance = _split_entrance(building, entrance)
    parts = phase_part(phase), building_part(building), entrance_part(entrance)
    number = room_part(_last_part(room, parts))
    level = floor_number(floor)
    address = Address(*parts, floor_of_room(number) if level is None else level, number)
    if len(address.code) > LONGEST_CODE:
        raise BadCell(f"编码 {address.code[:60]} 太长，最多 {LONGEST_CODE} 个字符")
    return address


def split_address(cell: Any) -> dict[str, str]:
    """1-2-1502, 1-1-2-1502 (phase first), 1-1502, 1栋2单元1502室, 一期1号楼2-1502 → 期, 楼栋, 单元, 房号.

    Raises BadCell.
    """
    text = part_of_code(cell)
    said = with_arabic_numbers(text).replace(" ", "")
    for pattern in (_DASHED, _SHORT, _SPOKEN):
        if found := pattern.fullmatch(said):
            return {title: found[name] or "" for title, name in ADDRESS_PARTS.items()}
    raise BadCell(f"看不懂完整房号“{text[:30]}”，请写成 1-2-1502 或 1栋2单元1502室")


def columns_of(address: Address) -> tuple[str, str, str, str, str]:
    """The five columns that `read_address` reads as this address."""
    floor = address.floor
    written = "" if floor is None else (str(floor) if floor > 0 else f"B{-floor}")
    return phase_label(address.phase), address.building, address.entrance, written, address.room


def _split_phase(phase: str, building: str) -> tuple[str, str]:
    found = _PHASE_BEFORE.fullmatch(with_arabic_numbers(building).replace(" ", ""))
    if found is None:
        return phase, building
    if phase_part(phase) not in {"", phase_part(found[1])}:
        raise BadCell(f"楼栋“{building}”与期“{phase}”不符")
    return found[1], found[2]


def _split_entrance(building: str, entrance: str) -> tuple[str, str]:
    found = _ENTRANCE_BEHIND.fullmatch(with_arabic_numbers(building).replace(" ", ""))
    if found is None:
        return building, entrance
    if entrance_part(entrance) not in {"", entrance_part(found[2])}:
        raise BadCell(f"楼栋“{building}”与单元“{entrance}”不符")
    return found[1], found[2]


def _dashed(room: str) -> str:
    """1栋1单元101 → 1-1-101, with the phase before it or not; anything else as it is."""
    arabic = re.sub(r"^第?([1-9]\d?)期-?", r"P\1-", with_arabic_numbers(room).replace(" ", ""))
    dashed = _SPOKEN_MARK.sub("-", arabic)
    return room.replace(" ", "") if dashed == arabic else dashed


def _last_part(room: str, parts: tuple[str, str, str]) -> str:
    """101 of 1-1-101 and P1-1-1-101, if what stands before is this entrance; numbers of another are refused."""
    before, _dash, last = _dashed(room).rpartition("-")
    said = [part.lstrip("0") for part in before.split("-") if part]
    whole = [part for part in parts if part]
    if said and said == whole[-len(said) :]:
        return last
    if len(said) > 1 or (said and said[0].isdecimal()):
        raise BadCell(f"房号“{room[:20]}”里的楼栋单元与本行不符")
    return room


def _checked(text: str, what: str) -> str:
    if _FRACTION.fullmatch(text):
        raise BadCell(f"{what}“{text[:20]}”是小数，不像{what}的编号，请核对")
    if not _PART.fullmatch(text):
        raise BadCell(f"{what}“{text[:20]}”只能由数字、字母和汉字组成")
    return text


def _without_zeros(text: str) -> str:
    return text.lstrip("0") or "0"
