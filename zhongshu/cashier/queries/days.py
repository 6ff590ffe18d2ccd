"""What the counter took in a day."""

from datetime import date

from django.db.models import Count, Sum

from zhongshu.billing.kinds import OutflowKind
from zhongshu.cashier.models import Taken


def taken_on(site_id: int, day: date) -> dict[str, dict[str, str | int]]:
    """By method the pieces and yuan (as text) received at the counter with that date, without what was cancelled."""
    taken = Taken.objects.filter(site_id=site_id, payment__received_on=day)
    stood = taken.exclude(payment__outflows__kind=OutflowKind.BOUNCE)
    rows = stood.values("payment__method").annotate(pieces=Count("pk"), yuan=Sum("payment__amount"))
    return {row["payment__method"]: {"count": row["pieces"], "amount": str(row["yuan"])} for row in rows}
