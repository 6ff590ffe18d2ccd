"""What the actions of ledger share."""
