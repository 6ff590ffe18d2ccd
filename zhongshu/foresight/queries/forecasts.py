"""What was foreseen of whom, and whether it came true."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Count, Max, Min, Q, QuerySet, Subquery

from zhongshu.care.policies.table import months_later
from zhongshu.estate.models import Account
from zhongshu.estate.queries import own_territory
from zhongshu.foresight.models import Forecast, Objection
from zhongshu.foresight.permissions import VIEW_FORESIGHT
from zhongshu.foresight.policies.quality import Bin, reliability
from zhongshu.foresight.policies.slices import AHEAD
from zhongshu.identity.actor import Actor


@dataclass(frozen=True, slots=True)
class Lived:
    """Forecasts whose six months are over, made before anybody could know: as `policies.quality` counts them."""

    first_on: date
    last_on: date
    rows: int
    happened: int
    brier: float
    base_brier: float
    bins: tuple[Bin, ...]


def last_day(site_id: int) -> date | None:
    """As of which morning the site was foreseen last."""
    found: date | None = Forecast.objects.filter(site_id=site_id).aggregate(last=Max("on"))["last"]
    return found


def newest(actor: Actor, site_id: int, *, text: str = "", least: float = 0.0) -> QuerySet[Forecast]:
    """The last forecasts of a site, the likeliest first; a keeper sees their own. `least`: the lowest probability."""
    last = Forecast.objects.filter(site_id=site_id).order_by("-on").values("on")[:1]
    rows = actor.visible(Forecast.objects.filter(site_id=site_id, on=Subquery(last)), VIEW_FORESIGHT)
    own = own_territory(actor, VIEW_FORESIGHT, site_id)
    if own is not None:
        rows = rows.filter(keeper_id=own)
    if text:
        named = Q(account__number__icontains=text) | Q(account__customer__name__icontains=text)
        rows = rows.filter(named | Q(account__unit__label__icontains=text))
    rows = rows.filter(probability__gte=least).select_related("account__unit", "account__customer", "keeper")
    return rows.order_by("-probability", "account__number", "pk")


def accounts_seen(actor: Actor, site_id: int) -> QuerySet[Account]:
    """Those of a site whose forecast one may see."""
    return actor.visible(Account.objects.filter(site_id=site_id), VIEW_FORESIGHT)


def objections(actor: Actor, site_id: int) -> QuerySet[Objection]:
    """Those that stand, the latest first."""
    rows = actor.visible(Objection.objects.filter(site_id=site_id, ended_at=None), VIEW_FORESIGHT)
    return rows.select_related("account__unit", "account__customer", "by").order_by("-at")


def lived(site_id: int) -> Lived | None:
    """What was foreseen of a site on the first days of months that lie six months back, and what came of it; None where
    nothing is that old."""
    rows = Forecast.objects.filter(site_id=site_id, happened__isnull=False)
    seen = list(rows.values_list("probability", "happened").annotate(count=Count("pk")).order_by())
    if not seen:
        return None
    chances, outcomes, counts = (np.array(column, dtype=float) for column in zip(*seen, strict=True))
    foreseen, happened = (np.repeat(each, counts.astype(int)) for each in (chances, outcomes))
    rate = float(happened.mean())
    days = rows.aggregate(first=Min("on"), last=Max("on"))
    return Lived(
        first_on=days["first"],
        last_on=days["last"],
        rows=len(foreseen),
        happened=int(happened.sum()),
        brier=float(np.mean((foreseen - happened) ** 2)),
        base_brier=rate * (1 - rate),
        bins=reliability(foreseen, happened),
    )


def days_over(site_id: int, on: date) -> list[date]:
    """Mornings whose six months are over by `on`, and of which it is not written down yet what came of them."""
    rows = Forecast.objects.filter(site_id=site_id, happened=None)
    return [day for day in rows.values_list("on", flat=True).distinct().order_by("on") if months_later(day, AHEAD) < on]
