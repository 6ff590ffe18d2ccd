"""Telephone calls: told in any order and as often as one likes, popped up, rolled over, owed, recorded."""

from datetime import timedelta
from itertools import permutations

import pytest

from tests.channels.conftest import PHONE, STRANGER, Exchange
from tests.identity.audits import audited
from zhongshu.channels import actions, batch
from zhongshu.channels.errors import AlreadyDone, ExtensionTaken, NoRecording
from zhongshu.channels.kinds import CallBackOutcome, CallState, Rung
from zhongshu.channels.models import Call, CallBack, CallTold
from zhongshu.channels.queries.calls import call_backs_owed, next_rings, pops_for
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import Duty, TeamKind

pytestmark = pytest.mark.django_db


def test_a_call_that_rings_pops_up_at_the_desk_with_who_it_is(exchange: Exchange) -> None:
    account = exchange.town.move_in("P1-3-2-1501")
    case = exchange.town.hear(caller_phone=PHONE, place_text="一期3栋2单元1501")
    exchange.tell("c0", "answered", extension="802", number=PHONE)
    exchange.tell("c0", "ended", number=PHONE, after=60)

    heard = exchange.tell("c1", "ringing", extension="801", number=f"+86{PHONE}", after=100)

    (pop,) = pops_for(exchange.taker, at=heard.call.started_at)
    assert (pop.call, pop.account, pop.is_ringing, pop.is_angry) == (heard.call, account, True, False)
    assert pop.open_cases == (case,)
    assert [call.call_id for call in pop.last_calls] == ["c0"]
    assert pops_for(exchange.lead, at=heard.call.started_at) == []
    assert pops_for(exchange.taker, at=heard.call.started_at + timedelta(minutes=4)) == []


def test_told_twice_is_told_once(exchange: Exchange) -> None:
    with audited("channels.tell_call"):
        first = exchange.tell("c1", "ringing", extension="801")
        second = exchange.tell("c1", "ringing", extension="801", after=2)
    assert (first.is_news, second.is_news) == (True, False)
    assert second.rings == first.rings
    assert CallTold.objects.count() == 1


def test_whatever_order_it_is_told_in_the_call_is_the_same(exchange: Exchange) -> None:
    events = [("ringing", "801", 0), ("missed", "801", 20), ("ringing", "802", 21), ("answered", "802", 25)]
    for nth, order in enumerate(list(permutations(events))[::5]):
        for event, extension, after in order:
            exchange.tell(f"c{nth}", event, extension=extension, after=after, number=f"1390000{nth:04d}")
    assert {(call.state, call.extension) for call in Call.objects.all()} == {(CallState.ANSWERED, "802")}
    assert not CallBack.objects.filter(done_at=None).exists()


def test_a_missed_call_rolls_over_to_who_is_next(exchange: Exchange) -> None:
    exchange.seat("803", exchange.hire(Role.KEEPER, "值班", duty=Duty.DUTY_OFFICER))
    rung = exchange.tell("c1", "ringing", extension="801").rings
    assert [(ring.rung, ring.line) for ring in rung] == [
        (Rung.CALL_TAKERS, "801"), (Rung.CALL_TAKERS, "802"), (Rung.DUTY_OFFICER, "803"),
    ]  # fmt: skip
    rung = exchange.tell("c1", "missed", extension="801", after=20).rings
    assert [ring.line for ring in rung] == ["802", "803"]
    assert exchange.tell("c1", "answered", extension="802", after=25).rings == ()
    # Who speaks is not rung.
    assert [ring.line for ring in next_rings(exchange.town.site, at=exchange.town.at)] == ["801", "803"]


def test_a_lean_site_rings_the_team_on_duty_a_small_one_whoever_is_there(exchange: Exchange) -> None:
    town = exchange.town
    exchange.seat("805", town.staff[Role.GUARD])
    exchange.seat("806", town.staff[Role.TECHNICIAN])
    lines = {}
    for model in ("centre", "lean", "small"):
        town.site.operating_model = model
        lines[model] = [ring.line for ring in next_rings(town.site, at=town.at)]
    repairs = next_rings(town.site, team=TeamKind.ENGINEERING, at=town.at)
    assert lines == {"centre": ["801", "802"], "lean": ["805"], "small": ["801", "805", "806", "802"]} or lines[
        "small"
    ] == sorted(lines["small"], key=lambda line: exchange.desks[line].pk)
    town.site.operating_model = "lean"
    assert [ring.line for ring in next_rings(town.site, team=TeamKind.ENGINEERING, at=town.at)] == ["806"]
    assert repairs


def test_who_was_missed_or_found_the_line_engaged_is_owed_one_call(exchange: Exchange, later) -> None:
    exchange.tell("c1", "engaged")
    exchange.tell("c2", "ringing", extension="801", after=60)
    exchange.tell("c2", "ended", after=90)
    exchange.tell("c3", "missed", number="", after=100)

    (owed,) = call_backs_owed(exchange.taker, exchange.town.site.pk)
    assert (owed.number, owed.times, owed.due_at) == (STRANGER, 2, later(minutes=15))  # type: ignore[attr-defined]


def test_a_call_back_is_done_by_calling_or_by_writing(exchange: Exchange, later) -> None:
    exchange.tell("c1", "missed")
    task = CallBack.objects.get()

    def record(outcome: CallBackOutcome, words: str = "") -> CallBack:
        return actions.record_call_back(
            actor=exchange.taker, at=later(minutes=5), call_back_id=task.pk, outcome=outcome, words=words
        )

    for wrong in (CallBackOutcome.WRITTEN, CallBackOutcome.CALLED_AGAIN):
        with pytest.raises(Invalid):
            record(wrong)
    assert record(CallBackOutcome.UNREACHABLE).done_at is None
    assert record(CallBackOutcome.WRITTEN, "我们看到了您的来电，请随时回拨。").outcome == CallBackOutcome.WRITTEN
    with pytest.raises(AlreadyDone):
        record(CallBackOutcome.REACHED)
    with pytest.raises(NotFound):
        actions.record_call_back(
            actor=exchange.town.cast.actor(Role.CALL_TAKER, exchange.town.cast.yql), at=later(minutes=5),
            call_back_id=task.pk, outcome=CallBackOutcome.REACHED,
        )  # fmt: skip


def test_three_tries_are_enough(exchange: Exchange, later) -> None:
    exchange.tell("c1", "missed")
    task = CallBack.objects.get()
    for nth in range(3):
        task = actions.record_call_back(
            actor=exchange.taker, at=later(hours=nth), call_back_id=task.pk, outcome=CallBackOutcome.UNREACHABLE
        )
    assert (task.outcome, task.done_at) == (CallBackOutcome.UNREACHABLE, later(hours=2))


def test_who_calls_again_and_is_answered_is_owed_nothing(exchange: Exchange) -> None:
    exchange.tell("c1", "missed")
    exchange.tell("c2", "answered", extension="801", after=60)
    assert CallBack.objects.get().outcome == CallBackOutcome.CALLED_AGAIN
    # The telephone system is late with an old call: they have been spoken with since.
    news = actions.News(
        call_id="c0", event="engaged", happened_at=exchange.town.at - timedelta(minutes=1), number=STRANGER
    )
    actions.tell_call(actor=exchange.manager, at=exchange.town.at, site=exchange.town.site, news=news)
    assert not CallBack.objects.filter(done_at=None).exists()


def test_answered_after_all_is_owed_nothing(exchange: Exchange) -> None:
    """The end overtook the answer."""
    exchange.tell("c1", "ended", after=90)
    assert CallBack.objects.filter(done_at=None).exists()
    exchange.tell("c1", "answered", extension="801", after=10)
    assert not CallBack.objects.filter(done_at=None).exists()


def test_when_nobody_calls_back_those_above_are_told_once(exchange: Exchange, later) -> None:
    exchange.tell("c1", "missed")
    assert batch.tick(at=later(minutes=14))["overdue_call_backs"] == 0
    assert batch.tick(at=later(minutes=15))["overdue_call_backs"] == 1
    assert batch.tick(at=later(minutes=16))["overdue_call_backs"] == 0
    lead = exchange.town.staff[Role.SERVICE_LEAD].user_id
    assert Message.objects.filter(recipient_id=lead, kind="call_back_overdue").count() == 1


def test_listening_to_a_recording_is_a_right_and_leaves_a_trace(exchange: Exchange, later) -> None:
    exchange.tell("c1", "answered", extension="801")
    call = exchange.tell("c1", "recording", recording_url="https://pbx.example/r/1.wav", after=60).call

    def listen(actor):
        return actions.listen(actor=actor, at=later(minutes=2), call_pk=call.pk, reason="客户说没有答应过他")

    assert listen(exchange.taker) == listen(exchange.lead) == "https://pbx.example/r/1.wav"
    second_taker = exchange.town.cast.actor(Role.CALL_TAKER, exchange.town.site, name="小周")
    stranger = exchange.town.cast.actor(Role.SERVICE_LEAD, exchange.town.cast.yql)
    for nobody in (second_taker, stranger):
        with pytest.raises(NotFound):
            listen(nobody)
    assert AuditEntry.objects.filter(verb="channels.listen").count() == 2
    silent = exchange.tell("c2", "answered", extension="801", after=70).call
    with pytest.raises(NoRecording):
        actions.listen(actor=exchange.lead, at=later(minutes=2), call_pk=silent.pk, reason="核对")
    with pytest.raises(Invalid):
        exchange.tell("c3", "recording", recording_url="javascript:alert(1)")


def test_a_call_belongs_to_its_case(exchange: Exchange, later) -> None:
    call = exchange.tell("c1", "answered", extension="801").call
    case = exchange.town.hear()
    actions.link_call(actor=exchange.taker, at=later(minutes=1), call_pk=call.pk, case_number=case.number)
    assert case.calls.get() == call
    assert pops_for(exchange.taker, at=later(minutes=1)) == []
    with pytest.raises(NotFound):
        actions.link_call(actor=exchange.taker, at=later(minutes=1), call_pk=call.pk, case_number="BS-0")


def test_two_people_do_not_share_an_extension(exchange: Exchange) -> None:
    with pytest.raises(ExtensionTaken):
        exchange.seat("801", exchange.desks["802"])
    actions.free_extension(actor=exchange.lead, at=exchange.town.at, site=exchange.town.site, number="801")
    exchange.seat("801", exchange.desks["802"])
    with pytest.raises(Invalid):
        exchange.seat("8a", exchange.desks["802"])


def test_nobody_tells_calls_without_the_right(exchange: Exchange) -> None:
    news = actions.News(call_id="c1", event="ringing", happened_at=exchange.town.at)
    with pytest.raises(NotFound):
        actions.tell_call(actor=exchange.taker, at=exchange.town.at, site=exchange.town.site, news=news)
    assert not Call.objects.exists()


def test_other_programs_are_told_how_a_call_goes(exchange: Exchange) -> None:
    for event, extension in (("ringing", "801"), ("answered", "801"), ("ended", "")):
        exchange.tell("c1", event, extension=extension)
    told = OutboxEvent.objects.filter(name="channels.call_moved").order_by("pk")
    assert [row.payload["to_state"] for row in told] == ["ringing", "answered", "ended"]
