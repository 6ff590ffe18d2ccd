"""Taking back what cleared charges: by rows of its own that count from the same day, so that it never was."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from zhongshu.billing.models import Allocation
from zhongshu.billing.policies.legs import cleared, relieved
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.actions import Leg
from zhongshu.ledger.kinds import CREDIT
from zhongshu.ledger.policies import negated


def live(rows: "QuerySet[Allocation]") -> list[Allocation]:
    """Those that count: neither an undoing nor undone."""
    standing = rows.filter(undoes__isnull=True, undone__isnull=True)
    return list(standing.select_related("charge__item", "relief").order_by("pk"))


def by_fund(rows: Iterable[Allocation]) -> dict[str, Decimal]:
    """What they cleared in each fund."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        sums[row.charge.item.fund] += row.amount
    return dict(sums)


def legs_back(rows: Sequence[Allocation]) -> list[Leg]:
    """Money goes back to account credit, what had been relieved is owed again."""
    money = by_fund(row for row in rows if row.payment_id)
    legs = list(negated(cleared(CREDIT, money)))
    for row in rows:
        if row.relief is not None:
            item = row.charge.item
            legs += negated(relieved(row.relief.kind, item.fund, item.method, row.amount))
    return legs


def undo(rows: Sequence[Allocation], *, entry_id: int, at: datetime) -> None:
    """One statement; triggers open the charges again and give the payments their money back."""
    Allocation.objects.bulk_create(
        Allocation(
            site_id=row.site_id,
            charge_id=row.charge_id,
            payment_id=row.payment_id,
            relief_id=row.relief_id,
            undoes=row,
            amount=-row.amount,
            on=row.on,
            recorded_at=at,
            order_used=row.order_used,
            entry_id=entry_id,
        )
        for row in rows
    )
