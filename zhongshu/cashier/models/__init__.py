"""Tables of cashier."""
