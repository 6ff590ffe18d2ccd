"""What becomes due by itself: inquiries that nobody has answered."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.identity.actor import system_actor
from zhongshu.kernel.clock import day_of
from zhongshu.quality.engine.inquiries import answerers, head_office, line, tell_about
from zhongshu.quality.kinds import Said
from zhongshu.quality.models import Inquiry
from zhongshu.quality.policies import ESCALATED_AFTER, REMINDED_EVERY


def tick(*, at: datetime) -> dict[str, int]:
    """Remind those who have to answer, daily; a day after it was due head office hears of it.

    How many were reminded of. Safe to run twice and beside itself: rows are claimed.
    """
    due = Inquiry.objects.filter(remind_at__lte=at).order_by("remind_at").values_list("pk", flat=True)
    return {"inquiries_reminded": sum(_remind(inquiry_id, at=at) for inquiry_id in list(due))}


@transaction.atomic
def _remind(inquiry_id: int, *, at: datetime) -> bool:
    rows = Inquiry.objects.select_for_update(of=("self",), skip_locked=True).select_related("site")
    inquiry = rows.filter(pk=inquiry_id, remind_at__lte=at).first()
    if inquiry is None:
        return False
    while inquiry.remind_at is not None and inquiry.remind_at <= at:
        inquiry.remind_at += REMINDED_EVERY
    inquiry.save(update_fields=["remind_at"])
    with translation.override(settings.LANGUAGE_CODE):
        late = _("到期未答复")
        tell_about(inquiry, answerers(inquiry, at=at), late, key=f"late:{day_of(at)}", body=inquiry.question, at=at)
        if at - inquiry.due_at >= ESCALATED_AFTER and inquiry.escalated_at is None:
            _escalate(inquiry, at=at)
    return True


def _escalate(inquiry: Inquiry, *, at: datetime) -> None:
    inquiry.escalated_at = at
    inquiry.save(update_fields=["escalated_at"])
    row = line(inquiry, Said.ESCALATED, _("到期一天仍未答复，自动上报。"), actor=system_actor(), at=at)
    above = head_office(inquiry, at=at)
    tell_about(inquiry, above, _("上报公司总部"), key=f"line:{row.pk}", body=inquiry.question, at=at)
