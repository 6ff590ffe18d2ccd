"""One mention × the site's layout → the codes it can mean, or what about it does not exist there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import nsmallest
from typing import Final

from zhongshu.estate.addressing.layout import COMPASS, SiteLayout, Stair
from zhongshu.estate.addressing.mentions import Mention

MOST_SUGGESTIONS: Final = 5
_SIDES: Final = {"左": "L", "右": "R"}
_LEVELS: Final = ("phase", "building", "entrance")


class Fault(StrEnum):
    """Why a mention matches nothing: the site never uses this form, or it does but has no such place."""

    FORM = "form"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Match:
    """``codes`` in the site's order; when empty, ``fault`` says why at which ``level`` for which spoken ``value``."""

    codes: tuple[str, ...] = ()
    fault: Fault | None = None
    level: str = ""
    value: str = ""
    nearest: tuple[str, ...] = ()


NOTHING: Final = Match()


def match(mention: Mention, layout: SiteLayout) -> Match:
    """All places of the site the mention can mean; ``NOTHING`` when it turns out not to speak of a place at all."""
    found = {"garage": _garage, "gate": _gate, "label": _label, "exact": _exact}.get(mention.family, _indoor)(
        mention.fields, layout
    )
    return NOTHING if found.fault and mention.weak and "building" not in mention.fields else found


def _exact(fields: dict[str, str], layout: SiteLayout) -> Match:
    return Match((fields["exact"],))


def _gate(fields: dict[str, str], layout: SiteLayout) -> Match:
    said = "" if fields["gate"] in ("左", "右", "中") else COMPASS.get(fields["gate"], fields["gate"])
    gates = tuple(dict.fromkeys(layout.gates.values()))
    if not said:
        return Match(_within(gates, fields, layout))
    if said in layout.gates:
        return Match((layout.gates[said],))
    fault = Fault.ABSENT if not gates or _form(said[:1]) in {_form(key[:1]) for key in layout.gates} else Fault.FORM
    return Match(fault=fault, level="gate", value=said, nearest=gates[:MOST_SUGGESTIONS])


def _label(fields: dict[str, str], layout: SiteLayout) -> Match:
    return Match(_within(tuple(layout.labels[fields["label"]]), fields, layout))


def _within(codes: tuple[str, ...], fields: dict[str, str], layout: SiteLayout) -> tuple[str, ...]:
    """Those that lie in the phase, building or entrance also named; all, where the tree does not tell."""
    if not fields.keys() & set(_LEVELS) or len(codes) < 2:
        return codes
    around = _stairs(fields, layout)
    inside = {code for stair in around for code in (stair.code, stair.building, stair.phase)}
    for level in ("entrance", "building", "phase"):
        if level in fields:
            kept = tuple(code for code in codes if (node := layout.above(code, level)) and node.code in inside)
            if kept:
                return kept
    return codes


def _stairs(fields: dict[str, str], layout: SiteLayout) -> list[Stair]:
    return _narrowed_by_all(fields, layout.stairs, layout)


def _narrowed_by_all(fields: dict[str, str], stairs: list[Stair], layout: SiteLayout) -> list[Stair]:
    for level in _LEVELS:
        if level in fields:
            stairs = _narrowed(stairs, level, fields[level], layout)
    return stairs


def _narrowed(stairs: list[Stair], level: str, value: str, layout: SiteLayout) -> list[Stair]:
    if level == "phase":
        code = layout.phases.get(value)
        return [stair for stair in stairs if stair.phase == code] if code else []
    if level == "building":
        return [stair for stair in stairs if stair.building_key == value]
    return [stair for stair in stairs if stair.key == value]


def _indoor(fields: dict[str, str], layout: SiteLayout) -> Match:
    for level in _LEVELS:
        if level in fields and _form(fields[level]) not in forms_used(level, layout):
            return Match(
                fault=Fault.FORM,
                level=level,
                value=fields[level],
                nearest=_instead(fields, level, layout.stairs, layout) if "building" in fields else (),
            )
    stairs = layout.stairs
    for level in _LEVELS:
        if level not in fields:
            continue
        narrowed = _narrowed(stairs, level, fields[level], layout)
        if not narrowed:
            found = Match(
                fault=Fault.ABSENT, level=level, value=fields[level], nearest=_instead(fields, level, stairs, layout)
            )
            return _with_other_phase_first(found, fields, layout)
        stairs = narrowed
    return _with_other_phase_first(_in_stairs(fields, stairs, layout), fields, layout)


def _with_other_phase_first(found: Match, fields: dict[str, str], layout: SiteLayout) -> Match:
    """Where the very same place stands in another phase, the phase is the word most likely wrong."""
    if found.fault is not Fault.ABSENT or found.level == "phase" or not {"phase", "building"} <= fields.keys():
        return found
    elsewhere = _codes_with({kind: value for kind, value in fields.items() if kind != "phase"}, layout.stairs, layout)
    nearest = tuple(dict.fromkeys((*elsewhere, *found.nearest)))[:MOST_SUGGESTIONS]
    return replace(found, nearest=nearest)


def _form(value: str) -> str:
    if value.isdecimal():
        return "number"
    if re.fullmatch("[A-Z]", value):
        return "letter"
    if re.fullmatch(r"\d+[A-Z]", value):
        return "mixed"
    return "stem" if value in "甲乙丙丁戊己庚辛" else "compass" if value in "东西南北中" else "word"


def forms_used(level: str, layout: SiteLayout) -> set[str]:
    """Which sorts of names the site uses at a level: number, letter, mixed, stem, compass, word."""
    if level == "phase":
        return {_form(name) for name in layout.phases}
    return {_form(key) for stair in layout.stairs if (key := _key_at(stair, level, layout))}


def _key_at(stair: Stair, level: str, layout: SiteLayout) -> str | None:
    if level == "phase":
        names = (name for name, code in layout.phases.items() if code == stair.phase and _form(name) != "mixed")
        return next((name for name in names if not name.startswith("P")), None)
    return stair.building_key if level == "building" else stair.key


def _instead(fields: dict[str, str], level: str, stairs: list[Stair], layout: SiteLayout) -> tuple[str, ...]:
    """The same place with the nearest existing value at this level; else the nearest places of the level itself."""
    keys = dict.fromkeys(key for stair in stairs if (key := _key_at(stair, level, layout)))
    ordered = sorted(keys, key=lambda key: _distance(key, fields[level]))
    whole: list[str] = []
    parts: list[str] = []
    for key in ordered[: MOST_SUGGESTIONS * 2]:
        whole += _codes_with({**fields, level: key}, stairs, layout)
        parts += _codes_with(
            {kind: fields[kind] for kind in _LEVELS[: _LEVELS.index(level)] if kind in fields} | {level: key},
            stairs,
            layout,
        )
    return tuple(dict.fromkeys(whole or parts))[:MOST_SUGGESTIONS]


def _codes_with(fields: dict[str, str], stairs: list[Stair], layout: SiteLayout) -> tuple[str, ...]:
    stairs = _narrowed_by_all(fields, stairs, layout)
    return _in_stairs(fields, stairs, layout).codes if stairs else ()


def _distance(key: str, value: str) -> tuple[float, int]:
    """Nearest number first, the lower of two equally near ones; what is no number comes last."""
    if key.isdecimal() and value.isdecimal():
        return abs(int(key) - int(value)), int(key)
    return float("inf"), 0


def _in_stairs(fields: dict[str, str], stairs: list[Stair], layout: SiteLayout) -> Match:
    if "lift" in fields:
        return _lifts(fields, stairs)
    if "room" in fields:
        return _rooms(fields["room"], stairs, layout)
    if "short" in fields and "floor" in fields:
        return _rooms(f"{fields['floor']}{fields['short'].zfill(2)}", stairs, layout)
    if "door" in fields:
        return _doors(fields, stairs, layout)
    if "floor" in fields:
        return _floors(fields["floor"], stairs)
    return Match(tuple(dict.fromkeys(_deepest(fields, stairs))))


def _deepest(fields: dict[str, str], stairs: list[Stair]) -> Iterable[str]:
    if "entrance" in fields:
        return (stair.code for stair in stairs)
    if "building" in fields:
        return (stair.building for stair in stairs)
    return (stair.phase for stair in stairs if stair.phase)


def _lifts(fields: dict[str, str], stairs: list[Stair]) -> Match:
    side = _SIDES.get(fields["lift"], fields["lift"])
    there = tuple(code for stair in stairs for code in stair.lifts.values())
    sided = tuple(stair.lifts[side] for stair in stairs if side in stair.lifts)
    if sided or (there and not re.fullmatch("[A-Z]", side)):
        return Match(sided or there)
    return Match(
        fault=Fault.ABSENT,
        level="lift",
        value=fields["lift"],
        nearest=there[:MOST_SUGGESTIONS] or tuple(stair.code for stair in stairs)[:MOST_SUGGESTIONS],
    )


def _rooms(room: str, stairs: list[Stair], layout: SiteLayout) -> Match:
    codes = tuple(stair.rooms[room] for stair in stairs if room in stair.rooms)
    if codes:
        return Match(codes)
    floor = layout.floor_of(room)
    known = any(floor in stair.rooms_on for stair in stairs)
    if known or not floor:
        return Match(fault=Fault.ABSENT, level="room", value=room, nearest=_near_rooms(room, floor, stairs))
    return Match(fault=Fault.ABSENT, level="floor", value=floor, nearest=_near_rooms(room, "", stairs))


def _near_rooms(room: str, floor: str, stairs: list[Stair]) -> tuple[str, ...]:
    """On the same floor where there is one, in order; else the nearest floors, the same door first."""
    if floor:
        rooms = [(key, stair) for stair in stairs for key in stair.rooms_on.get(floor, ())]
        near = nsmallest(MOST_SUGGESTIONS, rooms, key=lambda each: _distance(each[0], room))
        return tuple(stair.rooms[key] for key, stair in sorted(near, key=lambda each: _distance(each[0], "0")))
    rooms = [(key, stair) for stair in stairs for key in stair.rooms]

    def far(each: tuple[str, Stair]) -> tuple[object, ...]:
        floors_away, _ = _distance(each[0][:-2] or "0", room[:-2] or "0")
        return floors_away, each[0][-2:] != room[-2:], _distance(each[0], room)

    return tuple(stair.rooms[key] for key, stair in nsmallest(MOST_SUGGESTIONS, rooms, key=far))


def _floors(floor: str, stairs: list[Stair]) -> Match:
    there = [stair for stair in stairs if floor in stair.floors or floor in stair.rooms_on]
    if there:
        return Match(tuple(stair.floors.get(floor, stair.code) for stair in there))
    floors = [(key, code) for stair in stairs for key, code in stair.floors.items()]
    near = nsmallest(MOST_SUGGESTIONS, floors, key=lambda each: _distance(each[0], floor))
    return Match(fault=Fault.ABSENT, level="floor", value=floor, nearest=tuple(code for _, code in near))


def _doors(fields: dict[str, str], stairs: list[Stair], layout: SiteLayout) -> Match:
    """A door direction the site does not define leaves all doors of the floor open."""
    suffix = layout.doors.get(fields["door"], "")
    if "floor" in fields and not _floors(fields["floor"], stairs).codes:
        return _floors(fields["floor"], stairs)
    rooms = [
        (stair, room)
        for stair in stairs
        for floor, on_floor in stair.rooms_on.items()
        if fields.get("floor", floor) == floor
        for room in on_floor
    ]
    codes = tuple(stair.rooms[room] for stair, room in rooms if room.endswith(suffix))
    if codes:
        return Match(codes)
    return Match(
        fault=Fault.ABSENT,
        level="door",
        value=fields["door"],
        nearest=tuple(stair.rooms[room] for stair, room in rooms)[:MOST_SUGGESTIONS],
    )


def _garage(fields: dict[str, str], layout: SiteLayout) -> Match:
    if not layout.spaces and not layout.pillars and not layout.by_kind.get("garage"):
        has_word_only = fields.keys() <= {"garage", "zone", "phase"}
        return NOTHING if has_word_only else Match(fault=Fault.FORM, level="space", value=fields.get("space", ""))
    if "space" in fields:
        return _spaces(fields, layout)
    if "pillar" in fields:
        return _pillars(fields, layout)
    return _garage_parts(fields, layout)


def _spaces(fields: dict[str, str], layout: SiteLayout) -> Match:
    number, level = fields["space"], fields.get("level", "")
    codes = tuple(code for at, code in layout.spaces.get(number, ()) if not level or at == level)
    if codes:
        return Match(codes)
    levels = {at for spaces in layout.spaces.values() for at, _ in spaces}
    if level and level not in levels:
        there = tuple(code for _, code in layout.spaces.get(number, ()))
        return Match(fault=Fault.ABSENT, level="level", value=level, nearest=there[:MOST_SUGGESTIONS])
    known = ((key, code) for key, spaces in layout.spaces.items() for at, code in spaces if not level or at == level)
    return Match(fault=Fault.ABSENT, level="space", value=number, nearest=_nearest(known, number))


def _pillars(fields: dict[str, str], layout: SiteLayout) -> Match:
    number, level, zone = fields["pillar"], fields.get("level", ""), fields.get("zone", "")

    def fits(at: str, area: str) -> bool:
        return (not level or at == level) and (not zone or area == zone)

    codes = tuple(code for at, area, code in layout.pillars.get(number, ()) if fits(at, area))
    if codes:
        return Match(codes)
    known = [(key, at, area, code) for key, pillars in layout.pillars.items() for at, area, code in pillars]
    near = _nearest(((key, code) for key, at, area, code in known if fits(at, area)), number)
    wrong = "pillar" if near else "zone" if zone else "level"
    near = near or tuple(code for key, at, _, code in known if key == number and (not level or at == level))
    near = near or tuple(code for key, _, area, code in known if key == number and (not zone or area == zone))
    return Match(fault=Fault.ABSENT, level=wrong, value=fields.get(wrong, number), nearest=near[:MOST_SUGGESTIONS])


def _nearest(known: Iterable[tuple[str, str]], number: str) -> tuple[str, ...]:
    near = nsmallest(MOST_SUGGESTIONS, known, key=lambda each: _distance(each[0], number))
    return tuple(code for _, code in near)


def _garage_parts(fields: dict[str, str], layout: SiteLayout) -> Match:
    kind = "zone" if "zone" in fields else "garage"
    level = fields.get("level", "")
    wanted = {part for part in (level, fields.get("zone", "")) if part}
    codes = tuple(node.code for node in layout.by_kind.get(kind, ()) if wanted <= set(node.code.upper().split("-")))
    if codes:
        return Match(codes)
    garages = tuple(node.code for node in layout.by_kind.get("garage", ()))
    return Match(
        fault=Fault.ABSENT,
        level=kind if kind == "zone" else "level",
        value=fields.get("zone", level),
        nearest=garages[:MOST_SUGGESTIONS],
    )
