"""All reads of billing."""
