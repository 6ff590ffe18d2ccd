"""Tables of care."""

from zhongshu.care.models.acting import (
    ImprovementPlan,
    LegalStep,
    PriorityRecord,
    PriorityReview,
    Task,
    TaskLine,
    TaskMove,
)
from zhongshu.care.models.contesting import ExplanationLink, ReviewRequest
from zhongshu.care.models.ledger import Entry, EntryEnd, Episode, Evaluation, GoLive, Standing
from zhongshu.care.models.policies import BackTest, Policy

__all__ = [
    "BackTest",
    "Entry",
    "EntryEnd",
    "Episode",
    "Evaluation",
    "ExplanationLink",
    "GoLive",
    "ImprovementPlan",
    "LegalStep",
    "Policy",
    "PriorityRecord",
    "PriorityReview",
    "ReviewRequest",
    "Standing",
    "Task",
    "TaskLine",
    "TaskMove",
]
