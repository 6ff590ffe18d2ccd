"""Calling people to the scene, and telling those who are on their way what changed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from zhongshu.messaging.actions import Telling, tell_all
from zhongshu.scene import policies
from zhongshu.scene.kinds import DANGER_LABELS, WHY_LABELS, Danger, Why
from zhongshu.scene.models import Assistance, Helper
from zhongshu.scene.queries import everybody_at_once, present_for


def call_round(call: Assistance, *, at: datetime) -> list[Helper]:
    """Call whom this round of the call reaches; who was called before is called again, but stays as they answered."""
    wanted = policies.called(call.round, present_for(call, at=at), everybody=everybody_at_once(call))
    wanted.pop(call.raised_by_id, None)
    known = set(call.helpers.values_list("user_id", flat=True))
    new = [
        Helper(assistance=call, user_id=user_id, why=why, round=call.round, called_at=at)
        for user_id, why in wanted.items()
        if user_id not in known
    ]
    Helper.objects.bulk_create(new)
    call.next_call_at = policies.next_call_at(call.round, at)
    call.save(update_fields=["round", "next_call_at"])
    waiting = call.helpers.filter(declined_at__isnull=True).values_list("user_id", "why")
    tell_all(_calls(call, [(user_id, Why(why)) for user_id, why in waiting]), at=at)
    return new


def _calls(call: Assistance, wanted: Iterable[tuple[int, Why]]) -> list[Telling]:
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": call.raised_by.name, "danger": DANGER_LABELS[Danger(call.danger)]}
        title = _("紧急求助：%(name)s，%(danger)s") % words
        return [
            telling(call, [user_id], "sos", title, key=f"round:{call.round}", body=_body(call, why))
            for user_id, why in wanted
        ]


def _body(call: Assistance, why: Why) -> str:
    place = call.place.label if call.place else _("位置未知，请电话联系")
    return " · ".join(filter(None, [place, call.words, str(WHY_LABELS[why])]))


def tell(
    call: Assistance,
    user_ids: Collection[int],
    title: Promise,
    words: Mapping[str, str],
    *,
    key: str,
    body: str = "",
    at: datetime,
) -> int:
    """Tell people something about the call: in Chinese, so the title is translated late."""
    with translation.override(settings.LANGUAGE_CODE):
        said = str(title) % words
    return tell_all([telling(call, user_ids, "sos_news", said, key=key, body=body)], at=at)


def telling(call: Assistance, user_ids: Collection[int], kind: str, title: str, *, key: str, body: str = "") -> Telling:
    """Something to say about a call; it leads to the call's page on the phone."""
    return Telling(
        recipient_ids=tuple(user_ids),
        site_id=call.site_id,
        kind=kind,
        title=title,
        body=body,
        link=reverse("scene:phone_call", args=[call.number]),
        is_urgent=True,
        dedupe_key=f"sos:{call.pk}:{key}",
    )


def concerned(call: Assistance) -> list[int]:
    """The person who called, and everybody who was called and has not declined."""
    rows = call.helpers.filter(declined_at__isnull=True).values_list("user_id", flat=True)
    return [call.raised_by_id, *rows]
