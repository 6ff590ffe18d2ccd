"""Common costs: told, split over those who share them, taken back before they are charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from json import dumps
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.engine.issuing import wait_for_others
from zhongshu.billing.errors import CannotShare, NotNow, PeriodCharged, PeriodOverlap
from zhongshu.billing.kinds import Method, SharingBasis
from zhongshu.billing.lifecycle import SharedCostState
from zhongshu.billing.models import ChargeItem, SharedCost
from zhongshu.billing.permissions import SHARE_COSTS
from zhongshu.billing.policies.cycles import cycle_around
from zhongshu.billing.queries.contracts import is_cost_charged
from zhongshu.billing.queries.items import item_by_code
from zhongshu.estate.models import Place
from zhongshu.estate.queries import place_by_code
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.money import CENT, rounded
from zhongshu.kernel.sql import statement
from zhongshu.kernel.words import short, stated

MOST: Final = Decimal("999999999.99")
_SAID: Final = """
    SELECT count(*), coalesce(sum(weight), 0), (array_agg(label ORDER BY nth) FILTER (WHERE weight IS NULL))[:6]
    FROM sharer
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What is to be shared: an amount in yuan, or a quantity at a price. `factors`: from which floor on which."""

    amount: Decimal | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    basis: str = SharingBasis.AREA
    factors: Sequence[tuple[int, Decimal]] = ()
    note: str = ""

    @property
    def whole(self) -> Decimal:
        if self.amount is not None:
            return self.amount
        if self.quantity is None or self.unit_price is None:
            raise Invalid(_("请填写金额，或用量和单价。"), field="amount")
        return rounded(self.quantity * self.unit_price)


@transaction.atomic
def share_cost(
    *, actor: Actor, at: datetime, site_id: int, place_code: str, item_code: str, month: date, cost: Cost
) -> SharedCost:
    """Split a cost of the item's period with that month over the dwellings and shops below a place.

    Runs charge the shares, which add up to the cent and are kept: what becomes of areas later does not change them.
    Raises NotFound, Invalid, CannotShare, PeriodOverlap (the place has one for the period).
    """
    actor.require(SHARE_COSTS, site_id)
    place, item = place_by_code(site_id, place_code, field="place_code"), item_by_code(site_id, item_code)
    _check(item, cost)
    wait_for_others(item)
    months = cycle_around(item.cycle, month)
    shared = SharedCost(
        site_id=site_id,
        item=item,
        place=place,
        period_start=months.starts_on,
        period_end=months.ends_on,
        basis=SharingBasis(cost.basis).value,
        quantity=cost.quantity,
        unit_price=cost.unit_price,
        amount=cost.whole,
        floor_factors=[{"from": floor, "factor": str(factor)} for floor, factor in cost.factors],
        note=short(cost.note, field="note", most=200, what=_("备注")),
        by_id=actor.user_id,
        at=at,
    )
    _split(_kept(shared), place)
    fields = ("period_start", "period_end", "basis", "amount", "quantity", "unit_price", "floor_factors", "place_id")
    audit.record(actor=actor, at=at, verb="billing.share_cost", target=shared, after=audit.values(shared, fields))
    return shared


def _check(item: ChargeItem, cost: Cost) -> None:
    if item.method != Method.SHARED:
        raise Invalid(_("“%(item)s”不是公共分摊的收费项目。") % {"item": item.name}, field="item_code")
    whole = cost.whole
    if not whole.is_finite() or not 0 < whole <= MOST or whole != whole.quantize(CENT):
        raise Invalid(_("金额应大于0，最多两位小数。"), field="amount")
    if cost.basis == SharingBasis.FLOOR_FACTOR:
        floors = [floor for floor, _factor in cost.factors]
        if not floors or floors != sorted(set(floors)) or any(factor < 0 for _floor, factor in cost.factors):
            raise Invalid(_("请按楼层从低到高写明系数，如 1:0, 2:0.8, 11:1.2。"), field="factors")


def _kept(shared: SharedCost) -> SharedCost:
    try:
        with transaction.atomic():
            shared.save()
    except IntegrityError as error:
        raise PeriodOverlap(_("这个位置这一期的费用已经录入过；录错的请先取消。"), field="place_code") from error
    return shared


def _split(shared: SharedCost, place: Place) -> None:
    facts = {
        "site_id": shared.site_id,
        "item_id": shared.item_id,
        "cost_id": shared.pk,
        "period_start": shared.period_start,
        "basis": shared.basis,
        "factors": dumps(shared.floor_factors),
        "path": place.path,
        "below": place.path.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "/%",
        "cents": shared.amount / CENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("billing", "sharers") + _SAID, facts)
        _check_sharers(*cursor.fetchone())
        cursor.execute(statement("billing", "sharers") + statement("billing", "split"), facts)


def _check_sharers(count: int, whole: Decimal, unknown: list[str] | None) -> None:
    if not count:
        raise CannotShare(_("这个位置下面没有可以分摊的房屋。"), field="place_code")
    if unknown:
        words = {"places": "、".join(unknown[:5]) + ("…" if len(unknown) > 5 else "")}
        raise CannotShare(_("缺少面积或楼层，不能分摊：%(places)s。") % words, field="basis")
    if not whole:
        raise CannotShare(_("所有房屋的分摊系数都是 0。"), field="basis")


@transaction.atomic
def cancel_cost(*, actor: Actor, at: datetime, cost_id: int, reason: str) -> SharedCost:
    """The cost was told wrong and is not charged. Raises NotFound, Invalid, NotNow, PeriodCharged."""
    item_id = SharedCost.objects.filter(pk=cost_id).values_list("item_id", flat=True).first()
    item = ChargeItem.objects.filter(pk=item_id or 0).first()
    if item is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    actor.require(SHARE_COSTS, item.site_id)
    said = stated(reason, field="reason", most=200, what=_("原因"))
    wait_for_others(item)
    shared = SharedCost.objects.select_for_update().get(pk=cost_id)
    if shared.state == SharedCostState.CANCELLED:
        raise NotNow(_("这笔费用已经取消。"))
    if is_cost_charged(shared):
        raise PeriodCharged(_("这笔费用已经出账，请先冲销账单。"))
    before: dict[str, Any] = {"state": shared.state}
    shared.state = SharedCostState.CANCELLED
    shared.save(update_fields=["state"])
    after = {"state": shared.state, "reason": said}
    audit.record(actor=actor, at=at, verb="billing.cancel_cost", target=shared, before=before, after=after)
    return shared
