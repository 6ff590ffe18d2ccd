"""By which ways somebody is told."""

from collections.abc import Collection, Mapping, Sequence

from zhongshu.messaging.kinds import CUSTOMER_WAYS, Group, Way, When

_PREFIXES = {
    "order": Group.ORDERS,
    "escalation": Group.ESCALATIONS,
    "case": Group.CASES,
    "follow_up": Group.CASES,
    "incident": Group.CASES,
    "complaint": Group.CASES,
    "document": Group.REPORTS,
    "report": Group.REPORTS,
    "security": Group.SYSTEM,
    "webhooks": Group.SYSTEM,
    "channel": Group.SYSTEM,
}
DEFAULT_WAYS = {Way.PUSH: When.ALWAYS, Way.EMAIL: When.NEVER, Way.SMS: When.NEVER}
"""What holds for whoever has chosen nothing: a push where the browser allows it; the rest costs money or patience."""

DEFAULT_ORDER = (Way.WECHAT, Way.PORTAL, Way.SMS, Way.EMAIL)
"""The order for a customer who has chosen none."""

NEEDS_CONSENT = frozenset({Way.WECHAT, Way.EMAIL})
"""A text message about one's own matter is part of the service contract; these need a yes of their own. A no counts for
all of them."""


def group_of(kind: str) -> Group:
    """`order_assigned` belongs to the orders."""
    first = next((prefix for prefix in _PREFIXES if kind.startswith(prefix)), "")
    return _PREFIXES.get(first, Group.OTHER)


def staff_ways(
    group: Group, chosen: Mapping[tuple[Group, Way], When], *, reachable: Collection[Way], is_on_shift: bool
) -> list[Way]:
    """The ways for a message of that group, of those by which the person can be reached."""
    wanted = {way: chosen.get((group, way), usual) for way, usual in DEFAULT_WAYS.items()}
    fits = {When.ALWAYS} | ({When.ON_SHIFT} if is_on_shift else set())
    return [way for way, when in wanted.items() if when in fits and way in reachable]


def next_way(order: Sequence[str], *, allowed: Collection[Way], used: Collection[str]) -> Way | None:
    """The first of the customer's order that is allowed and was not used yet."""
    wanted = [Way(way) for way in order if way in CUSTOMER_WAYS]
    return next((way for way in wanted if way in allowed and way not in used), None)


def has_consented(way: Way, *, given: Collection[str], revoked: Collection[str]) -> bool:
    """`given` and `revoked` are the ways about which the customer has said yes, and no, last."""
    return way not in revoked and (way not in NEEDS_CONSENT or way in given)
