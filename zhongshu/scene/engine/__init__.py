"""What the actions of scene and its batch share."""
