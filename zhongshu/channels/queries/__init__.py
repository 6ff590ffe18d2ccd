"""All reads of the channels."""
