"""How an invariant looks: SQL that knows what was new since yesterday, and the memory of what the world was told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from django.db import connection

from zhongshu.kernel.clock import day_of

#: Tables that only grow, with ids that only grow: what lies above the mark is new since the last look.
MARKED = (
    "billing_allocation",
    "billing_charge",
    "billing_outflow",
    "billing_payment",
    "cases_case",
    "cases_caseclosure",
    "cases_followup",
    "cases_followupattempt",
    "cases_ownerhandover",
    "collecting_notice",
    "collecting_paymentplan",
    "estate_estateimport",
    "identity_auditentry",
    "kernel_outboxevent",
    "kernel_outboxreaction",
    "ledger_entry",
    "messaging_message",
    "work_ordermove",
    "work_workorder",
)


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was broken: which, on which simulated day, and how it shows."""

    invariant: str
    day: date
    what: str


@dataclass(slots=True)
class Memory:
    """What the world was told by the program: whatever was acknowledged must be there.

    `cases`: number of the case → number of its order; `heard` are the numbers of today. `workbooks`: SHA-256 of what
    was sent in. `same_again`: the estate before and after a workbook of what was there. `switched`: what was open
    before and after a switch of the operating model. `ran_again`: the bills before and after they were run once
    more. `stopped`: nothing ticks or delivers just now.
    """

    cases: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    workbooks: list[str] = field(default_factory=list)
    same_again: list[tuple[Any, Any]] = field(default_factory=list)
    switched: list[tuple[Any, Any]] = field(default_factory=list)
    ran_again: list[tuple[Any, Any]] = field(default_factory=list)
    stopped: bool = False

    def hear(self, case: str, order: str) -> None:
        self.cases[case] = order
        self.heard.append(case)

    def next_day(self) -> None:
        self.heard.clear()
        self.workbooks.clear()
        self.same_again.clear()
        self.switched.clear()
        self.ran_again.clear()


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the end of a day. Every query may use `%(until)s`, `%(today)s` and, by a table's name, its mark."""

    until: datetime
    memory: Memory
    marks: dict[str, int]
    totals: dict[str, int]
    dice: Random

    def rows(self, query: str, **more: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, {**self.marks, "until": self.until, "today": day_of(self.until), **more})
            return list(cursor.fetchall())

    def found(self, sentence: str, query: str, **more: Any) -> Iterator[str]:
        """The sentence with the columns of each row the query finds."""
        for row in self.rows(query, **more):
            yield sentence.format(*row)

    def one(self, query: str, **more: Any) -> Any:
        """The only column of the only row."""
        ((value,),) = self.rows(query, **more)
        return value


Invariant = Callable[[Look], Iterable[str]]


class Watch:
    """Looks again and again, each time at what changed since."""

    def __init__(self, invariants: Iterable[Invariant], memory: Memory, *, seed: int) -> None:
        self.invariants, self.memory, self.seed = tuple(invariants), memory, seed
        self.looks = 0
        self._marks = dict.fromkeys(MARKED, 0)
        self._totals: dict[str, int] = {}

    def look(self, day: date, until: datetime) -> list[Violation]:
        """Every broken promise as of the end of `day`."""
        look = Look(until, self.memory, self._marks, self._totals, Random(f"{self.seed}:{day}"))  # noqa: S311
        broken = [Violation(invariant.__name__, day, what) for invariant in self.invariants for what in invariant(look)]
        self.looks += 1
        self._move_on()
        return broken

    def _move_on(self) -> None:
        highest = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table})" for table in MARKED)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {highest}")
            self._marks = dict(zip(MARKED, cursor.fetchone(), strict=True))
        self.memory.next_day()
