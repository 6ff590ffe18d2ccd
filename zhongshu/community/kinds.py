"""The words of community."""
