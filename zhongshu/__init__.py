"""Zhongshu (中枢): the nerve centre of a residential property."""

__version__ = "0.1.0"
