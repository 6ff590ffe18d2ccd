"""What becomes due by itself: calls that nobody accepted, care that nobody gave."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.identity.actor import system_actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.outbox import publish
from zhongshu.messaging.actions import tell_all
from zhongshu.scene import policies
from zhongshu.scene.engine import calling
from zhongshu.scene.engine.log import log
from zhongshu.scene.events import CallWidened
from zhongshu.scene.kinds import CARE_LABELS, CareKind, EntryKind
from zhongshu.scene.models import Assistance, CareTask
from zhongshu.work.queries import people_holding

DAILY = timedelta(days=1)


def tick(*, at: datetime) -> dict[str, int]:
    """Calls go wider, care is reminded of; how many. Safe to run twice and beside itself: rows are claimed."""
    widened = Assistance.objects.filter(next_call_at__lte=at).order_by("next_call_at").values_list("pk", flat=True)
    reminded = CareTask.objects.filter(remind_at__lte=at).order_by("remind_at").values_list("pk", flat=True)
    return {
        "calls_widened": sum(_widen(call_id, at=at) for call_id in list(widened)),
        "care_reminded": sum(_remind(task_id, at=at) for task_id in list(reminded)),
    }


@transaction.atomic
def _widen(call_id: int, *, at: datetime) -> bool:
    rows = Assistance.objects.select_for_update(of=("self",), skip_locked=True)
    call = rows.select_related("site", "place", "raised_by").filter(pk=call_id, next_call_at__lte=at).first()
    if call is None:
        return False
    call.round += 1
    new = calling.call_round(call, at=at)
    text = "、".join(helper.user.name for helper in new)
    log(call, EntryKind.WIDENED, text[:2000], actor=system_actor(), at=at, facts={"round": str(call.round)})
    publish(CallWidened(site_id=call.site_id, assistance_id=call.pk, round=call.round), at=at)
    return True


@transaction.atomic
def _remind(task_id: int, *, at: datetime) -> bool:
    rows = CareTask.objects.select_for_update(of=("self",), skip_locked=True).select_related("assistance")
    task = rows.filter(pk=task_id, remind_at__lte=at, done_at__isnull=True).first()
    if task is None:
        return False
    while task.remind_at is not None and task.remind_at <= at:
        task.remind_at += DAILY
    task.save(update_fields=["remind_at"])
    with translation.override(settings.LANGUAGE_CODE):
        words = {"what": CARE_LABELS[CareKind(task.kind)], "number": task.assistance.number}
        title = _("关怀到期未完成：%(what)s（%(number)s）") % words
    key = f"care:{task.pk}:{day_of(at)}"
    tell_all([calling.telling(task.assistance, _reminded(task, at), "care_due", title, key=key, body=task.text)], at=at)
    return True


def _reminded(task: CareTask, at: datetime) -> list[int]:
    if not policies.reminds_manager(task.due_at, at):
        return [task.owner_id]
    managers = people_holding([Role.SITE_MANAGER], [task.site_id], day_of(at)).values_list("user_id", flat=True)
    return [task.owner_id, *managers]
