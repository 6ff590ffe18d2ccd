"""What staff put right, as sentences to learn from; and the model learned from it, in use."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from zhongshu.cases.classification import classify, shipped
from zhongshu.cases.classification.examples import Example, holdout_examples
from zhongshu.cases.classification.labels import Category, Referral, Team, Urgency
from zhongshu.cases.classification.model import Model
from zhongshu.cases.classification.quality import Quality, measure
from zhongshu.cases.models import Case, Correction, LearnedModel
from zhongshu.cases.permissions import LEARN_FROM_CASES
from zhongshu.identity.actor import Actor

DECIDED = ("category", "urgency", "team_kind")
PRACTICE = timedelta(days=90)
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Practice:
    """How often staff let a suggested category stand: of `suggested` matters `changed` became something else."""

    category: str
    suggested: int
    changed: int


def put_right(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of the cases that somebody decided about: afterwards, or at once by another category than suggested."""
    decided = Exists(Correction.objects.filter(case=OuterRef("pk"), field__in=DECIDED))
    otherwise = ~Q(suggested=F("category"))
    known = Q(category__in=list(Category), team_kind__in=list(Team))
    return cases.annotate(suggested=KT("classification__category")).filter(decided | otherwise, known)


def corrected_examples() -> list[Example]:
    """The newest of what staff put right, as sentences with their final labels."""
    rows = (
        put_right(Case.objects.all())
        .order_by("-pk")
        .values_list("text", "category", "urgency", "team_kind", "referrals")
    )
    return [_example(*row) for row in rows[:MOST]]


def cases_of(actor: Actor) -> QuerySet[Case]:
    """The cases the actor may judge the classifier by."""
    return actor.visible(Case.objects.all(), LEARN_FROM_CASES)


def practice(actor: Actor, at: datetime) -> list[Practice]:
    """By category as suggested, in the last 90 days; the most suggested first."""
    counted = (
        cases_of(actor)
        .filter(opened_at__gte=at - PRACTICE, opened_at__lt=at)
        .values(suggested=KT("classification__category"))
        .annotate(all=Count("pk"), other=Count("pk", filter=~Q(category=KT("classification__category"))))
        .order_by("-all")
    )
    return [Practice(row["suggested"], row["all"], row["other"]) for row in counted if row["suggested"]]


def quality_in_use() -> Quality:
    """On the stored hold-out: of the newest adopted model, else of the shipped one."""
    kept = LearnedModel.objects.filter(is_adopted=True).order_by("-pk").values_list("quality", flat=True).first()
    return read(kept) if kept is not None else shipped_quality()


@cache
def shipped_quality() -> Quality:
    """Measured once in a process."""
    return measure(holdout_examples(), lambda text: classify(text, shipped.shipped_model()))


def refresh() -> None:
    """Take the newest adopted model into use in this process, when it is not yet."""
    pk = LearnedModel.objects.filter(is_adopted=True).order_by("-pk").values_list("pk", flat=True).first()
    if pk is not None and pk != shipped.name_in_use():
        shipped.use(pk, Model.unpacked(bytes(LearnedModel.objects.values_list("packed", flat=True).get(pk=pk))))


def plain(quality: Quality) -> dict[str, Any]:
    """For a JSON column."""
    return asdict(quality)


def read(data: dict[str, Any]) -> Quality:
    """What `plain` gave."""
    by_category = {name: (counts[0], counts[1], counts[2]) for name, counts in data["by_category"].items()}
    return Quality(**data | {"by_category": by_category})


def _example(text: str, category: str, urgency: str, team: str, referrals: list[str]) -> Example:
    known = tuple(Referral(code) for code in referrals if code in set(Referral))
    return Example(text, Category(category), Urgency(urgency), Team(team), known)
