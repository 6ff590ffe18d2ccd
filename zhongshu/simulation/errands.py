"""A matter on its way: what the world knows about a case beside what the program knows."""

from dataclasses import dataclass, field
from random import Random

from zhongshu.cases.models import Case
from zhongshu.estate.models import Place
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.households import Habits, habits_of
from zhongshu.simulation.matters import Matter, Scope


@dataclass(slots=True)
class Errand:
    """`place` is where it really is. `botched`, `late`: what the household will say; `attended`: orders in hand;
    `extras`: what was arranged for it beyond the plain course (`extras.py`).
    """

    by: Happening
    matter: Matter
    place: Place | None
    habits: Habits
    case_id: int
    attended: set[int] = field(default_factory=set)
    holds: int = 0
    botched: bool = False
    late: bool = False
    forgotten: bool = False
    extras: set[str] = field(default_factory=set)

    def dice(self, purpose: str) -> Random:
        """Dice of the happening it came from."""
        return self.by.dice(purpose)


@dataclass(slots=True)
class Ledger:
    """The errands of a site whose cases are not over."""

    seed: str
    _errands: dict[int, Errand] = field(default_factory=dict)

    def add(self, errand: Errand) -> Errand:
        self._errands[errand.case_id] = errand
        return errand

    def of(self, case: Case) -> Errand:
        """What is known about the case; of one that this world did not hear, what can be guessed."""
        return self._errands.get(case.pk) or self.add(self._guessed(case))

    def case_ids(self) -> list[int]:
        return list(self._errands)

    def strike(self, case_id: int) -> None:
        self._errands.pop(case_id, None)

    def _guessed(self, case: Case) -> Errand:
        matter = Matter(case.text, Scope.HOME, 1, 40)
        habits = habits_of(self.seed, case.account.number if case.account else case.number)
        return Errand(Happening(f"case/{case.number}", self.seed), matter, case.place, habits, case.pk)
