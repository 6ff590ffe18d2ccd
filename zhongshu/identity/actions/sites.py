"""How a site is run."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import SameModel
from zhongshu.identity.events import OperatingModelSwitched
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models import Site
from zhongshu.identity.permissions import MANAGE_SITES
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish


@transaction.atomic
def switch_operating_model(*, actor: Actor, at: datetime, site_id: int, model: str) -> Site:
    """Run the site another way from now on. Nothing that is open changes, only who is next.

    Raises NotFound without the right, Invalid, SameModel.
    """
    actor.require(MANAGE_SITES, site_id)
    if model not in set(OperatingModel):
        raise Invalid(_("没有这种运营模式。"), field="model")
    site = Site.objects.select_for_update().get(pk=site_id)
    before = site.operating_model
    if model == before:
        raise SameModel(_("项目现在就是这种运营模式。"), field="model")
    site.operating_model = model
    site.save(update_fields=["operating_model"])
    changed = {"before": {"operating_model": before}, "after": {"operating_model": model}}
    audit.record(actor=actor, at=at, verb="identity.switch_operating_model", target=site, site_id=site.pk, **changed)
    publish(OperatingModelSwitched(site_id=site.pk, from_model=before, to_model=model), at=at)
    return site
