"""The rules of double entry: values in, decisions out."""

from zhongshu.ledger.policies.legs import Leg, as_posted, differences, interfund_difference, negated
from zhongshu.ledger.policies.months import first_of, last_of, month_to_close, next_month

__all__ = [
    "Leg",
    "as_posted",
    "differences",
    "first_of",
    "interfund_difference",
    "last_of",
    "month_to_close",
    "negated",
    "next_month",
]
