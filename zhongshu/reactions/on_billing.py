"""When charges were issued."""

from datetime import datetime

from zhongshu.billing.events import ChargesIssued
from zhongshu.billing.jobs import draw_credits
from zhongshu.kernel.outbox import reacts_to


@reacts_to(ChargesIssued)
def draw_what_was_paid_ahead(happened: ChargesIssued, *, at: datetime) -> None:
    """Account credit clears the new charges; account by account, so a worker does it."""
    if happened.site_id is not None:
        draw_credits.defer(site_id=happened.site_id)
