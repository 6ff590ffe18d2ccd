"""A bookkeeper, her colleague, and somebody who posts."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.cast import Cast
from zhongshu.ledger import actions
from zhongshu.ledger.kinds import BANK, INCOME, RECEIVABLE, EntryKind, Fund
from zhongshu.ledger.models import Entry
from zhongshu.ledger.policies import Leg
from zhongshu.ledger.queries.sub_ledgers import COUNTINGS

Post = Callable[..., Entry]


def charged(amount: str, fund: str = Fund.OPERATING) -> list[Leg]:
    """Somebody owes us."""
    return [Leg(fund, RECEIVABLE, Decimal(amount)), Leg(fund, INCOME, -Decimal(amount))]


def paid(amount: str, fund: str = Fund.OPERATING) -> list[Leg]:
    """And pays by transfer."""
    return [Leg(fund, BANK, Decimal(amount)), Leg(fund, RECEIVABLE, -Decimal(amount))]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger by itself: what is posted here has no rows in other apps."""
    for app in list(COUNTINGS):
        monkeypatch.delitem(COUNTINGS, app)


@pytest.fixture
def post(cast: Cast, noon: datetime) -> Post:
    """Posts at YQL by the system; each call from a source of its own unless said otherwise."""
    count = iter(range(1, 10_000))

    def post(legs: list[Leg], on: str = "2026-11-04", source: str = "", site_id: int | None = None) -> Entry:
        return actions.post(
            actor=cast.system,
            at=noon,
            site_id=site_id or cast.yql.pk,
            dated_on=date.fromisoformat(on),
            kind=EntryKind.OTHER,
            source=source or f"tests.thing:{next(count)}",
            legs=legs,
        )

    return post
