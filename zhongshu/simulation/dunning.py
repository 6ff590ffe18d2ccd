"""Who is in arrears is asked, each month a step more firmly; reasons are noted, the poor pay in parts, keepers hand
letters over."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet

from zhongshu.billing.queries.arrears import arrears
from zhongshu.billing.queries.statements import statement
from zhongshu.collecting import actions as collecting
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.kinds import Evidence, NoticeKind, Reason, Road
from zhongshu.collecting.models import Notice, PaymentPlan
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
MOST: Final = 6  # so many letters are handed over, reasons noted and plans agreed in a month
ASKING: Final = (Role.FINANCE, Role.LEGAL, Role.SITE_MANAGER, Role.HEAD_OFFICE)
#: By months in arrears, and how many days there are to answer.
LADDER: Final = {
    1: (NoticeKind.PAYMENT_REMINDER, None),
    2: (NoticeKind.PAYMENT_NOTICE, 15),
    3: (NoticeKind.FINAL_DEMAND, 10),
    6: (NoticeKind.FORMAL_DEMAND, 7),
}
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
            for hour, duty in ((10.1, _ask), (10.6, _hand_over), (11.1, _note_reasons), (11.6, _agree)):
                world.later(at_hour(day, hour), by, partial(duty, world, by))


def _ask(world: "World", by: Happening, at: datetime) -> None:
    """Everybody in arrears, dated the day before: nothing goes out by message in a simulated past."""
    clerk, on = somebody(world, ASKING, at, by.dice("asks")), day_of(at) - timedelta(days=1)
    if clerk is None:
        return
    late = arrears(world.site.pk, on=on)
    wanted = [_wanted(account_id, found.months, on) for account_id, found in sorted(late.items())]
    said: dict[str, Any] = {"site_id": world.site.pk, "on": on, "wanted": wanted}
    if world.do(by, make_notices, actor=clerk, at=at, **said):
        world.tell(at, by, f"{len(wanted)} accounts in arrears are asked by {clerk.name}")


def _wanted(account_id: int, months: int, on: date) -> Wanted:
    kind, days = LADDER[max(step for step in LADDER if step <= months)]
    return Wanted(account_id, kind, f"simulation/{on:%Y-%m}/{account_id}", days)


def _hand_over(world: "World", by: Happening, at: datetime) -> None:
    """The firmest go by registered mail, and the receipt comes back."""
    clerk, firm = somebody(world, (Role.KEEPER, *ASKING), at, by.dice("keeper")), ("final_demand", "formal_demand")
    if clerk is None:
        return
    today = Notice.objects.filter(site=world.site, made_at__gte=at - timedelta(hours=1), kind__in=firm)
    for notice in today.order_by("-months", "number")[:MOST]:
        said: dict[str, Any] = {"notice_id": notice.pk, "channel": Road.MAIL, "evidence": Evidence.RECEIPT}
        world.do(by, collecting.record_delivery, actor=clerk, at=at, reference=f"EMS{notice.pk:011d}", **said)


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
