"""Rules of ledger: values in, a decision out."""
