"""Jobs of remittance, one line each; what is short is done while the person waits."""

from datetime import datetime
from typing import Final

from procrastinate.contrib.django import app

from zhongshu.identity.actor import Actor, Origin, system_actor
from zhongshu.identity.models import User
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.clock import now
from zhongshu.remittance import actions
from zhongshu.remittance.engine.asking import OFFER, QUEUE

AT_ONCE: Final = 100
"""So many lines are booked, or looked through, before a page answers; the rest by a worker."""


@app.task(name="remittance.book_collected", queue="imports")
def book_collected(batch_id: int, user_id: int | None) -> None:
    actor = _somebody(user_id)
    while actions.book_collected(actor=actor, at=now(), batch_id=batch_id):
        pass


@app.task(name="remittance.look_for_matches", queue="imports")
def look_for_matches(site_id: int) -> None:
    while actions.look_for_matches(site_id=site_id):
        pass


@app.task(name="remittance.confirm_certain", queue="imports")
def confirm_certain(site_id: int, user_id: int | None) -> None:
    last, actor = 0, _somebody(user_id)
    while last := actions.confirm_certain(actor=actor, at=now(), site_id=site_id, after_id=last):
        pass


@app.task(name="remittance.ask", queue=QUEUE, queueing_lock="remittance.ask")
def ask(timestamp: int) -> None:
    actions.ask_due(actor=system_actor(), at=now())


@app.task(name=OFFER, queue=QUEUE)
def offer(order_id: int, home: str, ip: str) -> None:
    actions.offer_order(at=now(), order_id=order_id, home=home, ip=ip)


@app.task(name="remittance.want_bills", queue="events", queueing_lock="remittance.want_bills")
def want_bills(timestamp: int) -> None:
    actions.want_bills(at=now())


def book(*, actor: Actor, at: datetime, batch_id: int) -> None:
    """Book what a batch collected: the first lines now."""
    if actions.book_collected(actor=actor, at=at, batch_id=batch_id, most=AT_ONCE) == AT_ONCE:
        book_collected.defer(batch_id=batch_id, user_id=actor.user_id)


def look(*, site_id: int) -> None:
    """Look whose money open lines are: of the first ones now."""
    if actions.look_for_matches(site_id=site_id, most=AT_ONCE) == AT_ONCE:
        look_for_matches.defer(site_id=site_id)


def confirm(*, actor: Actor, at: datetime, site_id: int) -> None:
    """Confirm what is certain: the first lines now."""
    if actions.confirm_certain(actor=actor, at=at, site_id=site_id, most=AT_ONCE):
        confirm_certain.defer(site_id=site_id, user_id=actor.user_id)


def _somebody(user_id: int | None) -> Actor:
    """Whoever asked for it, with the rights held now; for another program, ours."""
    if user_id is None:
        return system_actor()
    return actor_of(User.objects.get(pk=user_id), at=now(), origin=Origin.JOB)
