"""The articles that come with the program: put in when there are none, changed afterwards as versions like any other.

Written after each `migrate` rather than inside a migration, so that an emptied database has them again.
"""

import tomllib
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed

from zhongshu.knowledge.engine.versions import columns
from zhongshu.knowledge.kinds import ArticleKind
from zhongshu.knowledge.lifecycle import VersionState
from zhongshu.knowledge.policies.content import Content, require_enough, tidy
from zhongshu.knowledge.policies.dates import USUAL_MONTHS, review_due

STARTS_ON = date(2026, 1, 1)
PUBLISHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
LISTS = ("categories", "order_kinds", "urgencies", "tags")


@cache
def shipped() -> tuple[tuple[str, ArticleKind, Content], ...]:
    """Code, kind and words of each, read once."""
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in _data_files()]
    return tuple(_article(code, table) for articles in tables for code, table in articles.items())


def _data_files() -> list[Any]:
    folder = files("zhongshu.knowledge") / "data"
    return sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)


def _article(code: str, table: dict[str, Any]) -> tuple[str, ArticleKind, Content]:
    kind = ArticleKind(table.pop("kind"))
    lists: dict[str, Any] = {name: tuple(table.pop(name, ())) for name in LISTS}
    content = tidy(Content(**table, **lists))
    require_enough(kind, content)
    return code, kind, content


@cache
def _columns() -> tuple[dict[str, Any], ...]:
    return tuple(columns(content) for _code, _kind, content in shipped())


def seed(using: str, apps: Apps = installed, **signal: Any) -> None:
    """Receiver of `post_migrate` (sent by `migrate` and `flush`): writes the articles where there are none."""
    if "article" not in apps.all_models["knowledge"]:
        return  # brought back to before there were articles
    article, version = apps.get_model("knowledge", "Article"), apps.get_model("knowledge", "Version")
    articles = article._default_manager.using(using)
    if articles.exists():
        return
    due_on = review_due(STARTS_ON, USUAL_MONTHS)
    rows = articles.bulk_create(article(code=code, kind=kind, review_due_on=due_on) for code, kind, _ in shipped())
    settled = {"number": 1, "state": VersionState.PUBLISHED, "published_at": PUBLISHED_AT, "starts_on": STARTS_ON}
    version._default_manager.using(using).bulk_create(
        version(article=row, **settled, **words) for row, words in zip(rows, _columns(), strict=True)
    )
