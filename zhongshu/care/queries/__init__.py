"""All reads of care."""

from zhongshu.care.queries.explaining import Explanation, as_told, explain

__all__ = ["Explanation", "as_told", "explain"]
