"""The words of care."""
