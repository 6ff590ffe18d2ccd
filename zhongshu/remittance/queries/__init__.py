"""All reads of remittance."""
