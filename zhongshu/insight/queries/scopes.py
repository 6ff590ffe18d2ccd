"""Whose figures: a site, a region or the company, as far as somebody may see them."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.rights import Right
from zhongshu.insight.permissions import SEE_REPORTS
from zhongshu.kernel.errors import NotFound

COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Scope:
    """`code` as it stands in addresses: `site-YQL`, `region-3`, `company`. `site` if it is one, `sites` all of it."""

    code: str
    name: str
    site_ids: tuple[int, ...]
    site: Site | None = None
    sites: tuple[Site, ...] = ()


def scopes_of(actor: Actor, right: Right = SEE_REPORTS) -> list[Scope]:
    """All that the actor may see, the widest first. A region or the company needs the right at each of its sites.

    One statement.
    """
    sites = list(Site.objects.select_related("region", "company"))
    seen = actor.sites(right)
    mine = [site for site in sites if seen is None or site.pk in seen]
    single = [Scope(f"site-{site.code}", site.name, (site.pk,), site, (site,)) for site in mine]
    if len(sites) < 2:
        return single
    return [*_whole_company(sites, mine), *_regions(sites, mine), *single]


def scope_named(actor: Actor, code: str, right: Right = SEE_REPORTS) -> Scope:
    """Raises NotFound: unknown and forbidden sound the same."""
    for scope in scopes_of(actor, right):
        if scope.code == code or (scope.site and f"site-{scope.site.code}".lower() == code.lower()):
            return scope
    raise NotFound(_("没有找到，或者您无权查看。"))


def _whole_company(sites: list[Site], mine: list[Site]) -> list[Scope]:
    if len(mine) < len(sites):
        return []
    return [Scope(COMPANY, sites[0].company.name, tuple(site.pk for site in sites), None, tuple(sites))]


def _regions(sites: list[Site], mine: list[Site]) -> list[Scope]:
    inside: dict[int, list[Site]] = defaultdict(list)
    for site in sites:
        if site.region_id is not None:
            inside[site.region_id].append(site)
    own = {site.pk for site in mine}
    return [
        Scope(f"region-{pk}", str(members[0].region), tuple(site.pk for site in members), None, tuple(members))
        for pk, members in sorted(inside.items())
        if all(site.pk in own for site in members)
    ]
