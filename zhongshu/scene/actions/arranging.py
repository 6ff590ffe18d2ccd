"""What a site sets about help on the scene."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.scene.kinds import Danger
from zhongshu.scene.models import ArrivalTarget
from zhongshu.scene.permissions import SET_TARGETS
from zhongshu.scene.queries import arrival_minutes

MOST_MINUTES = 60


@transaction.atomic
def set_targets(*, actor: Actor, at: datetime, site: Site, minutes: Mapping[Danger, int]) -> dict[Danger, int]:
    """In how many minutes back-up should be there, from now on; calls that run keep theirs. Dangers that are not named
    stay as they are. Raises NotFound, Invalid.
    """
    actor.require(SET_TARGETS, site.pk)
    wrong = next((danger for danger, many in minutes.items() if not 1 <= many <= MOST_MINUTES), None)
    if wrong is not None:
        raise Invalid(_("到场时限是 1 至 %(most)s 分钟。") % {"most": MOST_MINUTES}, field=str(wrong))
    before = arrival_minutes(site.pk)
    for danger, many in minutes.items():
        ArrivalTarget.objects.update_or_create(site=site, danger=danger, defaults={"minutes": many})
    after = before | dict(minutes)
    audit.record(
        actor=actor,
        at=at,
        verb="scene.set_targets",
        target=site,
        site_id=site.pk,
        before=_said(before),
        after=_said(after),
    )
    return after


def _said(minutes: Mapping[Danger, int]) -> dict[str, int]:
    return {danger.value: many for danger, many in minutes.items()}
