"""Pages of help on the scene."""
