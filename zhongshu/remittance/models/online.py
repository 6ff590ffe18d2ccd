"""Paying online: merchant accounts, orders at a provider, what came back, refunds, daily bills, codes of dwellings."""

from django.db import models

from zhongshu.billing.models import Payment
from zhongshu.estate.models import Account, Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field
from zhongshu.remittance.kinds import (
    ALERT_LABELS,
    LINE_NATURE_LABELS,
    LINE_VERDICT_LABELS,
    PAY_KIND_LABELS,
    PROVIDER_LABELS,
    VERDICT_LABELS,
)
from zhongshu.remittance.lifecycle import (
    BILL_STATE_LABELS,
    OPEN,
    ORDER_STATE_LABELS,
    REFUND_STATE_LABELS,
    BillState,
    OrderState,
    RefundState,
)


class ProviderAccount(models.Model):
    """A site's merchant account at a provider. `settings` as `policies.setup` names them; `secret` is sealed JSON.

    `key` stands in the address to which the provider sends its callbacks.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    provider = models.CharField(max_length=8, choices=choices(PROVIDER_LABELS))
    key = models.CharField(max_length=32, unique=True)
    settings = models.JSONField(default=dict)
    secret = models.TextField()
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["site", "provider"]
        constraints = [models.UniqueConstraint(fields=["site", "provider"], name="provider_account_once")]


class PayCode(models.Model):
    """The code on a dwelling's door or bill: whoever scans it sees what the dwelling owes, and may pay it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="pay_codes")
    token = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place"], name="one_code_per_place", condition=models.Q(revoked_at=None))
        ]


class OnlineOrder(models.Model):
    """So much money asked of a payer through a provider. `number` is ours there (out_trade_no).

    `charge_ids`: what it is for. `code`: opened by whoever scanned a dwelling's code. `pay_url`: what the code to scan
    shows, or where the browser goes. The provider is asked about an open order at `next_ask_at`, and the order is
    closed there after `expires_at`. `paid_amount` is what came, also when it is not `amount`; `payment` is how it
    stands in the books.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    merchant = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="orders")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="online_orders")
    number = models.CharField(max_length=32, unique=True)
    provider = models.CharField(max_length=8, choices=choices(PROVIDER_LABELS))
    kind = models.CharField(max_length=8, choices=choices(PAY_KIND_LABELS))
    amount = amount_field()
    charge_ids = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=choices(ORDER_STATE_LABELS), default=OrderState.CREATED)
    pay_url = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.ForeignKey(PayCode, on_delete=models.PROTECT, null=True, related_name="orders")
    expires_at = models.DateTimeField()
    next_ask_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    transaction_id = models.CharField(max_length=64, null=True)
    paid_amount = amount_field(null=True)
    paid_at = models.DateTimeField(null=True)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="online_order")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "transaction_id"], name="transaction_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="order_positive"),
            models.CheckConstraint(
                condition=~models.Q(state=OrderState.PAID) | models.Q(payment__isnull=False), name="paid_is_booked"
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-created_at"], name="online_order_log"),
            models.Index(fields=["account", "-created_at"], name="online_order_of_account"),
            models.Index(
                fields=["next_ask_at"], name="online_order_due", condition=models.Q(next_ask_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class OnlineRefund(models.Model):
    """The whole of an order's money to be given back: proposed by one person, approved by another, then sent."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(OnlineOrder, on_delete=models.PROTECT, related_name="refunds")
    number = models.CharField(max_length=32, unique=True)
    amount = amount_field()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=choices(REFUND_STATE_LABELS), default=RefundState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=64, blank=True)
    next_ask_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="one_refund_at_a_time",
                condition=models.Q(state__in=(RefundState.PROPOSED, RefundState.SENDING, RefundState.DONE)),
            )
        ]
        indexes = [
            models.Index(
                fields=["next_ask_at"], name="online_refund_due", condition=models.Q(next_ask_at__isnull=False)
            )
        ]


class OnlineNotice(models.Model):
    """A callback as it came, and what became of it. Append-only. A forged one is kept up to its first 2,000 bytes."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    merchant = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="notices")
    order = models.ForeignKey(OnlineOrder, on_delete=models.PROTECT, null=True, related_name="notices")
    at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    verdict = models.CharField(max_length=10, choices=choices(VERDICT_LABELS))
    said = models.CharField(max_length=300, blank=True)
    body = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["site", "-at"], name="online_notice_log")]


class OnlineAlert(models.Model):
    """Money that did not come as asked for. `key` names the occasion: nobody hears twice of the same."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    merchant = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="alerts")
    order = models.ForeignKey(OnlineOrder, on_delete=models.PROTECT, null=True, related_name="alerts")
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=14, choices=choices(ALERT_LABELS))
    amount = amount_field()
    said = models.CharField(max_length=300, blank=True)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-raised_at"], name="online_alert_open", condition=models.Q(settled_at=None))
        ]


class ProviderBill(models.Model):
    """What a provider says was paid and given back on a day, compared with what we know."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    merchant = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="bills")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=choices(BILL_STATE_LABELS), default=BillState.WAITING)
    next_ask_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "day"], name="provider_bill_once")]


class ProviderBillLine(models.Model):
    """A line of the reconciliation. `there` is the amount in the bill, `here` ours; null where it is missing."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    bill = models.ForeignKey(ProviderBill, on_delete=models.CASCADE, related_name="lines")
    verdict = models.CharField(max_length=14, choices=choices(LINE_VERDICT_LABELS))
    nature = models.CharField(max_length=8, choices=choices(LINE_NATURE_LABELS))
    number = models.CharField(max_length=80)
    transaction_id = models.CharField(max_length=80, blank=True)
    refund_number = models.CharField(max_length=80, blank=True)
    there = amount_field(null=True)
    here = amount_field(null=True)
    fee = amount_field(default=0)
    at = models.DateTimeField(null=True)
    order = models.ForeignKey(OnlineOrder, on_delete=models.PROTECT, null=True, related_name="bill_lines")
