"""What actions and batch have in common."""
