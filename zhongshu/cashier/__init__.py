"""Cashier: the counter: shifts, receipts, deposits, refunds, the one card, invoices."""
