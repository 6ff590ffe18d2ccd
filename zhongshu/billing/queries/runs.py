"""What is read about bill runs."""

from decimal import Decimal
from typing import Any

from zhongshu.billing.lifecycle import RunState
from zhongshu.billing.models import BillRun
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
