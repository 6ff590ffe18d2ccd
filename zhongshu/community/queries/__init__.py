"""All reads of community."""
