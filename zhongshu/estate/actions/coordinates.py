"""Where places stand on the plan of their site."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.estate.permissions import EDIT_PLACES
from zhongshu.estate.queries import root_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid

Point = tuple[Decimal, Decimal]
_PUT = """
    UPDATE estate_place SET x = point.x, y = point.y
    FROM unnest(%s::text[], %s::numeric[], %s::numeric[]) AS point (code, x, y)
    WHERE estate_place.site_id = %s AND estate_place.code = point.code RETURNING estate_place.code
"""


@transaction.atomic
def put_on_plan(*, actor: Actor, at: datetime, site: Site, points: Mapping[str, Point]) -> int:
    """Coordinates (0–1000 each way, from the top left) by the codes of places; how many were put.

    All or none: raises Invalid, naming codes that the site does not have.
    """
    actor.require(EDIT_PLACES, site.pk)
    if not points:
        raise Invalid(_("没有找到坐标：每行写位置编码、x、y。"), field="points")
    codes = sorted(points)
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [codes, [points[c][0] for c in codes], [points[c][1] for c in codes], site.pk])
        found = {code for (code,) in cursor.fetchall()}
    if missing := [code for code in codes if code not in found]:
        named = "、".join(missing[:5])
        raise Invalid(_("本项目没有这些位置编码：%(codes)s") % {"codes": named}, field="points")
    after = {"count": len(codes), "codes": codes[:50]}
    audit.record(actor=actor, at=at, verb="estate.put_on_plan", target=root_of(site.pk), site_id=site.pk, after=after)
    return len(codes)
