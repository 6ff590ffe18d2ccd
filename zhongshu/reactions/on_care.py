"""When a complaint was judged, or its judgement taken back: the score follows at once."""

from datetime import datetime

from zhongshu.care.actions import enter_complaints
from zhongshu.cases.events import ComplaintJudged, JudgementReversed
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.outbox import reacts_to


@reacts_to(ComplaintJudged)
def enter_the_points(happened: ComplaintJudged, *, at: datetime) -> None:
    """The points of the judgement, and who must act, stand in the account's ledger."""
    if happened.site_id is not None:
        enter_complaints(actor=system_actor(), at=at, site_id=happened.site_id)


@reacts_to(JudgementReversed)
def give_the_points_back(happened: JudgementReversed, *, at: datetime) -> None:
    """The entry of the judgement is reversed, and nobody need act on it any more."""
    if happened.site_id is not None:
        enter_complaints(actor=system_actor(), at=at, site_id=happened.site_id)
