"""Full-text search over what counts at a site."""

from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, FloatField, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast

from zhongshu.knowledge.models import Version
from zhongshu.knowledge.policies import tokens
from zhongshu.knowledge.policies.markup import without_marks
from zhongshu.knowledge.policies.tokens import Piece

MOST = 30


class _Matches(Func):
    """`vector @@ query`."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Found:
    """A version that was found, with its title and the place in its text in pieces."""

    version: Version
    title: list[Piece] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)


def search(rows: QuerySet[Version], text: str, *, most: int = MOST) -> list[Found]:
    """The best first, at most `most`: with more of what is looked for, more of it in title and tags, then by rank.

    One statement, none for a text in which there is nothing to look for.
    """
    looked_for = tokens.wanted(text)
    return [_found(version, looked_for) for version in found_in(rows, text)[:most]] if looked_for else []


def found_in(rows: QuerySet[Version], text: str) -> QuerySet[Version]:
    """The rows in which the text is found, best first; none for a text in which there is nothing to look for."""
    looked_for = tokens.wanted(text)
    return matching(rows, looked_for) if looked_for else rows.none()


def matching(rows: QuerySet[Version], looked_for: tuple[str, ...]) -> QuerySet[Version]:
    """Rows with enough of the tokens, best first."""
    query, named = _query(tokens.any_of(looked_for)), _query(tokens.any_of(looked_for, tokens.NAMED))
    rank = Func(F("words"), query, function="ts_rank", output_field=FloatField())
    rows = rows.filter(_Matches(F("words"), query)).annotate(
        hits=_counted(looked_for), named=_counted(looked_for, tokens.NAMED), rank=rank
    )
    most = len(looked_for)
    enough = Q(hits__gte=most * tokens.ENOUGH) | Q(_Matches(F("words"), named), hits__gte=most * tokens.ENOUGH_NAMED)
    return rows.filter(enough).order_by("-hits", "-named", "-rank", "pk")


def _counted(looked_for: tuple[str, ...], weights: str = "") -> Any:
    """How many of the tokens a row has, with one of the weights."""
    found = (_Matches(F("words"), _query(tokens.as_query(token, weights))) for token in looked_for)
    return reduce(add, (Cast(each, IntegerField()) for each in found))


def _query(text: str) -> Cast:
    return Cast(Value(text), SearchQueryField())


def _found(version: Version, looked_for: tuple[str, ...]) -> Found:
    text = "\n".join((version.first_minute, version.steps, version.says, version.body, version.source))
    title = tokens.headline(version.shown_title, looked_for)
    return Found(version, title, tokens.headline(without_marks(text), looked_for))
