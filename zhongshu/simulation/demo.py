"""The demo company: 安居物业 with its two sites, its people, and the last three months lived through.

Made once; a second start finds it. Everything goes through the real import and the real actions. Its money, from
fourteen months back, is lived by a job while the pages are up (`past.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction

from zhongshu.estate.models import Customer
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import Company, RoleGrant, Site
from zhongshu.identity.roles import ROLE_LABELS, Role
from zhongshu.kernel.clock import SITE_ZONE, day_of, now
from zhongshu.kernel.outbox import delivered_in_process
from zhongshu.simulation import jobs, past
from zhongshu.simulation.charging import Charging
from zhongshu.simulation.crew import Crew
from zhongshu.simulation.estate import move_in
from zhongshu.simulation.everyday import plan_rush
from zhongshu.simulation.layout import xh, yql
from zhongshu.simulation.showing import plan_show
from zhongshu.simulation.staffing import XH_POSTS, YQL_POSTS
from zhongshu.simulation.workbook import Numbers, households
from zhongshu.simulation.world import Tick, World, live_together

DEFAULT_SEED = 20261123
DEMO_PASSWORD = "zhongshu2026"  # noqa: S105 - printed at every start of the demo
ROSTER_AHEAD = timedelta(days=28)
PER_DAY = {"YQL": 2.2, "XH": 0.4}
PAST = (Role.CASHIER, Role.FINANCE, Role.SITE_MANAGER, Role.KEEPER, Role.SERVICE_LEAD, Role.LEGAL)
HEAD_OFFICE = {"zongbu": Role.HEAD_OFFICE, "admin": Role.ADMINISTRATOR}

Progress = Callable[[float, str], None]


class Demo:
    """`make` builds what is not there yet; `sign_ins` says who can sign in."""

    def __init__(self, *, seed: int, days: int, tick: Tick) -> None:
        self.seed, self.days, self.tick = seed, days, tick
        self.actor = system_actor(Origin.SIMULATION)

    def make(self, *, progress: Progress) -> None:
        """Nothing, when the demo's sites are there. They appear whole or not at all; a history that was cut off stays
        as far as it came, and `bin/demo --fresh` begins anew.
        """
        if Site.objects.filter(code__in=PER_DAY).exists():
            self._go_on()
            return
        until = now()
        today = day_of(until)
        first = today - timedelta(days=self.days)
        with _fast_commits(), delivered_in_process():
            sites = self._found(first, today, progress)
            past.begin(sites, seed=self.seed, today=today, at=until)
            self._live(sites, first, until, progress)
        self._go_on()
        progress(1.0, "完成")

    def _go_on(self) -> None:
        """A worker lives what is left of the past."""
        if not past.is_whole():
            jobs.ask()

    @transaction.atomic
    def _found(self, first: date, today: date, progress: Progress) -> list[Site]:
        """The company, its sites, who lives there and who works there."""
        at = datetime.combine(first, datetime.min.time(), SITE_ZONE)
        dice = Random(self.seed)  # noqa: S311
        numbers = Numbers()
        if not Company.objects.exists():
            Company.objects.create(name="安居物业")
        sites = []
        for nth, plan in enumerate((yql(), xh())):
            progress(0.02 + 0.1 * nth, f"{plan.name}：建房产与住户")
            homes = households(plan.units, dice=dice, numbers=numbers, today=first)
            site = move_in(actor=self.actor, at=at, plan=plan, homes=homes)
            crew = Crew(site, actor=self.actor, at=at, dice=dice, numbers=numbers, password=DEMO_PASSWORD)
            colleagues = crew.hire(YQL_POSTS if plan.code == "YQL" else XH_POSTS)
            crew.roster(colleagues, first=first, end=today + ROSTER_AHEAD)
            before = [colleague for colleague in colleagues if colleague.post.role in PAST]
            crew.roster(before, first=past.first_day(today), end=first)
            crew.share_out(colleagues, on=past.first_day(today))
            sites.append(site)
        for username, role in HEAD_OFFICE.items():
            crew.user(username, role, None)
        crew.let_in(_somebody_living_in(sites[0]), "yezhu")
        return sites

    def _live(self, sites: list[Site], first: date, until: datetime, progress: Progress) -> None:
        charging = Charging(starts_on=date.max)  # its past is lived later
        worlds = [
            World(site, seed=self.seed, tick=self.tick, per_day=PER_DAY[site.code], charging=charging) for site in sites
        ]
        for world in worlds:
            plan_rush(world, until, count=max(2, round(2 * world.per_day)))
        plan_show(worlds[0], until)

        def after_day(day: date) -> None:
            lived = (day - first).days + 1
            progress(0.2 + 0.8 * lived / (self.days + 1), day.isoformat())

        live_together(worlds, first, until, after_day=after_day)

    def sign_ins(self) -> str:
        """One person per role, with the password they share."""
        lines = []
        for role in Role:
            grant = RoleGrant.objects.filter(role=role).select_related("user", "site").order_by("pk").first()
            if grant:
                where = grant.site.name if grant.site else "全部项目"
                lines.append(f"  {grant.user.username:<8} {ROLE_LABELS[role]}（{where}，{grant.user.name}）")
        return f"密码 password: {DEMO_PASSWORD}\n" + "\n".join(lines)


def _somebody_living_in(site: Site) -> Customer:
    """The owner of a dwelling that is easy to remember, where that is sold."""
    living = Customer.objects.filter(site=site, accounts__unit__isnull=False)
    return living.filter(accounts__unit__code="P2-3-2-1502").first() or living.earliest("pk")


@contextmanager
def _fast_commits() -> Iterator[None]:
    """Commits need not reach the disk one by one while a story is made that can be made again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")
