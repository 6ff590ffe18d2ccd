"""A site takes on a service standard; its rows of targets are work's."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.outbox import publish
from zhongshu.quality.errors import AlreadyUndone
from zhongshu.quality.events import StandardAdopted
from zhongshu.quality.models import StandardAdoption
from zhongshu.quality.permissions import WORK_QUALITY
from zhongshu.quality.queries import not_found
from zhongshu.work import actions as work


@transaction.atomic
def adopt(*, actor: Actor, at: datetime, site: Site, stars: int, starts_on: date) -> StandardAdoption:
    """From that day on the site promises what the standard says. Raises NotFound, Invalid, StandardPlanned."""
    written = work.adopt_standard(actor=actor, at=at, site=site, stars=stars, starts_on=starts_on)
    adoption = StandardAdoption.objects.create(
        site=site,
        stars=stars,
        starts_on=starts_on,
        adopted_at=at,
        adopted_by_id=actor.user_id,
        policy_ids=list(written.policy_ids),
        replaced=written.replaced,
    )
    publish(StandardAdopted(site_id=site.pk, stars=stars, is_undone=False), at=at)
    return adoption


@transaction.atomic
def undo(*, actor: Actor, at: datetime, adoption_id: int) -> StandardAdoption:
    """Take it back before its day. Raises NotFound, AlreadyUndone, StandardStarted."""
    rows = actor.visible(StandardAdoption.objects.all(), WORK_QUALITY).select_for_update(of=("self",))
    adoption = rows.select_related("site").filter(pk=adoption_id).first()
    if adoption is None:
        raise not_found()
    if adoption.undone_at is not None:
        raise AlreadyUndone(_("这次采用已经撤回。"))
    work.undo_standard(
        actor=actor,
        at=at,
        site=adoption.site,
        starts_on=adoption.starts_on,
        policy_ids=adoption.policy_ids,
        replaced=adoption.replaced,
    )
    adoption.undone_at, adoption.undone_by_id = at, actor.user_id
    adoption.save(update_fields=["undone_at", "undone_by"])
    audit.record(actor=actor, at=at, verb="quality.undo", target=adoption, after={"undone_at": at})
    publish(StandardAdopted(site_id=adoption.site_id, stars=adoption.stars, is_undone=True), at=at)
    return adoption
