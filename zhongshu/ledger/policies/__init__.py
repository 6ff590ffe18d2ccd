"""The rules of double entry: values in, decisions out."""

from zhongshu.ledger.policies.legs import Leg, as_posted, differences, negated

__all__ = ["Leg", "as_posted", "differences", "negated"]
