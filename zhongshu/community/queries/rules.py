"""Which rule of visits and surveys is in force."""

from datetime import date

from django.db.models import Q, QuerySet

from zhongshu.community.models import CommunityRule


def rule_on(site_id: int | None, day: date) -> CommunityRule:
    """That of the site, else of the company (None: asked for itself), else what the table of the beginning says."""
    rows = CommunityRule.objects.filter(Q(site_id=site_id) | Q(site=None), starts_on__lte=day)
    ordered = sorted(rows, key=lambda row: (row.site_id is not None, row.starts_on))
    return ordered[-1] if ordered else CommunityRule()


def rules_of(site_id: int | None) -> QuerySet[CommunityRule]:
    """Every version of the site's own, or of the company, the latest first."""
    return CommunityRule.objects.filter(Q(site_id=site_id)).select_related("made_by").order_by("-starts_on")
