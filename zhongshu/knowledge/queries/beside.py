"""What stands beside a call: how the matter is handled, what to say."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from zhongshu.knowledge.kinds import FOR_STAFF, ArticleKind
from zhongshu.knowledge.models import Version
from zhongshu.knowledge.policies import tokens
from zhongshu.knowledge.queries.articles import in_force_at

MOST = 40


@dataclass(frozen=True, slots=True)
class Beside:
    """`first` is the procedure that fits best, `others` fit too; `scripts` are what may be said, the nearest first."""

    first: Version | None
    others: list[Version] = field(default_factory=list)
    scripts: list[Version] = field(default_factory=list)

    @property
    def version_ids(self) -> list[int]:
        """What is shown, in order."""
        procedures = [self.first, *self.others] if self.first else self.others
        return [version.pk for version in (*procedures, *self.scripts)]


def beside(
    site_id: int, day: date, *, category: str, urgency: str = "", order_kind: str = "", text: str = ""
) -> Beside:
    """One statement. `text` is what the customer said: of several procedures the one nearest to it is first."""
    rows = in_force_at(site_id, day).filter(
        Q(categories__contains=[category]) | Q(categories=[]),
        Q(urgencies__contains=[urgency]) | Q(urgencies=[]) if urgency else Q(),
        Q(order_kinds__contains=[order_kind]) | Q(order_kinds=[]) if order_kind else Q(),
        audience__in=FOR_STAFF,
        article__kind__in=[ArticleKind.SOP, ArticleKind.SCRIPT],
    )
    said = frozenset(tokens.wanted(text))
    fitting = sorted(rows.order_by("article__code")[:MOST], key=lambda row: _fit(row, said), reverse=True)
    procedures = [row for row in fitting if row.article.kind == ArticleKind.SOP]
    scripts = [row for row in fitting if row.article.kind == ArticleKind.SCRIPT]
    return Beside(procedures[0] if procedures else None, procedures[1:], scripts)


def _fit(row: Version, said: frozenset[str]) -> tuple[int, bool, bool, bool]:
    """How well it fits: by what was said, then a hazard before all else, then the more particular."""
    own = frozenset(tokens.wanted(row.title)) | {token for tag in row.tags for token in tokens.wanted(tag)}
    return len(own & said), bool(row.first_minute), bool(row.categories), bool(row.urgencies)
