"""Rules of billing: values in, a decision out."""
