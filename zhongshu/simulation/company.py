"""A small company for trials: a site of any size, and a tiny second one whose people have no business at the first."""

from datetime import date, timedelta
from random import Random

from django.db import transaction

from zhongshu.estate.models import Customer
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import Company, Site
from zhongshu.identity.roles import Role
from zhongshu.people.actions import repeat_week
from zhongshu.simulation.crew import Crew
from zhongshu.simulation.estate import move_in
from zhongshu.simulation.hours import midnight
from zhongshu.simulation.layout import Blueprint, small_site
from zhongshu.simulation.rosters import AHEAD
from zhongshu.simulation.staffing import TINY_POSTS, Post, posts_for
from zhongshu.simulation.workbook import Household, Numbers, households

MOST_UNITS = 5000
TINY = 4
PER_UNIT_AND_DAY = 0.0045


def matters_per_day(units: int) -> float:
    """About how many matters a site of that size has: 0.45 a day for 100 dwellings."""
    return units * PER_UNIT_AND_DAY


@transaction.atomic
def small_company(*, seed: int, units: int, first: date) -> Site:
    """沁园 with so many dwellings (1 to 5,000) as of the day `first`, through the real import; gives it.

    Nobody has a password. The resident `yezhu` lives there; 海棠里 has a keeper and a technician.
    """
    if not 1 <= units <= MOST_UNITS:
        raise ValueError(f"a site has 1 to {MOST_UNITS} dwellings, not {units}")
    Company.objects.get_or_create(name="安居物业")
    founding = _Founding(seed, first)
    site, crew = founding.site(small_site("QY", "沁园", units), posts_for(units))
    founding.site(small_site("HT", "海棠里", TINY), TINY_POSTS)
    crew.let_in(Customer.objects.filter(site=site, accounts__unit__isnull=False).earliest("pk"), "yezhu")
    crew.user("zongbu", Role.HEAD_OFFICE, None)
    return site


class _Founding:
    """What the sites of one company share."""

    def __init__(self, seed: int, first: date) -> None:
        self.first, self.dice, self.numbers = first, Random(f"{seed}:company"), Numbers()  # noqa: S311
        self.actor, self.at = system_actor(Origin.SIMULATION), midnight(first)

    def site(self, plan: Blueprint, posts: tuple[Post, ...]) -> tuple[Site, Crew]:
        """With its households, its staff and the rosters of the first weeks."""
        homes = self._households(plan)
        site = move_in(actor=self.actor, at=self.at, plan=plan, homes=homes)
        crew = Crew(site, actor=self.actor, at=self.at, dice=self.dice, numbers=self.numbers, password=None)
        colleagues = crew.hire(posts)
        crew.share_out(colleagues, on=self.first)
        monday = self.first - timedelta(days=self.first.weekday())
        crew.roster(colleagues, first=monday, end=monday + timedelta(weeks=1))
        repeat_week(actor=self.actor, at=self.at, site_id=site.pk, week_of=monday, weeks=AHEAD)
        return site, crew

    def _households(self, plan: Blueprint) -> list[Household]:
        """Somebody lives there, however small it is."""
        while True:
            homes = households(plan.units, dice=self.dice, numbers=self.numbers, today=self.first)
            if any(home.status != "未售" for home in homes):
                return homes
