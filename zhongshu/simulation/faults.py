"""What goes wrong: seeded, each fault a happening of its own, each one line of the story.

`Faults` is a behaviour that plans trouble, and the three doors of a world (`perform`, `deliver`, `tick`) through which
it comes. People who get no answer do what people do: they send the same again. Without trouble the doors only remember
what the world was told.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from zhongshu.kernel import outbox
from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.models import OutboxEvent
from zhongshu.simulation import workbook_again
from zhongshu.simulation.happenings import INTAKE, WAYS_IN, Deed, Happening
from zhongshu.simulation.hours import midnight
from zhongshu.simulation.invariants.looking import Memory
from zhongshu.simulation.mishaps import (
    answer_lost,
    at_once,
    commit_fails,
    connection_cut,
    killed_at,
)
from zhongshu.simulation.throwaway import Throwaway
from zhongshu.simulation.world import Tick, World

HOW_MANY = {0: 2, 1: 4, 2: 3, 3: 2}
STATEMENTS = 40
NIGHT_FALLS, MORNING = time(22), timedelta(hours=8)
BEHIND = timedelta(hours=1)
#: What moves money, and is safe to be sent again.
MONEY = frozenset({
    "billing.run_month", "billing.approve_price", "billing.approve_relief", "billing.reverse_charge",
    "billing.pay_refund", "billing.bounce_payment", "billing.draw_credits", "billing.post_late_fees",
    "cashier.take_payment", "cashier.take_prepayment", "cashier.count_shift", "cashier.hand_over",
    "remittance.import_statement", "remittance.confirm_match", "remittance.make_batch", "remittance.take_result",
    "remittance.book_collected",
})  # fmt: skip
#: What the score asks for, and what customers are asked.
SCORE = frozenset({
    "care.evaluate", "care.record_line", "care.sign_line", "community.answer_by_link", "community.draw_visits",
    "community.record_visit",
})  # fmt: skip
#: What two people do at the same moment, or somebody does twice.
RIVALRY = (
    *sorted(WAYS_IN),
    "work.accept",
    "work.finish",
    "cases.record_follow_up",
    "cases.sign_off_for_customer",
    "portal.answer",
    *sorted(MONEY),
    *sorted(SCORE),
)
#: Long work with money, and with what comes of it, that a worker does.
WORK_OF_WORKERS = frozenset({
    "billing.run_month", "billing.draw_credits", "billing.post_late_fees", "remittance.import_statement",
    "remittance.take_result", "remittance.book_collected", "cashier.take_payment", "care.evaluate",
})  # fmt: skip
CONNECTION_LOST = (OperationalError, InterfaceError)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A fault that waits for somebody to do something: `strikes(deed)` gives what came of the deed."""

    suits: Callable[[Deed], bool]
    strikes: Callable[[Deed], Any]


class Faults:
    """Trouble for one world. `injected` counts what struck, by name."""

    def __init__(self, database: Throwaway, memory: Memory, *, tick: Tick, wanted: bool) -> None:
        self.database, self.memory, self.wanted = database, memory, wanted
        self.injected: Counter[str] = Counter()
        self._tick = tick
        self._on_deed: list[_Waiting] = []
        self._on_delivery: list[Callable[[datetime], None]] = []
        self._on_tick: list[Callable[[datetime], None]] = []
        self._lost: set[int] = set()
        self._kinds: dict[str, tuple[int, Callable[[World, Happening, datetime], None]]] = {
            "two at once": (6, self._two_at_once),
            "sent again": (3, self._sent_again),
            "database restarted in a commit": (3, self._restart_in_commit),
            "connection cut": (2, self._cut),
            "worker killed": (4, self._kill_worker),
            "tick killed": (2, self._kill_tick),
            "delivery repeated": (4, self._repeat_delivery),
            "delivery lost": (3, self._lose_delivery),
            "two ticks at once": (2, self._tick_twice),
            "clock behind": (1, self._clock_behind),
            "clock stopped": (1, self._stop_clock),
            "workbook sent twice": (1, self._workbook_twice),
            "money worker killed": (4, self._kill_money),
        }

    # --- planning

    def plan_day(self, world: World, day: date) -> None:
        """What goes wrong that day: kinds by weight, at any hour."""
        if not self.wanted:
            return
        dice = world.happening(f"{day}/faults").dice("how many")
        names, weights = list(self._kinds), [weight for weight, _strike in self._kinds.values()]
        for nth in range(dice.choices(list(HOW_MANY), list(HOW_MANY.values()))[0]):
            (name,) = dice.choices(names, weights)
            at = midnight(day) + timedelta(seconds=dice.randrange(86_400))
            if name == "clock stopped":
                at = datetime.combine(day, NIGHT_FALLS, at.tzinfo)
            by = world.happening(f"{day}/fault/{nth + 1}")
            world.plan(at, by.id, partial(self._kinds[name][1], world, by))

    def _struck(self, world: World, by: Happening, at: datetime, name: str, words: str) -> None:
        self.injected[name] += 1
        world.tell(at, by, f"{name}: {words}")

    # --- the doors

    def perform(self, deed: Deed) -> Any:
        """Do it, whatever goes wrong meanwhile, and remember what was acknowledged. Raises Refusal."""
        waiting = next((each for each in self._on_deed if each.suits(deed)), None)
        if waiting is None:
            given = deed.act()
        else:
            self._on_deed.remove(waiting)
            given = waiting.strikes(deed)
        if isinstance(given, dict) and given.keys() >= {"case", "order"}:
            self.memory.hear(given["case"], given["order"])
            for case, order in given.get("linked", ()):
                self.memory.hear(case, order)
        return given

    def deliver(self, at: datetime) -> None:
        """A worker takes events round: those whose job was not lost; the sweep takes what is overdue."""
        if self.memory.stopped:
            return
        if self._on_delivery and outbox.undelivered().exists():
            self._on_delivery.pop(0)(at)
            return
        if not self._lost:
            outbox.deliver_pending(at=at)
            return
        for event_id in self._pending():
            _try_to_deliver(event_id, at=at)
        outbox.sweep(at=at)
        self._lost &= set(outbox.undelivered().values_list("pk", flat=True))

    def tick(self, at: datetime) -> None:
        """What is due is done, if anybody ticks."""
        if self.memory.stopped:
            return
        if self._on_tick:
            self._on_tick.pop(0)(at)
        self._tick(at)

    def _pending(self) -> list[int]:
        return list(outbox.undelivered().exclude(pk__in=self._lost).order_by("pk").values_list("pk", flat=True))

    # --- trouble for people

    def _two_at_once(self, world: World, by: Happening, at: datetime) -> None:
        what = by.dice("what").choice(RIVALRY)

        def strikes(deed: Deed) -> Any:
            outcomes = at_once(deed.act, deed.act)
            self.database.wait_until_alone()
            self._struck(world, by, deed.at, "two at once", f"{deed.what} for {deed.happening_id}")
            return _best(outcomes)

        self._on_deed.append(_Waiting(lambda deed: deed.what == what, strikes))

    def _sent_again(self, world: World, by: Happening, at: datetime) -> None:
        """An hour later somebody presses the button of an old page once more."""

        def again(deed: Deed, then: datetime) -> None:
            self._struck(world, by, then, "sent again", f"{deed.what} for {deed.happening_id}")
            try:
                deed.act()
            except Refusal as refusal:
                world.tell(then, by, f"{deed.what} was refused: {type(refusal).__name__}")

        def strikes(deed: Deed) -> Any:
            world.later(deed.at + timedelta(minutes=by.dice("when").uniform(1, 120)), by, partial(again, deed))
            return deed.act()

        what = by.dice("what").choice(RIVALRY)
        self._on_deed.append(_Waiting(lambda deed: deed.what == what, strikes))

    def _restart_in_commit(self, world: World, by: Happening, at: datetime) -> None:
        before = by.dice("moment").random() < 0.5
        moment = "before the commit" if before else "after the commit, before its answer"

        def strikes(deed: Deed) -> Any:
            interrupted = commit_fails(self.database) if before else answer_lost(self.database)
            with interrupted:
                return self._tried_again(world, by, deed, "database restarted in a commit", moment)

        self._on_deed.append(_Waiting(lambda deed: True, strikes))

    def _cut(self, world: World, by: Happening, at: datetime) -> None:
        nth = by.dice("statement").randint(1, STATEMENTS)

        def strikes(deed: Deed) -> Any:
            with connection_cut(self.database, at_statement=nth):
                return self._tried_again(world, by, deed, "connection cut", f"at statement {nth}")

        self._on_deed.append(_Waiting(lambda deed: deed.what == INTAKE or nth < STATEMENTS / 3, strikes))

    def _tried_again(self, world: World, by: Happening, deed: Deed, name: str, words: str) -> Any:
        """The first try meets the fault; whoever got no answer sends the same again."""
        try:
            return deed.act()
        except CONNECTION_LOST:
            connection.close()
            self.database.wait_until_alone()
            self._struck(world, by, deed.at, name, f"{words}, in {deed.what} for {deed.happening_id}")
            return deed.act()

    # --- trouble for workers

    def _kill_worker(self, world: World, by: Happening, at: datetime) -> None:
        nth = by.dice("statement").randint(1, STATEMENTS)

        def strikes(then: datetime) -> None:
            killed_at(nth, lambda: outbox.deliver_pending(at=then))
            self.database.wait_until_alone()
            self._struck(world, by, then, "worker killed", f"at statement {nth} of a delivery")

        self._on_delivery.append(strikes)

    def _kill_tick(self, world: World, by: Happening, at: datetime) -> None:
        nth = by.dice("statement").randint(1, STATEMENTS)

        def strikes(then: datetime) -> None:
            killed_at(nth, lambda: self._tick(then))
            self.database.wait_until_alone()
            self._struck(world, by, then, "tick killed", f"at statement {nth}")

        self._on_tick.append(strikes)

    def _repeat_delivery(self, world: World, by: Happening, at: datetime) -> None:
        """Two workers have the same job; and one that reacted died before it could say so, so that a third gets it."""

        def strikes(then: datetime) -> None:
            events = self._pending()
            for event_id in events:
                deliver = partial(_try_to_deliver, event_id, at=then)
                at_once(deliver, deliver)
            OutboxEvent.objects.filter(pk__in=events).update(delivered_at=None)
            outbox.deliver_pending(at=then)
            self.database.wait_until_alone()
            self._struck(world, by, then, "delivery repeated", f"{len(events)} events")

        self._on_delivery.append(strikes)

    def _lose_delivery(self, world: World, by: Happening, at: datetime) -> None:
        def strikes(then: datetime) -> None:
            events = self._pending()
            self._lost.update(events)
            self._struck(world, by, then, "delivery lost", f"{len(events)} events")

        self._on_delivery.append(strikes)

    def _kill_money(self, world: World, by: Happening, at: datetime) -> None:
        """In the middle of a bill run, a batch of the bank, a statement; whoever comes next finishes it."""
        nth = by.dice("statement").randint(1, 2 * STATEMENTS)

        def strikes(deed: Deed) -> Any:
            was_killed = killed_at(nth, deed.act)
            self.database.wait_until_alone()
            if was_killed:
                self._struck(world, by, deed.at, "money worker killed", f"at statement {nth} of {deed.what}")
            return deed.act()

        self._on_deed.append(_Waiting(lambda deed: deed.what in WORK_OF_WORKERS, strikes))

    # --- trouble with time

    def _tick_twice(self, world: World, by: Happening, at: datetime) -> None:
        def strikes(then: datetime) -> None:
            at_once(lambda: self._tick(then), lambda: self._tick(then))
            self.database.wait_until_alone()
            self._struck(world, by, then, "two ticks at once", "on two machines")

        self._on_tick.append(strikes)

    def _clock_behind(self, world: World, by: Happening, at: datetime) -> None:
        def strikes(then: datetime) -> None:
            self._tick(then - BEHIND)
            self._struck(world, by, then, "clock behind", "one machine ticks as of an hour ago")

        self._on_tick.append(strikes)

    def _stop_clock(self, world: World, by: Happening, at: datetime) -> None:
        self.memory.stopped = True
        self._struck(world, by, at, "clock stopped", "nothing ticks or delivers until the morning")
        world.later(at + MORNING, by, partial(self._start_clock, world, by))

    def _start_clock(self, world: World, by: Happening, at: datetime) -> None:
        self.memory.stopped = False
        self.tick(at)
        self.deliver(at)
        world.tell(at, by, "the clock goes again")

    # --- the rest

    def _workbook_twice(self, world: World, by: Happening, at: datetime) -> None:
        """What the estate exports comes in again: one after the other, or both at once."""
        together = by.dice("together").random() < 0.5
        content = workbook_again.exported(world.site, at)
        before = workbook_again.estate_now(world.site)
        send = partial(workbook_again.sent_in, world.site, content, at=at)
        self.memory.workbooks += [digest for digest in _run(send, together=together) if isinstance(digest, str)]
        self.database.wait_until_alone()
        self.memory.same_again.append((before, workbook_again.estate_now(world.site)))
        self._struck(world, by, at, "workbook sent twice", "both at once" if together else "one after the other")


def _run(act: Callable[[], Any], *, together: bool) -> list[Any]:
    return at_once(act, act) if together else [act(), act()]


def _best(outcomes: list[Any]) -> Any:
    """What the two were told together: an answer if there is one. Raises the Refusal that both met."""
    for outcome in outcomes:
        if not isinstance(outcome, Refusal):
            return outcome
    raise outcomes[0]


def _try_to_deliver(event_id: int, *, at: datetime) -> None:
    """Whatever fails stands in the event's row; the invariants will see it."""
    try:
        outbox.deliver(event_id, at=at)
    except CONNECTION_LOST:
        raise
    except Exception:  # noqa: S110 - kept in the row by `deliver`
        pass
