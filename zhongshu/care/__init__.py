"""Care: one score per account, one table of policies, early warnings that make people act."""
