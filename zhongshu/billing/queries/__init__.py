"""All reads of billing."""

from zhongshu.billing.queries.debts import OpenCharge, open_charges, policy_at

__all__ = ["OpenCharge", "open_charges", "policy_at"]
