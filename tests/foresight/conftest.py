"""Sites whose households lived by rules we know."""

from datetime import date, datetime, time

import pytest

from bench.lives import Life, lived, written
from tests.cast import Cast
from zhongshu.foresight.kinds import FEATURES, Feature
from zhongshu.foresight.models import Learning
from zhongshu.foresight.policies.formula import Formula
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import SITE_ZONE

BEGIN, MONTHS = date(2023, 4, 1), 32
TODAY = date(2025, 12, 1)
AT = datetime.combine(TODAY, time(12), SITE_ZONE)
QUALITY = {
    "rows": 100, "accounts": 50, "happened": 10, "brier": 0.06, "base_brier": 0.09, "rule_brier": 0.07, "skill": 0.33,
    "skill_from": 0.2, "error": 0.01, "order": 0.8, "in_use": None,
    "bins": [{"low": 0.05, "high": 0.1, "count": 100, "foreseen": 0.09, "happened": 0.1}],
}  # fmt: skip


@pytest.fixture
def lives() -> list[Life]:
    return lived(30, BEGIN, MONTHS, seed=3)


@pytest.fixture
def estate(cast: Cast, lives: list[Life]) -> Site:
    return Site.objects.get(pk=written(lives, BEGIN, MONTHS, code="LIVES"))


def learned(*, adopted: bool = True, in_use: dict[str, object] | None = None) -> Learning:
    """A formula that looks at late repairs alone."""
    weights = dict.fromkeys(FEATURES, 0.0) | {Feature.LATE_REPAIRS: 1.0, Feature.OWES_ONE: 0.8}
    formula = Formula(-2.5, weights, dict.fromkeys(FEATURES, 0.1))
    return Learning.objects.create(
        on=TODAY, at=AT, accounts=50, rows=100, formula=formula.plain(), quality=QUALITY | {"in_use": in_use},
        is_adopted=adopted, reason="已采用",
    )  # fmt: skip
