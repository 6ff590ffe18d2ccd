"""Providers on this machine: they hold keys of their own, check ours, and sign what they say."""
