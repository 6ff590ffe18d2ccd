"""What the counter's actions share."""
