"""Switching foresight on and off, and respecting who does not want it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.models import Account
from zhongshu.foresight.errors import NoObjection, NothingLearned
from zhongshu.foresight.models import Forecast, Objection, Switch
from zhongshu.foresight.permissions import SWITCH_FORESIGHT, VIEW_FORESIGHT, require_company
from zhongshu.foresight.queries.state import in_use, objection_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.words import stated


@transaction.atomic
def switch(*, actor: Actor, at: datetime, site: Site | None, is_on: bool, reason: str) -> Switch:
    """On or off for a site or (None) the whole company. Off: what was foreseen there is deleted at once. On only where
    a formula was learned that is better than the base rate. Raises NotFound, Invalid, NothingLearned.
    """
    if site is None:
        require_company(actor, SWITCH_FORESIGHT)
    else:
        actor.require(SWITCH_FORESIGHT, site.pk)
    if is_on and in_use() is None:
        raise NothingLearned(_("还没有学到比平均水平更准的公式，不能启用；请先学习。"))
    row = Switch.objects.create(site=site, is_on=is_on, reason=_reason(reason), at=at, by_id=actor.user_id)
    if not is_on:
        gone = Forecast.objects.all() if site is None else Forecast.objects.filter(site=site)
        gone.delete()
    audit.record(actor=actor, at=at, verb="foresight.switch", target=row, after=audit.values(row, ["is_on", "reason"]))
    return row


@transaction.atomic
def object_to(*, actor: Actor, at: datetime, account: Account, reason: str) -> Objection:
    """The holder does not want to be looked at: what was foreseen of them is deleted, and nothing is from now on. Twice
    is once. Raises NotFound, Invalid.
    """
    actor.require(VIEW_FORESIGHT, account.site_id)
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if standing := objection_of(account.pk):
        return standing
    row = Objection.objects.create(
        site_id=account.site_id, account=account, reason=_reason(reason), at=at, by_id=actor.user_id
    )
    Forecast.objects.filter(account=account).delete()
    audit.record(actor=actor, at=at, verb="foresight.object_to", target=row, after={"reason": row.reason})
    return row


@transaction.atomic
def withdraw_objection(*, actor: Actor, at: datetime, account: Account) -> Objection:
    """The holder has changed their mind. Raises NotFound, NoObjection."""
    actor.require(VIEW_FORESIGHT, account.site_id)
    row = Objection.objects.select_for_update(of=("self",)).filter(account=account, ended_at=None).first()
    if row is None:
        raise NoObjection(_("这一户没有提出过反对。"))
    row.ended_at, row.ended_by_id = at, actor.user_id
    row.save(update_fields=["ended_at", "ended_by"])
    audit.record(
        actor=actor, at=at, verb="foresight.withdraw_objection", target=row, after={"ended_at": at.isoformat()}
    )
    return row


def _reason(typed: str) -> str:
    return stated(typed, field="reason", most=300, what=_("原因"))
