"""Rules of the channels: values in, a decision out."""
