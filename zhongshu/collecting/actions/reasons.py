"""Why an account does not pay is written down."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.collecting.kinds import Reason
from zhongshu.collecting.models import ArrearsReason
from zhongshu.collecting.permissions import NOTE_REASON
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short


@transaction.atomic
def note_reason(
    *, actor: Actor, at: datetime, account_id: int, kind: Reason | None, starts_on: date | None = None, note: str = ""
) -> ArrearsReason | None:
    """From `starts_on` (today if none is given) this is the reason; None: none is known any longer. The one before ends
    then; one that began the same day gives way. Raises NotFound, Invalid.
    """
    rows = Account.objects.select_for_update(of=("self",))
    account = found(actor.visible(rows, NOTE_REASON).filter(pk=account_id))
    day = starts_on or day_of(at)
    if day > day_of(at):
        raise Invalid(_("日期不能晚于今天。"), field="starts_on")
    said = short(note, field="note", most=300, what=_("备注"))
    _make_room(account, day)
    made = _written(account, kind, day, said, actor=actor, at=at) if kind else None
    after = {"account": account.number, "kind": kind, "starts_on": day, "note": said}
    audit.record(actor=actor, at=at, verb="collecting.note_reason", target=made or account, after=after)
    return made


def _make_room(account: Account, day: date) -> None:
    later = ArrearsReason.objects.filter(account=account, starts_on__gt=day).order_by("-starts_on").first()
    if later is not None:
        words = {"day": later.starts_on}
        raise Invalid(_("%(day)s 已经记过更新的原因，请从那天以后写起。") % words, field="starts_on")
    ArrearsReason.objects.filter(account=account, starts_on=day).delete()
    ArrearsReason.objects.filter(account=account, ends_on=None).update(ends_on=day)


def _written(account: Account, kind: Reason, day: date, note: str, *, actor: Actor, at: datetime) -> ArrearsReason:
    return ArrearsReason.objects.create(
        site_id=account.site_id,
        account=account,
        kind=Reason(kind),
        note=note,
        starts_on=day,
        recorded_by_id=actor.user_id,
        recorded_at=at,
    )
