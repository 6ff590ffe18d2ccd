"""What a customer agreed to pay for a repair becomes a charge of its own."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.actions.charging import charge_once
from zhongshu.billing.actions.items import item_of
from zhongshu.billing.actions.relieving import reverse_charge
from zhongshu.billing.models import Charge
from zhongshu.billing.policies.cycles import cycle_around, due_on
from zhongshu.billing.policies.starter import REPAIRS
from zhongshu.billing.queries.items import standing
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.work.models import WorkOrder


@audit.unaudited("charging and reversing each say it themselves")
@transaction.atomic
def charge_repair(*, actor: Actor, at: datetime, order_id: int, account_id: int, amount: Decimal) -> Charge | None:
    """The account owes `amount` yuan for the order, and nothing else for it: done anew at another price, what was
    charged before is reversed. None where nothing is owed. Raises as `charge_once` and `reverse_charge`.
    """
    order = WorkOrder.objects.select_related("site").get(pk=order_id)
    item = item_of(REPAIRS, actor=actor, at=at, site_id=order.site_id)
    mine = Charge.objects.filter(site_id=order.site_id, account_id=account_id, item=item, source_id=order_id)
    before = standing(mine).first()
    if before is not None and before.amount != amount:
        reverse_charge(actor=actor, at=at, charge_id=before.pk, reason=_("返修后重新计价"))
    if not amount:
        return None
    first = mine.order_by("pk").values_list("period_start", flat=True).first() or day_of(at)
    month = cycle_around("month", day_of(at))
    return charge_once(
        actor=actor,
        at=at,
        account_id=account_id,
        place_id=order.place_id,
        item_code=item.code,
        amount=amount,
        due_on=due_on("advance", month, due_months=item.due_months, due_day=item.due_day),
        period_start=first,
        source_id=order_id,
        detail={"order": order.number, "title": order.title},
    )
