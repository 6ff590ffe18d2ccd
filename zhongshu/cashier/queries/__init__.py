"""All reads of the counter."""
