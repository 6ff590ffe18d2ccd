"""What legal affairs have done: it ends the return of the legal order."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.care.kinds import LegalStepKind
from zhongshu.care.models import LegalStep
from zhongshu.care.permissions import FOLLOW_LEGAL
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short


@transaction.atomic
def record_legal_step(
    *, actor: Actor, at: datetime, account_id: int, kind: LegalStepKind, on: date, note: str = ""
) -> LegalStep:
    """Suit, payment order, settlement or write-off on a day. Raises NotFound, Invalid (a day to come)."""
    account = found(actor.visible(Account.objects.filter(pk=account_id), FOLLOW_LEGAL))
    if on > day_of(at):
        raise Invalid(_("日期不能晚于今天。"), field="on")
    step = LegalStep.objects.create(
        site_id=account.site_id,
        account=account,
        kind=kind,
        on=on,
        at=at,
        by_id=actor.user_id,
        note=short(note, field="note", most=300, what=_("备注")),
    )
    after = audit.values(step, ("kind", "on"))
    audit.record(actor=actor, at=at, verb="care.record_legal_step", target=step, after=after)
    return step
