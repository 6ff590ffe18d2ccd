"""A text sent to the WeChat account: a case, or one more line of the case it belongs to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from zhongshu.cases.actions import add_note, open_case
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case
from zhongshu.channels.actions._parts import one_at_a_time
from zhongshu.channels.models import WechatMessage
from zhongshu.identity import audit
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import Site

TOGETHER = timedelta(minutes=10)
"""People type one matter in several lines: so soon after each other they belong to one case."""


@dataclass(frozen=True, slots=True)
class WechatText:
    """What WeChat hands on: its id, who sent it (an id of theirs, no name), and the words."""

    message_id: str
    sender: str
    text: str


@transaction.atomic
def hear_wechat(*, at: datetime, site: Site, said: WechatText) -> Case:
    """The signature was checked at the door; told twice (WeChat asks three times) it is heard once. Raises Invalid."""
    actor = system_actor(Origin.API)
    one_at_a_time("channels.wechat", site.pk, said.sender)
    known = WechatMessage.objects.filter(site=site, message_id=said.message_id).select_related("case").first()
    if known is not None and known.case is not None:
        return known.case
    case = _goes_on(site, said.sender, at=at)
    if case is not None:
        add_note(actor=actor, at=at, case_id=case.pk, text=f"微信补充：{said.text}"[:500])  # matter
    else:
        case = open_case(actor=actor, at=at, site=site, text=said.text, channel=Channel.WECHAT).case
    message = WechatMessage.objects.create(
        site=site, message_id=said.message_id, sender=said.sender, text=said.text, at=at, case=case
    )
    audit.record(actor=actor, at=at, verb="channels.hear_wechat", target=message, after={"case": case.number})
    return case


def _goes_on(site: Site, sender: str, *, at: datetime) -> Case | None:
    """The open case to which the sender was just adding."""
    rows = WechatMessage.objects.filter(site=site, sender=sender, at__gt=at - TOGETHER, case__closed_at__isnull=True)
    latest = rows.select_related("case").order_by("-at", "-pk").first()
    return latest.case if latest else None
