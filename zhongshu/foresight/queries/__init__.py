"""All reads of foresight."""
