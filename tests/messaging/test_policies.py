"""The rules of messaging beside tables of worked examples."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.messaging.kinds import CHANNEL_KIND_LABELS, WAY_LABELS, ChannelKind, Group, Way, When
from zhongshu.messaging.lifecycle import DELIVERY_STATE_LABELS, MOVES, OPEN, RESENDABLE, DeliveryState, may_become
from zhongshu.messaging.policies.quiet import SHIPPED, Quiet, earliest
from zhongshu.messaging.policies.routing import group_of, has_consented, next_way, staff_ways
from zhongshu.messaging.policies.setup import SETTINGS, wrong_in
from zhongshu.messaging.policies.texts import (
    filled,
    has_stray_braces,
    parts,
    registered,
    signed,
    units,
    unknown_in,
    variables_in,
)
from zhongshu.messaging.policies.trying import WAITS, wait_after


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-04T{clock}").replace(tzinfo=SITE_ZONE)


@pytest.mark.parametrize(
    ("ready", "goes"),
    [
        ("20:59", "2026-11-04 20:59"),
        ("21:00", "2026-11-05 08:00"),
        ("23:30", "2026-11-05 08:00"),
        ("02:00", "2026-11-04 08:00"),
        ("07:59", "2026-11-04 08:00"),
        ("08:00", "2026-11-04 08:00"),
    ],
)
def test_the_night_is_waited_for(ready: str, goes: str) -> None:
    assert earliest(at(ready), SHIPPED, is_exempt=False).strftime("%Y-%m-%d %H:%M") == goes
    assert earliest(at(ready), SHIPPED, is_exempt=True) == at(ready)


@given(st.times(), st.times(), st.integers(0, 365 * 24 * 60))
def test_nothing_goes_within_quiet_hours_and_nothing_waits_for_more_than_a_day(
    begins: time, ends: time, minutes: int
) -> None:
    quiet, ready = Quiet(begins, ends), at("12:00") + timedelta(minutes=minutes)
    goes = earliest(ready, quiet, is_exempt=False)
    assert not quiet.covers(goes)
    assert timedelta(0) <= goes - ready <= timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("order_assigned", Group.ORDERS),
        ("escalation", Group.ESCALATIONS),
        ("case_handed_over", Group.CASES),
        ("webhooks.paused", Group.SYSTEM),
        ("document", Group.REPORTS),
        ("birthday", Group.OTHER),
    ],
)
def test_kinds_belong_to_groups(kind: str, group: Group) -> None:
    assert group_of(kind) == group


def test_staff_get_what_they_chose_by_what_reaches_them() -> None:
    chosen = {(Group.ORDERS, Way.SMS): When.ON_SHIFT, (Group.ORDERS, Way.PUSH): When.NEVER}
    both = (Way.SMS, Way.PUSH)
    assert staff_ways(Group.ORDERS, chosen, reachable=both, is_on_shift=True) == [Way.SMS]
    assert staff_ways(Group.ORDERS, chosen, reachable=both, is_on_shift=False) == []
    assert staff_ways(Group.CASES, chosen, reachable=both, is_on_shift=False) == [Way.PUSH]
    assert staff_ways(Group.CASES, {}, reachable=(), is_on_shift=True) == []


def test_customers_are_told_in_their_order() -> None:
    order = ["wechat", "sms", "letter", "fax"]
    assert next_way(order, allowed=set(Way), used=()) == Way.WECHAT
    assert next_way(order, allowed={Way.SMS, Way.LETTER}, used=()) == Way.SMS
    assert next_way(order, allowed=set(Way), used={"wechat", "sms"}) == Way.LETTER
    assert next_way([], allowed=set(Way), used=()) is None


@pytest.mark.parametrize(
    ("way", "given_ways", "revoked", "may"),
    [
        (Way.SMS, (), (), True),
        (Way.SMS, (), ("sms",), False),
        (Way.EMAIL, (), (), False),
        (Way.EMAIL, ("email",), (), True),
        (Way.WECHAT, (), ("wechat",), False),
    ],
)
def test_a_no_counts_for_all_and_some_need_a_yes(
    way: Way, given_ways: tuple[str, ...], revoked: tuple[str, ...], may: bool
) -> None:
    assert has_consented(way, given=given_ways, revoked=revoked) is may


def test_texts_are_filled_in_and_never_run() -> None:
    assert filled("{title}：{body}", {"title": "{body}", "body": "x"}) == "{body}：x"
    assert filled("{title}{link}", {"title": "a"}) == "a"
    assert variables_in("{b} {a} {b}") == ["b", "a"]
    assert unknown_in("{title} {__class__} {nobody}") == ["__class__", "nobody"]
    assert [has_stray_braces(text) for text in ("{title}", "{title.x}", "{{title}}", "a}")] == [False, True, True, True]
    assert registered("{title}，{body}。{title}") == "{1}，{2}。{1}"


@given(st.text())
def test_whatever_a_value_holds_comes_out_as_it_is(value: str) -> None:
    assert filled("<{body}>", {"body": value}) == f"<{value}>".strip()


@pytest.mark.parametrize(("length", "count"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_long_texts_are_several_messages(length: int, count: int) -> None:
    assert parts("字" * length) == count


def test_a_signature_counts_and_so_does_each_half_of_an_emoji() -> None:
    assert signed("好", "安居") == "【安居】好"
    assert signed("好", "") == "好"
    assert units("😀") == 2


def test_waits_grow_and_end() -> None:
    waits = [wait_after(tries, chance=0) for tries in range(1, len(WAITS) + 2)]
    assert waits == [*WAITS, None]
    assert list(WAITS) == sorted(WAITS)


def test_states_and_labels_are_complete() -> None:
    assert set(MOVES) == set(DeliveryState) == set(DELIVERY_STATE_LABELS)
    assert all(may_become(state, DeliveryState.WAITING) for state in RESENDABLE)
    assert all(may_become(state, DeliveryState.SENDING) for state in OPEN)
    assert not any(may_become(DeliveryState.DELIVERED, state) for state in DeliveryState)
    assert set(CHANNEL_KIND_LABELS) == set(ChannelKind) == set(SETTINGS)
    assert set(WAY_LABELS) == set(Way)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host": "http://x", "port": "25", "security": "none", "sender": "a@b.cn"}, "host"),
        ({"host": "x", "port": "0", "security": "none", "sender": "a@b.cn"}, "port"),
        ({"host": "x", "port": "25", "security": "rot13", "sender": "a@b.cn"}, "security"),
        ({"host": "x", "port": "25", "security": "none", "sender": "a@b.cn\nBcc: c@d.cn"}, "sender"),
        ({"host": "x", "port": "25", "security": "none"}, "sender"),
    ],
)
def test_settings_that_will_not_do_are_named(values: dict[str, str], field: str) -> None:
    wrong = wrong_in(ChannelKind.SMTP, values)
    assert wrong is not None
    assert wrong[0] == field
