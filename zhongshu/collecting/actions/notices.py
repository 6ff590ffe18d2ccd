"""A notice: withdrawn before it left, or delivered with evidence."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.collecting.engine.moves import note_delivery, withdraw
from zhongshu.collecting.errors import NotNow
from zhongshu.collecting.kinds import Evidence, Road
from zhongshu.collecting.lifecycle import NOTICE_LABELS, UNSENT, NoticeState
from zhongshu.collecting.models import Delivery, Notice
from zhongshu.collecting.permissions import HAND_OVER, MAKE_NOTICES
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short, stated
from zhongshu.work import pictures

REASON_LENGTH, REFERENCE_LENGTH = 200, 80


@transaction.atomic
def withdraw_notice(*, actor: Actor, at: datetime, notice_id: int, reason: str) -> Notice:
    """It does not go out. What has left the house is not called back. Raises NotFound, NotNow, Invalid."""
    notice = _locked(actor, notice_id, MAKE_NOTICES)
    if notice.state not in UNSENT:
        raise _not_now(notice)
    withdraw(notice, stated(reason, field="reason", most=REASON_LENGTH, what=_("撤回原因")), at=at)
    after = audit.values(notice, ("state", "withdrawn_reason"))
    audit.record(actor=actor, at=at, verb="collecting.withdraw_notice", target=notice, after=after)
    return notice


@transaction.atomic
def record_delivery(
    *,
    actor: Actor,
    at: datetime,
    notice_id: int,
    channel: Road,
    evidence: Evidence,
    delivered_at: datetime | None = None,
    reference: str = "",
    note: str = "",
    file: pictures.Readable | None = None,
) -> Delivery:
    """Paper that was handed over, posted or left, at `delivered_at` (default: now). Signed: with a photo of it;
    receipt: with its number or a photo. Raises NotFound, NotNow, Invalid, PhotoRefused.
    """
    notice = _locked(actor, notice_id, HAND_OVER)
    if notice.state == NoticeState.WITHDRAWN:
        raise _not_now(notice)
    when = delivered_at or at
    if day_of(when) < notice.on or when > at:
        raise Invalid(_("送达时间应在文书日期之后、现在之前。"), field="delivered_at")
    said = short(reference, field="reference", most=REFERENCE_LENGTH, what=_("回执单号"))
    _check_evidence(evidence, said, file)
    delivery = note_delivery(
        notice,
        Delivery(
            channel=channel,
            evidence=evidence,
            at=when,
            recorded_at=at,
            by_id=actor.user_id,
            reference=said,
            note=short(note, field="note", most=REASON_LENGTH, what=_("备注")),
        ),
        pictures.as_jpeg(pictures.read(file)) if file is not None else b"",
    )
    after = {"evidence": evidence, "channel": channel, "at": when, "reference": said}
    audit.record(actor=actor, at=at, verb="collecting.record_delivery", target=notice, after=after)
    return delivery


def _check_evidence(evidence: Evidence, reference: str, file: pictures.Readable | None) -> None:
    if evidence == Evidence.SIGNED and file is None:
        raise Invalid(_("签收须附签字或现场照片。"), field="file")
    if evidence == Evidence.RECEIPT and file is None and not reference:
        raise Invalid(_("回执须填写单号或附照片。"), field="reference")


def _locked(actor: Actor, notice_id: int, right: Right) -> Notice:
    rows = Notice.objects.select_for_update(of=("self",)).select_related("site", "account")
    return found(actor.visible(rows, right).filter(pk=notice_id))


def _not_now(notice: Notice) -> NotNow:
    return NotNow(_("文书的状态是“%(state)s”，不能这样操作。") % {"state": NOTICE_LABELS[NoticeState(notice.state)]})
