"""What every router of the API shares: how words, pages and sites come in, and how a list goes out."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.queries import site_of_code
from zhongshu.identity.rights import Right
from zhongshu.kernel.errors import NotFound
from zhongshu.web.paging import Page

# PostgreSQL keeps no NUL in a text.
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4000)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(3000, 1, 1))]
Instant = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))]
PageNo = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(ge=1, le=100)]


class Typed(Schema):
    """What a program sends; a field we do not know is a mistake, not something to overlook."""

    model_config = ConfigDict(extra="forbid")


class Listed(Schema):
    """A page of a list; a list's own schema adds `items`."""

    page: int
    pages: int
    total: int
    total_is_exact: bool = Field(description="false: there are more; rows are counted up to 10,000")


def actor_of(request: HttpRequest) -> Actor:
    """Who calls; the API's `auth` has put it there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def site_of(actor: Actor, code: str, right: Right) -> Site:
    """The site of that code at which the right is held. Raises NotFound: unknown and forbidden sound the same."""
    site = site_of_code(code)
    if site is None or not actor.may(right, site.pk):
        raise NotFound(_("没有编码为“%(code)s”的项目，或者您无权访问。") % {"code": code}, field="site")
    return site


def paged(request: HttpRequest, page: Page[Any], shown: Callable[[Any], Any]) -> dict[str, Any]:
    """A page of a list as every list of the API answers it; `request` remembers it for the `Link` header."""
    request.shown_page = page  # type: ignore[attr-defined]
    items = [shown(row) for row in page.rows]
    counted = {"pages": page.pages, "total": page.total, "total_is_exact": page.is_exact}
    return {"items": items, "page": page.number} | counted
