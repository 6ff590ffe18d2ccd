"""Everything that may be done in care."""

from zhongshu.care.actions.evaluating import Evaluated, evaluate

__all__ = ["Evaluated", "evaluate"]
