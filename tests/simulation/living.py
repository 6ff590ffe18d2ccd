"""A small company that lives some days and is taken back, and what is left to compare: its history."""

import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256

import django
from django.db import connection, transaction

if __name__ == "__main__":
    django.setup()

from zhongshu.billing.models import Payment
from zhongshu.cases.models import Case, FollowUp
from zhongshu.config.tick import tick
from zhongshu.kernel import outbox
from zhongshu.people.models import Absence
from zhongshu.simulation.company import small_company
from zhongshu.simulation.happenings import Perform, StoryLine, plainly
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.world import World
from zhongshu.work.models import EscalationStep, OrderMove

FIRST = date(2026, 7, 6)
History = list[tuple[object, ...]]


def founded(
    *,
    seed: int,
    units: int = 24,
    first: date = FIRST,
    per_day: float = 3.0,
    kept: Callable[[str], bool] = lambda happening_id: True,
    perform: Perform = plainly,
) -> World:
    """The world of a company that has just been founded."""
    site = small_company(seed=seed, units=units, first=first)
    return World(site, seed=seed, tick=lambda at: tick(at=at), per_day=per_day, kept=kept, perform=perform)


def lived(
    seed: int,
    days: int,
    *,
    kept: Callable[[str], bool] = lambda happening_id: True,
    perform: Perform = plainly,
) -> tuple[History, list[StoryLine]]:
    """History and story of some days, taken back afterwards."""
    with transaction.atomic(), outbox.delivered_in_process():
        world = founded(seed=seed, kept=kept, perform=perform)
        world.live(FIRST, at_hour(FIRST, 24 * days))
        told = history()
        transaction.set_rollback(True)
    return told, list(world.story)


def history() -> History:
    """Everything that happened, by numbers and instants."""
    return [
        *Case.objects.order_by("number").values_list("number", "opened_at", "text", "state", "place__code", "category"),
        *OrderMove.objects.order_by("at", "order__number", "pk").values_list("at", "order__number", "verb", "by_name"),
        *FollowUp.objects.order_by("case__number", "pk").values_list("case__number", "due_at", "done_at", "reason"),
        *Payment.objects.order_by("number").values_list("number", "amount", "method", "recorded_at", "account__number"),
        *Absence.objects.order_by("starts_at", "staff").values_list("starts_at", "ends_at", "staff__employee_no"),
        *EscalationStep.objects.filter(fired_at__isnull=False)
        .order_by("fired_at", "clock__order__number", "clock__stage", "percent")
        .values_list("fired_at", "clock__order__number", "clock__stage", "percent"),
    ]


def digest(told: History) -> str:
    """A history in one word."""
    return sha256(repr([tuple(str(each) for each in row) for row in told]).encode()).hexdigest()


if __name__ == "__main__":
    connection.settings_dict["NAME"] = sys.argv[1]
    sys.stdout.write(digest(lived(int(sys.argv[2]), int(sys.argv[3]))[0]))
