"""What is read about bill runs."""

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Count, QuerySet

from zhongshu.billing.lifecycle import RunState
from zhongshu.billing.models import BillRun, RunException
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO

_COUNTS = ("count", "already", "exceptions")


def told(run: BillRun) -> dict[str, Any]:
    """A run as programs are told of it: per item and in all `count` and `total` of new charges (what a preview would
    make), those there `already`, and `exceptions`. Amounts in yuan, as text.
    """
    by_code = run.preview if run.state in {RunState.PREVIEWED, RunState.CANCELLED} else run.result
    items = [{"item": code, **said} for code, said in sorted(by_code.items())]
    sums = {name: sum(each[name] for each in items) for name in _COUNTS}
    return {
        "run": run.pk,
        "period": f"{run.period:%Y-%m}",
        "state": run.state,
        "items": items,
        "charges": sums["count"],
        "total": str(sum((Decimal(each["total"]) for each in items), ZERO)),
        "already": sums["already"],
        "exceptions": sums["exceptions"],
    }


def run_seen(actor: Actor, run_id: int) -> BillRun:
    """Raises NotFound."""
    rows = actor.visible(BillRun.objects.select_related("site", "item", "asked_by"), VIEW_BILLING)
    return found(rows.filter(pk=run_id))


def runs_listed(site_id: int) -> "QuerySet[BillRun]":
    """The latest first."""
    return BillRun.objects.filter(site_id=site_id).select_related("item", "asked_by").order_by("-period", "-pk")


def exceptions_listed(run: BillRun, *, item: str = "", reason: str = "") -> "QuerySet[RunException]":
    """With item, place and account, in the order of the estate."""
    rows = run.exceptions.select_related("item", "place", "account")
    rows = rows.filter(item__code=item) if item else rows
    rows = rows.filter(reason=reason) if reason else rows
    return rows.order_by("reason", "item__code", "place__path_as_counted", "pk")


def reasons_counted(run: BillRun) -> list[tuple[str, int]]:
    """How often each reason stands in the report, the most frequent first."""
    rows = run.exceptions.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [(reason, count) for reason, count in rows]


def seal(run: BillRun) -> str:
    """Tells one preview of a run from another."""
    return sha256(json.dumps(run.preview, sort_keys=True).encode()).hexdigest()[:16]
