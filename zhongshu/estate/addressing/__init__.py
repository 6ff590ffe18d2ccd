"""The place resolver: what people say → which place of a site is meant. Pure: no database, no clock, no Django."""

from zhongshu.estate.addressing.history import PastMatter, speaks_of_the_past
from zhongshu.estate.addressing.layout import PlaceNode, SiteLayout
from zhongshu.estate.addressing.verdict import Caller, Verdict, VerdictStatus, resolve

__all__ = [
    "Caller",
    "PastMatter",
    "PlaceNode",
    "SiteLayout",
    "Verdict",
    "VerdictStatus",
    "resolve",
    "speaks_of_the_past",
]
