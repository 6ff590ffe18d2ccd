"""What messaging tells the house."""

from dataclasses import dataclass
from typing import ClassVar

from zhongshu.kernel.outbox import DomainEvent, event


@event
@dataclass(frozen=True, kw_only=True)
class ChannelTroubled(DomainEvent):
    """A channel has taken nothing for a while; told once for each time it begins."""

    name: ClassVar[str] = "messaging.channel_troubled"
    channel_id: int
