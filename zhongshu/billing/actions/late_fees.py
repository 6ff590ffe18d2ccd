"""Late fees are posted when they are demanded, or a month ends; when they are paid, `receive` does it."""

from datetime import date, datetime

from django.db import transaction

from zhongshu.billing.actions.receiving import past
from zhongshu.billing.engine import late_fees as engine
from zhongshu.billing.engine import settling
from zhongshu.billing.permissions import CHARGE, RUN_BILLS
from zhongshu.billing.queries.debts import late_fees, policy_at
from zhongshu.estate.models import Account
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site


@transaction.atomic
def post_late_fees(*, actor: Actor, at: datetime, site_id: int, on: date) -> int:
    """Everything that has accrued at the site by that day becomes charges; how many. Again: none. Raises Invalid."""
    actor.require(RUN_BILLS, site_id)
    freezes = policy_at(site_id, past(on, at, field="on")).freezes_disputed
    late = late_fees(site_id, on=on, freezes=freezes)
    if not any(one.unposted for one in late.values()):
        return 0
    _hold(list(late))
    settled = late_fees(site_id, on=on, freezes=freezes)  # as it is now that nobody else moves these accounts
    made = engine.post_late_fees(actor=actor, at=at, site_id=site_id, on=on, late=settled.values())
    after = {"on": on, "count": len(made)}
    audit.record(
        actor=actor, at=at, verb="billing.post_late_fees", target=Site(pk=site_id), site_id=site_id, after=after
    )
    return len(made)


@transaction.atomic
def demand_late_fees(*, actor: Actor, at: datetime, account_id: int, on: date) -> int:
    """The same for one account: its late fees are demanded. Raises NotFound, Invalid."""
    account = settling.locked_account(account_id)
    actor.require(CHARGE, account.site_id)
    freezes = policy_at(account.site_id, past(on, at, field="on")).freezes_disputed
    late = late_fees(account.site_id, on=on, freezes=freezes, account_ids=[account_id])
    made = engine.post_late_fees(actor=actor, at=at, site_id=account.site_id, on=on, late=late.values())
    if made:
        after = {"on": on, "count": len(made)}
        audit.record(actor=actor, at=at, verb="billing.demand_late_fees", target=account, after=after)
    return len(made)


def _hold(charge_ids: list[int]) -> None:
    """Locks the accounts of the charges, in order."""
    accounts = Account.objects.filter(charges__in=charge_ids).order_by("pk").values("pk").distinct()
    held = Account.objects.filter(pk__in=accounts).order_by("pk").select_for_update(no_key=True)
    list(held.values_list("pk", flat=True))
