"""Rights: what a role may do. Each app declares its own in its `permissions.py`; what is not declared is denied."""

from collections.abc import Iterable
from dataclasses import dataclass

from zhongshu.identity.roles import Role


@dataclass(frozen=True, slots=True)
class Right:
    """A thing one may do, named `app.verb`, and the roles that may."""

    code: str
    roles: frozenset[Role]


REGISTRY: dict[str, Right] = {}


def right(code: str, roles: Iterable[Role]) -> Right:
    """Declare a right once; a second declaration of the same code is a programming error."""
    if code in REGISTRY:
        raise ValueError(f"right {code} is declared twice")
    REGISTRY[code] = Right(code, frozenset(roles))
    return REGISTRY[code]
