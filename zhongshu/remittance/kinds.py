"""The words of remittance."""
