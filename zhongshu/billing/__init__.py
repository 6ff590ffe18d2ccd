"""Billing: what is owed and what clears it: items, tariffs, runs, charges, payments, allocation, late fees."""
