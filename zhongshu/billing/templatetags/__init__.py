"""Filters of billing's pages."""
