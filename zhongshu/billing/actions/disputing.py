"""A charge is disputed, and the dispute ends."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.actions.receiving import past
from zhongshu.billing.actions.relieving import locked_charge
from zhongshu.billing.engine import correcting
from zhongshu.billing.errors import NotNow
from zhongshu.billing.models import Charge, Dispute
from zhongshu.billing.permissions import DISPUTE
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short, stated


@transaction.atomic
def open_dispute(
    *, actor: Actor, at: datetime, charge_id: int, starts_on: date, reason: str, case_number: str = ""
) -> Dispute:
    """The charge is disputed from that day on; its late fee stands still where the site's policy says so. Raises
    NotFound, Invalid, and NotNow when it is disputed already.
    """
    charge = locked_charge(actor, charge_id)
    actor.require(DISPUTE, charge.site_id)
    if charge.disputes.filter(ends_on__isnull=True).exists():
        raise NotNow(_("这笔账单已有未了结的争议。"))
    dispute = Dispute.objects.create(
        site_id=charge.site_id,
        charge=charge,
        starts_on=past(starts_on, at, field="starts_on"),
        reason=stated(reason, field="reason", most=300, what=_("争议内容")),
        case_number=short(case_number, field="case_number", most=40, what=_("报事编号")),
        opened_by_id=actor.user_id,
    )
    after = audit.values(dispute, ("starts_on", "reason", "case_number"))
    audit.record(actor=actor, at=at, verb="billing.open_dispute", target=dispute, after=after)
    _told_late(charge, actor=actor, at=at)
    return dispute


@transaction.atomic
def end_dispute(*, actor: Actor, at: datetime, dispute_id: int, ends_on: date, outcome: str) -> Dispute:
    """From that day on late days count again; those in between never do. Raises NotFound, Invalid, NotNow."""
    rows = Dispute.objects.filter(pk=dispute_id)
    locked_charge(actor, found(rows).charge_id)
    dispute = rows.get()
    actor.require(DISPUTE, dispute.site_id)
    if dispute.ends_on is not None:
        raise NotNow(_("这项争议已经了结。"))
    if past(ends_on, at, field="ends_on") < dispute.starts_on:
        raise Invalid(_("了结不能早于开始。"), field="ends_on")
    dispute.ends_on = ends_on
    dispute.outcome = stated(outcome, field="outcome", most=300, what=_("结果"))
    dispute.save(update_fields=["ends_on", "outcome"])
    after = audit.values(dispute, ("ends_on", "outcome"))
    audit.record(actor=actor, at=at, verb="billing.end_dispute", target=dispute, after=after)
    return dispute


def _told_late(charge: Charge, *, actor: Actor, at: datetime) -> None:
    """A dispute known only now may take back late fees that were posted."""
    correcting.told_late([charge.pk], actor=actor, at=at, site_id=charge.site_id)
