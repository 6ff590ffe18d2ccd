"""What can be done in ledger: one verb each."""
