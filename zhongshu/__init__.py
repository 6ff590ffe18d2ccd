"""Zhongshu (中枢): the nerve centre of a residential property."""
