"""Tables of the quality department."""

from zhongshu.quality.models.escalations import EscalationResponse
from zhongshu.quality.models.inquiries import Inquiry, InquiryLine
from zhongshu.quality.models.judgements import JudgementSample, SampledJudgement
from zhongshu.quality.models.samples import Sample, SampledCase, SamplingRate
from zhongshu.quality.models.standards import StandardAdoption

__all__ = [
    "EscalationResponse",
    "Inquiry",
    "InquiryLine",
    "JudgementSample",
    "Sample",
    "SampledCase",
    "SampledJudgement",
    "SamplingRate",
    "StandardAdoption",
]
