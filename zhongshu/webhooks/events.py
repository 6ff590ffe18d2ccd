"""What webhooks tell the house, and the test that is told to one endpoint."""

from dataclasses import dataclass
from typing import ClassVar

from zhongshu.kernel.outbox import DomainEvent, event


@event
@dataclass(frozen=True, kw_only=True)
class EndpointPaused(DomainEvent):
    """An endpoint is sent nothing any more because of itself; `reason` is `gone` or `failing`."""

    name: ClassVar[str] = "webhooks.endpoint_paused"
    endpoint_id: int
    reason: str


@event
@dataclass(frozen=True, kw_only=True)
class EndpointTested(DomainEvent):
    """Somebody had a test sent: it goes to that endpoint alone, whatever it subscribed to."""

    name: ClassVar[str] = "webhooks.endpoint_tested"
    endpoint_id: int
