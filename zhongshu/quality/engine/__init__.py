"""What the actions of quality and its batch share."""
