"""Pages of the quality department."""
