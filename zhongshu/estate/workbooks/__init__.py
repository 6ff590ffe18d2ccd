"""Workbooks that people fill in: what a sheet looks like, reading it cell by cell, giving it back with its errors."""
