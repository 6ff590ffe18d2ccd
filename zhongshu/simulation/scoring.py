"""The score by the day: evaluated in the morning, its letters sent; what no message carries goes on paper."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from zhongshu.care import actions as care
from zhongshu.collecting import actions as collecting
from zhongshu.collecting.kinds import Evidence, NoticeKind, Road
from zhongshu.collecting.lifecycle import NoticeState
from zhongshu.collecting.models import Notice
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.talking import MACHINE
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

FORGOTTEN: Final = 0.06  # of the mornings on which nothing runs
LETTERS: Final = (Role.KEEPER, Role.LEGAL, Role.SITE_MANAGER, Role.HEAD_OFFICE)
FIRM: Final = (NoticeKind.FINAL_DEMAND, NoticeKind.FORMAL_DEMAND, NoticeKind.LAWYER_LETTER)


class Scoring:
    """Duties; on some mornings the machine stands still, and the next one makes up for it."""

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        by = world.happening(f"{day}/score")
        if by.dice("runs").random() >= FORGOTTEN:
            world.later(at_hour(day, 6.2), by, partial(_evaluate, world, by))
        world.later(at_hour(day, 10.1), by, partial(_send_letters, world, by))
        world.later(at_hour(day, 16.4), by, partial(_hand_over, world, by))


def _evaluate(world: "World", by: Happening, at: datetime) -> None:
    world.do(by, care.evaluate, actor=MACHINE, at=at, site_id=world.site.pk, on=day_of(at))


def _send_letters(world: "World", by: Happening, at: datetime) -> None:
    """As the jobs of a real day do."""
    for settle in (collecting.settle_notices, collecting.send_notices):
        world.do(by, settle, at=at, site_id=world.site.pk)


def _hand_over(world: "World", by: Happening, at: datetime) -> None:
    """Whom no message reaches: reminders into the letter box, what may end in court by registered mail."""
    clerk = somebody(world, LETTERS, at, by.dice("letters"))
    waiting = Notice.objects.filter(site=world.site, state=NoticeState.FAILED, made_at__lt=at)
    for notice in waiting.order_by("number"):
        if clerk is None:
            return
        firm = notice.kind in FIRM
        said: dict[str, Any] = {"channel": Road.MAIL if firm else Road.LETTER}
        said |= {"evidence": Evidence.RECEIPT if firm else Evidence.SENT_ONLY, "notice_id": notice.pk}
        reference = f"EMS{notice.number}" if firm else ""
        world.do(by, collecting.record_delivery, actor=clerk, at=at, reference=reference, **said)
