"""Paying what one's home owes."""

from datetime import datetime

from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.portal.queries import homes
from zhongshu.remittance.actions import code_for


def pay_code(*, actor: Actor, at: datetime, account_id: int) -> str:
    """The token of the dwelling's code. Raises NotFound for a home that is not the resident's."""
    units = [home.unit for home in homes(actor, at=at) if home.pk == account_id and home.unit]
    if not units:
        raise absent()
    return code_for(actor=actor, at=at, place=units[0]).token
