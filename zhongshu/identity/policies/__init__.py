"""Rules of getting in, as plain values."""
