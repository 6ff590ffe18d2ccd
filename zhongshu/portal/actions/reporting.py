"""A resident reports a matter."""

from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.cases.actions import Intake, open_cases
from zhongshu.cases.lifecycle import Channel
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound
from zhongshu.portal.queries import homes


def report(*, actor: Actor, at: datetime, account_number: str, text: str, where: str = "") -> Intake:
    """About the home (`where` empty) or another place that `where` names. Raises NotFound, Invalid."""
    home = next((each for each in homes(actor, at=at) if each.number == account_number), None)
    if home is None or home.unit is None:
        raise NotFound(_("您的账号没有关联这套房屋。"))
    number = next((phone.number for phone in home.customer.phones.all()), "")
    return open_cases(
        actor=actor,
        at=at,
        site=home.site,
        text=text,
        channel=Channel.PORTAL,
        place_text=where,
        place_code=None if where else home.unit.code,
        caller_phone=number,
        caller_name=actor.name,
    )
