"""Doors with secrets of their own, the numbers a site sets for itself, and what came in by WeChat."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.cases.models import Case
from zhongshu.channels.kinds import DOOR_LABELS
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import day_range


class DoorKey(models.Model):
    """The secret with which a system signs what it sends through a door; sealed (`kernel.secrets`)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    door = models.CharField(max_length=10, choices=choices(DOOR_LABELS))
    sealed = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "door"], name="door_key_once")]


class ChannelPolicy(models.Model):
    """The numbers of `policies.limits.Limits` from a day on: a site's before the company's own (site null)."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    angry_minutes = models.PositiveSmallIntegerField()
    angry_in_a_row = models.PositiveSmallIntegerField()
    relief_minutes = models.PositiveSmallIntegerField()
    angry_caller_days = models.PositiveSmallIntegerField()
    call_back_minutes = models.PositiveSmallIntegerField()
    alarm_window_minutes = models.PositiveSmallIntegerField()
    sign_minutes = models.PositiveSmallIntegerField()
    contact_hours = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="channel_policy_no_overlap",
                expressions=[
                    (Coalesce("site_id", 0), RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            )
        ]


class WechatMessage(models.Model):
    """A text sent to the account, once per `message_id`. `case` is what became of it, or what it adds to.

    Append-only but for the case.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    message_id = models.CharField(max_length=64)
    sender = models.CharField(max_length=64)
    text = models.TextField()
    at = models.DateTimeField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="wechat_messages")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "message_id"], name="wechat_message_once")]
        indexes = [models.Index(fields=["site", "sender", "-at"], name="wechat_by_sender")]
