"""What actions and batch share."""
