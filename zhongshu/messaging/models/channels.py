"""By what people are reached: channels, addresses, what each wants, and when nobody is disturbed."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.estate.models import Customer
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import day_range
from zhongshu.messaging.kinds import (
    CHANNEL_KIND_LABELS,
    GROUP_LABELS,
    WAY_LABELS,
    WAY_OF,
    WHEN_LABELS,
    ChannelKind,
    Way,
)


class Channel(models.Model):
    """One carrier with its settings; `secret` is sealed JSON. `site` null: for every site that has none of its own.

    `groups` (bots only): what is told there. `failing_since`: it has taken nothing since then. `told_failing_at`: the
    administrators know. `quiet_until`: it is left alone. `token`: sealed, what the carrier gave us to show for a while.
    `deleted_at`: nothing goes by it now.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=10, choices=choices(CHANNEL_KIND_LABELS))
    name = models.CharField(max_length=80)
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    groups = ArrayField(models.CharField(max_length=12), default=list)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)
    told_failing_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=500, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    token = models.TextField(blank=True)
    token_until = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def way(self) -> Way:
        return WAY_OF[ChannelKind(self.kind)]


class Address(models.Model):
    """Where a user or a customer is reached: an e-mail address, the id a WeChat account knows them by."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="addresses")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="addresses")
    way = models.CharField(max_length=8, choices=choices(WAY_LABELS))
    address = models.CharField(max_length=200)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "way"], name="address_of_user_once"),
            models.UniqueConstraint(fields=["customer", "way"], name="address_of_customer_once"),
        ]


class PushSubscription(models.Model):
    """A browser that lets itself be woken. `keys` are sealed JSON; `endpoint` is its push service's address for it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=500, unique=True)
    keys = models.TextField()
    device = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()


class Preference(models.Model):
    """What an employee chose for one group of messages and one way."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    group = models.CharField(max_length=12, choices=choices(GROUP_LABELS))
    way = models.CharField(max_length=8, choices=choices(WAY_LABELS))
    when = models.CharField(max_length=8, choices=choices(WHEN_LABELS))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group", "way"], name="preference_once")]


class CustomerPreference(models.Model):
    """The ways in the order in which a customer wants to be told; empty: by none but the residents' pages."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="telling")
    ways = ArrayField(models.CharField(max_length=8))


class Consent(models.Model):
    """A customer's yes (`is_given`) or no to a way, with who wrote it down and on what ground. The latest counts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    way = models.CharField(max_length=8, choices=choices(WAY_LABELS))
    is_given = models.BooleanField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=80)
    source = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["customer", "way", "-at"], name="consent_latest")]


class QuietHours(models.Model):
    """When nobody is disturbed, from a day until (exclusive) another; `site` null: wherever a site says nothing."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True)
    begins = models.TimeField()
    ends = models.TimeField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["site", "-starts_on"]
        constraints = [
            ExclusionConstraint(
                name="quiet_hours_no_overlap",
                expressions=[
                    (Coalesce("site_id", 0), RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            )
        ]
