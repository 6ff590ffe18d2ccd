"""What residents do: report, and say whether the work is good. The rules are those of cases and work."""

from zhongshu.portal.actions.answering import answer
from zhongshu.portal.actions.contesting import ask_review
from zhongshu.portal.actions.paying import pay_code
from zhongshu.portal.actions.reporting import ask_again, report, report_incident
from zhongshu.portal.actions.visiting import book_visit

__all__ = ["answer", "ask_again", "ask_review", "book_visit", "pay_code", "report", "report_incident"]
