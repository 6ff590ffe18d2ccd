"""The plan under the hot spots."""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from zhongshu.estate.actions import put_on_plan
from zhongshu.estate.actions.coordinates import Point
from zhongshu.estate.workbooks.cells import BadCell, coordinate_of, text_of
from zhongshu.estate.workbooks.reading import LARGEST, is_filled, read_tables
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.insight.models import SitePlan
from zhongshu.insight.permissions import EDIT_PLAN
from zhongshu.kernel.errors import Invalid
from zhongshu.work import pictures

MOST_POINTS = 5_000


@transaction.atomic
def put_picture(*, actor: Actor, at: datetime, site: Site, picture: "UploadedFile[Any]") -> SitePlan:
    """The picture of the plan, in place of an earlier one; re-encoded. Raises PhotoRefused."""
    actor.require(EDIT_PLAN, site.pk)
    content = pictures.as_jpeg(pictures.read(picture))
    plan = SitePlan.objects.select_for_update().filter(site=site).first() or SitePlan(site=site)
    plan.at, plan.by_id = at, actor.user_id
    with Image.open(BytesIO(content)) as seen:
        plan.width, plan.height = seen.size
    plan.picture.save(f"{site.code}.jpg", ContentFile(content), save=False)
    plan.save()
    after = {"width": plan.width, "height": plan.height}
    audit.record(actor=actor, at=at, verb="insight.put_picture", target=plan, site_id=site.pk, after=after)
    return plan


def import_coordinates(*, actor: Actor, at: datetime, site: Site, points: "UploadedFile[Any]") -> int:
    """Coordinates from a workbook or CSV with the columns code, x and y; how many places were put.

    All or none. Raises Invalid naming the row, UnreadableWorkbook.
    """
    actor.require(EDIT_PLAN, site.pk)
    return put_on_plan(actor=actor, at=at, site=site, points=_points(points.read(LARGEST + 1)))


def _points(content: bytes) -> dict[str, Point]:
    """Of the first sheet; a first row without numbers is the heading."""
    found: dict[str, Point] = {}
    tables = read_tables(content)
    for number, cells in enumerate(tables[0].grid if tables else [], start=1):
        if not any(map(is_filled, cells)) or (number == 1 and not _is_number(cells)):
            continue
        code, point = _point(cells, number)
        found[code] = point
        if len(found) > MOST_POINTS:
            raise Invalid(_("一次最多 %(n)d 个位置。") % {"n": MOST_POINTS}, field="points")
    return found


def _is_number(cells: Any) -> bool:
    try:
        return len(cells) > 1 and coordinate_of(cells[1]) is not None
    except BadCell:
        return False


def _point(cells: Any, number: int) -> tuple[str, Point]:
    try:
        code = text_of(cells[0]).strip()
        x, y = coordinate_of(cells[1]), coordinate_of(cells[2])
    except (IndexError, BadCell) as error:
        raise _bad_row(number) from error
    if not code or x is None or y is None:
        raise _bad_row(number)
    return code, (x, y)


def _bad_row(number: int) -> Invalid:
    return Invalid(_("第 %(row)d 行看不懂：应是位置编码、x、y，坐标 0 到 1000。") % {"row": number}, field="points")
