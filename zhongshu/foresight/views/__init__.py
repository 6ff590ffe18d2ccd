"""Pages of foresight."""
