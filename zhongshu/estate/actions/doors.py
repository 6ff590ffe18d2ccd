"""Which door of a floor a direction means where the usual ones (东 is 01, 西 is 02) do not hold."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.actions.places import count_layout_change
from zhongshu.estate.addressing.layout import DOOR_WORDS
from zhongshu.estate.models import DoorDirection
from zhongshu.estate.permissions import EDIT_PLACES
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid

_DOOR: Final = re.compile(r"[0-9A-Z]{2}")


@transaction.atomic
def name_doors(*, actor: Actor, at: datetime, site: Site, doors: Mapping[str, str]) -> None:
    """`{"东": "02"}`: on this site 东户 is the room that ends with 02. An empty door takes the site's own word back.

    Words not named stay as they are. Raises Invalid.
    """
    actor.require(EDIT_PLACES, site.pk)
    for word, door in doors.items():
        _check(word, door)
    kept = DoorDirection.objects.select_for_update().filter(site=site)
    before = dict(kept.values_list("word", "door"))
    after = {word: door for word, door in {**before, **doors}.items() if door}
    if after == before:
        return
    kept.exclude(word__in=after).delete()
    rows = [DoorDirection(site=site, word=word, door=door) for word, door in after.items()]
    DoorDirection.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["site", "word"], update_fields=["door"]
    )
    count_layout_change(site.pk)
    audit.record(actor=actor, at=at, verb="estate.name_doors", target=site, site_id=site.pk, before=before, after=after)


def _check(word: str, door: str) -> None:
    if word not in DOOR_WORDS:
        allowed = "、".join(DOOR_WORDS)
        raise Invalid(
            _("“%(word)s”不是户门方位，可用：%(allowed)s。") % {"word": word, "allowed": allowed}, field="word"
        )
    if door and not _DOOR.fullmatch(door):
        raise Invalid(_("户门“%(door)s”应是房号的末两位，如 01。") % {"door": door}, field="door")
