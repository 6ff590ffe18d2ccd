"""Files of documents."""

from django.db.models import QuerySet

from zhongshu.collecting.models import PrintRun
from zhongshu.collecting.permissions import VIEW_NOTICES
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor


def prints_listed(site_id: int) -> "QuerySet[PrintRun]":
    """The latest first."""
    return PrintRun.objects.filter(site_id=site_id).select_related("asked_by").defer("what").order_by("-asked_at")


def print_seen(actor: Actor, print_run_id: int) -> PrintRun:
    """Raises NotFound."""
    rows = PrintRun.objects.select_related("site", "asked_by").defer("what").filter(pk=print_run_id)
    return found(actor.visible(rows, VIEW_NOTICES))
