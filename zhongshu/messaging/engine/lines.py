"""What is set up: the channels, and when nobody is disturbed. Read once for a batch."""

from collections.abc import Iterable
from datetime import datetime

from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force
from zhongshu.messaging.kinds import Group, Way
from zhongshu.messaging.models import Channel, QuietHours
from zhongshu.messaging.policies.quiet import SHIPPED, Quiet


class Lines:
    """The channels in use. A site's own come before those of the company."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self.channels = list(channels)

    @classmethod
    def read(cls) -> "Lines":
        """One statement."""
        return cls(Channel.objects.filter(deleted_at__isnull=True).order_by("pk"))

    def __bool__(self) -> bool:
        return bool(self.channels)

    def one(self, way: Way, site_id: int | None) -> Channel | None:
        """By which a person of that site is told that way."""
        fitting = [channel for channel in self.channels if channel.way == way]
        own = (channel for channel in fitting if channel.site_id is not None and channel.site_id == site_id)
        return next(own, next((channel for channel in fitting if channel.site_id is None), None))

    def bots(self, group: Group, site_id: int | None) -> list[Channel]:
        """All groups that are told of such messages of that site."""
        bots = [channel for channel in self.channels if channel.way == Way.BOT]
        return [bot for bot in bots if bot.site_id in (None, site_id) and (not bot.groups or group in bot.groups)]


class Nights:
    """The quiet hours of every site on a day."""

    def __init__(self, rows: Iterable[QuietHours]) -> None:
        self._by_site = {row.site_id: Quiet(row.begins, row.ends) for row in rows}

    @classmethod
    def read(cls, at: datetime) -> "Nights":
        """One statement."""
        return cls(QuietHours.objects.filter(in_force(day_of(at))))

    def of(self, site_id: int | None) -> Quiet:
        """Those of the site, else the company's, else what we ship."""
        return self._by_site.get(site_id) or self._by_site.get(None) or SHIPPED
