"""Who plays in the tests: an owner, a colleague, a stranger, and one person per role."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from django.contrib.auth.hashers import get_hasher, make_password

from zhongshu.identity.actor import Actor, Origin, system_actor
from zhongshu.identity.models import Company, RoleGrant, Site, User
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE

LONG_AGO = date(2020, 1, 1)
DAY_ONE = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)
PASSWORD = "correct-horse-7"


@cache
def _hashed(algorithm: str) -> str:
    """Argon2 is slow on purpose: everybody's password is hashed once."""
    return make_password(PASSWORD, hasher=algorithm)


@dataclass
class Cast:
    """`yql` is the large site with a service desk, `xh` the lean one of another place."""

    company: Company
    yql: Site
    xh: Site
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def assemble(cls) -> "Cast":
        company = Company.objects.create(name="安居物业")
        yql = Site.objects.create(company=company, code="YQL", name="云栖里")
        xh = Site.objects.create(company=company, code="XH", name="西荷", operating_model="lean")
        return cls(company, yql, xh)

    @property
    def system(self) -> Actor:
        return system_actor(Origin.JOB)

    def user(self, role: Role, site: Site | None = None, *, name: str = "") -> User:
        """The person who holds that role at that site (None: at all sites); made when first asked for."""
        key = f"{role}.{site.code if site else 'all'}.{name}"
        if key not in self.people:
            username = key.strip(".").replace(".", "_").lower()
            user = User.objects.create(
                username=username, name=name or str(role), password=_hashed(get_hasher().algorithm)
            )
            RoleGrant.objects.create(user=user, role=role, site=site, starts_on=LONG_AGO)
            self.people[key] = user
        return self.people[key]

    def actor(self, role: Role, site: Site | None = None, *, name: str = "", at: datetime = DAY_ONE) -> Actor:
        """The same person as somebody who acts."""
        return actor_of(self.user(role, site, name=name), at=at, origin=Origin.WEB)
