"""Backups: everything a company has, in one file that can be checked without restoring it (ADR 8)."""
