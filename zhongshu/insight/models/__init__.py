"""Tables of insight: nothing here is a figure, those are always counted."""

from zhongshu.insight.models.delivery import Issue, Subscription
from zhongshu.insight.models.plans import SitePlan
from zhongshu.insight.models.walls import WallScreen

__all__ = ["Issue", "SitePlan", "Subscription", "WallScreen"]
