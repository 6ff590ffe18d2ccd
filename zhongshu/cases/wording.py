"""Verdicts and classifications as plain data, for commands and the API."""

from typing import Any

from zhongshu.cases.classification import Classification
from zhongshu.estate.addressing import Verdict


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """Exactly status, places, question, read_back, suggestions."""
    return {
        "status": str(verdict.status),
        "places": list(verdict.places),
        "question": verdict.question,
        "read_back": verdict.read_back,
        "suggestions": list(verdict.suggestions),
    }


def classification_data(classification: Classification) -> dict[str, Any]:
    """What the machine suggests and why; `confidence` and the shares of `alternatives` lie between 0 and 1."""
    return {
        "category": str(classification.category),
        "urgency": str(classification.urgency),
        "team": str(classification.team),
        "referrals": [str(code) for code in classification.referrals],
        "confidence": round(classification.confidence, 4),
        "needs_person": classification.needs_person,
        "hazards": list(classification.hazards),
        "reasons": list(classification.reasons),
        "alternatives": [{"category": name, "share": round(share, 4)} for name, share in classification.alternatives],
    }
