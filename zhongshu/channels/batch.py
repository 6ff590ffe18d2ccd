"""What becomes due by itself: steps of the hotline's clock, callers whom nobody called."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.channels.engine.telling import holders, tell_owner_and_manager
from zhongshu.channels.kinds import HOTLINE_STAGE_LABELS, HotlineStage
from zhongshu.channels.models import CallBack, HotlineAlert
from zhongshu.identity.roles import Role
from zhongshu.messaging.actions import tell

BATCH = 500


def tick(*, at: datetime) -> dict[str, int]:
    """Tell of what is due as of `at`, however long ago; each once. Safe to run twice and beside itself."""
    return {"hotline_alerts": _all(_alerts, at=at), "overdue_call_backs": _all(_overdue, at=at)}


def _all(some: Callable[..., int], *, at: datetime) -> int:
    told = 0
    while count := some(at=at):
        told += count
    return told


@transaction.atomic
def _alerts(*, at: datetime) -> int:
    """Rows that a rival has locked are left to it."""
    due = HotlineAlert.objects.select_for_update(of=("self",), skip_locked=True).select_related("sheet__case")
    due = due.filter(fired_at__isnull=True, cancelled_at__isnull=True, due_at__lte=at)
    alerts = list(due.order_by("due_at", "pk")[:BATCH])
    for alert in alerts:
        _tell_of(alert, at=at)
    HotlineAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(fired_at=at)
    return len(alerts)


def _tell_of(alert: HotlineAlert, *, at: datetime) -> None:
    said = {"number": alert.sheet.number, "stage": HOTLINE_STAGE_LABELS[HotlineStage(alert.stage)]}
    title = (
        _("12345 工单 %(number)s 的%(stage)s时限已到") % said
        if alert.percent == 100
        else _("12345 工单 %(number)s 的%(stage)s时限已用 %(percent)s%%") % {**said, "percent": alert.percent}
    )
    tell_owner_and_manager(alert.sheet.case, kind="hotline_due", title=title, key=f"hotline_alert:{alert.pk}", at=at)


@transaction.atomic
def _overdue(*, at: datetime) -> int:
    """Nobody has called back in time: those above are told."""
    due = CallBack.objects.select_for_update(skip_locked=True)
    due = due.filter(done_at__isnull=True, overdue_told_at__isnull=True, due_at__lte=at)
    tasks = list(due.order_by("due_at", "pk")[:BATCH])
    for task in tasks:
        tell(
            recipient_ids=sorted(holders(task.site_id, Role.SERVICE_LEAD, Role.SITE_MANAGER, at=at)),
            site_id=task.site_id,
            kind="call_back_overdue",
            title=_("有未接来电还没有回电"),
            link=reverse("channels:call_backs"),
            dedupe_key=f"call_back_overdue:{task.pk}",
            at=at,
        )
    CallBack.objects.filter(pk__in=[task.pk for task in tasks]).update(overdue_told_at=at)
    return len(tasks)
