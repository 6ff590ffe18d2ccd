"""When charges were issued; when a payment never came, or a charge was wrong, that is invoiced already."""

from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.billing.events import ChargeReversed, ChargesIssued, PaymentBounced
from zhongshu.billing.jobs import draw_credits
from zhongshu.cashier import actions as cashier
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.outbox import reacts_to


@reacts_to(ChargesIssued)
def draw_what_was_paid_ahead(happened: ChargesIssued, *, at: datetime) -> None:
    """Account credit clears the new charges; account by account, so a worker does it."""
    if happened.site_id is not None:
        draw_credits.defer(site_id=happened.site_id)


@reacts_to(PaymentBounced)
def redden_what_never_came(happened: PaymentBounced, *, at: datetime) -> None:
    """Finance is asked to take back the invoices of the payment."""
    reason = _("发票所开的收款已经撤销。")
    cashier.want_red(actor=system_actor(), at=at, reason=reason, payment_id=happened.payment_id)


@reacts_to(ChargeReversed)
def redden_what_was_wrong(happened: ChargeReversed, *, at: datetime) -> None:
    """Finance is asked to take back the invoices of the charge."""
    reason = _("发票所开的费用已经冲销。")
    cashier.want_red(actor=system_actor(), at=at, reason=reason, charge_id=happened.charge_id)
