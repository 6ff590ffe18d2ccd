"""Pages of work."""
