"""All reads of insight."""
