"""Rules of cashier: values in, a decision out."""
