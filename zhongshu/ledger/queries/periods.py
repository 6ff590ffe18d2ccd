"""Which months are closed, and whose turn it is."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Max, Min, QuerySet

from zhongshu.ledger.kinds import VoucherState
from zhongshu.ledger.models import Entry, Period, Proposal
from zhongshu.ledger.policies import month_to_close, next_month
from zhongshu.ledger.queries.balances import totals, trial_balance


def periods(site_id: int) -> "QuerySet[Period]":
    """Every closing of the site, also those that were reopened, the latest month first."""
    return Period.objects.filter(site_id=site_id).order_by("-month", "-id")


def open_from(site_id: int) -> date | None:
    """The first day that takes entries; None: every day does."""
    closed = Period.objects.filter(site_id=site_id, reopened_at__isnull=True).aggregate(last=Max("month"))["last"]
    return next_month(closed) if closed else None


def next_to_close(site_id: int, today: date) -> date | None:
    """The month whose turn it is, None when there is none."""
    first = Entry.objects.filter(site_id=site_id).aggregate(first=Min("dated_on"))["first"]
    return month_to_close(open_from=open_from(site_id), first_entry_on=first, today=today)


def drafts_until(site_id: int, day: date) -> int:
    """Entries by hand up to the day that nobody has decided about."""
    return Proposal.objects.filter(site_id=site_id, state=VoucherState.OPEN.value, dated_on__lte=day).count()


def fund_differences(site_id: int, on: date) -> Sequence[tuple[str, Decimal]]:
    """Funds whose balances do not come to zero on the day. The database does not let it happen."""
    return [(fund.fund, fund.difference) for fund in totals(trial_balance(site_id, on)) if fund.difference]
