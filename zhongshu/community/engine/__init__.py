"""What actions of community share."""
