"""Lines, moves and messages of inquiries."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.outbox import publish
from zhongshu.messaging.actions import tell
from zhongshu.quality.errors import IllegalInquiryMove
from zhongshu.quality.events import InquiryMoved
from zhongshu.quality.kinds import DIRECTION_LABELS, INQUIRY_STATE_LABELS, Direction, InquiryState, Said
from zhongshu.quality.models import Inquiry, InquiryLine
from zhongshu.quality.policies import MOVES
from zhongshu.work.queries import people_holding

#: Who answers, the first of these roles that anybody holds at the site.
ANSWERING = {
    Direction.HELP: (Role.QUALITY, Role.HEAD_OFFICE),
    Direction.SUPERVISION: (Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.HEAD_OFFICE),
}


def line(
    inquiry: Inquiry, kind: Said, text: str = "", *, actor: Actor, at: datetime, person: User | None = None
) -> InquiryLine:
    """Write down what was said, with its audit."""
    row = InquiryLine.objects.create(
        site_id=inquiry.site_id,
        inquiry=inquiry,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        kind=kind,
        text=text,
        person=person,
    )
    after = {"state": inquiry.state, "line_id": row.pk}
    audit.record(actor=actor, at=at, verb=f"quality.{kind}", target=inquiry, after=after)
    return row


def move(inquiry: Inquiry, to: InquiryState, *, at: datetime) -> None:
    """Change the state along the table. Raises IllegalInquiryMove."""
    was = InquiryState(inquiry.state)
    if to not in MOVES[was]:
        raise illegal(inquiry)
    inquiry.state = to
    inquiry.closed_at = at if to == InquiryState.CLOSED else None
    inquiry.answered_at = at if to == InquiryState.ANSWERED else inquiry.answered_at
    inquiry.remind_at = inquiry.due_at if to == InquiryState.OPEN else None
    inquiry.save(update_fields=["state", "closed_at", "answered_at", "due_at", "remind_at"])
    moved(inquiry, was, at=at)


def illegal(inquiry: Inquiry) -> IllegalInquiryMove:
    """Says how the inquiry stands."""
    words = {"number": inquiry.number, "state": INQUIRY_STATE_LABELS[InquiryState(inquiry.state)]}
    return IllegalInquiryMove(_("%(number)s现在是“%(state)s”，不能这样做。") % words)


def moved(inquiry: Inquiry, was: str, *, at: datetime) -> None:
    """Publish where the inquiry has come to."""
    publish(
        InquiryMoved(
            site_id=inquiry.site_id,
            inquiry_id=inquiry.pk,
            direction=inquiry.direction,
            from_state=was,
            to_state=str(inquiry.state),
        ),
        at=at,
    )


def answerers(inquiry: Inquiry, *, at: datetime) -> list[int]:
    """Who has to answer: the colleague who took it, else all who hold the first role that anybody holds."""
    if inquiry.handler_id is not None:
        return [inquiry.handler_id]
    for role in ANSWERING[Direction(inquiry.direction)]:
        if found := list(people_holding([role], [inquiry.site_id], day_of(at)).values_list("user_id", flat=True)):
            return found
    return []


def head_office(inquiry: Inquiry, *, at: datetime) -> list[int]:
    """Head office, as far as the site is concerned."""
    return list(people_holding([Role.HEAD_OFFICE], [inquiry.site_id], day_of(at)).values_list("user_id", flat=True))


def tell_about(
    inquiry: Inquiry, user_ids: Collection[int], what: str | Promise, *, key: str, body: str, at: datetime
) -> int:
    """`what` is how the message begins, translated late: it is Chinese, whoever causes it."""
    with translation.override(settings.LANGUAGE_CODE):
        title = f"{what}：{DIRECTION_LABELS[Direction(inquiry.direction)]} {inquiry.number}"
    return tell(
        recipient_ids=user_ids,
        site_id=inquiry.site_id,
        kind="inquiry",
        title=title,
        body=body[:500],
        link=reverse("quality:inquiry", args=[inquiry.number]),
        is_urgent=inquiry.is_urgent or inquiry.direction == Direction.SUPERVISION,
        dedupe_key=f"inquiry:{inquiry.pk}:{key}",
        at=at,
    )
