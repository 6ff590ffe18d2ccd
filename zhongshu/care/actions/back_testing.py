"""Asking what another table would have done."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.care.actions.policies import refuse_faults
from zhongshu.care.models import BackTest
from zhongshu.care.permissions import SET_CARE_POLICY
from zhongshu.care.policies.reading import as_json
from zhongshu.care.policies.table import months_later
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid

MONTHS = 12
"""So far it looks back."""
EARLIEST = date(2001, 1, 1)


@transaction.atomic
def ask_back_test(*, actor: Actor, at: datetime, site_id: int, on: date, choices: Mapping[str, Any]) -> BackTest:
    """To be worked out by `engine.back_test.worked_out`: the year up to and with the day `on`, under the table in force
    then and under the same with these choices changed. Raises NotFound, Invalid.
    """
    actor.require(SET_CARE_POLICY, site_id)
    refuse_faults(choices)
    if not EARLIEST <= on <= day_of(at):
        raise Invalid(_("最后一天应当在 %(first)s 和今天之间。") % {"first": EARLIEST}, field="on")
    to_on = on + timedelta(days=1)
    asked = BackTest.objects.create(
        site_id=site_id,
        choices=as_json(choices),
        from_on=months_later(to_on, -MONTHS),
        to_on=to_on,
        asked_at=at,
        asked_by_id=actor.user_id,
    )
    after = {"on": on, **asked.choices}
    audit.record(actor=actor, at=at, verb="care.ask_back_test", target=asked, after=after)
    return asked
