"""When a channel takes nothing any more; and who is on shift, which messaging asks and people knows."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.kernel.outbox import reacts_to
from zhongshu.messaging.actions import tell
from zhongshu.messaging.engine.shifts import answered_by
from zhongshu.messaging.events import ChannelTroubled
from zhongshu.messaging.models import Channel
from zhongshu.messaging.queries import managers_of
from zhongshu.people.models import Absence, RosterEntry, Staff


@answered_by
def on_shift(user_ids: Collection[int], at: datetime) -> set[int]:
    """Of these users, those on the roster at that instant for whatever duty, and not away. One statement."""
    covering = RosterEntry.objects.filter(staff=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at)
    away = Absence.objects.filter(staff=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at)
    present = Staff.objects.filter(Exists(covering), ~Exists(away), user__in=user_ids)
    return set(present.values_list("user_id", flat=True))


@reacts_to(ChannelTroubled)
def tell_its_administrators(happened: ChannelTroubled, *, at: datetime) -> None:
    """Whoever may mend it is told, once for each time it began to fail."""
    channel = Channel.objects.filter(pk=happened.channel_id, deleted_at=None, failing_since__isnull=False).first()
    if channel is None or channel.failing_since is None:
        return
    tell(
        recipient_ids=managers_of(channel, at=at),
        site_id=channel.site_id,
        kind="channel_troubled",
        title=_("发送渠道不通：%(name)s") % {"name": channel},
        body=channel.last_fault,
        link=reverse("messaging:channel", args=[channel.pk]),
        dedupe_key=f"channel:{channel.pk}:{channel.failing_since.isoformat()}",
        at=at,
    )
