"""Emotional load: how much anger somebody has met with on this shift. For their welfare, never to judge them by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from zhongshu.channels.policies.limits import Limits
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.roles import Role

RELIEVERS = {
    OperatingModel.CENTRE: (Role.SERVICE_LEAD,),
    OperatingModel.LEAN: (Role.SERVICE_LEAD, Role.SITE_MANAGER),
    OperatingModel.SMALL: (Role.SITE_MANAGER,),
}
"""Who is told besides the lead of the person's team: with a desk its lead; without one the manager too; on a small
site the manager, who is everybody's lead.
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of the shift: a call without anger has no `minutes` of it."""

    at: datetime
    is_angry: bool
    minutes: int = 0
    is_abusive: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """Minutes of anger, how many angry contacts were the last ones in a row, and how many were abusive."""

    minutes: int
    in_a_row: int
    abusive: int

    def is_too_much(self, limits: Limits) -> bool:
        return self.minutes >= limits.angry_minutes or self.in_a_row >= limits.angry_in_a_row


def load_from(contacts: Collection[Contact], *, since: datetime) -> Load:
    """What has come together since then: the beginning of the shift, or the end of the last relief."""
    counted = sorted((one for one in contacts if one.at >= since), key=lambda one: one.at)
    in_a_row = sum(1 for _one in takewhile(lambda one: one.is_angry, reversed(counted)))
    angry = [one for one in counted if one.is_angry]
    return Load(sum(one.minutes for one in angry), in_a_row, sum(one.is_abusive for one in angry))


def relief_ends(began_at: datetime, minutes: int) -> datetime:
    """When somebody who was relieved may be rung again."""
    return began_at + timedelta(minutes=minutes)
