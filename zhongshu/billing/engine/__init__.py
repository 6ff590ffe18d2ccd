"""What actions and batch of billing share."""
