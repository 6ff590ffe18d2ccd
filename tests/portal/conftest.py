"""A resident with a home, and a neighbour."""

from tests.console.conftest import quick_passwords, signed_in, world

__all__ = ["quick_passwords", "signed_in", "world"]
