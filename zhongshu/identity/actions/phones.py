"""Looking at masked numbers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.identity.masking import REGISTRY, Revealed
from zhongshu.identity.models import PhoneReveal
from zhongshu.kernel.errors import Invalid

LONGEST_REASON = 200


@transaction.atomic
def reveal_phone(*, actor: Actor, at: datetime, target_type: str, target_id: str, reason: str) -> str:
    """The number in full, noted with the reason. Raises NotFound, or Invalid without a reason."""
    found = _load(actor, target_type, target_id)
    if actor.user_id is None:
        raise absent()
    reason = " ".join(reason.replace("\0", " ").split())
    if not reason:
        raise Invalid(_("请填写查看号码的原因。"), field="reason")
    seen = PhoneReveal.objects.create(
        at=at,
        user_id=actor.user_id,
        site_id=found.site_id,
        target_type=target_type,
        target_id=target_id,
        reason=reason[:LONGEST_REASON],
    )
    after = {"target_type": target_type, "target_id": target_id, "reason": seen.reason}
    audit.record(actor=actor, at=at, verb="identity.reveal_phone", target=seen, site_id=found.site_id, after=after)
    return found.number


def _load(actor: Actor, target_type: str, target_id: str) -> Revealed:
    way = REGISTRY.get(target_type)
    if way is None or not actor.may(way.right):
        raise absent()
    found = way.load(actor, int(target_id)) if target_id.isdecimal() else None
    if found is None or not actor.may(way.right, found.site_id):
        raise absent()
    return found
