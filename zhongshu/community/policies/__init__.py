"""Rules of community."""
