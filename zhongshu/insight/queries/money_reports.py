"""What the pages of money show, gathered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.insight.kinds import MoneyBy, Topic
from zhongshu.insight.permissions import SEE_MONEY
from zhongshu.insight.policies import forecast
from zhongshu.insight.policies.forecast import Forecast
from zhongshu.insight.policies.stretches import Stretch, first_of_next, months_before
from zhongshu.insight.queries import months, takings
from zhongshu.insight.queries.money import Cut, MoneyRow, MoneyTable, measured
from zhongshu.insight.queries.money_books import Cleared, Receivable, Received, cleared, receivable, received
from zhongshu.insight.queries.scopes import Scope
from zhongshu.insight.queries.takings import Taking

HISTORY_MONTHS = 36


def cut_of(scope: Scope, stretch: Stretch, **narrowed: object) -> Cut:
    return Cut(scope.site_ids, stretch.since, stretch.on, stretch.is_now, narrowed)


def dimensions(scope: Scope) -> tuple[MoneyBy, ...]:
    """Of several sites, site by site; of one, what is inside."""
    if len(scope.site_ids) > 1:
        return (MoneyBy.SITE, MoneyBy.ITEM)
    return (MoneyBy.ITEM, MoneyBy.BUILDING, MoneyBy.KEEPER)


@dataclass(frozen=True, slots=True)
class Collection:
    """A year so far, the same part of the year before, receipts month by month of both, and the books."""

    now: MoneyTable
    year_ago: MoneyTable
    receipts: Mapping[str, Taking]
    books: list[Cleared]


def collection(scope: Scope, stretch: Stretch) -> Collection:
    """Four statements."""
    ago = stretch.year_ago
    since, until = ago.since, stretch.on.replace(day=1)
    by = (*dimensions(scope), MoneyBy.MONTH)
    now = named(measured(Topic.COLLECTION, cut_of(scope, stretch), by=by), scope)
    of_the_year = [row for row in now.by[MoneyBy.MONTH] if row.key.startswith(f"{stretch.year}-")]
    return Collection(
        replace(now, by={**now.by, MoneyBy.MONTH: of_the_year}),
        measured(Topic.COLLECTION, replace(cut_of(scope, ago), is_now=False), by=(MoneyBy.MONTH,)),
        takings.months(scope.site_ids, since=since, until=first_of_next(until)),
        cleared(cut_of(scope, stretch)),
    )


@dataclass(frozen=True, slots=True)
class Ageing:
    table: MoneyTable
    books: list[Receivable]


def ageing(scope: Scope, of: Cut) -> Ageing:
    """Two statements. The books are of the sites as a whole, without them where the cut is narrowed."""
    table = named(measured(Topic.AGEING, of, by=dimensions(scope)), scope)
    return Ageing(table, [] if of.narrowed else receivable(of))


def named(table: MoneyTable, scope: Scope) -> MoneyTable:
    """Sites by their names: their rows carry keys only."""
    if MoneyBy.SITE not in table.by:
        return table
    sites = {str(site.pk): site for site in scope.sites}
    rows = [MoneyRow(sites[row.key].code, sites[row.key].name, row.sums) for row in table.by[MoneyBy.SITE]]
    return replace(table, by={**table.by, MoneyBy.SITE: rows})


def own_keeper(actor: Actor, scope: Scope) -> str | None:
    """Whose territory alone the actor may see there; None: everybody's."""
    may_all = all(actor.may(SEE_MONEY, site_id) for site_id in scope.site_ids)
    return None if may_all else str(actor.user_id)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Complete months in a row, up to the last one, and what may come. `running`: the month that has begun."""

    history: list[Taking]
    running: Taking
    ahead: list[date]
    forecast: Forecast | None
    books: list[Received]


def receipts(scope: Scope, *, today: date) -> Receipts:
    """From the first month in which money came, at most three years. Three statements."""
    this = today.replace(day=1)
    first = takings.first_day(scope.site_ids)
    start = max(first.replace(day=1), months_before(this, HISTORY_MONTHS)) if first else this
    known = takings.months(scope.site_ids, since=start, until=first_of_next(this))
    history = [known.get(f"{month:%Y-%m}", Taking(f"{month:%Y-%m}")) for month in between(start, this)]
    if history and first and first.day > 1 and start == first.replace(day=1):
        history = history[1:]
        start = first_of_next(start)
    found = forecast.of_money([float(month.taken) for month in history])
    return Receipts(
        history,
        known.get(f"{this:%Y-%m}", Taking(f"{this:%Y-%m}")),
        [months_before(this, -step) for step in range(forecast.AHEAD)],
        found,
        received(scope.site_ids, since=start, until=this),
    )


def between(start: date, until: date) -> list[date]:
    """The months from one to before another."""
    found = []
    while start < until:
        found.append(start)
        start = first_of_next(start)
    return found


@dataclass(frozen=True, slots=True)
class Living:
    """How dwellings were lived in, month by month, the last one to today; and how many may stand empty."""

    months: list[months.Lived]
    ahead: list[date]
    forecast: Forecast | None


def living(scope: Scope, *, today: date) -> Living:
    """Two statements."""
    this = today.replace(day=1)
    first = months.first_occupancy(scope.site_ids)
    start = max(first.replace(day=1), months_before(this, HISTORY_MONTHS)) if first else this
    rows = months.occupancy(scope.site_ids, first=start, last=this, on=today)
    found = forecast.of_units([float(row.vacant) for row in rows if row.month < this])
    return Living(rows, [months_before(this, -step) for step in range(forecast.AHEAD)], found)


def too_little(months_known: int) -> str:
    """Why nothing is forecast."""
    return _("只有 %(n)d 个完整月份的收款记录，至少要 %(least)d 个月才能预测：太少看不出季节，也无法检验。") % {
        "n": months_known,
        "least": forecast.LEAST_SEASONAL,
    }


def last_before(today: date) -> date:
    """The last day of the last complete month."""
    return today.replace(day=1) - timedelta(days=1)


def since_of(shown: Receipts, today: date) -> date:
    """The first day of the history."""
    return months_before(today.replace(day=1), len(shown.history))
