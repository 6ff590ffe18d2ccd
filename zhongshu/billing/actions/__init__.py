"""What can be done in billing: one verb each."""
