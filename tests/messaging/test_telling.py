"""People are told once, and only they can put a message away."""

from datetime import datetime, timedelta

from tests.cast import Cast
from zhongshu.identity.roles import Role
from zhongshu.messaging.actions import Telling, mark_read, tell, tell_all
from zhongshu.messaging.models import Message
from zhongshu.messaging.queries import inbox, unread_count


def say(cast: Cast, user_ids: list[int], key: str, at: datetime) -> int:
    return tell(recipient_ids=user_ids, site_id=cast.yql.pk, kind="test", title="来一下", dedupe_key=key, at=at)


def test_the_same_occasion_is_told_once(cast: Cast, noon: datetime) -> None:
    guard, keeper = cast.user(Role.GUARD, cast.yql), cast.user(Role.KEEPER, cast.yql)

    assert say(cast, [guard.pk, guard.pk], "a", noon) == 1
    assert say(cast, [guard.pk, keeper.pk], "a", noon) == 1  # the guard knows already
    assert say(cast, [guard.pk], "b", noon) == 1
    assert unread_count(guard.pk) == 2
    assert unread_count(keeper.pk) == 1


def test_nobody_to_tell_is_nothing_told(cast: Cast, noon: datetime) -> None:
    assert say(cast, [], "a", noon) == 0
    assert not Message.objects.exists()


def test_long_words_are_cut_to_what_the_column_holds(cast: Cast, noon: datetime) -> None:
    guard = cast.user(Role.GUARD, cast.yql)
    long = Telling(recipient_ids=(guard.pk,), site_id=None, kind="t", title="长" * 300, body="长" * 900, dedupe_key="k")

    assert tell_all([long], at=noon) == 1
    kept = Message.objects.get()
    assert (len(kept.title), len(kept.body)) == (120, 500)


def test_the_inbox_shows_the_newest_first(cast: Cast, noon: datetime) -> None:
    say(cast, [cast.user(Role.GUARD, cast.yql).pk], "old", noon)
    say(cast, [cast.user(Role.GUARD, cast.yql).pk], "new", noon + timedelta(minutes=1))

    assert [m.dedupe_key for m in inbox(cast.actor(Role.GUARD, cast.yql))] == ["new", "old"]


def test_one_reads_ones_own_messages_only(cast: Cast, noon: datetime) -> None:
    guard, keeper = cast.user(Role.GUARD, cast.yql), cast.user(Role.KEEPER, cast.yql)
    say(cast, [guard.pk, keeper.pk], "a", noon)
    say(cast, [guard.pk], "b", noon)
    theirs = Message.objects.get(recipient=keeper)

    assert mark_read(actor=cast.actor(Role.GUARD, cast.yql), at=noon, message_ids=[theirs.pk]) == 0
    assert unread_count(keeper.pk) == 1
    assert mark_read(actor=cast.actor(Role.GUARD, cast.yql), at=noon) == 2
    assert mark_read(actor=cast.actor(Role.GUARD, cast.yql), at=noon) == 0
    assert unread_count(keeper.pk) == 1
