"""Who has just come into arrears is reminded by the month, before the ladder of the score does; reasons are noted, the
poor pay in parts."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet

from zhongshu.billing.queries.arrears import arrears
from zhongshu.billing.queries.statements import statement
from zhongshu.collecting import actions as collecting
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.kinds import NoticeKind, Reason
from zhongshu.collecting.models import PaymentPlan
from zhongshu.collecting.policies.plans import even
from zhongshu.estate.models import Account
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.money import ZERO
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.paying import Kind, payer_of
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

ASKED_ON: Final = 12
MOST: Final = 6  # so many reasons are noted and plans agreed in a month
BY_THE_SCORE: Final = 3
ASKING: Final = (Role.FINANCE, Role.LEGAL, Role.SITE_MANAGER, Role.HEAD_OFFICE)
REASONS: Final = {
    Kind.AWAY: Reason.AWAY,
    Kind.DISPUTING: Reason.DISPUTE,
    Kind.IN_HARDSHIP: Reason.HARDSHIP,
    Kind.FORGETFUL: Reason.FORGOT,
}


class Dunning:
    """Duties: nothing of it can be left out."""

    def plan_day(self, world: "World", day: date) -> None:
        if day.day == ASKED_ON and world.charging.has_begun(day):
            by = world.happening(f"{day}/dunning")
            for hour, duty in ((10.1, _ask), (11.1, _note_reasons), (11.6, _agree)):
                world.later(at_hour(day, hour), by, partial(duty, world, by))


def _ask(world: "World", by: Happening, at: datetime) -> None:
    """Those whom the ladder of the score does not ask yet."""
    clerk, on = somebody(world, ASKING, at, by.dice("asks")), day_of(at) - timedelta(days=1)
    if clerk is None:
        return
    late = arrears(world.site.pk, on=on)
    fresh = sorted(account_id for account_id, found in late.items() if 0 < found.months < BY_THE_SCORE)
    wanted = [_wanted(account_id, on) for account_id in fresh]
    said: dict[str, Any] = {"site_id": world.site.pk, "on": on, "wanted": wanted}
    if world.do(by, make_notices, actor=clerk, at=at, **said):
        world.tell(at, by, f"{len(wanted)} accounts in arrears are reminded by {clerk.name}")


def _wanted(account_id: int, on: date) -> Wanted:
    return Wanted(account_id, NoticeKind.PAYMENT_REMINDER, f"simulation/{on:%Y-%m}/{account_id}")


def _note_reasons(world: "World", by: Happening, at: datetime) -> None:
    """Of those who owe for two months or more and were not asked before."""
    clerk = somebody(world, (Role.KEEPER, *ASKING), at, by.dice("keeper"))
    if clerk is None:
        return
    for account in _late(world, at, 2).filter(arrears_reasons=None)[:MOST]:
        why = REASONS.get(payer_of(world.seed, account.number).kind, Reason.OTHER)
        world.do(by, collecting.note_reason, actor=clerk, at=at, account_id=account.pk, kind=why)


def _agree(world: "World", by: Happening, at: datetime) -> None:
    """Households in hardship pay in six parts."""
    clerk, on = somebody(world, ASKING, at, by.dice("asks")), day_of(at)
    if clerk is None:
        return
    poor = [one for one in _late(world, at, 3) if payer_of(world.seed, one.number).kind is Kind.IN_HARDSHIP]
    for account in poor[:MOST]:
        debts = [line for line in statement(account.pk, on).lines if line.due_on < on]
        parts = even(sum((line.open_amount + line.late_fee for line in debts), ZERO), first_on=on, count=6)
        said: dict[str, Any] = {"account_id": account.pk, "agreed_on": on, "agreed_with": account.customer.name}
        world.do(by, collecting.agree_plan, actor=clerk, at=at, instalments=parts, **said)


def _late(world: "World", at: datetime, months: int) -> QuerySet[Account]:
    """Households so many months in arrears that have no plan."""
    late = [pk for pk, found in arrears(world.site.pk, on=day_of(at)).items() if found.months >= months]
    plans = PaymentPlan.objects.filter(site=world.site, ended_on=None)
    rows = Account.objects.filter(pk__in=late, unit__isnull=False).exclude(pk__in=plans.values("account_id"))
    return rows.select_related("customer").order_by("number")
