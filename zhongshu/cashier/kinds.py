"""The words of cashier."""
