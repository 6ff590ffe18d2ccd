"""Collecting: what is owed is asked for: notices, documents, payment plans, reasons, the limitation clock."""
