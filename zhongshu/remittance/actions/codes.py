"""The codes on doors and bills."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction

from zhongshu.estate.models import Place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.remittance.models import PayCode
from zhongshu.remittance.permissions import MAKE_CODES
from zhongshu.remittance.queries.online import units_below

MOST_AT_ONCE = 500


@transaction.atomic
def make_codes(*, actor: Actor, at: datetime, place: Place) -> list[PayCode]:
    """A code for each dwelling of the place that has none yet, and all they have then, at most 500, in the order of
    counting. Raises NotFound."""
    actor.require(MAKE_CODES, place.site_id)
    units = list(units_below(place)[:MOST_AT_ONCE])
    PayCode.objects.bulk_create(
        [PayCode(site_id=place.site_id, place=unit, token=token_urlsafe(16), made_at=at) for unit in units],
        ignore_conflicts=True,
    )
    audit.record(actor=actor, at=at, verb="remittance.make_codes", target=place, after={"units": len(units)})
    codes = PayCode.objects.filter(place__in=units, revoked_at=None).select_related("place")
    return sorted(codes, key=lambda code: [unit.pk for unit in units].index(code.place_id))


@transaction.atomic
def revoke_code(*, actor: Actor, at: datetime, code_id: int) -> PayCode:
    """It opens nothing any more; the dwelling gets a new one when codes are made again. Raises NotFound."""
    rows = actor.visible(PayCode.objects.all(), MAKE_CODES).select_for_update(of=("self",))
    code = rows.filter(pk=code_id, revoked_at=None).first()
    if code is None:
        raise absent()
    code.revoked_at = at
    code.save(update_fields=["revoked_at"])
    audit.record(actor=actor, at=at, verb="remittance.revoke_code", target=code, after={"revoked_at": at})
    return code


@transaction.atomic
def code_for(*, actor: Actor, at: datetime, place: Place) -> PayCode:
    """The dwelling's code for who lives there (the caller has made sure), made if there is none."""
    code, is_new = PayCode.objects.get_or_create(
        place=place, revoked_at=None, defaults={"site_id": place.site_id, "token": token_urlsafe(16), "made_at": at}
    )
    if is_new:
        audit.record(actor=actor, at=at, verb="remittance.make_codes", target=place, after={"units": 1})
    return code
