"""The rules of knowledge: values in, decisions out."""
