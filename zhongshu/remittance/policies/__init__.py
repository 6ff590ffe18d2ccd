"""Rules of remittance: values in, a decision out."""
