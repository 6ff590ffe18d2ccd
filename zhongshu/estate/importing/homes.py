"""Which dwelling, shop or parking space a cell of an old book means, and who answered for it on a day.

Known by code, by account number, by label, or by however people write an address (the place resolver). Old books know
who lives there now, not since when: a day before the first account of a place is that account's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhongshu.estate.addressing import SiteLayout, resolve
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Account, AccountPlace, Place
from zhongshu.estate.queries import layout_of
from zhongshu.estate.workbooks.cells import BadCell, part_of_code, plain_text_of

_KINDS: Final = (PlaceKind.UNIT, PlaceKind.PARKING)
_MOST_NAMED: Final = 5
MEND_HOME: Final = "请填房屋编码（如 1-1-1001）或户号，可从“房产与客户”导出对照"


@dataclass(frozen=True, slots=True)
class Home:
    """A place by key and code; `account_id` where the cell named an account and not the place."""

    place_id: int | None
    code: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    starts_on: date
    ends_on: date | None
    account_id: int


class Homes:
    """The places of a site, and what each cell was found to mean."""

    def __init__(self, site_id: int) -> None:
        rows = Place.objects.filter(site_id=site_id, kind__in=_KINDS).values_list("pk", "code", "label", "is_active")
        self._site_id = site_id
        self._codes: dict[str, Home] = {}
        self._labels: dict[str, list[Home]] = {}
        for pk, code, label, _is_active in rows.order_by("is_active", "pk").iterator(5000):
            home = self._codes[code.upper()] = Home(pk, code)
            self._labels.setdefault(_key(label), []).append(home)
        accounts = Account.objects.filter(site_id=site_id).values_list("number", "unit_id", "unit__code", "pk")
        self._accounts = {number.upper(): Home(unit, code or number, pk) for number, unit, code, pk in accounts}
        self._held = _holdings(site_id)
        self._known: dict[str, Home | str] = {}
        self._layout: SiteLayout | None = None

    def find(self, cell: object) -> Home:
        """Raises BadCell, with what it may have meant."""
        text = part_of_code(cell)
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._found(text)
        if isinstance(found, str):
            raise BadCell(found)
        return found

    def account_on(self, home: Home, day: date) -> int | None:
        """Who answers for it that day; before the first that is known, the first; after the last, the last."""
        if home.account_id is not None:
            return home.account_id
        held = self._held.get(home.place_id or 0, [])
        there = [one for one in held if one.starts_on <= day and (one.ends_on is None or day < one.ends_on)]
        later = [one for one in held if one.starts_on > day]
        one = next(iter([*there, *later, *reversed(held)]), None)
        return one.account_id if one else None

    def _found(self, text: str) -> Home | str:
        for written in _ways(text):
            home = self._codes.get(written.upper()) or self._accounts.get(written.upper())
            labelled = self._labels.get(_key(written), [])
            if home or len(labelled) == 1:
                return home or labelled[0]
        told = [self._meant(written) for written in _ways(text)]
        return next((one for one in told if isinstance(one, Home)), told[0])

    def _meant(self, text: str) -> Home | str:
        """What the place resolver makes of it."""
        self._layout = self._layout or layout_of(self._site_id)
        verdict = resolve(text, layout=self._layout)
        homes = [home for code in verdict.places if (home := self._codes.get(code.upper()))]
        if len(verdict.places) == 1 and homes:
            return homes[0]
        meant = "、".join(home.code for home in homes[:_MOST_NAMED])
        nearest = "、".join(verdict.suggestions[:_MOST_NAMED])
        if meant:
            return f"“{text[:30]}”可能是几个房屋：{meant}"
        return f"没有找到房屋“{text[:30]}”" + (f"，相近的有：{nearest}" if nearest else "")


def _holdings(site_id: int) -> dict[int, list[_Held]]:
    held: dict[int, list[_Held]] = {}
    rows = AccountPlace.objects.filter(site_id=site_id).order_by("starts_on", "pk")
    named = rows.values_list("place_id", "starts_on", "ends_on", "account_id")
    for place_id, starts_on, ends_on, account_id in named.iterator(5000):
        held.setdefault(place_id, []).append(_Held(starts_on, ends_on, account_id))
    return held


def _key(text: str) -> str:
    return re.sub(r"\s", "", plain_text_of(text)).upper()


def _ways(text: str) -> Iterator[str]:
    """As written; without gaps; with # between parts as a hyphen; without HC's unit 0 of shops."""
    bare = re.sub(r"\s*[-—–_/\\]\s*", "-", text).strip("-")
    ways = [text, bare, re.sub(r"#-?(?=\w)", "-", bare), re.sub(r"^(\w+)-0-", r"\1-", bare)]
    yield from dict.fromkeys(way for way in ways if way)
