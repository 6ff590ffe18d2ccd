"""What actions and jobs of remittance share."""
