"""Tables of community."""

from zhongshu.community.models.surveys import Answer, Invitation, Survey
from zhongshu.community.models.visits import DrawnVisit, Visit, VisitDraw

__all__ = ["Answer", "DrawnVisit", "Invitation", "Survey", "Visit", "VisitDraw"]
