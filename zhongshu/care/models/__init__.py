"""Tables of care."""

from zhongshu.care.models.acting import ImprovementPlan, LegalStep, PriorityRecord, Task, TaskMove
from zhongshu.care.models.ledger import Entry, EntryEnd, Episode, Evaluation, GoLive, Standing
from zhongshu.care.models.policies import Policy

__all__ = [
    "Entry",
    "EntryEnd",
    "Episode",
    "Evaluation",
    "GoLive",
    "ImprovementPlan",
    "LegalStep",
    "Policy",
    "PriorityRecord",
    "Standing",
    "Task",
    "TaskMove",
]
