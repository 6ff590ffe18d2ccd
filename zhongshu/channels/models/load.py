"""Anger met with, and relief from it. For welfare: seen by the person and by whoever relieves them, by nobody else."""

from django.db import models

from zhongshu.cases.models import Case
from zhongshu.channels.kinds import CONTACT_LABELS
from zhongshu.channels.models.telephony import Call
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.people.models import Staff


class AngryContact(models.Model):
    """An angry contact of an employee: `at` is when it began. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="angry_contacts")
    kind = models.CharField(max_length=8, choices=choices(CONTACT_LABELS))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="angry_contacts")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, related_name="angry_contacts")
    number = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    is_abusive = models.BooleanField(default=False)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "call"], name="angry_call_once")]
        indexes = [
            models.Index(fields=["staff", "at"], name="angry_by_staff"),
            models.Index(fields=["site", "number", "-at"], name="angry_by_number"),
        ]


class Relief(models.Model):
    """Somebody has had too much: told at `due_at`, relieved from `began_at` until `ends_at`. One open per person.

    Until it is recorded the person hears no angry caller; from then until its end nobody rings them at all.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="reliefs")
    due_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff"], name="relief_due_once", condition=models.Q(began_at__isnull=True))
        ]
        indexes = [models.Index(fields=["staff", "-ends_at"], name="relief_by_staff")]
