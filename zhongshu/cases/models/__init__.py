"""Tables of cases."""

from zhongshu.cases.models.cases import Case, CaseEntry, CaseOrder, Correction, FurtherCall, OwnerHandover
from zhongshu.cases.models.choices import ServiceRules
from zhongshu.cases.models.closing import CallRefusal, CaseClosure, FollowUp, FollowUpAttempt, RainDay
from zhongshu.cases.models.complaints import Complaint, ComplaintLine, ComplaintReport, Judgement
from zhongshu.cases.models.incidents import Incident, IncidentAnswer, IncidentNotice
from zhongshu.cases.models.learning import LearnedModel
from zhongshu.cases.models.referrals import Referral, ReferralBody

__all__ = [
    "CallRefusal",
    "Case",
    "CaseClosure",
    "CaseEntry",
    "CaseOrder",
    "Complaint",
    "ComplaintLine",
    "ComplaintReport",
    "Correction",
    "FollowUp",
    "FollowUpAttempt",
    "FurtherCall",
    "Incident",
    "IncidentAnswer",
    "IncidentNotice",
    "Judgement",
    "LearnedModel",
    "OwnerHandover",
    "RainDay",
    "Referral",
    "ReferralBody",
    "ServiceRules",
]
