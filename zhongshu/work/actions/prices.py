"""The price list, what an order used, what the customer agreed to."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.work.engine.moves import check_open, locked
from zhongshu.work.errors import NotYourOrder
from zhongshu.work.kinds import Consent
from zhongshu.work.lifecycle import State
from zhongshu.work.models import OrderMaterial, PriceAgreement, PriceItem, WorkOrder
from zhongshu.work.permissions import ARRANGE_WORK, may_record
from zhongshu.work.policies.prices import CENT
from zhongshu.work.queries import price_list

MOST_QUANTITY, MOST_MONEY = Decimal(9999), Decimal(999_999)


@transaction.atomic
def set_price(
    *, actor: Actor, at: datetime, site: Site, code: str, name: str, unit: str, unit_price: Decimal
) -> PriceItem:
    """A line of the site's price list from today on; an earlier one of that code ends. Raises NotFound, Invalid."""
    actor.require(ARRANGE_WORK, site.pk)
    price = _money(unit_price, field="unit_price")
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise Invalid(_("请写明编码和名称。"), field="name" if code else "code")
    today = day_of(at)
    _end(site, code, today)
    item = PriceItem(site=site, code=code, name=name, unit=unit.strip(), unit_price=price, starts_on=today)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise Invalid(_("这个编码的价格刚被别人改过，请重试。"), field="code") from error
    after = {"code": code, "name": name, "unit_price": str(price)}
    audit.record(actor=actor, at=at, verb="work.set_price", target=item, after=after)
    return item


@transaction.atomic
def end_price(*, actor: Actor, at: datetime, item_id: int) -> PriceItem:
    """The line is offered no longer from today on. Raises NotFound."""
    item = PriceItem.objects.select_for_update().filter(pk=item_id, ends_on__isnull=True).first()
    if item is None or not actor.may(ARRANGE_WORK, item.site_id):
        raise NotFound(_("没有找到这条价格，或者您无权修改。"))
    audit.record(actor=actor, at=at, verb="work.end_price", target=item, after={"code": item.code})
    _end(item.site, item.code, day_of(at))
    return item


@transaction.atomic
def add_material(
    *,
    actor: Actor,
    at: datetime,
    order_id: int,
    quantity: Decimal,
    item_id: int | None = None,
    name: str = "",
    unit_price: Decimal | None = None,
    is_charged: bool = True,
) -> OrderMaterial:
    """Write down what was used: a line of the price list at its price, else something named with a price of its own.

    Raises OrderNotFound, NotYourOrder, OrderEnded, Invalid.
    """
    order = _recorded_by(actor, order_id)
    if not quantity.is_finite() or not CENT <= quantity <= MOST_QUANTITY:
        raise Invalid(_("数量须大于零，且不超过 9999。"), field="quantity")
    row = OrderMaterial(
        site_id=order.site_id,
        order=order,
        quantity=quantity.quantize(CENT),
        is_charged=is_charged,
        at=at,
        by_id=actor.user_id,
        **_what(order, item_id, name, unit_price, on=day_of(at)),
    )
    row.save()
    after = {"name": row.name, "quantity": str(row.quantity), "unit_price": str(row.unit_price)}
    audit.record(actor=actor, at=at, verb="work.add_material", target=order, after=after)
    return row


@transaction.atomic
def strike_material(*, actor: Actor, at: datetime, order_id: int, material_id: int) -> OrderMaterial:
    """Something was entered by mistake. Raises OrderNotFound, NotYourOrder, OrderEnded, NotFound."""
    order = _recorded_by(actor, order_id)
    row = order.materials.filter(pk=material_id, struck_at__isnull=True).first()
    if row is None:
        raise NotFound(_("没有找到这条材料，或已被划去。"))
    row.struck_at = at
    row.save(update_fields=["struck_at"])
    before = {"name": row.name, "quantity": str(row.quantity), "unit_price": str(row.unit_price)}
    audit.record(actor=actor, at=at, verb="work.strike_material", target=order, before=before)
    return row


@transaction.atomic
def agree_price(
    *, actor: Actor, at: datetime, order_id: int, amount: Decimal, agreed_by: str, how: str, note: str = ""
) -> PriceAgreement:
    """The customer agreed to a price: who, how, when. A new agreement replaces the one before.

    Raises OrderNotFound, NotYourOrder, OrderEnded, Invalid.
    """
    order = _recorded_by(actor, order_id)
    if not agreed_by.strip():
        raise Invalid(_("请写明是谁同意的。"), field="agreed_by")
    if how not in set(Consent):
        raise Invalid(_("请选择客户是怎样同意的。"), field="how")
    row = PriceAgreement(
        site_id=order.site_id,
        order=order,
        amount=_money(amount, field="amount"),
        agreed_by=agreed_by.strip()[:40],
        how=how,
        agreed_at=at,
        note=note.strip()[:200],
        by_id=actor.user_id,
        by_name=actor.name,
    )
    row.save()
    after = {"amount": str(row.amount), "agreed_by": row.agreed_by, "how": how}
    audit.record(actor=actor, at=at, verb="work.agree_price", target=order, after=after)
    return row


def _recorded_by(actor: Actor, order_id: int) -> WorkOrder:
    """The order, locked, to which this person may add what it costs; once it is done the bill stands."""
    order = locked(order_id, actor=actor)
    if not may_record(actor, order):
        raise NotYourOrder(_("只有处理人、支援的人和派单的人可以登记材料和费用。"))
    check_open(order)
    if order.state in (State.DONE, State.SIGNED_OFF):
        raise NotYourOrder(_("工单已完工，费用不能再改；如有错请先重开。"))
    return order


def _what(
    order: WorkOrder, item_id: int | None, name: str, unit_price: Decimal | None, *, on: date
) -> dict[str, object]:
    if item_id is None:
        if not name.strip() or unit_price is None:
            raise Invalid(_("请从价目表选择，或写明名称和单价。"), field="name")
        return {"name": name.strip()[:60], "unit_price": _money(unit_price, field="unit_price")}
    item = price_list(order.site_id, on).filter(pk=item_id).first()
    if item is None:
        raise Invalid(_("价目表里没有这一项。"), field="item_id")
    return {"item": item, "name": item.name, "unit": item.unit, "unit_price": item.unit_price}


def _money(amount: Decimal, *, field: str) -> Decimal:
    if not amount.is_finite() or not 0 <= amount <= MOST_MONEY or amount != amount.quantize(CENT):
        raise Invalid(_("金额须是 0 至 999999 之间、最多两位小数的数。"), field=field)
    return amount.quantize(CENT)


def _end(site: Site, code: str, on: date) -> None:
    """The line of that code ends; one that began today was never in force."""
    rows = PriceItem.objects.filter(site=site, code=code, ends_on__isnull=True)
    rows.update(ends_on=on)
