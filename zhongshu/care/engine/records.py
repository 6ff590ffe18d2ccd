"""Priority records follow the score: since when it is good again, and closed when it stayed so."""

from datetime import date, datetime

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from zhongshu.care.kinds import Band
from zhongshu.care.models import PriorityRecord, Standing
from zhongshu.care.policies.following import may_close
from zhongshu.messaging.actions import tell


def follow(site_id: int, *, on: date, at: datetime) -> int:
    """As the evaluation of that day left the scores; how many records closed. Their owners are told."""
    _note_since(site_id, on)
    ended = Q(account__ends_on__lte=on)
    rows = PriorityRecord.objects.filter(ended | Q(good_since__isnull=False), site_id=site_id, closed_on=None)
    over = [
        record
        for record in rows.select_related("account").order_by("pk")
        if may_close(record.good_since, on) or (record.account.ends_on and record.account.ends_on <= on)
    ]
    for record in over:
        record.closed_on = on
        record.save(update_fields=["closed_on"])
        _tell(record, at)
    return len(over)


def _note_since(site_id: int, on: date) -> None:
    band = Subquery(Standing.objects.filter(account=OuterRef("account")).values("band")[:1])
    rows = PriorityRecord.objects.filter(site_id=site_id, closed_on=None).annotate(band=band)
    rows.filter(band=Band.PRIORITY, good_since__isnull=False).update(good_since=None)
    rows.filter(good_since=None).exclude(band=Band.PRIORITY).update(good_since=on)


def _tell(record: PriorityRecord, at: datetime) -> None:
    tell(
        recipient_ids=[record.owner_id] if record.owner_id else [],
        site_id=record.site_id,
        kind="priority_closed",
        title=_("%(account)s 的重点项目档案已结束") % {"account": record.account.number},
        body="",
        link=f"/care/records/{record.pk}",
        dedupe_key=f"care:record:{record.pk}:closed",
        at=at,
    )
