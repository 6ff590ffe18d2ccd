"""What the finance department does by the month: meters are read and common costs entered, the month is run, late fees
are posted, the books are closed; and by the day: the counter's day is closed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from zhongshu.billing import actions as billing
from zhongshu.billing import batch
from zhongshu.billing.actions.metering import Shown
from zhongshu.billing.actions.sharing import Cost
from zhongshu.billing.kinds import ReadingSource, SharingBasis
from zhongshu.billing.models import BillRun, Charge, ChargeItem, Meter, Reading
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.ledger import actions as ledger
from zhongshu.simulation.charging import BOOKKEEPING, Charging
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

READING_DAY, LATE_RUN, CLOSING_DAY = 20, 22, 5
SHARING: Final = 3
READERS: Final = (Role.TECHNICIAN, Role.KEEPER, Role.SITE_MANAGER)


class Bookkeeping:
    """Duties of every month: nothing of it can be left out."""

    def __init__(self) -> None:
        self.has_begun = False

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        is_first = not self.has_begun and world.charging.begins(day)
        self.has_begun = True
        for hour, duty in _duties(day, world.charging, is_first=is_first):
            by = world.happening(f"{day}/{duty.__name__.strip('_')}")
            world.later(at_hour(day, hour), by, partial(duty, world, by))


def _duties(day: date, charging: Charging, *, is_first: bool) -> Iterator[tuple[float, Any]]:
    if day.day == READING_DAY:
        yield 8.5, _read_meters
        yield 16, _share_costs
    if is_first or day.day in (1, LATE_RUN):
        yield 8.6, _run_month
    if day.day == CLOSING_DAY and not is_first:
        if day.month % charging.late_fees_every == 1 % charging.late_fees_every:
            yield 16.5, _post_late_fees
        yield 17, _close_month


def bookkeeper(world: "World", at: datetime, by: Happening) -> Actor | None:
    """Somebody who keeps the books, if the site has one."""
    return somebody(world, BOOKKEEPING, at, by.dice("books"))


def _read_meters(world: "World", by: Happening, at: datetime) -> None:
    """By somebody with a telephone; one in twenty is forgotten, and stands among the exceptions."""
    reader, dice = somebody(world, READERS, at, by.dice("reader")), by.dice("usage")
    if reader is None:
        return
    for meter in Meter.objects.filter(site=world.site, ends_on=None).order_by("number"):
        last = Reading.objects.filter(meter=meter, reversed_at=None).order_by("read_on").last()
        before, used = (last.value if last else meter.start_value), Decimal(dice.randint(4, 16))
        shown = Shown(day_of(at), (before + used) % 10**meter.digits, source=ReadingSource.PHONE, is_sure=True)
        if dice.random() < 0.95:
            world.do(by, billing.take_reading, actor=reader, at=at, meter_id=meter.pk, shown=shown)


def _share_costs(world: "World", by: Happening, at: datetime) -> None:
    """The current of the common parts, for some buildings, by area or by household."""
    clerk, dice = bookkeeper(world, at, by), by.dice("current")
    if clerk is None or not ChargeItem.objects.filter(site=world.site, code="GTDF").exists():
        return
    buildings = Place.objects.filter(site=world.site, kind="building").order_by("code")[:SHARING]
    for nth, building in enumerate(buildings):
        basis = SharingBasis.AREA if nth % 2 == 0 else SharingBasis.HOUSEHOLD
        cost = Cost(quantity=Decimal(dice.randint(300, 900)), unit_price=Decimal("0.617"), basis=basis)
        told: dict[str, Any] = {"place_code": building.code, "item_code": "GTDF", "month": day_of(at), "cost": cost}
        world.do(by, billing.share_cost, actor=clerk, at=at, site_id=world.site.pk, **told)


def _run_month(world: "World", by: Happening, at: datetime) -> None:
    """From preview to issue in one go."""
    clerk = bookkeeper(world, at, by)
    if clerk is None or not ChargeItem.objects.filter(site=world.site).exists():
        return
    month = day_of(at).replace(day=1)
    _tell_the_planner()
    world.do(by, batch.run_month, actor=clerk, at=at, site_id=world.site.pk, period=month)
    run = BillRun.objects.filter(site=world.site, period=month).order_by("pk").last()
    made, told = (sum(each[what] for each in run.result.values()) if run else 0 for what in ("count", "exceptions"))
    world.tell(at, by, f"{made} charges of {month:%Y-%m} issued by {clerk.name}, with {told} exceptions")
    _tell_the_planner()
    if day_of(at).day != LATE_RUN:  # what little it brings is drawn with the next month
        world.later(at + timedelta(minutes=20), by, partial(_draw, world, by, clerk))


def _tell_the_planner() -> None:
    """Months pass in minutes here, sooner than the server would count its rows by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE estate_account, estate_accountplace, estate_place, estate_customer, estate_occupancy,"
            " billing_charge, billing_payment, billing_allocation, ledger_entry, ledger_leg, cashier_taken"
        )


def _draw(world: "World", by: Happening, clerk: Actor, at: datetime) -> None:
    world.do(by, billing.draw_credits, actor=clerk, at=at, site_id=world.site.pk)


def _post_late_fees(world: "World", by: Happening, at: datetime) -> None:
    """What has accrued by the end of last month."""
    clerk, last = bookkeeper(world, at, by), day_of(at).replace(day=1) - timedelta(days=1)
    if clerk is not None and Charge.objects.filter(site=world.site, due_on__lt=last).exists():
        world.do(by, billing.post_late_fees, actor=clerk, at=at, site_id=world.site.pk, on=last)


def _close_month(world: "World", by: Happening, at: datetime) -> None:
    clerk, last = bookkeeper(world, at, by), day_of(at).replace(day=1) - timedelta(days=1)
    if clerk is not None:
        world.do(by, ledger.close_period, actor=clerk, at=at, site=world.site, month=last)
