"""Who is acting: passed as `actor=` to every action and query that depends on rights."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from zhongshu.identity.rights import Right
from zhongshu.identity.roles import Grant, Role
from zhongshu.kernel.errors import NotFound

M = TypeVar("M", bound=models.Model)


class Origin(StrEnum):
    """From where an action came."""

    WEB = "web"
    API = "api"
    COMMAND = "command"
    JOB = "job"
    SIMULATION = "simulation"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a token or the system itself.

    `grants` are the roles held today with the sites they cover; `scopes` limit a token to the named rights
    (None: no limit); `is_system` marks the program's own jobs and commands, which may do everything.
    """

    user_id: int | None
    name: str
    origin: Origin
    grants: frozenset[Grant] = frozenset()
    ip: str | None = None
    scopes: frozenset[str] | None = None
    is_system: bool = False
    token_id: int | None = field(default=None)

    def may(self, right: Right, site_id: int | None = None) -> bool:
        """Whether the right is held at `site_id`, or anywhere when `site_id` is None."""
        if self.scopes is not None and right.code not in self.scopes:
            return False
        if self.is_system:
            return True
        held = (grant for grant in self.grants if grant.role in right.roles)
        return any(site_id is None or grant.covers(site_id) for grant in held)

    def require(self, right: Right, site_id: int | None = None) -> None:
        """Raises NotFound: a stranger cannot tell the forbidden from the absent."""
        if not self.may(right, site_id):
            raise NotFound(_("没有找到，或者您无权查看。"))

    def sites(self, right: Right) -> frozenset[int] | None:
        """The ids of the sites at which the right is held; None means all of them."""
        if not self.may(right):
            return frozenset()
        if self.is_system:
            return None
        ids = {grant.site_id for grant in self.grants if grant.role in right.roles}
        return None if None in ids else frozenset(i for i in ids if i is not None)

    def visible(self, rows: models.QuerySet[M], right: Right, *, by: str = "site_id") -> models.QuerySet[M]:
        """`rows` narrowed in SQL to the sites at which the right is held."""
        sites = self.sites(right)
        return rows if sites is None else rows.filter(**{f"{by}__in": sites})

    def holds(self, *roles: Role, site_id: int | None = None) -> bool:
        """Whether one of the roles is held, at `site_id` if given."""
        return any(g.role in roles and (site_id is None or g.covers(site_id)) for g in self.grants)


def system_actor(origin: Origin = Origin.JOB) -> Actor:
    """The program itself, as the audit shows it."""
    return Actor(user_id=None, name="系统", origin=origin, is_system=True)  # matter: kept in the audit


NOBODY = Actor(user_id=None, name="", origin=Origin.WEB)
