"""A resident with a home, and a neighbour."""

from tests.console.conftest import signed_in, world

__all__ = ["signed_in", "world"]
