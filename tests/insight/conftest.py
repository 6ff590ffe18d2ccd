"""Two sites with a year of random matters, written straight into the tables; the same ones every time."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from zhongshu.cases.kinds import CATEGORY_LABELS, CallReason
from zhongshu.cases.lifecycle import Answer, CaseState, Channel
from zhongshu.cases.models import Case, CaseOrder, FollowUp, FollowUpAttempt, Judgement
from zhongshu.cases.policies import COMPLAINTS
from zhongshu.estate import actions as estate
from zhongshu.estate.models import Customer, Place
from zhongshu.estate.naming import Address
from zhongshu.identity.models import Region, Site
from zhongshu.identity.roles import Role
from zhongshu.people.kinds import TeamKind
from zhongshu.people.models import Staff, Team
from zhongshu.work.kinds import OrderKind, Stage, Urgency
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import AidSpell, OrderMove, SlaClock, WorkOrder

SEED = 20261104
MOVES = (
    (Verb.ARRIVE, State.ON_SITE),
    (Verb.HOLD, State.ON_HOLD),
    (Verb.ARRIVE, State.ON_SITE),
    (Verb.FINISH, State.DONE),
)
KINDS = (TeamKind.ENGINEERING, TeamKind.SECURITY, TeamKind.ENVIRONMENT)


@dataclass
class Year:
    """`sites` of one region, `at` noon of a Wednesday. Matters lie in the 400 days before."""

    cast: Cast
    sites: list[Site]
    at: datetime

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(site.pk for site in self.sites)


def lived_through(cast: Cast, at: datetime, *, matters: int = 60, seed: int = SEED) -> Year:
    """So many cases with what came of them at each site."""
    dice = random.Random(seed)
    region = Region.objects.create(company=cast.company, name="江南")
    sites = [estate.add_site(actor=cast.system, at=at, code=code, name=code) for code in ("AA", "BB")]
    Site.objects.filter(pk__in=[site.pk for site in sites]).update(region=region)
    for site in sites:
        _furnish(cast, site, at)
        _live(dice, site, at, matters)
    return Year(cast, sites, at)


def _furnish(cast: Cast, site: Site, at: datetime) -> None:
    addresses = [Address("P1", b, "1", f, f"{f}01") for b in ("1", "2", "10") for f in (1, 2)]
    rows = {row.code: row for address in addresses for row in (*address.above(), address.unit())}
    estate.add_places(actor=cast.system, at=at, site=site, rows=rows.values())
    for kind in KINDS:
        team = Team.objects.create(site=site, code=kind, name=str(kind), kind=kind)
        user = cast.user(Role.TECHNICIAN, site, name=f"{kind}{site.code}")
        Staff.objects.create(site=site, user=user, employee_no=kind, team=team, joined_on=at.date())
    Customer.objects.bulk_create(Customer(site=site, name=f"客户{n}") for n in range(6))


def _live(dice: random.Random, site: Site, at: datetime, matters: int) -> None:
    places = [*Place.objects.filter(site=site, kind="unit"), None]
    customers, staff = [*Customer.objects.filter(site=site), None], list(Staff.objects.filter(site=site))
    for nth in range(matters):
        opened_at = at - timedelta(hours=dice.choice((5, 30, 24 * 8, 24 * 33, 24 * 366)) + dice.random() * 40)
        state = dice.choice(list(CaseState))
        case = Case.objects.create(
            site=site, number=f"{site.code}-{nth}", channel=dice.choice(list(Channel)), text="水管漏水",
            caller_phone=dice.choice(("", "15400010001", "15400010002")), customer=dice.choice(customers),
            place=dice.choice(places), category=dice.choice([*CATEGORY_LABELS, *COMPLAINTS, *COMPLAINTS]),
            urgency=dice.choice(list(Urgency)), team_kind=dice.choice(KINDS), state=state,
            referrals=dice.choice(([], [], ["police"])), reopened_count=dice.choice((0, 0, 1, 2)), opened_at=opened_at,
            closed_at=opened_at + timedelta(hours=9) if state == CaseState.CLOSED else None, owner=staff[0].user,
        )  # fmt: skip
        _call_back(dice, case, at)
        _judge(dice, case, at)
        for extra in range(dice.choice((0, 1, 1, 2))):
            _work(dice, case, dice.choice([*staff, None]), f"{site.code}-W{nth}-{extra}", at)


def _call_back(dice: random.Random, case: Case, at: datetime) -> None:
    for _ in range(dice.choice((0, 1, 1, 2))):
        done = dice.random() < 0.7 or FollowUp.objects.filter(case=case, done_at__isnull=True).exists()
        call = FollowUp.objects.create(
            site=case.site, case=case, reason=CallReason.SAMPLE, opened_at=case.opened_at,
            due_at=dice.choice((at - timedelta(hours=1), at + timedelta(hours=9))), done_at=at if done else None,
        )  # fmt: skip
        for score in dice.sample((None, 1, 3, 4, 5), dice.choice((0, 1, 2))):
            FollowUpAttempt.objects.create(
                site=case.site,
                follow_up=call,
                at=at,
                answer=Answer.CONTENT if score else Answer.UNREACHABLE,
                score=score,
            )


def _judge(dice: random.Random, case: Case, at: datetime) -> None:
    """Judged once or twice, or not at all; sometimes taken back."""
    common = {"site": case.site, "case": case, "at": at, "by_name": "x", "severity": "ordinary", "note": "x"}
    for _ in range(dice.choice((0, 0, 1, 2))):
        judged = Judgement.objects.create(upheld=dice.random() < 0.5, points=-3, **common)
        if dice.random() < 0.3:
            Judgement.objects.create(upheld=judged.upheld, points=3, reverses=judged, **common)


def _work(dice: random.Random, case: Case, staff: Staff | None, number: str, at: datetime) -> None:
    order = WorkOrder.objects.create(
        site=case.site, number=number, kind=OrderKind.REPAIR, category=case.category, urgency=case.urgency, title="修",
        place=case.place, team=staff.team if staff else None, assignee=staff, state=dice.choice(list(State)),
        opened_at=case.opened_at,
    )  # fmt: skip
    CaseOrder.objects.create(case=case, order=order)
    for stage in dice.sample((Stage.ACKNOWLEDGE, Stage.ARRIVE, Stage.FINISH, Stage.CLOSE, Stage.ACKNOWLEDGE), 3):
        stopped = dice.random() < 0.7 or SlaClock.objects.filter(order=order, stage=stage).exists()
        target_at = at + timedelta(minutes=dice.randint(-600, 200))
        SlaClock.objects.create(
            site=case.site, order=order, stage=stage, started_at=case.opened_at, target_at=target_at,
            stopped_at=target_at + timedelta(minutes=dice.choice((-5, 0, 5))) if stopped else None,
            paused_at=at - timedelta(hours=1) if not stopped and dice.random() < 0.3 else None,
        )  # fmt: skip
    moment = case.opened_at
    for verb, came_to in MOVES[: dice.randint(0, 4)]:
        moment += timedelta(minutes=dice.randint(1, 90))
        OrderMove.objects.create(
            site=case.site, order=order, verb=verb, from_state=State.ACCEPTED, to_state=came_to, at=moment, by_name="x"
        )
    if staff and dice.random() < 0.2 and not AidSpell.objects.filter(staff=staff, joined_at=moment).exists():
        minutes = dice.randint(5, 30)
        AidSpell.objects.create(
            site=case.site, order=order, staff=staff, from_team=staff.team, joined_at=moment,
            left_at=moment + timedelta(seconds=minutes), minutes=minutes,
        )  # fmt: skip


@pytest.fixture
def year(cast: Cast, noon: datetime) -> Year:
    return lived_through(cast, noon)
