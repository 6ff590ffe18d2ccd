"""What can be done in remittance: one verb each."""
