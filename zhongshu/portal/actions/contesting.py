"""Asking that a person look at the score of one's home again."""

from datetime import datetime

from zhongshu.care.actions import ask_review as ask
from zhongshu.care.models import ReviewRequest
from zhongshu.identity.actor import Actor
from zhongshu.portal.money import scored_home


def ask_review(
    *, actor: Actor, at: datetime, account_id: int, words: str, entry_id: int | None = None
) -> ReviewRequest:
    """Raises NotFound for a home that is not the resident's, NotNow while such a request waits, Invalid."""
    home = scored_home(actor, account_id, at=at)
    return ask(actor=actor, at=at, account=home, words=words, entry_id=entry_id)
