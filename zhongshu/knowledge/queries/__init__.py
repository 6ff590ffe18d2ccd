"""All reads of knowledge."""

from zhongshu.knowledge.queries.articles import (
    article_by_id,
    articles_of,
    counts_on,
    desk_of,
    in_force_at,
    may_at,
    not_found,
    review_due,
    shown,
    version_of,
    versions_of,
)
from zhongshu.knowledge.queries.beside import Beside, beside
from zhongshu.knowledge.queries.reading import (
    addressees,
    my_open_tasks,
    my_tasks,
    people_asked,
    request_by_id,
    requests_visible,
    titled,
    titles_of,
    unread_of,
)
from zhongshu.knowledge.queries.searching import Found, found_in, search
from zhongshu.knowledge.queries.usefulness import complaints_about, missed_visible, useful

__all__ = [
    "Beside",
    "Found",
    "addressees",
    "article_by_id",
    "articles_of",
    "beside",
    "complaints_about",
    "counts_on",
    "desk_of",
    "found_in",
    "in_force_at",
    "may_at",
    "missed_visible",
    "my_open_tasks",
    "my_tasks",
    "not_found",
    "people_asked",
    "request_by_id",
    "requests_visible",
    "review_due",
    "search",
    "shown",
    "titled",
    "titles_of",
    "unread_of",
    "useful",
    "version_of",
    "versions_of",
]
