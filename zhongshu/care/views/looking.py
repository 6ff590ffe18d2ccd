"""What somebody looks at on the pages of the score: a day, the one it is compared with, whose accounts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from zhongshu.care.kinds import BAND_LABELS, Band
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.queries import boards
from zhongshu.care.queries.boards import GONE, NEW, Moment, Wanted
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Place
from zhongshu.estate.queries import keepers_at, own_territory
from zhongshu.identity.access import SignedInRequest
from zhongshu.identity.models import User
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.days import Days

MONTHS = {"1": 1, "3": 3, "6": 6, "12": 12}
UNTIL = {"0": 0, "2": 2, "5": 5, "11": 11}
MOVED: dict[str, Promise] = {
    "fallen": gettext_lazy("降了一档以上"),
    "risen": gettext_lazy("升了一档以上"),
    "changed": gettext_lazy("分数有变化"),
}
NOWHERE = "-"
"""Instead of a building: the accounts that are in none."""


@dataclass(frozen=True, slots=True)
class Looking:
    """What somebody looks at: a site on a day, compared with another, narrowed by the address and by right."""

    site_id: int
    today: date
    now: Moment
    before: Moment
    wanted: Wanted
    own: int | None
    buildings: list[Place]
    keepers: list[User]
    errors: dict[str, str]

    @property
    def on(self) -> date:
        return self.now.on


def looking(request: SignedInRequest) -> Looking:
    """From the address: what is not understood narrows nothing. Two statements, three for who sees every keeper."""
    site_id, today = request.site.pk, day_of(now())
    request.actor.require(VIEW_CARE, site_id)
    days = Days.of({"since": request.GET.get("before", ""), "until": request.GET.get("on", "")})
    on = days.until or today
    own = own_territory(request.actor, VIEW_CARE, site_id)
    buildings = _buildings(site_id, Moment(on), own)
    yesterday = boards.overnight(on) if on == today else Moment(on - timedelta(days=1))
    return Looking(
        site_id=site_id,
        today=today,
        now=Moment(on),
        before=Moment(days.since) if days.since and days.since < on else yesterday,
        wanted=_wanted(request, buildings, own),
        own=own,
        buildings=buildings,
        keepers=[] if own else list(keepers_at(site_id, on)),
        errors={{"since": "before", "until": "on"}[name]: said for name, said in days.errors.items()},
    )


def _buildings(site_id: int, at: Moment, own: int | None) -> list[Place]:
    """Of a keeper those alone in which they look after somebody."""
    rows = Place.objects.filter(site_id=site_id, kind=PlaceKind.BUILDING, is_active=True).order_by("path_as_counted")
    if own is None:
        return list(rows)
    return list(
        rows.filter(code__in=[row.key for row in boards.shares(site_id, at, Wanted(keeper_id=own), "building")])
    )


def _wanted(request: SignedInRequest, buildings: list[Place], own: int | None) -> Wanted:
    typed = {name: request.GET.get(name, "").strip() for name in _NAMES}
    paths = {place.code: place.path for place in buildings}
    bands = {*Band, NEW, GONE}
    return Wanted(
        path="" if typed["building"] == NOWHERE else paths.get(typed["building"]),
        keeper_id=own or (int(typed["keeper"]) if typed["keeper"].isdecimal() and len(typed["keeper"]) < 10 else None),
        text=typed["q"].lower() or None,
        band=typed["band"] if typed["band"] in bands else None,
        was=typed["was"] if typed["was"] in bands else None,
        gold=True if typed["gold"] else None,
        moved=typed["moved"] if typed["moved"] in MOVED else None,
        months_from=MONTHS.get(typed["months"]),
        months_until=UNTIL.get(typed["months_until"]),
    )


_NAMES = ("building", "keeper", "q", "band", "was", "gold", "moved", "months", "months_until")


def choices(request: SignedInRequest, seen: Looking) -> dict[str, Any]:
    """What every page of the score shows around its figures; `kept` goes along to the next page."""
    kept = {name: request.GET[name] for name in ("building", "keeper") if request.GET.get(name)}
    return {"typed": request.GET, "bands": BAND_LABELS, "kept": kept | {"on": f"{seen.on}"}}
