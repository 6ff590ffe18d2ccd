"""All reads of collecting."""

from zhongshu.collecting.queries.notices import notices_of

__all__ = ["notices_of"]
