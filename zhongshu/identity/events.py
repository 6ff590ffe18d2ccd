"""What others may react to."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.identity.kinds import OperatingModel
from zhongshu.kernel.outbox import DomainEvent, Told, event


@event
@dataclass(frozen=True, kw_only=True)
class OperatingModelSwitched(DomainEvent):
    """A site is run another way from now on: with a service desk, without one, or as a small site."""

    name: ClassVar[str] = "identity.operating_model_switched"
    from_model: Annotated[str, Told("The model before.", words=OperatingModel)]
    to_model: Annotated[str, Told("The model now.", words=OperatingModel)]


@event
@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(DomainEvent):
    """Somebody else took a user's second factor away. `site_id`: one where the user has a role."""

    name: ClassVar[str] = "identity.second_factor_removed"
    user_id: int
    reason: str
