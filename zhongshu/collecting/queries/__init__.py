"""All reads of collecting."""

from zhongshu.collecting.queries.notices import notices_of
from zhongshu.collecting.queries.plans import plan_kept_at

__all__ = ["notices_of", "plan_kept_at"]
