"""States of an online order, of a refund and of a day's bill, and the moves between them."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class OrderState(StrEnum):
    """CREATED: we have it, the provider may not. FAILED: refused there, or what came is not what was asked for."""

    CREATED = "created"
    WAITING = "waiting"
    PAID = "paid"
    CLOSED = "closed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    FAILED = "failed"


ORDER_STATE_LABELS = {
    OrderState.CREATED: _("下单中"),
    OrderState.WAITING: _("待支付"),
    OrderState.PAID: _("已支付"),
    OrderState.CLOSED: _("已关闭"),
    OrderState.REFUNDING: _("退款中"),
    OrderState.REFUNDED: _("已退款"),
    OrderState.FAILED: _("失败"),
}

OPEN = (OrderState.CREATED, OrderState.WAITING)
"""The provider is asked about these until they end."""

MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.CREATED: frozenset({OrderState.WAITING, OrderState.PAID, OrderState.CLOSED, OrderState.FAILED}),
    OrderState.WAITING: frozenset({OrderState.PAID, OrderState.CLOSED, OrderState.FAILED}),
    OrderState.CLOSED: frozenset({OrderState.PAID, OrderState.FAILED}),
    OrderState.FAILED: frozenset({OrderState.PAID, OrderState.REFUNDING}),
    OrderState.PAID: frozenset({OrderState.REFUNDING}),
    OrderState.REFUNDING: frozenset({OrderState.REFUNDED, OrderState.PAID, OrderState.FAILED}),
    OrderState.REFUNDED: frozenset(),
}
"""Late money pays a closed order; a refund that fails leaves the order as it was before."""


class RefundState(StrEnum):
    PROPOSED = "proposed"
    DECLINED = "declined"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"


REFUND_STATE_LABELS = {
    RefundState.PROPOSED: _("待复核"),
    RefundState.DECLINED: _("未同意"),
    RefundState.SENDING: _("退款中"),
    RefundState.DONE: _("已退款"),
    RefundState.FAILED: _("退款失败"),
}


class BillState(StrEnum):
    WAITING = "waiting"
    READ = "read"
    EMPTY = "empty"


BILL_STATE_LABELS = {BillState.WAITING: _("待下载"), BillState.READ: _("已对账"), BillState.EMPTY: _("当天没有账单")}


def may_move(source: str, target: OrderState) -> bool:
    """Whether an order in that state may come into the other."""
    return target in MOVES[OrderState(source)]
