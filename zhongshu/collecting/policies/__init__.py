"""The rules of collecting: values and an instant in, a decision out."""
