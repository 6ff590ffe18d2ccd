"""Template tags of ledger."""
