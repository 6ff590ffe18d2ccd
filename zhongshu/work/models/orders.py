"""Work orders, every move they made, and why they went to whom."""

from django.db import models

from zhongshu.estate.models import Account, Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.people.kinds import HANDING_LABELS
from zhongshu.people.models import Staff, Team
from zhongshu.work.kinds import ORDER_KIND_LABELS, URGENCY_LABELS
from zhongshu.work.lifecycle import STATE_LABELS, VERB_LABELS


class WorkOrder(models.Model):
    """What a team does. `state` is written by `work.actions` alone, always together with an OrderMove.

    `booked_at` is a visit agreed with the customer, `booked_until` the end of its slot if it has one; `dispatched_at`
    when it last went to its assignee. `waits_for`: to be claimed or sent on by somebody until `waits_until`, when the
    machine dispatches it.
    `just_decided`: the dispatch decided on through this very instance, so that nobody need read it again.
    """

    just_decided: "DispatchDecision | None" = None

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=choices(ORDER_KIND_LABELS))
    category = models.CharField(max_length=30)
    urgency = models.CharField(max_length=2, choices=choices(URGENCY_LABELS))
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True)
    contact_name = models.CharField(max_length=40, blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    assignee = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="orders")
    state = models.CharField(max_length=12, choices=choices(STATE_LABELS))
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    booked_at = models.DateTimeField(null=True)
    booked_until = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=8, blank=True, choices=choices(HANDING_LABELS))
    waits_until = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    resume_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-opened_at"], name="order_by_time"),
            models.Index(fields=["site", "state", "urgency"], name="order_board"),
            models.Index(fields=["assignee", "state"], name="order_in_hand", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["site", "place"], name="order_by_place"),
            models.Index(fields=["assignee", "-opened_at"], name="order_by_assignee"),
            models.Index(
                fields=["opened_at"], name="order_undispatched", condition=models.Q(state__in=["new", "reopened"])
            ),
            models.Index(fields=["resume_on"], name="order_on_hold", condition=models.Q(state="on_hold")),
        ]

    def __str__(self) -> str:
        return self.number


class OrderMove(models.Model):
    """One legal move: who, when, where, why. Append-only. `team_kind`: the team that an objection names."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=10, choices=choices(VERB_LABELS))
    from_state = models.CharField(max_length=12, choices=choices(STATE_LABELS))
    to_state = models.CharField(max_length=12, choices=choices(STATE_LABELS))
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=500, blank=True)
    assignee = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)
    team_kind = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["order", "id"], name="order_move_timeline")]


class OrderPhoto(models.Model):
    """A photo of the place before or after, re-encoded on arrival; `sha256` keeps one upload from standing twice."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="photos")
    file = models.ImageField(upload_to="orders/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    is_after = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "sha256"], name="order_photo_once")]


class DispatchDecision(models.Model):
    """Why the order went to this person: every candidate, ranked, with points and reasons.

    `level` says how far the search went: one of `kinds.Level`.
    `ranking` is a list of `{"staff_id", "name", "score", "reasons": [sentence, …]}`, best first.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    level = models.CharField(max_length=14)
    chosen = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)
    ranking = models.JSONField()
    summary = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
