"""Phone numbers as pages show them, and how one is revealed.

Upper apps say what can be revealed in their `reveals.py`, which their `AppConfig.ready` imports:

    revealable("estate.customerphone", customers_number, VIEW_CUSTOMERS)

where `customers_number(actor, target_id) -> Revealed | None` finds only what the actor may see.
"""

from collections.abc import Callable
from dataclasses import dataclass

from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right

HIDDEN = "****"


def masked(number: str) -> str:
    """`13812345678` → `138****5678`; of a short number only the last two digits are shown."""
    if not number:
        return ""
    if len(number) < 8:
        return HIDDEN + number[-2:]
    return number[:3] + HIDDEN + number[-4:]


@dataclass(frozen=True, slots=True)
class Revealed:
    """A number in full, and the site at which one must hold the right to see it."""

    number: str
    site_id: int | None


Load = Callable[[Actor, int], Revealed | None]


@dataclass(frozen=True, slots=True)
class Revealable:
    """How the number of such a target is found, and the right it takes."""

    load: Load
    right: Right


REGISTRY: dict[str, Revealable] = {}


def revealable(target_type: str, load: Load, right: Right) -> None:
    """Declare once that the number of `target_type` (`app.model`) can be revealed.

    `load` gets who asks and the target's id.
    """
    if target_type in REGISTRY:
        raise ValueError(f"{target_type} is declared twice")
    REGISTRY[target_type] = Revealable(load, right)
