"""Making the reports that are due, once each, and telling those who wanted them."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Origin
from zhongshu.identity.queries import actor_of
from zhongshu.insight.engine import papers, sheets
from zhongshu.insight.kinds import PAPER_LABELS, Format, IssueState, Paper, Rhythm
from zhongshu.insight.models import Issue, Subscription
from zhongshu.insight.policies.delivery import due_period, next_try
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries import reports
from zhongshu.insight.queries.scopes import Scope, scope_named
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.messaging.actions import send_document, tell
from zhongshu.web import excel

logger = logging.getLogger(__name__)


@transaction.atomic
@audit.unaudited("a plan of the program's own; the issue is its own record")
def plan_issues(*, at: datetime) -> list[int]:
    """Writes down what has become due; the ids of all that can be made now."""
    running = Subscription.objects.filter(ended_at__isnull=True, user__is_active=True)
    for one in running.annotate(last=Max("issues__starts_on")):
        period = due_period(Rhythm(one.rhythm), since=day_of(one.created_at), last=one.last, at=at)
        if period is not None:
            facts = {"state": IssueState.WAITING, "next_try_at": at}
            Issue.objects.get_or_create(subscription=one, starts_on=period.starts_on, defaults=facts)
    waiting = Issue.objects.filter(state=IssueState.WAITING, next_try_at__lte=at)
    return list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True))


@transaction.atomic
@audit.unaudited("the issue is its own record: state, tries, error, file")
def make_issue(*, issue_id: int, at: datetime) -> bool:
    """Makes the file and tells its reader; whether it was made now. Safe to run twice and beside itself."""
    issue = Issue.objects.select_for_update(of=("self",), skip_locked=True).select_related("subscription__user")
    waiting = issue.filter(pk=issue_id, state=IssueState.WAITING, next_try_at__lte=at).first()
    if waiting is None:
        return False
    with translation.override(waiting.subscription.user.language or settings.LANGUAGE_CODE):
        try:
            with transaction.atomic():
                _deliver(waiting, at=at)
        except Exception as error:
            _failed(waiting, error, at=at)
            return False
    return True


def _deliver(issue: Issue, *, at: datetime) -> None:
    wanted = issue.subscription
    actor = actor_of(wanted.user, at=at, origin=Origin.JOB)
    scope = scope_named(actor, wanted.scope)
    period = Period.of(Rhythm(wanted.rhythm), issue.starts_on)
    name = f"{wanted.paper}-{scope.code}-{wanted.rhythm}-{issue.starts_on}.{wanted.format}"
    content = _content(wanted, scope, period, at=at)
    issue.file.save(name, ContentFile(content), save=False)
    issue.state, issue.sent_at, issue.next_try_at, issue.error = IssueState.SENT, at, None, ""
    issue.save()
    send_document(
        recipient_ids=[wanted.user_id],
        subject=_title(issue, _("%(paper)s已生成：%(scope)s %(period)s"), scope.name),
        body="",
        file_name=name,
        content=content,
        dedupe_key=f"report:{issue.pk}",
        at=at,
    )


def _content(wanted: Subscription, scope: Scope, period: Period, *, at: datetime) -> bytes:
    shown = reports.report(scope, period, at=at)
    if wanted.paper == Paper.ANALYSIS:
        return papers.analysis_pdf(shown)
    return papers.report_pdf(shown) if wanted.format == Format.PDF else excel.workbook(sheets.report_sheets(shown))


def _failed(issue: Issue, error: Exception, *, at: datetime) -> None:
    """Tried again later; who lost the right is told at once, everybody else when we give up."""
    logger.warning("issue %s was not made", issue.pk, exc_info=error)
    issue.tries += 1
    issue.next_try_at = None if isinstance(error, NotFound) else next_try(issue.tries, at=at)
    issue.error = str(error)[:300] if isinstance(error, NotFound) else type(error).__name__
    issue.state = IssueState.FAILED if issue.next_try_at is None else IssueState.WAITING
    issue.save(update_fields=["tries", "next_try_at", "error", "state"])
    if issue.state == IssueState.FAILED:
        tell(
            recipient_ids=[issue.subscription.user_id],
            site_id=None,
            kind="report",
            title=_title(issue, _("%(paper)s没有生成：%(scope)s %(period)s"), issue.subscription.scope),
            body=issue.error,
            link=reverse("insight:subscriptions"),
            dedupe_key=f"report:{issue.pk}:failed",
            at=at,
        )


def _title(issue: Issue, words: str, scope: str) -> str:
    wanted = issue.subscription
    period = Period.of(Rhythm(wanted.rhythm), issue.starts_on)
    return words % {"paper": PAPER_LABELS[Paper(wanted.paper)], "scope": scope, "period": period.title}
