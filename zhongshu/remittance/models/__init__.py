"""Tables of remittance."""
