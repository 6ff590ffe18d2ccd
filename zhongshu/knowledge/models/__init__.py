"""Tables of knowledge."""

from zhongshu.knowledge.models.articles import Article, ArticleEntry, Version
from zhongshu.knowledge.models.reading import Feedback, MissedSearch, ReadRequest, ReadTask

__all__ = ["Article", "ArticleEntry", "Feedback", "MissedSearch", "ReadRequest", "ReadTask", "Version"]
