"""Ledger: accounts of the general ledger and balanced entries, nothing more."""
