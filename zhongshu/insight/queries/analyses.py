"""The facts of an analysis, taken from a report."""

from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Place
from zhongshu.insight.kinds import Dimension
from zhongshu.insight.policies.analysis import Count, Facts, Named, Share
from zhongshu.insight.policies.figures import RATES
from zhongshu.insight.queries.reports import Report
from zhongshu.insight.queries.tallies import Tally
from zhongshu.people.kinds import TEAM_KIND_LABELS
from zhongshu.work.kinds import STAGE_LABELS, Stage, category_name

PROMISES = {
    Stage.ACKNOWLEDGE: "acknowledge_on_time",
    Stage.ARRIVE: "arrive_on_time",
    Stage.FINISH: "finish_on_time",
}


def facts_of(shown: Report) -> Facts:
    """One statement beyond those of the report."""
    now, before = shown.now.total, shown.before.total
    return Facts(
        opened=_count("opened", shown),
        complaints=_count("complaints", shown),
        households=shown.households,
        categories=_categories(shown),
        promises={
            Named(str(STAGE_LABELS[stage]), RATES[code].part): _share(code, now, before)
            for stage, code in PROMISES.items()
        },
        teams=_teams(shown),
        fixed_first=_share("first_time_fix", now, before),
        called_back=_share("follow_up", now, before),
        content=_share("satisfaction", now, before),
        buildings={Named(spot.label, spot.path): spot.number for spot in shown.hot_spots},
        building_count=_buildings(shown),
        placed=shown.hot_spots[0].of if shown.hot_spots else 0,
        callers={Named(caller.label, caller.case): caller.number for caller in shown.callers if caller.label},
    )


def _count(code: str, shown: Report) -> Count:
    return Count(shown.now.total.n(code), shown.before.total.n(code), shown.year_ago.total.n(code))


def _share(code: str, now: Tally, before: Tally) -> Share:
    part, whole = RATES[code].part, RATES[code].whole
    return Share(now.n(part), now.n(whole), before.n(part), before.n(whole))


def _categories(shown: Report) -> dict[Named, Count]:
    now, before, year_ago = (tallies.by[Dimension.CATEGORY] for tallies in (shown.now, shown.before, shown.year_ago))
    none = Tally()
    return {
        Named(category_name(code), code): Count(
            now.get(code, none).n("opened"), before.get(code, none).n("opened"), year_ago.get(code, none).n("opened")
        )
        for code in sorted({*now, *before})
    }


def _teams(shown: Report) -> dict[Named, Share]:
    now, before = shown.now.by[Dimension.TEAM], shown.before.by[Dimension.TEAM]
    return {
        Named(str(TEAM_KIND_LABELS.get(team, team)), team): _share("finish_on_time", tally, before.get(team, Tally()))
        for team, tally in sorted(now.items())
        if team
    }


def _buildings(shown: Report) -> int:
    return Place.objects.filter(site_id__in=shown.scope.site_ids, kind=PlaceKind.BUILDING, is_active=True).count()
