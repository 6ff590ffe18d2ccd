"""A site's world: what comes from outside is planned day by day, and people live through it by the real actions.

The same seed gives the same history. What happens is the matter of the behaviours (`behaviours.py`); here are the
moved clock, the diary, and the one door through which every action is called.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from zhongshu.cases.policies import LEAD_HEARS_AFTER
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.models import Site, User
from zhongshu.identity.queries import actor_of
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.once import once
from zhongshu.kernel.workdays import DAY_STARTS
from zhongshu.people.models import Staff
from zhongshu.simulation.behaviours import Behaviour, everything
from zhongshu.simulation.charging import AT_ONCE, Charging
from zhongshu.simulation.diary import Diary, Happen
from zhongshu.simulation.errands import Ledger
from zhongshu.simulation.happenings import Deed, Happening, Perform, StoryLine, plainly
from zhongshu.simulation.hours import midnight

Tick = Callable[[datetime], object]
Deliver = Callable[[datetime], object]
AfterDay = Callable[[date], None]
Receipt = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

SCOPE = "simulation"
REMEMBERED = timedelta(days=40)
_REFUSED = object()
_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)

# The earliest instant after one and until another at which something falls due by itself.
_NEXT_DUE = """
    SELECT min(due) FROM (
        (SELECT min(due_at) FROM work_escalationstep WHERE fired_at IS NULL AND cancelled_at IS NULL
            AND due_at > %(after)s AND due_at <= %(until)s)
        UNION ALL
        (SELECT (resume_on + %(morning)s::time) AT TIME ZONE %(zone)s FROM work_workorder WHERE state = 'on_hold')
        UNION ALL
        (SELECT due_at FROM cases_followup WHERE done_at IS NULL AND overdue_told_at IS NULL)
        UNION ALL
        (SELECT due_at + %(lead)s FROM cases_followup WHERE done_at IS NULL AND overdue_lead_told_at IS NULL)
        UNION ALL
        (SELECT min(due_at) FROM channels_hotlinealert WHERE fired_at IS NULL AND cancelled_at IS NULL
            AND due_at > %(after)s AND due_at <= %(until)s)
        UNION ALL
        (SELECT due_at FROM channels_callback WHERE done_at IS NULL AND overdue_told_at IS NULL)
        UNION ALL
        (SELECT min(next_call_at) FROM scene_assistance WHERE next_call_at > %(after)s AND next_call_at <= %(until)s)
    ) AS all_due (due)
    WHERE due > %(after)s AND due <= %(until)s
"""
_FACTS: dict[str, Any] = {"morning": DAY_STARTS, "zone": SITE_ZONE.key, "lead": LEAD_HEARS_AFTER}


def deliver_pending(at: datetime) -> object:
    """How events reach who reacts to them, unless a world is told otherwise."""
    return outbox.deliver_pending(at=at)


class World:
    """One site under a moved clock.

    `tick` runs what becomes due by itself, `deliver` takes events round. `per_day` is how many matters a day brings on
    average. `kept` says whether a happening takes place, `perform` calls the actions. `arrived`: lines of the next
    statement of the bank, each with the account whose money it is. `behaviours` says what can happen.
    """

    def __init__(
        self,
        site: Site,
        *,
        seed: int,
        tick: Tick,
        per_day: float,
        kept: Callable[[str], bool] = lambda happening_id: True,
        perform: Perform = plainly,
        deliver: Deliver = deliver_pending,
        charging: Charging = AT_ONCE,
        behaviours: Callable[["World"], list[Behaviour]] = everything,
    ) -> None:
        self.site, self.seed, self.per_day = site, f"{seed}:{site.code}", per_day
        self.tick, self.deliver, self.kept, self.perform = tick, deliver, kept, perform
        self.charging = charging
        self.arrived: list[tuple[str, int]] = []
        self.diary = Diary()
        self.ledger = Ledger(self.seed)
        self.behaviours = behaviours(self)
        self.story: deque[StoryLine] = deque()
        self.on_shift: tuple[datetime, list[Staff]] = (_BEGINNING, [])
        self._clock = _BEGINNING
        self._actors: dict[int, Actor] = {}

    # --- time

    def live_day(self, day: date) -> None:
        """From midnight to midnight."""
        live_together([self], day, midnight(day + timedelta(days=1)))

    def live(self, first: date, until: datetime, *, after_day: AfterDay = lambda day: None) -> None:
        """Every day from `first` up to the instant `until`; what was going to happen later is left undone."""
        live_together([self], first, until, after_day=after_day)

    def plan_day(self, day: date) -> None:
        """Write into the diary what this day brings from outside."""
        self._forget(midnight(day) - REMEMBERED)
        for behaviour in self.behaviours:
            behaviour.plan_day(self, day)

    def live_one(self) -> None:
        """Let time pass until the next entry of the diary, and live it."""
        at, happen = self.diary.pop()
        self.let_time_pass(at)
        happen(at)
        self.deliver(at)

    def let_time_pass(self, until: datetime) -> None:
        """Tick within the minute in which something falls due on the way; what was missed before, at once."""
        after = _BEGINNING
        while due := _next_due(after, until):
            at = min(max(_next_minute(due), self._clock), until)
            self.tick(at)
            self._clock, after = at, max(at, due)
        self._clock = until

    # --- what happens

    def happening(self, happening_id: str) -> Happening:
        """Something from outside, with its dice."""
        return Happening(happening_id, self.seed)

    def plan(self, at: datetime, happening_id: str, happen: Happen) -> None:
        """Something comes from outside at that instant, unless it is left out."""
        if self.kept(happening_id):
            self.diary.add(at, happening_id, happen)

    def later(self, at: datetime, by: Happening, happen: Happen) -> None:
        """What follows from a happening that took place."""
        self.diary.add(at, by.id, happen)

    # --- what people do

    def do(self, by: Happening, action: Callable[P, object], /, *args: P.args, **said: P.kwargs) -> bool:
        """Whether the rules let it happen; people try such things."""
        return self._through_the_door(by, action, said, lambda: action(*args, **said)) is not _REFUSED

    def do_once(
        self, by: Happening, receipt: Callable[[T], Receipt], action: Callable[P, T], /, *args: P.args, **said: P.kwargs
    ) -> Receipt | None:
        """`do` for what would be there twice if it were done twice; gives what `receipt` made of the result.

        None when the rules refuse it.
        """
        key = by.key(self.site.code, name_of(action))
        what = {name: str(value) for name, value in said.items() if name not in {"actor", "at"}}

        def act() -> Receipt:
            return once(scope=SCOPE, key=key, said=what, at=_at(said), act=lambda: receipt(action(*args, **said)))

        given = self._through_the_door(by, action, said, act)
        return None if given is _REFUSED else given

    def _through_the_door(
        self, by: Happening, action: Callable[..., object], said: Mapping[str, object], act: Callable[[], object]
    ) -> Any:
        what, at = name_of(action), _at(said)
        try:
            return self.perform(Deed(what, at, by.id, act))
        except Refusal as refusal:
            self.tell(at, by, f"{what} was refused: {type(refusal).__name__}")
            return _REFUSED

    def actor(self, user: User, at: datetime) -> Actor:
        """The user with the roles they held when they first acted here."""
        if user.pk not in self._actors:
            self._actors[user.pk] = actor_of(user, at=at, origin=Origin.SIMULATION)
        return self._actors[user.pk]

    def tell(self, at: datetime, by: Happening, words: str) -> None:
        """One line for the story."""
        self.story.append(StoryLine(at, by.id, words))

    def _forget(self, before: datetime) -> None:
        while self.story and self.story[0].at < before:
            self.story.popleft()


def live_together(
    worlds: Sequence[World], first: date, until: datetime, *, after_day: AfterDay = lambda day: None
) -> None:
    """Several sites under one clock, day by day from `first` up to the instant `until`."""
    day = first
    while midnight(day) < until:
        for world in worlds:
            world.plan_day(day)
        end = min(midnight(day + timedelta(days=1)), until)
        while world_ := _first_before(end, worlds):
            world_.live_one()
        worlds[0].let_time_pass(end)
        after_day(day)
        day += timedelta(days=1)


def name_of(action: Callable[..., Any]) -> str:
    """App and verb: `cases.open_case`."""
    return f"{action.__module__.split('.')[1]}.{action.__name__}"


def _at(said: Mapping[str, object]) -> datetime:
    at = said["at"]
    if not isinstance(at, datetime):
        raise TypeError(at)
    return at


def _first_before(end: datetime, worlds: Sequence[World]) -> World | None:
    waiting = [(at, nth) for nth, world in enumerate(worlds) if (at := world.diary.next_at()) and at < end]
    return worlds[min(waiting)[1]] if waiting else None


def _next_due(after: datetime, until: datetime) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_DUE, _FACTS | {"after": after, "until": until})
        (due,) = cursor.fetchone()
    return due  # type: ignore[no-any-return]


def _next_minute(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)
