"""Tables of cases."""

from zhongshu.cases.models.cases import Case, CaseEntry, CaseOrder, Correction, OwnerHandover
from zhongshu.cases.models.closing import CaseClosure, FollowUp, FollowUpAttempt
from zhongshu.cases.models.learning import LearnedModel

__all__ = [
    "Case",
    "CaseClosure",
    "CaseEntry",
    "CaseOrder",
    "Correction",
    "FollowUp",
    "FollowUpAttempt",
    "LearnedModel",
    "OwnerHandover",
]
