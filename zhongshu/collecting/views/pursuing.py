"""What legal affairs follow: demands that ran out, debts near limitation, the papers of an account."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from zhongshu.collecting import actions
from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.lifecycle import NoticeState
from zhongshu.collecting.models import Notice, NoticeCharge
from zhongshu.collecting.permissions import PURSUE
from zhongshu.collecting.queries.limitation import debts
from zhongshu.collecting.views.accounts import seen
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import page_of

NEAR = timedelta(days=183)
"""So long before three years are over a debt is shown: the alerts begin after thirty months."""
MOST_NEAR = 100


@page(PURSUE)
def pursuit(request: SignedInRequest) -> HttpResponse:
    """Final demands whose days are over and that name something open; debts whose limitation is near."""
    site_id, on = request.site.pk, day_of(now())
    request.actor.require(PURSUE, site_id)
    shown = {
        "page": page_of(_run_out(site_id, on), request.GET.get("page")),
        "near": debts(site_id, on=on, until=on + NEAR, most=MOST_NEAR),
        "on": on,
    }
    return render(request, "collecting/pursuit.html", shown)


def _run_out(site_id: int, on: date) -> "QuerySet[Notice]":
    """The longest over first."""
    still_open = NoticeCharge.objects.filter(notice=OuterRef("pk"), charge__open_amount__gt=0)
    sent = Notice.objects.filter(site_id=site_id, kind=NoticeKind.FINAL_DEMAND, state=NoticeState.SENT)
    rows = sent.filter(Exists(still_open), answer_by__lt=on).order_by("answer_by", "pk")
    return rows.select_related("account__customer", "account__unit")


@never_cache
@page(PURSUE)
def papers(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Statement, history, notices with their evidence and signed plans of an account, as one file."""
    account, at = seen(request, account_number, PURSUE), now()
    content = actions.take_papers(actor=request.actor, at=at, account=account, home=request.build_absolute_uri("/"))
    answer = HttpResponse(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="papers-{account.pk}-{day_of(at)}.zip"'
    return answer
