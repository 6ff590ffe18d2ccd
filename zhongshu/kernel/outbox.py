"""Events between apps: written with the fact, delivered at least once, reacted to exactly once.

`publish` inserts the event and defers its delivery in the caller's transaction. `deliver` runs each reaction in a
transaction together with the row that says it is done; a worker killed in between leaves neither. A sweep
(`sweep`) picks up what a lost job left behind; what fails is tried again ever more rarely.
"""

import dataclasses
import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, get_args, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL
from django.utils.dateparse import parse_date, parse_datetime

from zhongshu.kernel.models import OutboxEvent

SWEEP_AFTER = timedelta(minutes=2)
BATCH = 500
# A failing event is due again so long after it occurred: 20 s, 40 s, … 43 min after 1, 2, … 8 tries, then every hour.
_DUE_AGAIN = """
    occurred_at + interval '10 seconds' * power(2, least(attempts, 8)) + interval '1 hour' * greatest(attempts - 8, 0)
"""

logger = logging.getLogger(__name__)

_deferring: ContextVar[bool] = ContextVar("outbox_deferring", default=True)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Base of all events: flat, frozen, JSON-serialisable fields. `name` is `app.what_happened`.

    `site_id` None: it concerns the company.
    """

    name: ClassVar[str]
    site_id: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """Marks a field (`Annotated[int, Told(…)]`) that other companies' programs may learn; all others stay in the house.

    `meaning` is for the documentation. `name` is what they call the field, if not as we do; `of` is
    `app.Model.attribute`: what they get instead of the row's number; `words` are all the values there are.
    """

    meaning: str
    name: str = ""
    of: str = ""
    words: type[StrEnum] | None = None


E_ = TypeVar("E_", bound=DomainEvent)
Reaction = Callable[..., None]
Condition = Callable[[Any], bool]
Listener = Callable[[DomainEvent, int, datetime], None]
_listeners: list[Listener] = []
_types: dict[str, type[DomainEvent]] = {}
_told: dict[str, dict[str, Told]] = {}
_reactions: dict[str, list[tuple[str, Reaction, Condition]]] = defaultdict(list)


def event(cls: type[E_]) -> type[E_]:
    """Class decorator that makes an event type known by its name."""
    _types[cls.name] = cls
    _told[cls.name] = _marks(cls)
    return cls


def reacts_to(event_type: type[E_], *, when: Callable[[E_], bool] = lambda _: True) -> Callable[[Reaction], Reaction]:
    """Decorator for a function `(event, *, at)` in `reactions/`; other events than those of `when` cost no job."""

    def register(reaction: Reaction) -> Reaction:
        handler = f"{reaction.__module__.rsplit('.', 1)[-1]}.{reaction.__name__}"
        _reactions[event_type.name].append((handler, reaction, when))
        return reaction

    return register


def on_publish(listener: Listener) -> None:
    """Have `listener(event, its number, at)` called in the transaction of every `publish`."""
    _listeners.append(listener)


def told(cls: type[DomainEvent]) -> dict[str, Told]:
    """The fields of an event that may leave the house."""
    return _told.get(cls.name, {})


def _marks(cls: type[DomainEvent]) -> dict[str, Told]:
    found = {name: getattr(hint, "__metadata__", ()) for name, hint in get_type_hints(cls, include_extras=True).items()}
    return {name: mark for name, marks in found.items() for mark in marks if isinstance(mark, Told)}


def known_events() -> dict[str, tuple[type[DomainEvent], tuple[str, ...]]]:
    """Every event type with the names of its reactions; the documentation test reads it."""
    return {name: (cls, tuple(handler for handler, *_ in _reactions[name])) for name, cls in sorted(_types.items())}


def publish(happened: DomainEvent, *, at: datetime) -> None:
    """Write the event down in the current transaction and ask a worker to deliver it.

    What nobody reacts to is written as delivered and asks for nothing.
    """
    payload = DjangoJSONEncoder().encode(dataclasses.asdict(happened))
    delivered_at = None if _reactions_to(happened) else at
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_outboxevent (site_id, name, payload, occurred_at, delivered_at, attempts, last_error)"
            " VALUES (%s, %s, %s, %s, %s, 0, '') RETURNING id",
            [happened.site_id, happened.name, payload, at, delivered_at],
        )
        (event_id,) = cursor.fetchone()
    for listener in _listeners:
        listener(happened, event_id, at)
    if is_deferring() and delivered_at is None:
        from zhongshu.kernel.jobs import deliver_event

        deliver_event.defer(event_id=event_id)


@contextmanager
def delivered_in_process() -> Iterator[None]:
    """Within it, `publish` leaves delivery to the caller's `deliver_pending` (simulation under a moved clock)."""
    token = _deferring.set(False)
    try:
        yield
    finally:
        _deferring.reset(token)


def deliver(event_id: int, *, at: datetime) -> None:
    """Run the reactions of one event that have not run yet. Safe to run twice and beside itself."""
    row = OutboxEvent.objects.filter(pk=event_id, delivered_at__isnull=True).first()
    if row is None:
        return
    try:
        happened = _load(row)
        for handler, reaction in _reactions_to(happened):
            _react_once(row, handler, reaction, happened, at=at)
    except Exception:
        OutboxEvent.objects.filter(pk=event_id).update(
            attempts=models.F("attempts") + 1, last_error=traceback.format_exc(limit=5)
        )
        raise
    OutboxEvent.objects.filter(pk=event_id, delivered_at__isnull=True).update(delivered_at=at)


def _reactions_to(happened: DomainEvent) -> list[tuple[str, Reaction]]:
    return [(handler, reaction) for handler, reaction, when in _reactions[happened.name] if when(happened)]


def deliver_pending(*, at: datetime) -> int:
    """Deliver everything not delivered yet, including what the reactions publish; the number of events delivered.

    An event whose reaction fails holds up no other: the failure is kept in its row (`failing`) and logged, and it is
    left alone until it is due again.
    """
    return _deliver_all(_due(at), at=at)


def sweep(*, at: datetime) -> int:
    """Deliver what should have been delivered by now: its job was lost or keeps failing."""
    return _deliver_all(_due(at).filter(occurred_at__lt=at - SWEEP_AFTER), at=at)


def is_deferring() -> bool:
    """Whether workers are to be asked: not within `delivered_in_process`."""
    return _deferring.get()


def undelivered() -> models.QuerySet[OutboxEvent]:
    """Events some of whose reactions have not run yet."""
    return OutboxEvent.objects.filter(delivered_at__isnull=True)


def failing() -> models.QuerySet[OutboxEvent]:
    """Undelivered events of which a reaction has failed; `last_error` says how."""
    return undelivered().filter(attempts__gt=0)


def _due(at: datetime) -> models.QuerySet[OutboxEvent]:
    """What has not failed yet, or long enough ago."""
    due_again = RawSQL(_DUE_AGAIN, [], output_field=models.DateTimeField())  # noqa: S611 - a constant
    fresh = models.Q(attempts=0)
    return undelivered().annotate(due_again=due_again).filter(fresh | models.Q(due_again__lte=at))


def _deliver_all(events: models.QuerySet[OutboxEvent], *, at: datetime) -> int:
    """In the order of their ids, in batches, so that what reactions publish meanwhile comes along."""
    count, last = 0, 0
    while ids := list(events.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:BATCH]):
        count += sum(_delivered(event_id, at=at) for event_id in ids)
        last = ids[-1]
    return count


def _delivered(event_id: int, *, at: datetime) -> bool:
    try:
        deliver(event_id, at=at)
    except Exception:
        logger.exception("event %s was not delivered", event_id)
        return False
    return True


def _react_once(row: OutboxEvent, handler: str, reaction: Reaction, happened: DomainEvent, *, at: datetime) -> None:
    with transaction.atomic():
        if _claim(row, handler, at=at):
            reaction(happened, at=at)


def _claim(row: OutboxEvent, handler: str, *, at: datetime) -> bool:
    """Whether this transaction is the one that reacts; a rival waits on the unique key and then is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_outboxreaction (event_id, handler, done_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [row.pk, handler, at],
        )
        return bool(cursor.rowcount == 1)


def _load(row: OutboxEvent) -> DomainEvent:
    cls = _types[row.name]
    types = get_type_hints(cls)
    return cls(**{f.name: _revive(types[f.name], row.payload[f.name]) for f in dataclasses.fields(cls)})


def _revive(wanted: Any, value: Any) -> Any:
    """The value as it was before it went through JSON: instants, days, and tuples instead of lists."""
    kinds = {wanted, *get_args(wanted)}
    if isinstance(value, str) and datetime in kinds:
        return parse_datetime(value)
    if isinstance(value, str) and date in kinds:
        return parse_date(value)
    if isinstance(value, list):
        return tuple(value)
    return value
