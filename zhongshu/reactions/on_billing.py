"""When charges were issued, money came, or a payment or a charge turned out to be wrong."""

from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.billing.events import ChargeReversed, ChargesIssued, PaymentBounced, PaymentReceived
from zhongshu.billing.jobs import draw_credits
from zhongshu.care.actions import withdraw_paid
from zhongshu.care.queries.tasks import of_arrears
from zhongshu.cashier import actions as cashier
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.outbox import reacts_to


@reacts_to(ChargesIssued)
def draw_what_was_paid_ahead(happened: ChargesIssued, *, at: datetime) -> None:
    """Account credit clears the new charges; account by account, so a worker does it."""
    if happened.site_id is not None:
        draw_credits.defer(site_id=happened.site_id)


def _is_pursued(happened: PaymentReceived | ChargeReversed) -> bool:
    """Most money is paid by those whom nobody asks: it costs no job."""
    return happened.site_id is not None and of_arrears(happened.site_id, happened.account_id).exists()


@reacts_to(PaymentReceived, when=_is_pursued)
def call_back_who_goes_for_it(happened: PaymentReceived, *, at: datetime) -> None:
    """Who is on the way to a door behind which everything is paid is told, and no letter goes there."""
    withdraw_paid(actor=system_actor(), at=at, account_id=happened.account_id)


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


@reacts_to(ChargeReversed, when=_is_pursued)
def call_back_who_goes_for_nothing(happened: ChargeReversed, *, at: datetime) -> None:
    """What was owed was wrong: nobody need ask for it."""
    withdraw_paid(actor=system_actor(), at=at, account_id=happened.account_id)
