"""A trial: a small company lives for some days in a throw-away database, and every day what must hold is looked at.

What goes wrong is told as the shortest story: the life is lived again and again with fewer happenings, as long as it
goes wrong in the same way.
"""

import time
import traceback
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from zhongshu.identity.models import Site
from zhongshu.kernel.outbox import delivered_in_process
from zhongshu.simulation.charging import AT_ONCE, Charging
from zhongshu.simulation.company import matters_per_day, small_company
from zhongshu.simulation.faults import Faults
from zhongshu.simulation.happenings import StoryLine
from zhongshu.simulation.hours import midnight
from zhongshu.simulation.invariants import INVARIANTS
from zhongshu.simulation.invariants.looking import Invariant, Memory, Violation, Watch
from zhongshu.simulation.repeating import Repeating
from zhongshu.simulation.shrinking import OutOfTime, shrunk
from zhongshu.simulation.switching import Switching
from zhongshu.simulation.throwaway import MIGRATED, Throwaway
from zhongshu.simulation.world import Tick, World

FIRST_DAY = date(2026, 1, 1)
SHRINK_SECONDS = 300.0
STORY_LINES = 200
_NOT_FORESEEN = "nothing_unforeseen"

AfterDay = Callable[[int, date], None]
_COUNTED = {
    "cases": "cases_case",
    "orders": "work_workorder",
    "moves": "work_ordermove",
    "escalations": "work_escalationstep WHERE fired_at IS NOT NULL",
    "calls": "cases_followupattempt",
    "events": "kernel_outboxevent",
    "messages": "messaging_message",
    "incidents": "cases_incident",
    "referrals": "cases_referral",
    "judgements": "cases_judgement",
    "telephone_calls": "channels_call",
    "call_backs": "channels_callback",
    "hotline_sheets": "channels_hotlinesheet",
    "alarms": "channels_alarm",
    "angry_contacts": "channels_angrycontact",
    "calls_for_help": "scene_assistance",
    "inquiries": "quality_inquiry",
    "reviews": "quality_sampledcase WHERE reviewed_at IS NOT NULL",
    "aid_spells": "work_aidspell",
    "booked_visits": "work_visitslot",
    "contractor_jobs": "work_contractorjob",
    "agreed_prices": "work_priceagreement",
    "workbooks": "estate_estateimport",
    "charges": "billing_charge",
    "payments": "billing_payment",
    "reliefs": "billing_relief WHERE state = 'approved'",
    "debits": "remittance_debitline",
    "shifts": "cashier_shift",
    "ledger_entries": "ledger_entry",
    "letters": "collecting_notice WHERE state = 'sent'",
    "score_entries": "care_entry",
    "warnings_acted_on": "care_task WHERE state = 'done' AND roles <> '[]'",
    "reviews_of_scores": "care_reviewrequest",
    "visits_at_doors": "community_visit WHERE manner = 'door'",
    "survey_answers": "community_answer",
    "audit_entries": "identity_auditentry",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be lived. `only`: the ids of the happenings that take place (None: all). `trying`: how many times as
    much people report as elsewhere. `charging`: from when on there are bills.
    """

    seed: int
    days: int
    units: int
    faults: bool = False
    only: Collection[str] | None = None
    first: date = FIRST_DAY
    trying: float = 2.0
    charging: Charging = AT_ONCE


@dataclass(slots=True)
class Lived:
    """What came of it. `asked` are the ids of everything that could have happened, in order."""

    days: int = 0
    checks: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    injected: dict[str, int] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    story: list[StoryLine] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class Trial:
    """One plan in one throw-away database. `tick` is the program's, `prepare` runs in every fresh copy (for tests)."""

    def __init__(
        self,
        plan: Plan,
        database: Throwaway,
        *,
        tick: Tick,
        invariants: Iterable[Invariant] = INVARIANTS,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self.plan, self.database, self.tick = plan, database, tick
        self.invariants, self.prepare = tuple(invariants), prepare

    def run(self, *, shrink_seconds: float = SHRINK_SECONDS, after_day: AfterDay = lambda nth, day: None) -> Lived:
        """Live to the end of the plan, or to the first day on which a promise is broken; then look for the story."""
        lived = self._live(self.plan.only, after_day=after_day)
        if lived.violations and self.plan.only is None:
            return self._shortest(lived, shrink_seconds)
        return lived

    # --- living

    def _live(
        self,
        only: Collection[str] | None,
        *,
        days: int | None = None,
        look_from: int = 0,
        after_day: AfterDay = lambda nth, day: None,
    ) -> Lived:
        site = self._found()
        lived, memory = Lived(), Memory()
        faults = Faults(self.database, memory, tick=self.tick, wanted=self.plan.faults)
        world = self._world(site, faults, memory, lived.asked, only)
        watch = Watch(self.invariants, memory, seed=self.plan.seed)
        with delivered_in_process():
            for nth in range(self.plan.days if days is None else days):
                day = self.plan.first + timedelta(days=nth)
                lived.violations += _lived_through(world, faults, day)
                lived.days = nth + 1
                if nth >= look_from and not lived.violations:
                    lived.violations += watch.look(day, midnight(day + timedelta(days=1)))
                after_day(nth, day)
                if lived.violations:
                    break
        lived.checks = watch.looks * len(self.invariants)
        lived.counts, lived.injected = _counts(), dict(faults.injected)
        lived.story = list(world.story)
        return lived

    def _found(self) -> Site:
        """The company as it was on the first day, in a fresh copy."""
        name = f"founded {self.plan.seed} {self.plan.units} {self.plan.first}"
        if not self.database.has(name):
            self.database.begin(MIGRATED)
            with delivered_in_process():
                small_company(seed=self.plan.seed, units=self.plan.units, first=self.plan.first)
            self.database.keep(name)
        self.database.begin(name)
        self.prepare()
        return Site.objects.earliest("pk")

    def _world(
        self, site: Site, faults: Faults, memory: Memory, asked: list[str], only: Collection[str] | None
    ) -> World:
        def kept(happening_id: str) -> bool:
            asked.append(happening_id)
            return only is None or happening_id in only

        world = World(
            site,
            seed=self.plan.seed,
            tick=faults.tick,
            deliver=faults.deliver,
            perform=faults.perform,
            per_day=self.plan.trying * matters_per_day(self.plan.units),
            kept=kept,
            charging=self.plan.charging,
        )
        world.behaviours += [Switching(memory, self.plan.first), Repeating(memory), faults]
        return world

    # --- the shortest story

    def _shortest(self, first: Lived, seconds: float) -> Lived:
        """Lives on until no happening can be left out, or the time is up."""
        deadline = time.monotonic() + seconds
        broken = {violation.invariant for violation in first.violations}
        best = first

        def fails(ids: tuple[str, ...]) -> bool:
            nonlocal best
            if time.monotonic() > deadline:
                raise OutOfTime
            again = self._live(frozenset(ids), days=first.days, look_from=first.days - 1)
            if not broken & {violation.invariant for violation in again.violations}:
                return False
            best = again
            return True

        needed = set(shrunk(first.asked, fails))
        best.asked = [happening for happening in first.asked if happening in needed]
        best.days, best.checks, best.counts, best.injected = first.days, first.checks, first.counts, first.injected
        return best


def answer(plan: Plan, lived: Lived, *, note: str = "") -> dict[str, Any]:
    """The trial as JSON has it; story and happenings only where something went wrong."""
    ids = list(lived.asked if plan.only is None else plan.only) if lived.violations else []
    return {
        "seed": plan.seed,
        "days": plan.days,
        "units": plan.units,
        "faults": plan.faults,
        "ok": not lived.violations,
        "lived": {"days": lived.days, "checks": lived.checks, **lived.counts},
        "faults_injected": dict(sorted(lived.injected.items())),
        "violations": [{"invariant": v.invariant, "day": v.day, "what": v.what} for v in lived.violations],
        "story": [str(line) for line in lived.story[-STORY_LINES:]] if lived.violations else [],
        "happenings": ids,
        "again": again(plan, ids) if lived.violations else again(plan, None),
        "note": note,
    }


def days_of(months: int) -> int:
    """How many days so many months have from the first day of every trial on."""
    years, month = divmod(FIRST_DAY.month - 1 + months, 12)
    return (FIRST_DAY.replace(year=FIRST_DAY.year + years, month=month + 1) - FIRST_DAY).days


def again(plan: Plan, ids: Collection[str] | None) -> str:
    """The command that lives this story."""
    command = f"bin/zhongshu simulate --seed {plan.seed} --days {plan.days} --units {plan.units}"
    return command + " --faults" * plan.faults + ("" if ids is None else f" --only {','.join(ids) or 'nothing'}")


def _lived_through(world: World, faults: Faults, day: date) -> list[Violation]:
    """One day with the last tick and delivery; what the program did not foresee breaks a promise of its own."""
    end = midnight(day + timedelta(days=1))
    try:
        world.live_day(day)
        faults.tick(end)
        faults.deliver(end)
    except Exception as error:
        return [Violation(_NOT_FORESEEN, day, _where(error))]
    return []


def _where(error: Exception) -> str:
    """What failed, and the last lines of ours on the way to it."""
    ours = [f"{frame.filename.rpartition('zhongshu/')[2]}:{frame.lineno}" for frame in _frames(error)]
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]} at {' < '.join(reversed(ours[-4:]))}"


def _frames(error: Exception) -> list[traceback.FrameSummary]:
    return [frame for frame in traceback.extract_tb(error.__traceback__) if "/zhongshu/" in frame.filename]


def _counts() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for what, table in _COUNTED.items():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
            (counts[what],) = cursor.fetchone()
    return counts
