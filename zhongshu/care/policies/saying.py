"""What to say at a task: the codes of the knowledge that stands beside it."""

from typing import Final

from zhongshu.care.kinds import Manner, Rule

_OF_MANNER: Final = {
    Manner.TELEPHONE: ("script-arrears-call", "sop-billing", "law-fees"),
    Manner.DOOR: ("script-arrears-door", "sop-billing", "law-fees"),
    Manner.DOOR_PAPER: ("script-final-demand", "sop-billing", "law-fees"),
    Manner.LEGAL: ("sop-court-papers", "law-fees"),
    Manner.APOLOGY: ("script-apology", "sop-attitude"),
    Manner.EXPLANATION: ("script-refuse", "law-questions"),
}


def articles_of(rule: Rule, manner: Manner) -> tuple[str, ...]:
    """The nearest first."""
    return ("script-gold-card",) if rule == Rule.PREPAID_12 else _OF_MANNER[manner]
