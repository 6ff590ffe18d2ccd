"""What residents do: report, and say whether the work is good. The rules are those of cases and work."""

from zhongshu.portal.actions.answering import answer
from zhongshu.portal.actions.reporting import report

__all__ = ["answer", "report"]
