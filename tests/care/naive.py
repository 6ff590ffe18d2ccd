"""The score a second time, as plainly as it can be said: one account, one day after the other, no tables.

Written from the description of the score alone and not from `zhongshu.care`: where the two differ, one of them misread
it. A fact typed on a day is known from the evaluation of the next morning on.

Where the description leaves room: an episode ends in the evening of the day on which everything was paid, also when
another month begins to count the next morning; what turns out to be wrong is reversed with effect from the day it had
taken effect, a judgement from the day it was reversed; a prepayment counts from the day it was received.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

DAY = timedelta(days=1)
ONE_YUAN = Decimal("1.00")
RESPONSES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "arrears.3": ("payment_reminder", (), ""),
    "arrears.4": ("payment_reminder", ("keeper",), "telephone"),
    "arrears.5": ("payment_reminder", ("keeper",), "door"),
    "arrears.6": ("payment_notice", ("keeper", "supervisor"), "door"),
    "arrears.12": ("final_demand", ("keeper", "supervisor", "site_manager"), "door_paper"),
    "arrears.legal": ("formal_demand", ("keeper", "supervisor", "site_manager", "legal"), "legal"),
}
STEPS = (("arrears.3", 3), ("arrears.4", 4), ("arrears.5", 5), ("arrears.6", 6), ("arrears.6", 8), ("arrears.6", 10),
         ("arrears.12", 12))  # fmt: skip
RULES = ("arrears.3", "arrears.4", "arrears.5", "arrears.6", "arrears.12", "arrears.legal")


@dataclass(frozen=True)
class Policy:
    """One version, from `starts_on` until the next."""

    starts_on: date
    initial_score: int = 100
    points: tuple[int, ...] = (-1, -2, -3, -5, -10, -20)
    prepaid: int = 20
    repeat_deducts: bool = True
    grace_days: int = 30
    complaint_life: int | None = 12
    arrears_life: int | None = 12

    def costs(self, rule: str) -> int:
        return self.points[RULES.index(rule)]


@dataclass(frozen=True)
class Bill:
    """`amount` for the whole months from `first` on, known from the day it was typed."""

    first: date
    months: int
    due_on: date
    amount: Decimal
    typed_on: date


@dataclass(frozen=True)
class Payment:
    """Clears the oldest bills open when it is typed. `bounced_on`: the day somebody typed that it never came."""

    amount: Decimal
    received_on: date
    typed_on: date
    bounced_on: date | None = None


@dataclass(frozen=True)
class Verdict:
    """A complaint judged; `reversed_on`: the day the judgement was taken back."""

    severity: str
    points: int
    judged_on: date
    reversed_on: date | None = None


@dataclass(frozen=True)
class Ahead:
    """Twelve months from `first` on paid ahead; `ended_on`: the first day no longer served, `ended_typed_on` known."""

    first: date
    received_on: date
    typed_on: date
    ended_on: date | None = None
    ended_typed_on: date | None = None
    bounced_on: date | None = None

    @property
    def until(self) -> date:
        """The day after the last prepaid one."""
        return later(self.first, 12)


@dataclass(frozen=True)
class History:
    """Everything that happened to one account, and the days on which the evaluation ran."""

    opened_on: date
    runs: Sequence[date]
    bills: Sequence[Bill] = ()
    payments: Sequence[Payment] = ()
    verdicts: Sequence[Verdict] = ()
    aheads: Sequence[Ahead] = ()
    policies: Sequence[Policy] = (Policy(date(2000, 1, 1)),)

    def policy(self, on: date) -> Policy:
        return max((one for one in self.policies if one.starts_on <= on), key=lambda one: one.starts_on)


@dataclass(frozen=True)
class Month:
    """A month of service: it counts from `from_on`, until the money of `cleared_on`."""

    month: date
    due_on: date
    from_on: date
    cleared_on: date | None

    def is_open(self, before: date) -> bool:
        """Whether money received before that day had left it open."""
        return self.cleared_on is None or self.cleared_on >= before


@dataclass(frozen=True)
class Episode:
    starts_on: date
    ended_on: date | None


@dataclass
class Entry:
    rule: str
    occurrence: int
    effective_on: date
    points: int
    recorded_on: date
    until: date | None = None
    reverses: "Entry | None" = None

    def counts(self, on: date) -> bool:
        return self.effective_on <= on and (self.until is None or on < self.until)


@dataclass
class Task:
    rule: str
    occurrence: int
    opened_on: date
    roles: tuple[str, ...]
    manner: str
    state: str = "open"


@dataclass(frozen=True)
class Notice:
    rule: str
    kind: str
    on: date
    named: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Shown:
    """The account on a day; entries without those that were disproved, and their reversals."""

    score: int
    band: str
    gold: bool
    entries: list[tuple[date, str, int, int, date | None]]


@dataclass
class Standing:
    """What the evaluations have made of a history."""

    history: History
    entries: list[Entry] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def shown(self, on: date) -> Shown:
        counting = [one for one in self.entries if one.counts(on)]
        initial = self.history.policy(self.history.opened_on).initial_score
        score = min(100, max(0, initial + sum(one.points for one in counting)))
        reversed_ones = [id(one.reverses) for one in counting if one.reverses]
        gold = any(one.rule == "prepaid.12" and id(one) not in reversed_ones for one in counting)
        disproved = [one for one in counting if one.reverses and one.reverses.effective_on == one.effective_on]
        gone = [id(each) for one in disproved for each in (one, one.reverses)]
        told = [one for one in counting if id(one) not in gone]
        facts = [(one.effective_on, one.rule, one.occurrence, one.points, one.until) for one in told]
        return Shown(score, band(score), gold, sorted(facts, key=str))


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def band(score: int) -> str:
    lowest = {"excellent": 95, "good": 80, "fair": 70, "poor": 50, "priority": 0}
    return next(name for name, least in lowest.items() if score >= least)


def play(history: History) -> Standing:
    """Every evaluation of the history, in order."""
    standing = Standing(history)
    for run in sorted(set(history.runs)):
        _evaluate(standing, run)
    return standing


def known(history: History, run: date) -> History:
    """What was typed before that morning."""
    return replace(
        history,
        bills=[one for one in history.bills if one.typed_on < run],
        payments=[_payment_known(one, run) for one in history.payments if one.typed_on < run],
        verdicts=[_verdict_known(one, run) for one in history.verdicts if one.judged_on < run],
        aheads=[_ahead_known(one, run) for one in history.aheads if one.typed_on < run],
    )


def _payment_known(one: Payment, run: date) -> Payment:
    return replace(one, bounced_on=one.bounced_on if one.bounced_on and one.bounced_on < run else None)


def _verdict_known(one: Verdict, run: date) -> Verdict:
    return replace(one, reversed_on=one.reversed_on if one.reversed_on and one.reversed_on < run else None)


def _ahead_known(one: Ahead, run: date) -> Ahead:
    ended = one.ended_typed_on is not None and one.ended_typed_on < run
    bounced = one.bounced_on if one.bounced_on and one.bounced_on < run else None
    return replace(one, ended_on=one.ended_on if ended else None, bounced_on=bounced)


@dataclass(frozen=True)
class Cleared:
    """So much of a bill, by a payment."""

    bill: Bill
    payment: Payment
    amount: Decimal


def open_on(facts: History, received_on: date) -> dict[Bill, Decimal]:
    """What money of that day, typed now, finds open: the oldest due first."""
    left = {bill: bill.amount for bill in facts.bills if bill.typed_on <= received_on}
    for one in cleared(facts):
        if one.bill in left:
            left[one.bill] -= one.amount
    return {bill: amount for bill, amount in sorted(left.items(), key=lambda item: item[0].due_on) if amount}


def cleared(facts: History) -> list[Cleared]:
    """Payments in the order of typing, each for the oldest bills open then; what bounced by now is taken away."""
    rows: list[Cleared] = []
    for payment in sorted(facts.payments, key=lambda one: one.typed_on):
        standing = [row for row in rows if not _bounced_by(row.payment, payment.typed_on)]
        rows += _spread(facts, payment, standing)
    return [row for row in rows if not row.payment.bounced_on]


def _bounced_by(payment: Payment, day: date) -> bool:
    return payment.bounced_on is not None and payment.bounced_on < day


def _spread(facts: History, payment: Payment, before: Sequence[Cleared]) -> Iterator[Cleared]:
    free = payment.amount
    issued = [bill for bill in facts.bills if bill.typed_on <= payment.received_on]
    for bill in sorted(issued, key=lambda one: one.due_on):
        amount = min(free, bill.amount - sum(row.amount for row in before if row.bill == bill))
        free -= amount
        if amount:
            yield Cleared(bill, payment, amount)


def service_months(facts: History) -> list[Month]:
    """The months of all bills, with the day of the money that cleared each."""
    rows = cleared(facts)
    return [month for bill in facts.bills for month in _months_of(bill, [row for row in rows if row.bill == bill])]


def _months_of(bill: Bill, rows: Sequence[Cleared]) -> Iterator[Month]:
    for nth in range(bill.months):
        month = later(bill.first, nth)
        upto = (bill.amount * (nth + 1) / bill.months).quantize(Decimal("0.01"))
        yield Month(month, bill.due_on, max(later(month, 1), bill.due_on + DAY), _reached(upto, rows))


def _reached(upto: Decimal, rows: Sequence[Cleared]) -> date | None:
    """The day on which the money received for a bill was that much, but for less than a yuan."""
    days = sorted({row.payment.received_on for row in rows})
    enough = (
        day for day in days if sum(row.amount for row in rows if row.payment.received_on <= day) > upto - ONE_YUAN
    )
    return next(enough, None)


def number(months: Sequence[Month], on: date, before: date) -> int:
    """Months in arrears on a day, when the money received before another day counts."""
    past_due = [one for one in months if one.due_on < on and one.is_open(before)]
    counted = {one.month for one in past_due if one.from_on <= on}
    if not counted:
        return 0
    oldest, elapsed = min(one.due_on for one in past_due), 0
    while later(oldest, elapsed + 1) <= on:
        elapsed += 1
    return min(len(counted), 1 + elapsed)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def episodes(months: Sequence[Month], last: date) -> list[Episode]:
    """In order; the last may be open on the morning of that day."""
    found: list[Episode] = []
    begun: date | None = None
    for day in days(min((one.due_on for one in months), default=last), last):
        begun = begun or (day if number(months, day, before=day) else None)
        if begun and day < last and not number(months, day, before=day + DAY):
            found.append(Episode(begun, day))
            begun = None
    return [*found, Episode(begun, None)] if begun else found


def firings(months: Sequence[Month], episode: Episode, last: date) -> Iterator[tuple[str, int, date]]:
    """The steps an episode reached by its last day, and the first morning of each."""
    mornings = [(day, number(months, day, before=day)) for day in days(episode.starts_on, episode.ended_on or last)]
    for rule, least in STEPS:
        reached = next((day for day, many in mornings if many >= least), None)
        if reached:
            yield rule, least, reached


def _evaluate(standing: Standing, run: date) -> None:
    facts = known(standing.history, run)
    months = service_months(facts)
    spells = episodes(months, run)
    _judged(standing, facts, run)
    _prepaid(standing, facts, months, run)
    _in_arrears(standing, facts, months, spells, run)


def _judged(standing: Standing, facts: History, run: date) -> None:
    """Points of judgements from the day they were made, and their reversals."""
    for verdict in facts.verdicts:
        life = facts.policy(verdict.judged_on).complaint_life
        until = later(verdict.judged_on, life) if life else None
        entry = _enter(standing, f"complaint.{verdict.severity}", 1, verdict.judged_on, verdict.points, run, until)
        if verdict.reversed_on:
            _reverse(standing, entry, verdict.reversed_on, run)


def _enter(
    standing: Standing, rule: str, occurrence: int, on: date, points: int, run: date, until: date | None
) -> Entry:
    """The entry, made unless it stands; a reversed one is made anew unless it is a judgement."""
    for one in standing.entries:
        is_it = (one.rule, one.occurrence, one.effective_on, one.points) == (rule, occurrence, on, points)
        if is_it and (rule.startswith("complaint.") or not _is_reversed(standing, one)):
            one.until = until
            return one
    entry = Entry(rule, occurrence, on, points, run, until)
    standing.entries.append(entry)
    return entry


def _is_reversed(standing: Standing, entry: Entry) -> bool:
    return any(one.reverses is entry for one in standing.entries)


def _reverse(standing: Standing, entry: Entry, on: date, run: date) -> None:
    if not _is_reversed(standing, entry):
        standing.entries.append(Entry("reversal", 1, on, -entry.points, run, entry.until, entry))


def _prepaid(standing: Standing, facts: History, months: Sequence[Month], run: date) -> None:
    wanted = []
    gold_until = date.min
    for ahead in sorted(facts.aheads, key=lambda one: one.received_on):
        if ahead.bounced_on or not _is_year_ahead(ahead, months):
            continue
        begins, ends = max(ahead.received_on, gold_until), ahead.ended_on or ahead.until
        gold_until = max(gold_until, ends)
        wanted.append((begins, ends))
    for begins, ends in wanted:
        _gold(standing, facts, begins, ends, run)
    _disprove(standing, "prepaid.", {begins for begins, _ends in wanted}, run)


def _is_year_ahead(ahead: Ahead, months: Sequence[Month]) -> bool:
    """Whether it reaches twelve whole months beyond the month it was paid in, with nothing open before it."""
    end_of_month = later(ahead.received_on.replace(day=1), 1)
    gap = any(one.month < ahead.first and one.is_open(ahead.received_on + DAY) for one in months)
    return not gap and ahead.until >= later(end_of_month, 12)


def _gold(standing: Standing, facts: History, begins: date, ends: date, run: date) -> None:
    is_new = not any(
        one.rule == "prepaid.12" and one.effective_on == begins and not _is_reversed(standing, one)
        for one in standing.entries
    )
    _enter(standing, "prepaid.12", 1, begins, facts.policy(begins).prepaid, run, ends)
    if is_new:
        standing.tasks.append(Task("prepaid.12", 1, run, ("keeper",), "door"))


def _disprove(standing: Standing, rules: str, wanted: set[date], run: date) -> None:
    for one in list(standing.entries):
        if one.rule.startswith(rules) and one.effective_on not in wanted:
            _reverse(standing, one, one.effective_on, run)


Wanted = tuple[str, int, date, Episode]


def _in_arrears(
    standing: Standing, facts: History, months: Sequence[Month], spells: Sequence[Episode], run: date
) -> None:
    wanted: list[Wanted] = [
        (rule, least, day, spell) for spell in spells for rule, least, day in firings(months, spell, run)
    ]
    wanted += _legal(standing, months, spells, wanted, run)
    _withdraw_disproved(standing, {one[:3] for one in wanted}, run)
    fresh = [one for one in wanted if not _has_fired(standing, *one[:3])]
    for rule, least, day, spell in wanted:
        _fired(standing, facts, rule, least, day, spell, run)
    current = [one for one in fresh if one[3].ended_on is None]
    if current:
        _act(standing, max(current, key=_height), months, run)
    if not spells or spells[-1].ended_on:
        _withdraw(standing, RULES)


def _height(one: Wanted) -> tuple[int, int]:
    return RULES.index(one[0]), one[1]


def _fired(standing: Standing, facts: History, rule: str, least: int, day: date, spell: Episode, run: date) -> None:
    policy = facts.policy(day)
    points = 0 if least in (8, 10) and not policy.repeat_deducts else policy.costs(rule)
    life = policy.arrears_life
    until = later(spell.ended_on, life) if spell.ended_on and life else None
    _enter(standing, rule, least, day, points, run, until)


def _has_fired(standing: Standing, rule: str, least: int, day: date) -> bool:
    rows = [one for one in standing.entries if (one.rule, one.occurrence, one.effective_on) == (rule, least, day)]
    return any(not _is_reversed(standing, one) for one in rows)


def _legal(
    standing: Standing, months: Sequence[Month], spells: Sequence[Episode], wanted: Sequence[Wanted], run: date
) -> Iterator[Wanted]:
    """The day after a final demand ran out, while a month it names is open; only for one whose tier still stands."""
    for demand in (one for one in standing.notices if one.kind == "final_demand"):
        spell = next((one for one in spells if one.starts_on <= demand.on <= (one.ended_on or run)), None)
        proved = any(rule == "arrears.12" and of == spell and day <= demand.on for rule, _least, day, of in wanted)
        day = demand.on + timedelta(days=standing.history.policy(demand.on).grace_days + 1)
        named = [one for one in months if one.month in demand.named and one.is_open(day)]
        if spell and proved and named and day <= run:
            yield "arrears.legal", 1, day, spell


def _withdraw_disproved(standing: Standing, wanted: set[tuple[str, int, date]], run: date) -> None:
    for one in list(standing.entries):
        if one.rule in RULES and (one.rule, one.occurrence, one.effective_on) not in wanted:
            if not _is_reversed(standing, one):
                _withdraw(standing, [one.rule], one.occurrence)
            _reverse(standing, one, one.effective_on, run)


def _withdraw(standing: Standing, rules: Sequence[str], occurrence: int | None = None) -> None:
    for task in standing.tasks:
        if task.state == "open" and task.rule in rules and occurrence in (None, task.occurrence):
            task.state = "withdrawn"


def _act(standing: Standing, reached: Wanted, months: Sequence[Month], run: date) -> None:
    rule, least, _day, _spell = reached
    kind, roles, manner = RESPONSES[rule]
    open_now = frozenset(one.month for one in months if one.from_on <= run and one.is_open(run))
    standing.notices.append(Notice(rule, kind, run, open_now))
    if roles:
        _withdraw(standing, RULES)
        standing.tasks.append(Task(rule, least, run, roles, manner))
