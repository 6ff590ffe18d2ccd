"""Payment plans: which debts, in which instalments, agreed by whom."""

from django.db import models

from zhongshu.billing.models import Charge
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.money import amount_field


class PaymentPlan(models.Model):
    """Debts of an account to be paid in instalments, agreed on a day with `agreed_with` (whoever signed).

    `total` yuan: what the named charges came to at the end of that day, and what the instalments come to. Whether it is
    kept, broken or fulfilled follows from the money (`queries.plans`). In force until `ended_on` (exclusive).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payment_plans", db_index=False)
    agreed_on = models.DateField()
    agreed_with = models.CharField(max_length=80)
    total = amount_field()
    note = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="collecting/%Y/%m/", max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="payment_plan_running_once", condition=models.Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(condition=models.Q(total__gt=0), name="payment_plan_positive"),
        ]
        indexes = [models.Index(fields=["site", "account", "-agreed_on"], name="payment_plan_of_account")]


class PlanCharge(models.Model):
    """A debt that a plan names: principal and late fee open at the end of the day it was agreed. Append-only."""

    plan = models.ForeignKey(PaymentPlan, on_delete=models.PROTECT, related_name="charges")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="+")
    open_amount = amount_field()
    late_fee = amount_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "charge"], name="plan_charge_once")]


class Instalment(models.Model):
    """So much by the end of a day. Append-only."""

    plan = models.ForeignKey(PaymentPlan, on_delete=models.PROTECT, related_name="instalments")
    due_on = models.DateField()
    amount = amount_field()

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="instalment_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="instalment_positive"),
        ]
