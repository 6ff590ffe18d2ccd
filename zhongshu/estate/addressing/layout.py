"""The places of one site, indexed once for look-up by what people say."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from zhongshu.estate.addressing.normalise import plain

DOORS: Final[Mapping[str, str]] = MappingProxyType({"东": "01", "西": "02"})
DOOR_WORDS: Final = ("东南", "东北", "西南", "西北", "东", "西", "南", "北", "中", "左", "右")  # the longer first
COMPASS: Final = {"E": "东", "W": "西", "S": "南", "N": "北", "SE": "东南", "NE": "东北", "SW": "西南", "NW": "西北"}
SYNONYMS: Final = (
    ("消控中心", "消控室", "消防控制室", "消防控制中心", "监控室", "监控中心", "中控室"),
    ("配电房", "配电室", "配电间", "变电房", "变电所", "电房"),
    ("水泵房", "泵房", "水泵间", "生活水泵房"),
    ("儿童乐园", "儿童游乐场", "儿童游乐区", "游乐场", "儿童活动区", "儿童区"),
    ("中心花园", "中央花园", "小区花园", "花园"),
    ("物业服务中心", "服务中心", "客服中心", "物业中心", "物业办公室", "客服前台"),
    ("垃圾房", "垃圾站", "垃圾中转站", "垃圾收集点", "垃圾投放点"),
    ("健身区", "健身广场", "健身场", "健身器材"),
    ("电动车棚", "充电车棚", "充电棚", "车棚", "非机动车棚"),
    ("游泳池", "泳池"),
    ("快递柜", "丰巢", "快递驿站"),
    ("会所", "活动中心"),
)
_LABELLED = frozenset({"equipment_room", "public_area"})
_PHASE_TAIL = re.compile("(?:期|区|组团)$")


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """One place of the estate tree; ``parent`` is a code, ``label`` what staff and customers call it.

    ``kind``: community phase building entrance floor unit garage zone parking gate lift pillar equipment_room
    public_area.
    """

    code: str
    kind: str
    parent: str | None
    label: str


@dataclass(slots=True)
class Stair:
    """Where front doors are: an entrance, or a building without entrances. Keys carry no leading zeros."""

    code: str
    phase: str | None
    building: str
    building_key: str
    key: str | None
    floors: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)
    lifts: dict[str, str] = field(default_factory=dict)
    rooms_on: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def key_of(text: str) -> str:
    """A number without leading zeros; anything else in capitals."""
    return text.upper().lstrip("0") or text[-1:]


def code_key(code: str) -> str:
    """A code as it compares: capitals, no leading zeros in any part."""
    return "-".join(key_of(part) for part in code.split("-"))


class SiteLayout:
    """Immutable index of a site's places; build it once per version of the site and keep it.

    ``doors`` maps words for a front door (东 西 南 北 中 左 右 东南 …) to the last two digits of its room number; it
    adds to and overrides ``DOORS``.
    """

    def __init__(self, places: Iterable[PlaceNode], *, doors: Mapping[str, str] | None = None) -> None:
        self.nodes: dict[str, PlaceNode] = {node.code: node for node in places}
        self.doors: Mapping[str, str] = {**DOORS, **(doors or {})}
        self.by_key: dict[str, str] = {code_key(code): code for code in self.nodes}
        self.by_kind: dict[str, list[PlaceNode]] = defaultdict(list)
        for node in self.nodes.values():
            self.by_kind[node.kind].append(node)
        self.phases: dict[str, str] = self._phase_names()
        self.stairs: list[Stair] = self._stairs()
        self.lettered: bool = any(re.fullmatch("[A-Z]", stair.building_key) for stair in self.stairs)
        self._by_stair: dict[str, Stair] = {stair.code: stair for stair in self.stairs}
        self._fill_stairs()
        self.spaces: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.pillars: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._fill_garages()
        self.gates: dict[str, str] = self._gates()
        self.labels: dict[str, list[str]] = self._labels()
        self.label_names: list[str] = list(self.labels)
        self.label_pattern: re.Pattern[str] | None = _any_of(self.labels)
        self.phase_words: list[str] = [
            name
            for name in self.phases
            if not name.isdecimal() and len(name) > 1 and not re.fullmatch(r"P?\d+期?", name)
        ]
        self.phase_pattern: re.Pattern[str] | None = _any_of(self.phase_words)

    def ancestors(self, code: str) -> Iterable[str]:
        """The place itself and everything it lies in, from the inside out."""
        node = self.nodes.get(code)
        while node is not None:
            yield node.code
            node = self.nodes.get(node.parent) if node.parent else None

    def above(self, code: str, kind: str) -> PlaceNode | None:
        """The nearest place of that kind which the place is or lies in."""
        return next((self.nodes[each] for each in self.ancestors(code) if self.nodes[each].kind == kind), None)

    def floor_of(self, room_key: str) -> str:
        """15 of 1502; empty where the number does not tell."""
        digits = room_key.rstrip("ABCDEFGHJK")
        return digits[:-2] if digits.isdecimal() and len(digits) >= 3 else ""

    def _phase_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for node in self.by_kind["phase"]:
            label = plain(node.label)
            code = node.code.upper()
            for name in (code, re.sub(r"^P(?=\d)", "", code), label, _PHASE_TAIL.sub("", label)):
                names.setdefault(key_of(name) if name else node.code, node.code)
        return names

    def _stairs(self) -> list[Stair]:
        entered = {node.parent for node in self.by_kind["entrance"]}
        stairs = []
        for node in [*self.by_kind["entrance"], *(b for b in self.by_kind["building"] if b.code not in entered)]:
            building = self.above(node.code, "building") or node
            phase = self.above(node.code, "phase")
            stairs.append(
                Stair(
                    code=node.code,
                    phase=phase.code if phase else None,
                    building=building.code,
                    building_key=_last(building.code),
                    key=_last(node.code) if node.kind == "entrance" else None,
                )
            )
        return stairs

    def _fill_stairs(self) -> None:
        for node in self.by_kind["floor"]:
            if stair := self._by_stair.get(node.parent or ""):
                stair.floors[key_of(_last(node.code).removeprefix("F"))] = node.code
        for node in self.by_kind["unit"]:
            if stair := self._stair_above(node):
                room = _last(node.code)
                stair.rooms[room] = node.code
                stair.rooms_on[self._floor_key(node, room)].append(room)
        for node in self.by_kind["lift"]:
            around = self._by_stair.get(node.code.removeprefix("EQ-").rpartition("-")[0]) or self._stair_above(node)
            if around:
                around.lifts[_last(node.code)] = node.code

    def _floor_key(self, unit: PlaceNode, room: str) -> str:
        parent = self.nodes.get(unit.parent or "")
        if parent is not None and parent.kind == "floor":
            return key_of(_last(parent.code).removeprefix("F"))
        return self.floor_of(room)

    def _stair_above(self, node: PlaceNode) -> Stair | None:
        around: PlaceNode | None = node
        while around is not None and around.code not in self._by_stair:
            around = self.nodes.get(around.parent) if around.parent else None
        return self._by_stair[around.code] if around else None

    def _fill_garages(self) -> None:
        for node in self.by_kind["parking"]:
            parts = node.code.upper().split("-")
            self.spaces[key_of(parts[-1])].append((parts[1] if len(parts) > 2 else "", node.code))
        for node in self.by_kind["pillar"]:
            parts = ["", "", *node.code.upper().split("-")]
            self.pillars[key_of(parts[-1])].append((parts[-3], parts[-2], node.code))

    def _gates(self) -> dict[str, str]:
        gates: dict[str, str] = {}
        for node in self.by_kind["gate"]:
            last = _last(node.code)
            gates.setdefault(COMPASS.get(last, last), node.code)
            if said := re.match("[东西南北]{1,2}", plain(node.label).removeprefix("小区")):
                gates.setdefault(said[0], node.code)
        return gates

    def _labels(self) -> dict[str, list[str]]:
        labels: dict[str, list[str]] = defaultdict(list)
        named = [node for node in self.nodes.values() if node.kind in _LABELLED]
        for node in named:
            for name in _names(plain(node.label)):
                if node.code not in labels[name]:
                    labels[name].append(node.code)
        return {name: codes for name, codes in labels.items() if len(name) > 1}


def _names(label: str) -> Iterable[str]:
    bare = re.sub(r"\(.*?\)", "", label)
    yield from dict.fromkeys((label, bare))
    for group in SYNONYMS:
        if any(word in bare for word in group):
            yield from group


def _last(code: str) -> str:
    return key_of(code.rpartition("-")[2])


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None
