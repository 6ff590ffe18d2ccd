"""What customers told us: intake, owner, classification, follow-up, closure."""
