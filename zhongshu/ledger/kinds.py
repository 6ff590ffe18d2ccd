"""The words of ledger."""
