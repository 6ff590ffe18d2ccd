"""The words of collecting."""
