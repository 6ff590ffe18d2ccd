"""Drawing visits, and recording the ones that were made."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import date, datetime
from hashlib import sha256
from secrets import token_hex

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.community.kinds import Mood, VisitManner
from zhongshu.community.models import DrawnVisit, Visit, VisitDraw
from zhongshu.community.permissions import RECORD_VISITS
from zhongshu.community.policies.drawing import drawn, spread, wanted_by
from zhongshu.community.policies.quarters import first_workday, month_in_quarter, quarter_of, workdays_left
from zhongshu.community.queries.rules import rule_on
from zhongshu.community.queries.visits import Scored, candidates, drawn_or_visited, scored
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short
from zhongshu.work import pictures

Lots = Callable[[int], str]
"""A fresh seed for the draw of a keeper (by id), of at most 32 characters."""


def _fresh(_keeper_id: int) -> str:
    return token_hex(8)


def draw_visits(*, actor: Actor, at: datetime, site_id: int, lots: Lots = _fresh) -> int:
    """The month's draw for every keeper of the site, once its first working day has come; how many visits were drawn.

    `lots`: a world that is lived twice the same draws the same. Again, or twice at once: nothing more. Raises NotFound.
    """
    actor.require(RECORD_VISITS, site_id)
    today = day_of(at)
    done = set(VisitDraw.objects.filter(site_id=site_id, month=today.replace(day=1)).values_list("keeper", flat=True))
    if today < first_workday(today):
        return 0
    pools: dict[int, list[Scored]] = defaultdict(list)
    for one in scored(site_id, quarter_of(today)):
        if one.keeper_id is not None and one.keeper_id not in done:
            pools[one.keeper_id].append(one)
    there = {one.account_id: one.keeper_id for one in scored(site_id, today)} if pools else {}
    return sum(
        _drawn_for(keeper_id, pools[keeper_id], there, lots, actor=actor, at=at, site_id=site_id) for keeper_id in pools
    )


def _drawn_for(
    keeper_id: int,
    pool: list[Scored],
    there: Mapping[int, int | None],
    lots: Lots,
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
) -> int:
    try:
        with transaction.atomic():
            draw = _draw(keeper_id, pool, there, lots(keeper_id), at=at, site_id=site_id)
            after = {"keeper_id": keeper_id, "seed": draw.seed, "count": draw.count, "population": draw.population}
            audit.record(actor=actor, at=at, verb="community.draw_visits", target=draw, after=after)
            return draw.count
    except IntegrityError:  # drawn by somebody else at the same moment
        return 0


def _draw(
    keeper_id: int, pool: list[Scored], there: Mapping[int, int | None], seed: str, *, at: datetime, site_id: int
) -> VisitDraw:
    """`pool`: the keeper's on the quarter's first day; of them only who is still `there` is drawn."""
    today = day_of(at)
    quarter, month = quarter_of(today), today.replace(day=1)
    taken = drawn_or_visited(site_id, quarter) & {one.account_id for one in pool}
    free = [one for one in candidates(site_id, quarter, pool, taken=taken) if one.account_id in there]
    wanted = wanted_by(len(pool), month_in_quarter(today), percent=rule_on(site_id, quarter).visit_percent)
    chosen = drawn(free, wanted - len(taken), seed=seed)
    draw = VisitDraw.objects.create(
        site_id=site_id, keeper_id=keeper_id, quarter=quarter, month=month, seed=seed, population=len(pool),
        count=len(chosen), candidates=[astuple(one) for one in free], drawn_at=at,
    )  # fmt: skip
    in_order = [one.account_id for one in pool if one.account_id in set(chosen)]
    DrawnVisit.objects.bulk_create(
        DrawnVisit(
            site_id=site_id, draw=draw, keeper_id=there[account_id] or keeper_id, account_id=account_id,
            quarter=quarter, planned_on=day,
        )
        for account_id, day in spread(in_order, workdays_left(today))
    )  # fmt: skip
    return draw


def record_visit(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    manner: VisitManner,
    mood: Mood,
    words: str = "",
    on: date | None = None,
    photo: pictures.Readable | None = None,
) -> Visit:
    """Somebody was at the door, or telephoned, today or on a day of this quarter. A visit at the door satisfies an open
    draw, whoever made it. Raises NotFound, Invalid, PhotoRefused.
    """
    jpeg = pictures.as_jpeg(pictures.read(photo)) if photo else b""
    with transaction.atomic():
        account = found(Account.objects.filter(pk=account_id))
        actor.require(RECORD_VISITS, account.site_id)
        visit = Visit(
            site_id=account.site_id,
            account=account,
            manner=VisitManner(manner).value,
            mood=Mood(mood).value,
            words=short(words, field="words", most=1000, what=_("客户说了什么")),
            on=_day(on or day_of(at), at),
            by_id=actor.user_id,
            by_name=actor.name[:80],
            recorded_at=at,
        )
        if jpeg:
            visit.photo.save(f"{account.pk}-{sha256(jpeg).hexdigest()[:16]}.jpg", ContentFile(jpeg), save=False)
        visit.save()
        after = audit.values(visit, ("account_id", "manner", "mood", "words", "on"))
        audit.record(actor=actor, at=at, verb="community.record_visit", target=visit, after=after)
        return visit


def _day(day: date, at: datetime) -> date:
    if not quarter_of(day_of(at)) <= day <= day_of(at):
        raise Invalid(_("日期应在本季度内，不能晚于今天。"), field="on")
    return day
