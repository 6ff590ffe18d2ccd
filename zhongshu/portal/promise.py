"""What the residents' own site promises them, and how it kept it: no data of anybody's."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.portal import queries
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.quality.queries import adopted_at, promises, quarter_before
from zhongshu.work.policies.standards import BY_STARS


@page(USE_PORTAL)
def promise(request: SignedInRequest) -> HttpResponse:
    """The published service standard of the site in which the resident lives."""
    at = now()
    homes = queries.homes(request.actor, at=at)
    site, today = (homes[0].site if homes else request.site), day_of(at)
    adopted = adopted_at(site.pk, today)
    shown = {
        "site": site,
        "promises": promises(site.pk, today),
        "quarter": quarter_before(today),
        "standard": BY_STARS[adopted.stars] if adopted else None,
    }
    return render(request, "portal/promise.html", shown)
