"""The life of a site: matters arise, staff attend to them, customers answer. All of it through the real actions.

The same seed gives the same history: every chance is drawn from one `Random`, in the order of the diary.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import QuerySet

from zhongshu.cases import actions as cases
from zhongshu.cases.lifecycle import Answer, CaseState, Channel
from zhongshu.cases.models import Case, FollowUp
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.models import Site, User
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Refusal
from zhongshu.people.models import Staff
from zhongshu.people.queries import on_duty
from zhongshu.simulation.diary import Diary
from zhongshu.simulation.matters import HAPPY_WORDS, MATTERS, UNHAPPY_WORDS, Matter, Scope
from zhongshu.work import actions as work
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import State
from zhongshu.work.models import EscalationStep, WorkOrder

Tick = Callable[[datetime], object]
HOURS = (1, 1, 1, 1, 1, 2, 6, 12, 14, 13, 12, 10, 9, 9, 10, 11, 12, 14, 16, 15, 12, 8, 4, 2)
CHANNELS = {
    Channel.TELEPHONE: 58,
    Channel.WECHAT: 18,
    Channel.EMPLOYEE: 12,
    Channel.COUNTER: 8,
    Channel.PATROL: 4,
}
ANSWERING = (Role.CALL_TAKER, Role.SERVICE_LEAD, Role.KEEPER, Role.GUARD)
TRAVEL_MINUTES = (3, 5, 8, 12)


class SiteLife:
    """One site between two days. `tick` runs what becomes due by itself as of an instant."""

    def __init__(self, site: Site, *, seed: int, per_day: float, tick: Tick) -> None:
        self.site = site
        self.dice = Random(f"{seed}:{site.code}")  # noqa: S311
        self.per_day = per_day
        self.tick = tick
        self.diary = Diary()
        self._actors: dict[int, Actor] = {}
        self._places = self._places_by_scope()
        self._phones = dict(_phones_by_unit(site))

    def live(self, first: date, until: datetime, *, after_day: Callable[[date], None]) -> None:
        """Every day from `first` up to the instant `until`; what was going to happen later is left undone."""
        day = first
        while _midnight(day) < until:
            self._plan_day(day)
            if until < _midnight(day + timedelta(days=1)):
                self._plan_rush(until)
            self._live_until(min(_midnight(day + timedelta(days=1)), until))
            after_day(day)
            day += timedelta(days=1)

    def _live_until(self, end: datetime) -> None:
        while found := self.diary.pop_before(end):
            at, happening = found
            self._let_time_pass(at)
            happening(at)
            outbox.deliver_pending(at=at)
        self._let_time_pass(end)

    def _let_time_pass(self, until: datetime) -> None:
        """Tick at each instant at which an escalation falls due on the way, as a clock would."""
        due = EscalationStep.objects.filter(
            fired_at__isnull=True, cancelled_at__isnull=True, clock__paused_at__isnull=True, due_at__lte=until
        )
        if due.exists():
            self.tick(until)

    # --- what happens to people

    def _plan_day(self, day: date) -> None:
        start = _midnight(day)
        count = max(0, round(self.dice.gauss(self.per_day, self.per_day**0.5)))
        for _nth in range(count):
            hour = self.dice.choices(range(24), HOURS)[0]
            at = start + timedelta(hours=hour, minutes=self.dice.randrange(60), seconds=self.dice.randrange(60))
            self.diary.add(at, self._matter_arises)
        self._plan_calls(start)

    def _plan_rush(self, until: datetime) -> None:
        """Something has just come in, so that whoever opens the program finds people at work."""
        for _nth in range(max(2, round(2 * self.per_day))):
            self.diary.add(until - timedelta(minutes=self.dice.uniform(2, 75)), self._matter_arises)

    def _plan_calls(self, start: datetime) -> None:
        self.diary.add(start + timedelta(hours=9, minutes=30), self._make_calls)
        self.diary.add(start + timedelta(hours=16, minutes=30), self._make_calls)

    def _matter_arises(self, at: datetime) -> None:
        matter = self._draw_matter()
        place = self._draw_place(matter.scope)
        channel = self.dice.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        heard_by = self._heard_by(channel, at)
        if heard_by is None:
            return
        intake = cases.open_case(
            actor=heard_by,
            at=at,
            site=self.site,
            text=matter.text,
            channel=channel,
            place_text=self._spoken(place) if place else "",
            caller_phone=self._caller(place, channel),
        )
        if place and intake.case.place_id is None:
            ask_back = at + timedelta(minutes=self.dice.randint(1, 4))
            self.diary.add(ask_back, lambda then: self._put_place_right(intake.case.pk, place, then))
        self._attend_soon(intake.order.pk, matter, at)

    def _draw_matter(self) -> Matter:
        fits = [matter for matter in MATTERS if matter.scope is Scope.NOWHERE or self._places.get(matter.scope)]
        return self.dice.choices(fits, [matter.weight for matter in fits])[0]

    def _draw_place(self, scope: Scope) -> Place | None:
        choice = self._places.get(scope)
        return self.dice.choice(choice) if choice else None

    def _spoken(self, place: Place) -> str:
        """How people say it: in full, or with the phase left out."""
        return place.label if self.dice.random() < 0.85 else place.label.removeprefix("一期").removeprefix("二期")

    def _caller(self, place: Place | None, channel: Channel) -> str:
        return self._phones.get(place.pk, "") if place and channel not in (Channel.EMPLOYEE, Channel.PATROL) else ""

    def _heard_by(self, channel: Channel, at: datetime) -> Actor | None:
        present = list(on_duty(site_id=self.site.pk, at=at).order_by("pk"))
        if not present:
            return None
        if channel in (Channel.EMPLOYEE, Channel.PATROL):
            return self._actor(self.dice.choice(present).user)
        return self._first_with(present, ANSWERING) or self._actor(self.dice.choice(present).user)

    def _first_with(self, present: list[Staff], roles: tuple[Role, ...]) -> Actor | None:
        for role in roles:
            able = [staff for staff in present if self._actor(staff.user).holds(role)]
            if able:
                return self._actor(self.dice.choice(able).user)
        return None

    def _put_place_right(self, case_id: int, place: Place, at: datetime) -> None:
        owner = self._owner(case_id)
        if owner:
            self._try(
                lambda: cases.put_place_right(
                    actor=owner, at=at, case_id=case_id, place_code=place.code, reason="回电核实"
                )
            )

    # --- what staff do

    def _attend_soon(self, order_id: int, matter: Matter, at: datetime) -> None:
        order = WorkOrder.objects.get(pk=order_id)
        quick = order.urgency in (Urgency.P1, Urgency.P2)
        minutes = self.dice.expovariate(1 / (1.5 if quick else 7)) + 0.3
        if self.dice.random() < 0.05:
            minutes += self.dice.uniform(15, 90)
        self.diary.add(at + timedelta(minutes=minutes), lambda then: self._attend(order_id, matter, then))

    def _attend(self, order_id: int, matter: Matter, at: datetime) -> None:
        """Do the next thing this order needs, and come back for the one after."""
        order = WorkOrder.objects.select_related("assignee__user", "place").get(pk=order_id)
        wait = self._next_step(order, matter, at)
        if wait is not None:
            self.diary.add(at + wait, lambda then: self._attend(order_id, matter, then))

    def _next_step(self, order: WorkOrder, matter: Matter, at: datetime) -> timedelta | None:
        if order.assignee is None or order.state in (State.NEW, State.ON_HOLD, State.OBJECTED):
            return timedelta(hours=1)
        me = self._actor(order.assignee.user)
        steps = {
            State.DISPATCHED: self._accept,
            State.ACCEPTED: self._set_out,
            State.TRAVELLING: self._arrive,
            State.ON_SITE: self._finish,
        }
        step = steps.get(State(order.state))
        return step(order, me, matter, at) if step else None

    def _accept(self, order: WorkOrder, me: Actor, matter: Matter, at: datetime) -> timedelta:
        self._try(lambda: work.accept(actor=me, at=at, order_id=order.pk))
        return timedelta(minutes=self.dice.uniform(1, 6))

    def _set_out(self, order: WorkOrder, me: Actor, matter: Matter, at: datetime) -> timedelta:
        if order.place_id is None and matter.scope is Scope.NOWHERE:
            return self._finish(order, me, matter, at)
        self._try(lambda: work.travel(actor=me, at=at, order_id=order.pk))
        return timedelta(minutes=self.dice.choice(TRAVEL_MINUTES))

    def _arrive(self, order: WorkOrder, me: Actor, matter: Matter, at: datetime) -> timedelta:
        self._try(lambda: work.arrive(actor=me, at=at, order_id=order.pk, place=order.place))
        return timedelta(minutes=matter.minutes * self.dice.uniform(0.6, 1.6))

    def _finish(self, order: WorkOrder, me: Actor, matter: Matter, at: datetime) -> timedelta:
        self._try(lambda: work.finish(actor=me, at=at, order_id=order.pk, note="已处理完毕"))
        return timedelta(hours=self.dice.uniform(1, 20))

    # --- calls back

    def _make_calls(self, at: datetime) -> None:
        """Call-backs that are due, and sign-offs by the owners of cases that need no call."""
        for follow_up in FollowUp.objects.filter(site=self.site, done_at__isnull=True).order_by("due_at", "pk"):
            self._call_back(follow_up, at)
        for case in self._waiting_for_sign_off():
            self._sign_off(case.pk, at)

    def _sign_off(self, case_id: int, at: datetime) -> None:
        owner = self._owner(case_id)
        if owner:
            self._try(lambda: cases.sign_off_for_customer(actor=owner, at=at, case_id=case_id, words="电话确认已解决"))

    def _waiting_for_sign_off(self) -> QuerySet[Case]:
        done = WorkOrder.objects.filter(site=self.site, state=State.DONE, case_order__isnull=False)
        waiting = done.values_list("case_order__case_id", flat=True)
        return Case.objects.filter(pk__in=waiting, state=CaseState.OPEN).order_by("pk")

    def _call_back(self, follow_up: FollowUp, at: datetime) -> None:
        caller = self._first_with(
            list(on_duty(site_id=self.site.pk, at=at).order_by("pk")), (Role.CALL_TAKER, Role.KEEPER, Role.SERVICE_LEAD)
        )
        if caller is None:
            return
        answer, score, words = self._draw_answer()
        self._try(
            lambda: cases.record_follow_up(
                actor=caller, at=at, follow_up_id=follow_up.pk, answer=answer, score=score, words=words
            )
        )
        if answer is Answer.NOT_CONTENT:
            again = Matter(text="", scope=Scope.HOME, weight=1, minutes=40)
            for order_id in follow_up.case.case_orders.values_list("order_id", flat=True):
                self._attend_soon(order_id, again, at)

    def _draw_answer(self) -> tuple[Answer, int | None, str]:
        chance = self.dice.random()
        if chance < 0.12:
            return Answer.UNREACHABLE, None, ""
        if chance < 0.17:
            return Answer.NOT_CONTENT, self.dice.choice((1, 2)), self.dice.choice(UNHAPPY_WORDS)
        return Answer.CONTENT, self.dice.choice((4, 5, 5)), self.dice.choice(HAPPY_WORDS)

    # --- who and where

    def _owner(self, case_id: int) -> Actor | None:
        owner = Case.objects.select_related("owner").get(pk=case_id).owner
        return self._actor(owner) if owner else None

    def _actor(self, user: User) -> Actor:
        if user.pk not in self._actors:
            at = datetime.now(tz=SITE_ZONE)
            self._actors[user.pk] = actor_of(user, at=at, origin=Origin.SIMULATION)
        return self._actors[user.pk]

    def _try(self, act: Callable[[], object]) -> None:
        """People try things that the rules refuse; then nothing happens."""
        try:
            act()
        except Refusal:
            return

    def _places_by_scope(self) -> dict[Scope, list[Place]]:
        kinds = {
            Scope.HOME: "unit",
            Scope.BUILDING: "entrance",
            Scope.LIFT: "lift",
            Scope.GATE: "gate",
            Scope.PARKING: "parking",
        }
        found = {}
        for scope, kind in kinds.items():
            places = Place.objects.filter(site=self.site, kind=kind).order_by("code")
            if scope is Scope.HOME:
                places = places.filter(accounts__isnull=False).distinct()
            found[scope] = list(places)
        return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SITE_ZONE)


def _phones_by_unit(site: Site) -> QuerySet[Place, tuple[int, str]]:
    rows = Place.objects.filter(site=site, kind="unit", accounts__customer__phones__isnull=False)
    return rows.order_by("pk", "accounts__customer__phones__number").values_list(
        "pk", "accounts__customer__phones__number"
    )
