"""Sites and their places."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from zhongshu.estate.errors import PlaceExists, SiteExists
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Place
from zhongshu.estate.naming import NewPlace
from zhongshu.estate.permissions import ADD_SITE, EDIT_PLACES
from zhongshu.estate.queries import root_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Company, OperatingModel, Site
from zhongshu.kernel.errors import Invalid

_SITE_CODE = re.compile("[A-Z][A-Z0-9_-]{0,19}")
_BATCH = 2000
_COUNT_CHANGE = """
    INSERT INTO estate_sitelayoutversion (site_id, version) VALUES (%s, 1)
    ON CONFLICT (site_id) DO UPDATE SET version = estate_sitelayoutversion.version + 1
"""


@transaction.atomic
def add_site(*, actor: Actor, at: datetime, code: str, name: str, operating_model: str = OperatingModel.CENTRE) -> Site:
    """A new site with the root of its tree of places, whose code is the site's own.

    The company is the one of this installation; the first site brings it along. Raises Invalid, SiteExists.
    """
    actor.require(ADD_SITE)
    code, name = code.strip().upper(), name.strip()
    _check_site(code, name, operating_model)
    site = _insert_site(code, name, operating_model)
    Place.objects.create(site=site, kind=PlaceKind.COMMUNITY, code=code, path=code, label=name)
    count_layout_change(site.pk)
    after = {"code": code, "name": name, "operating_model": operating_model}
    audit.record(actor=actor, at=at, verb="estate.add_site", target=site, site_id=site.pk, after=after)
    return site


def _check_site(code: str, name: str, operating_model: str) -> None:
    if not _SITE_CODE.fullmatch(code):
        raise Invalid(_("项目编码由字母开头，只含字母、数字、- 和 _，最多 20 位。"), field="code")
    if not 0 < len(name) <= 80:
        raise Invalid(_("请填写项目名称，最多 80 个字。"), field="name")
    if operating_model not in set(OperatingModel):
        allowed = "、".join(OperatingModel)
        raise Invalid(_("运营模式只能是 %(allowed)s。") % {"allowed": allowed}, field="operating_model")


def _insert_site(code: str, name: str, operating_model: str) -> Site:
    company = Company.objects.order_by("pk").first() or Company.objects.create(name=_("物业服务企业"))
    try:
        with transaction.atomic():
            return Site.objects.create(company=company, code=code, name=name, operating_model=operating_model)
    except IntegrityError as error:
        raise SiteExists(_("编码为 %(code)s 的项目已经存在。") % {"code": code}, field="code") from error


@transaction.atomic
def add_places(*, actor: Actor, at: datetime, site: Site, rows: Iterable[NewPlace]) -> dict[str, Place]:
    """New places, parents before or after their children; gives them by code.

    Parents may be among the rows or be there already. Raises PlaceExists, Invalid (unknown parent).
    """
    actor.require(EDIT_PLACES, site.pk)
    wanted = list(rows)
    root = root_of(site.pk)
    places = insert_places(site, root, wanted)
    count_layout_change(site.pk)
    after = {"count": len(places), "codes": list(places)[:50]}
    audit.record(actor=actor, at=at, verb="estate.add_places", target=root, site_id=site.pk, after=after)
    return places


def insert_places(site: Site, root: Place, rows: list[NewPlace]) -> dict[str, Place]:
    """Writes the places level by level, so that every parent has an id before its children need it."""
    known = _parents_of(site, root, rows)
    made: dict[str, Place] = {}
    waiting = rows
    while waiting:
        ready = [row for row in waiting if (row.parent or root.code) in known]
        if not ready:
            raise Invalid(_("上级位置 %(code)s 不存在。") % {"code": waiting[0].parent})
        level = _insert_level(site, [(row, known[row.parent or root.code]) for row in ready])
        made |= level
        known |= level
        waiting = [row for row in waiting if row.code not in made]
    return made


def _parents_of(site: Site, root: Place, rows: list[NewPlace]) -> dict[str, Place]:
    codes = {row.parent for row in rows if row.parent} - {row.code for row in rows}
    return {root.code: root} | {place.code: place for place in Place.objects.filter(site=site, code__in=codes)}


def _insert_level(site: Site, rows: list[tuple[NewPlace, Place]]) -> dict[str, Place]:
    places = [_place(site, row, parent) for row, parent in rows]
    by_code = {place.code: place for place in places}
    if len(by_code) < len(places):
        raise PlaceExists(_("同一个位置编码出现了两次。"))
    try:
        with transaction.atomic():
            Place.objects.bulk_create(places, batch_size=_BATCH)
    except IntegrityError as error:
        raise PlaceExists(_("位置编码已经存在：%(codes)s") % {"codes": _taken(site, by_code)}) from error
    return by_code


def _taken(site: Site, by_code: Iterable[str]) -> str:
    taken = Place.objects.filter(site=site, code__in=list(by_code)).values_list("code", flat=True)
    return "、".join(sorted(taken)[:5])


def _place(site: Site, row: NewPlace, parent: Place) -> Place:
    return Place(
        site=site,
        parent=parent,
        kind=row.kind,
        code=row.code,
        path=f"{parent.path}/{row.code}",
        label=row.label,
        floor_no=row.floor_no,
        room_no=row.room_no,
        gross_area=row.gross_area,
        net_area=row.net_area,
        usage=row.usage,
        parking_kind=row.parking_kind,
        handed_over_on=row.handed_over_on,
        x=row.x,
        y=row.y,
    )


def count_layout_change(site_id: int) -> None:
    """What was built from the site's places is stale from now on (see `queries.layout_of`)."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_CHANGE, [site_id])
