"""What finance does about money that did not come as it was asked for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.remittance.engine.settling import book, end, locked_order
from zhongshu.remittance.errors import IllegalMove
from zhongshu.remittance.lifecycle import OrderState
from zhongshu.remittance.models import OnlineAlert
from zhongshu.remittance.permissions import SETTLE_ALERTS

NOTE_LENGTH = 300


@transaction.atomic
def settle_alert(*, actor: Actor, at: datetime, alert_id: int, note: str) -> OnlineAlert:
    """Finance has looked and says what was done. Raises NotFound, Invalid, IllegalMove."""
    alert = _locked(actor, alert_id)
    if not note.strip() or len(note) > NOTE_LENGTH:
        raise Invalid(_("请写明怎样处理的，最多 %(most)s 个字。") % {"most": NOTE_LENGTH}, field="note")
    return _settle(alert, actor, at, note.strip())


@transaction.atomic
def accept_money(*, actor: Actor, at: datetime, alert_id: int) -> OnlineAlert:
    """The sum that came is booked for the order's account after all: what it was for first, the rest as credit.

    Raises NotFound, IllegalMove, and whatever refuses the booking.
    """
    alert = _locked(actor, alert_id)
    order = locked_order(alert.order_id) if alert.order_id else None
    if order is None or order.state != OrderState.FAILED or order.paid_amount is None:
        raise IllegalMove(_("这笔钱没有可以入账的订单，请到收款页面登记。"))
    received_on = min(day_of(order.paid_at or at), day_of(at))
    order.payment = book(order, actor=actor, at=at, received_on=received_on)
    end(order, OrderState.PAID, actor=actor, at=at)
    return _settle(alert, actor, at, _("已按实收 %(amount)s 元入账") % {"amount": order.paid_amount})


def _locked(actor: Actor, alert_id: int) -> OnlineAlert:
    rows = actor.visible(OnlineAlert.objects.all(), SETTLE_ALERTS).select_for_update(of=("self",))
    alert = rows.filter(pk=alert_id).first()
    if alert is None:
        raise absent()
    if alert.settled_at is not None:
        raise IllegalMove(_("这条已经处理过了。"))
    return alert


def _settle(alert: OnlineAlert, actor: Actor, at: datetime, note: str) -> OnlineAlert:
    alert.settled_at, alert.settled_by_id, alert.note = at, actor.user_id, note
    alert.save(update_fields=["settled_at", "settled_by", "note"])
    audit.record(actor=actor, at=at, verb="remittance.settle_alert", target=alert, after={"note": note})
    return alert
