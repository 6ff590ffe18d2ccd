"""The states of a delivery and the legal moves between them."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class DeliveryState(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNSURE = "unsure"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"


DELIVERY_STATE_LABELS = {
    DeliveryState.WAITING: _("待发送"),
    DeliveryState.HELD: _("免打扰暂缓"),
    DeliveryState.SENDING: _("发送中"),
    DeliveryState.SENT: _("已发出"),
    DeliveryState.DELIVERED: _("已送达"),
    DeliveryState.UNSURE: _("结果不明"),
    DeliveryState.FAILED: _("被拒绝"),
    DeliveryState.GIVEN_UP: _("已放弃"),
    DeliveryState.WITHDRAWN: _("已撤回"),
}


S = DeliveryState

MOVES: dict[S, frozenset[S]] = {
    S.WAITING: frozenset({S.SENDING, S.HELD, S.WITHDRAWN, S.GIVEN_UP, S.DELIVERED}),
    S.HELD: frozenset({S.SENDING, S.WAITING, S.WITHDRAWN, S.GIVEN_UP}),
    S.SENDING: frozenset({S.SENT, S.DELIVERED, S.WAITING, S.HELD, S.UNSURE, S.FAILED, S.GIVEN_UP, S.WITHDRAWN}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED, S.WAITING}),
    S.UNSURE: frozenset({S.SENT, S.DELIVERED, S.FAILED, S.WAITING}),
    S.FAILED: frozenset({S.WAITING}),
    S.GIVEN_UP: frozenset({S.WAITING}),
    S.WITHDRAWN: frozenset(),
    S.DELIVERED: frozenset(),
}
"""From waiting to delivered leads only the hand: a letter that somebody took there. Back to waiting: sent once more."""

OPEN = frozenset({S.WAITING, S.HELD})
"""Nothing has left the house yet."""

RESENDABLE = frozenset({S.SENT, S.UNSURE, S.FAILED, S.GIVEN_UP})
"""What a person may have sent once more, knowing that it may come twice."""

LOST = frozenset({S.FAILED, S.GIVEN_UP, S.UNSURE})
"""It cannot be counted on to have arrived: the customer's next channel is tried."""


def may_become(state: str, wanted: S) -> bool:
    """Whether the move is legal."""
    return wanted in MOVES[S(state)]
