"""Late fees that were posted before it was known that money had come earlier, or had come at all."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from zhongshu.billing.engine import reversing
from zhongshu.billing.engine.late_fees import post_ended, post_late_fees
from zhongshu.billing.models import Charge
from zhongshu.billing.policies.late_fees import LateFee
from zhongshu.billing.queries.debts import late_fees, policy_at
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of


def told_late(charge_ids: Collection[int], *, actor: Actor, at: datetime, site_id: int) -> bool:
    """After something about charges became known that counts from a day gone by: late fees posted for too much are
    reversed and posted anew; those of principals that are cleared now are posted. Whether money came free by it.
    """
    today = day_of(at)
    is_wrong = _put_right(charge_ids, actor=actor, at=at, site_id=site_id, on=today)
    post_ended(actor=actor, at=at, site_id=site_id, charge_ids=charge_ids, on=today)
    return is_wrong


def _put_right(charge_ids: Iterable[int], *, actor: Actor, at: datetime, site_id: int, on: date) -> bool:
    freezes = policy_at(site_id, on).freezes_disputed
    posted = late_fees(site_id, on=on, freezes=freezes, charge_ids=list(charge_ids)).values()
    wrong = [late for late in posted if late.posted and _is_too_much(late, site_id, freezes)]
    for late in wrong:
        charge = Charge.objects.select_related("item").get(pk=late.charge_id)
        fees = reversing.standing_late_fees(charge)
        reversing.reverse(fees, reason=_REASON, actor=actor, at=at, on=on)
        until = late.posted_until - timedelta(days=1)
        right = late_fees(site_id, on=until, freezes=freezes, charge_ids=[charge.pk])
        post_late_fees(actor=actor, at=at, site_id=site_id, on=until, late=right.values(), booked_on=on)
    return bool(wrong)


_REASON = "按实际收款日重新计算违约金"  # matter: kept in the books


def _is_too_much(late: LateFee, site_id: int, freezes: bool) -> bool:
    until = late.posted_until - timedelta(days=1)
    then = late_fees(site_id, on=until, freezes=freezes, charge_ids=[late.charge_id]).get(late.charge_id)
    return late.posted > (then.accrued if then else 0)
