"""E-invoices (数电票): in whose name a site invoices, each invoice with its lines, and every step it took."""

from django.db import models

from zhongshu.billing.models import Charge, Payment
from zhongshu.cashier.kinds import INVOICE_KIND_LABELS
from zhongshu.cashier.lifecycle import INVOICE_LABELS, InvoiceState
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field, rate_field


class InvoiceSeller(models.Model):
    """In whose name a site invoices, and through which gateway (a name in `gateways.GATEWAYS`)."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="invoice_seller")
    title = models.CharField(max_length=100)
    tax_number = models.CharField(max_length=20)
    drawn_by = models.CharField(max_length=40)
    gateway = models.CharField(max_length=20)


class Invoice(models.Model):
    """What was paid of some charges, invoiced. `serial` is ours at the tax platform: the same again is the same one.

    `number` (20 digits) comes from there. `red_*`: the red invoice that takes all of it back, and its confirmation.
    `red_wanted`: why finance should redden it (the money never came, the charge was wrong); empty: no reason to.
    `attempts` counts what was asked of the platform since the last answer; at `next_ask_at` it is asked again.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    serial = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invoices")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=8, choices=choices(INVOICE_KIND_LABELS))
    buyer_title = models.CharField(max_length=100)
    buyer_tax_number = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    amount = amount_field()
    tax_amount = amount_field()
    state = models.CharField(max_length=13, choices=choices(INVOICE_LABELS), default=InvoiceState.REQUESTED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    gateway = models.CharField(max_length=20)
    next_ask_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=20, blank=True)
    issued_at = models.DateTimeField(null=True)
    pdf = models.FileField(upload_to="invoices/%Y/%m/", blank=True)
    red_wanted = models.CharField(max_length=300, blank=True)
    red_reason = models.CharField(max_length=300, blank=True)
    red_confirmation = models.CharField(max_length=40, blank=True)
    red_number = models.CharField(max_length=20, blank=True)
    red_issued_at = models.DateTimeField(null=True)
    red_pdf = models.FileField(upload_to="invoices/%Y/%m/", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="invoice_number_once", condition=~models.Q(number="")),
            models.UniqueConstraint(fields=["red_number"], name="red_number_once", condition=~models.Q(red_number="")),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, tax_amount__gte=0, tax_amount__lt=models.F("amount")),
                name="invoice_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=(InvoiceState.REQUESTED, InvoiceState.ISSUING, InvoiceState.FAILED))
                | models.Q(number__regex=r"^[0-9]{20}$", issued_at__isnull=False),
                name="invoice_issued_has_number",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=InvoiceState.RED_ISSUED) | models.Q(red_number__regex=r"^[0-9]{20}$"),
                name="invoice_red_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-requested_at"], name="invoice_by_time"),
            models.Index(fields=["next_ask_at"], name="invoice_due", condition=models.Q(next_ask_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number or self.serial


class InvoiceLine(models.Model):
    """So much of a charge, paid with the invoice's payment; `tax_amount` of it is tax. Never edited."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="invoice_lines")
    name = models.CharField(max_length=100)
    amount = amount_field()
    tax_rate = rate_field()
    tax_amount = amount_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "charge"], name="invoice_line_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, tax_amount__gte=0, tax_amount__lt=models.F("amount")),
                name="invoice_line_amounts",
            ),
        ]


class InvoiceMove(models.Model):
    """A step of an invoice: from one state to another, who or what did it. Append-only."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=13, choices=choices(INVOICE_LABELS), blank=True)
    after = models.CharField(max_length=13, choices=choices(INVOICE_LABELS))
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
