"""What a resident's words are about: category, urgency, team, referral — hazards by rule, the rest by a small model."""

from zhongshu.cases.classification.classifier import Classification, classify
from zhongshu.cases.classification.labels import (
    CATEGORIES,
    REFERRALS,
    TEAMS,
    URGENCIES,
    Category,
    Referral,
    Team,
    Urgency,
)
from zhongshu.cases.classification.matters import matters

__all__ = [
    "CATEGORIES",
    "REFERRALS",
    "TEAMS",
    "URGENCIES",
    "Category",
    "Classification",
    "Referral",
    "Team",
    "Urgency",
    "classify",
    "matters",
]
