"""Telling everybody whom an incident touches."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.cases.kinds import NoticeKind
from zhongshu.cases.models import Case, Incident, IncidentNotice
from zhongshu.cases.queries.incidents import affected
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.messaging.actions import CustomerTelling, tell_customers

MOST = 500
_MOBILE = re.compile(r"1\d{10}")


def announce(
    incident: Incident, kind: NoticeKind, text: str, spoken: str, *, actor: Actor, at: datetime
) -> IncidentNotice:
    """One notice to all who live where it is, kept as it was sent; `spoken` (else the same) is for reading out."""
    text, spoken = text.replace("\x00", "").strip(), spoken.replace("\x00", "").strip()
    if not text or max(len(text), len(spoken)) > MOST:
        raise Invalid(_("请填写通知内容，最多 %(most)s 字。") % {"most": MOST}, field="notice")
    people = affected(incident, at=at)
    notice = IncidentNotice.objects.create(
        site_id=incident.site_id,
        incident=incident,
        kind=kind,
        at=at,
        by_id=actor.user_id,
        text=text,
        spoken=spoken or text,
        customer_count=len(people),
    )
    tell_customers([_telling(notice, tuple(people))], at=at)
    return notice


def answer_by_message(notice: IncidentNotice, case: Case, *, at: datetime) -> bool:
    """Whether whoever reported this is reached by the notice; who lives where it is has got it already."""
    phone = case.caller_phone if _MOBILE.fullmatch(case.caller_phone) else ""
    if case.customer_id is None and not phone:
        return False
    people = (case.customer_id,) if case.customer_id else ()
    tell_customers([_telling(notice, people, phone=phone)], at=at)
    return True


def _telling(notice: IncidentNotice, people: tuple[int, ...], *, phone: str = "") -> CustomerTelling:
    return CustomerTelling(
        customer_ids=people,
        site_id=notice.site_id,
        kind="incident",
        title=notice.incident.title,
        body=notice.text,
        dedupe_key=f"incident_notice:{notice.pk}",
        phone=phone,
    )
