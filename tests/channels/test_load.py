"""Emotional load: noted by whoever met with it, relieved by whoever answers for them, seen by nobody else."""

from datetime import timedelta

import pytest

from tests.channels.conftest import STRANGER, Exchange
from zhongshu.channels import actions
from zhongshu.channels.errors import AlreadyDone, NotRelieved
from zhongshu.channels.models import AngryContact, Relief
from zhongshu.channels.policies.limits import Limits
from zhongshu.channels.queries.calls import next_rings
from zhongshu.channels.queries.load import load_of, views_for
from zhongshu.identity.models import AuditEntry, Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import Message

pytestmark = pytest.mark.django_db


def angry(exchange: Exchange, call_id: str, *, after: int, minutes: int = 5) -> AngryContact:
    call = exchange.tell(call_id, "answered", extension="801", after=after).call
    exchange.tell(call_id, "ended", after=after + 60)
    return actions.note_anger(
        actor=exchange.taker, at=exchange.town.at + timedelta(seconds=after + 60), call_pk=call.pk, minutes=minutes
    )


def too_much(exchange: Exchange) -> None:
    for nth in range(3):
        angry(exchange, f"a{nth}", after=nth * 100)


def lines(exchange: Exchange, *, at, number: str = STRANGER) -> list[str]:
    return [ring.line for ring in next_rings(exchange.town.site, number=number, at=at)]


def test_after_three_in_a_row_the_next_angry_caller_goes_to_somebody_else(exchange: Exchange, later) -> None:
    assert lines(exchange, at=later(minutes=1)) == ["801", "802"]
    too_much(exchange)
    lead = exchange.town.staff[Role.SERVICE_LEAD].user_id
    assert Message.objects.filter(kind="relieve_colleague").values_list("recipient_id", flat=True)[0] == lead
    assert lines(exchange, at=later(minutes=10)) == ["802"]
    assert lines(exchange, at=later(minutes=10), number="13500000000") == ["802", "801"]

    relief = actions.relieve(
        actor=exchange.lead, at=later(minutes=10), staff_id=exchange.desks["801"].pk, words="去喝杯水"
    )
    assert relief.ends_at == later(minutes=40)
    assert lines(exchange, at=later(minutes=20), number="13500000000") == ["802"]
    assert lines(exchange, at=later(minutes=40)) == ["802", "801"]
    assert load_of(exchange.taker.user_id, at=later(minutes=40)).minutes == 0


def test_a_quiet_call_in_between_breaks_the_row_but_not_the_minutes(exchange: Exchange, later) -> None:
    angry(exchange, "a0", after=0, minutes=20)
    angry(exchange, "a1", after=100, minutes=20)
    exchange.tell("q", "answered", extension="801", after=200)
    exchange.tell("q", "ended", after=230)
    angry(exchange, "a2", after=300, minutes=4)
    load = load_of(exchange.taker.user_id, at=later(minutes=30))
    assert (load.minutes, load.in_a_row) == (44, 1)
    assert not Relief.objects.exists()
    actions.note_anger(actor=exchange.taker, at=later(minutes=31), minutes=1, is_abusive=True)
    assert Relief.objects.count() == 1
    actions.note_anger(actor=exchange.taker, at=later(minutes=32), minutes=9)
    assert Relief.objects.count() == 1


def test_a_site_may_set_its_own_numbers(exchange: Exchange, later) -> None:
    limits = Limits(angry_minutes=10, relief_minutes=15)
    actions.set_limits(actor=exchange.lead, at=exchange.town.at, site=exchange.town.site, limits=limits)
    actions.note_anger(actor=exchange.taker, at=later(minutes=1), minutes=10)
    relief = actions.relieve(actor=exchange.lead, at=later(minutes=2), staff_id=exchange.desks["801"].pk)
    assert relief.ends_at == later(minutes=17)


@pytest.mark.parametrize(
    ("model", "who"),
    [("centre", {Role.SERVICE_LEAD}), ("lean", {Role.SERVICE_LEAD, Role.SITE_MANAGER}), ("small", {Role.SITE_MANAGER})],
)
def test_who_is_told_to_relieve_differs_by_operating_model(exchange: Exchange, later, model: str, who: set) -> None:
    """Besides the lead of the team, who is told everywhere: here that is the service lead."""
    assert exchange.manager
    Site.objects.filter(pk=exchange.town.site.pk).update(operating_model=model)
    actions.note_anger(actor=exchange.taker, at=later(minutes=1), minutes=45)
    told = Message.objects.filter(kind="relieve_colleague").values_list("recipient__username", flat=True)
    assert set(told) == {f"{role}_ht" for role in who | {Role.SERVICE_LEAD}}


def test_on_a_small_site_with_one_person_there_the_telephone_still_rings(exchange: Exchange, later) -> None:
    Site.objects.filter(pk=exchange.town.site.pk).update(operating_model="small")
    exchange.town.site.refresh_from_db()
    too_much(exchange)
    for staff in exchange.town.staff.values():
        if staff.user_id != exchange.taker.user_id:
            staff.extensions.all().delete()
    actions.free_extension(actor=exchange.lead, at=later(), site=exchange.town.site, number="802")
    assert lines(exchange, at=later(minutes=10)) == ["801"]


def test_only_the_person_and_who_relieves_them_see_it(exchange: Exchange, later) -> None:
    too_much(exchange)
    site, at = exchange.town.site, later(minutes=10)
    assert [view.staff.pk for view in views_for(exchange.lead, site, at=at)] == [exchange.desks["801"].pk]
    colleague = exchange.town.cast.actor(Role.CALL_TAKER, site, name="小周")
    nobody = [
        exchange.taker,
        colleague,
        exchange.town.cast.actor(Role.QUALITY, site),
        exchange.town.cast.actor(Role.HEAD_OFFICE),
        exchange.manager,
    ]
    for actor in nobody:
        assert views_for(actor, site, at=at) == []
        with pytest.raises(NotFound):
            actions.relieve(actor=actor, at=at, staff_id=exchange.desks["801"].pk)
    # The audit, which administrators read, does not say how much.
    for entry in AuditEntry.objects.filter(verb__in=["channels.note_anger", "channels.relieve"]):
        assert (entry.before, entry.after) == (None, None)


def test_what_is_refused(exchange: Exchange, later) -> None:
    contact = angry(exchange, "a0", after=0)
    at = later(minutes=5)
    with pytest.raises(AlreadyDone):
        actions.note_anger(actor=exchange.taker, at=at, call_pk=contact.call_id, minutes=5)
    with pytest.raises(NotFound):
        actions.note_anger(actor=exchange.lead, at=at, call_pk=contact.call_id, minutes=5)
    with pytest.raises(NotFound):
        actions.note_anger(actor=exchange.town.cast.actor(Role.HEAD_OFFICE), at=at, minutes=5)
    for minutes in (0, 481):
        with pytest.raises(Invalid):
            actions.note_anger(actor=exchange.taker, at=at, minutes=minutes)
    staff_id = exchange.desks["801"].pk
    actions.relieve(actor=exchange.lead, at=at, staff_id=staff_id)
    with pytest.raises(NotRelieved):
        actions.relieve(actor=exchange.lead, at=later(minutes=6), staff_id=staff_id)
    with pytest.raises(NotFound):
        actions.relieve(actor=exchange.lead, at=at, staff_id=exchange.desks["810"].pk)


def test_anger_about_a_case_is_remembered_with_the_callers_number(exchange: Exchange, later) -> None:
    case = exchange.town.hear(caller_phone=STRANGER)
    contact = actions.note_anger(actor=exchange.taker, at=later(minutes=1), minutes=45, case_number=case.number)
    assert (contact.kind, contact.number) == ("case", STRANGER)
    assert lines(exchange, at=later(minutes=2)) == ["802"]
    assert lines(exchange, at=later(days=8)) == []  # nobody is on the roster by then
