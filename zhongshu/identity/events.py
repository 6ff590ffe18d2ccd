"""What others may react to."""

from dataclasses import dataclass
from typing import ClassVar

from zhongshu.kernel.outbox import DomainEvent, event


@event
@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(DomainEvent):
    """Somebody else took a user's second factor away. `site_id`: one where the user has a role."""

    name: ClassVar[str] = "identity.second_factor_removed"
    user_id: int
    reason: str
