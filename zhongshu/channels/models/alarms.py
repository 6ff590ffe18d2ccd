"""Devices that raise alarms, and what they raised."""

from django.db import models

from zhongshu.cases.models import Case
from zhongshu.channels.kinds import ALARM_LABELS, SEVERITY_LABELS
from zhongshu.estate.models import Place
from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices


class Device(models.Model):
    """A device by the code under which its system knows it. `place` null: nobody has said yet where it is."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=80, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    place_text = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="device_once")]

    def __str__(self) -> str:
        return self.name or self.code


class Alarm(models.Model):
    """An alarm that goes on: signals of one kind from one device that follow each other within the window.

    `cleared_at`: the device took it back; it may be raised again. `case` null: only worth knowing.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=14, choices=choices(ALARM_LABELS))
    severity = models.CharField(max_length=8, choices=choices(SEVERITY_LABELS))
    raised_at = models.DateTimeField()
    last_raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=1)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="alarms")

    class Meta:
        indexes = [
            models.Index(fields=["site", "-last_raised_at"], name="alarm_by_time"),
            models.Index(fields=["device", "kind", "-last_raised_at"], name="alarm_by_device"),
        ]


class AlarmSignal(models.Model):
    """What a device sent, once. Append-only."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="signals")
    kind = models.CharField(max_length=14, choices=choices(ALARM_LABELS))
    severity = models.CharField(max_length=8, choices=choices(SEVERITY_LABELS))
    at = models.DateTimeField()
    is_clear = models.BooleanField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "kind", "at", "is_clear"], name="alarm_signal_once")]
