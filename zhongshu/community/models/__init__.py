"""Tables of community."""

from zhongshu.community.models.rules import CommunityRule
from zhongshu.community.models.surveys import Answer, Invitation, Survey
from zhongshu.community.models.visits import DrawnVisit, Visit, VisitDraw

__all__ = ["Answer", "CommunityRule", "DrawnVisit", "Invitation", "Survey", "Visit", "VisitDraw"]
