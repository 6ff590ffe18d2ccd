"""The language in which a company writes its own charge: read, checked, compiled to SQL, never executed."""
