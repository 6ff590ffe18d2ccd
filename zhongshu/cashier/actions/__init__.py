"""What can be done in cashier: one verb each."""
