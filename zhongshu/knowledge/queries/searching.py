"""Full-text search over what counts at a site."""

from dataclasses import dataclass, field
from functools import reduce
from operator import add

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, FloatField, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast

from zhongshu.knowledge.models import Version
from zhongshu.knowledge.policies import tokens
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
    """The best first, at most `most`: what has more of what is looked for, then by rank. One statement, none for a text
    in which there is nothing to look for."""
    looked_for = tokens.wanted(text)
    return [_found(version, looked_for) for version in found_in(rows, text)[:most]] if looked_for else []


def found_in(rows: QuerySet[Version], text: str) -> QuerySet[Version]:
    """The rows in which the text is found, best first; none for a text in which there is nothing to look for."""
    looked_for = tokens.wanted(text)
    return matching(rows, looked_for) if looked_for else rows.none()


def matching(rows: QuerySet[Version], looked_for: tuple[str, ...]) -> QuerySet[Version]:
    """Rows with enough of the tokens, best first."""
    query = _query(tokens.any_of(looked_for))
    shares = [Cast(_Matches(F("words"), _query(tokens.as_query(token))), IntegerField()) for token in looked_for]
    rank = Func(F("words"), query, Value(1), function="ts_rank", output_field=FloatField())
    rows = rows.filter(_Matches(F("words"), query)).annotate(hits=reduce(add, shares), rank=rank)
    named = _Matches(F("words"), _query(tokens.any_of(looked_for, tokens.NAMED)))
    most = len(looked_for)
    enough = Q(hits__gte=most * tokens.ENOUGH) | Q(named, hits__gte=most * tokens.ENOUGH_NAMED)
    return rows.filter(enough).order_by("-hits", "-rank", "pk")


def _query(text: str) -> Cast:
    return Cast(Value(text), SearchQueryField())


def _found(version: Version, looked_for: tuple[str, ...]) -> Found:
    text = "\n".join((version.first_minute, version.steps, version.says, version.body, version.source))
    title = tokens.headline(version.shown_title, looked_for)
    return Found(version, title, tokens.headline(text.replace("*", "").replace("#", ""), looked_for))
