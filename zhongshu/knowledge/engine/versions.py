"""Rows of versions: written, moved, and the line of history that goes with it."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhongshu.estate.initials import initials_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant
from zhongshu.kernel.clock import day_of
from zhongshu.knowledge.errors import IllegalVersionMove
from zhongshu.knowledge.kinds import EntryKind
from zhongshu.knowledge.lifecycle import MOVES, STATE_LABELS, VersionState
from zhongshu.knowledge.models import Article, ArticleEntry, Version
from zhongshu.knowledge.permissions import WRITE_KNOWLEDGE
from zhongshu.knowledge.policies.content import FIELDS, Content
from zhongshu.knowledge.policies.tokens import vector_of
from zhongshu.work.queries import people_holding


def columns(content: Content) -> dict[str, Any]:
    """The words of a version as its row holds them, with what the search looks in."""
    values = {name: getattr(content, name) for name in FIELDS}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return plain | {"words": vector_of(content, initials_of(content.title))}


def move(version: Version, to: VersionState, **changes: Any) -> None:
    """Along the table of legal moves. Raises IllegalVersionMove."""
    if to not in MOVES[VersionState(version.state)]:
        label = STATE_LABELS[VersionState(version.state)]
        raise IllegalVersionMove(_("这个版本现在是“%(state)s”，不能这样操作。") % {"state": label})
    version.state = to
    for name, value in changes.items():
        setattr(version, name, value)
    version.save(update_fields=["state", *changes])


def end(version: Version, day: date, *, today: date) -> None:
    """It counts until `day`; what would only have begun then never counts."""
    version.ends_on = max(day, version.starts_on or day)
    version.save(update_fields=["ends_on"])
    if day <= today or version.ends_on == version.starts_on:
        move(version, VersionState.RETIRED)


def writers_at(site_id: int | None, *, at: datetime) -> QuerySet[RoleGrant]:
    """Grants of who may write a site's articles, or (None) the company's, and so may own them."""
    return people_holding(WRITE_KNOWLEDGE.roles, [] if site_id is None else [site_id], day_of(at))


def log(
    article: Article, version: Version | None, kind: EntryKind, note: str = "", *, actor: Actor, at: datetime
) -> ArticleEntry:
    """A line of the article's history and one of the audit."""
    entry = ArticleEntry.objects.create(
        article=article, version=version, kind=kind, at=at, by_id=actor.user_id, by_name=actor.name[:80], note=note
    )
    after = {"version": version.number if version else None, "note": note}
    audit.record(actor=actor, at=at, verb=f"knowledge.{kind}", target=article, after=after)
    return entry
