"""What the actions and the tick of knowledge share."""
