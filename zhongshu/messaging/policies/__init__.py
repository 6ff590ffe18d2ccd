"""The rules of messaging: values and an instant in, a decision out."""
