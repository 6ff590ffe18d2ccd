"""What becomes of a notice."""

from datetime import datetime

from django.core.files.base import ContentFile

from zhongshu.collecting.kinds import Evidence
from zhongshu.collecting.lifecycle import MOVES, NoticeState
from zhongshu.collecting.models import Delivery, Notice
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import withdraw_from_customers

_STRENGTH = list(Evidence)


def put(notice: Notice, state: NoticeState) -> None:
    """The state, on the row in hand only. A move that is not in the table is a fault of the caller's."""
    if state not in MOVES[NoticeState(notice.state)]:
        raise ValueError(f"{notice.state} cannot become {state}")
    notice.state = state


def key_of(notice: Notice) -> str:
    """What messaging knows the notice by."""
    return f"collecting.notice:{notice.pk}"


def withdraw(notice: Notice, reason: str, *, at: datetime) -> None:
    """It does not go out, nor does the message that may be on its way."""
    notice.withdrawn_reason, notice.withdrawn_at = reason, at
    put(notice, NoticeState.WITHDRAWN)
    notice.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    withdraw_from_customers([key_of(notice)], at=at)


def note_delivery(notice: Notice, delivery: Delivery, jpeg: bytes = b"") -> Delivery:
    """Write the delivery down; the notice counts as sent from then on, with the best evidence there is. The days to
    answer begin when it was sent."""
    delivery.notice, delivery.site_id = notice, notice.site_id
    if jpeg:
        delivery.file.save(f"{notice.number}.jpg", ContentFile(jpeg), save=False)
    delivery.save(force_insert=True)
    if notice.state != NoticeState.SENT:
        put(notice, NoticeState.SENT)
    if notice.sent_on is None:
        notice.sent_on = day_of(delivery.at)
        if notice.answer_by is not None:
            notice.answer_by += notice.sent_on - notice.on
    notice.evidence = better(notice.evidence, delivery.evidence)
    notice.save(update_fields=["state", "sent_on", "answer_by", "evidence"])
    return delivery


def better(one: str, other: str) -> str:
    """The stronger evidence of the two; none is the weakest."""
    return min((each for each in (one, other) if each), key=lambda each: _STRENGTH.index(Evidence(each)))
