"""Community: visits at the door and satisfaction surveys."""
