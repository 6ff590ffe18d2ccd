"""What is stored on cards against the ledger: the same, at any time."""

from datetime import date

from django.db.models import Sum

from zhongshu.cashier.models import CardMovement
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.kinds import CARD, Fund
from zhongshu.ledger.queries import Difference, balance


def sub_ledger_differences(site_id: int, on: date) -> list[Difference]:
    """Where the money on the cards, as the books stood that day, differs from the ledger's account of it."""
    moved = CardMovement.objects.filter(site_id=site_id, entry__dated_on__lte=on).aggregate(sum=Sum("amount"))["sum"]
    ours, theirs = -(moved or ZERO), balance(site_id, Fund.OPERATING, CARD, on)
    return [] if ours == theirs else [Difference(Fund.OPERATING, CARD, ours, theirs)]
