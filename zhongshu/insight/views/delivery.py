"""Reports sent to oneself."""

from pathlib import PurePath

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.insight import actions
from zhongshu.insight.forms import SubscriptionForm
from zhongshu.insight.kinds import Format, Rhythm
from zhongshu.insight.permissions import SEE_REPORTS
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries import delivery
from zhongshu.insight.queries.scopes import scopes_of
from zhongshu.kernel.clock import now
from zhongshu.web import excel, paper
from zhongshu.web.forms import attempt

ISSUES_SHOWN = 6


@page(SEE_REPORTS, "GET", "POST")
def subscriptions(request: SignedInRequest) -> HttpResponse:
    """One's own, with the latest issues; POST adds one."""
    scopes = scopes_of(request.actor)
    form = SubscriptionForm(request.POST or None, scopes=scopes, auto_id="subscription-%s")
    actor = request.actor
    if request.method == "POST" and attempt(form, lambda **given: actions.subscribe(actor=actor, at=now(), **given)):
        messages.success(request, _("已订阅，下一期结束后的早晨送达。"))
        return redirect("insight:subscriptions")
    names = {scope.code: scope.name for scope in scopes}
    rows = [
        {
            "subscription": one,
            "scope": names.get(one.scope, one.scope),
            "issues": [
                (issue, Period.of(Rhythm(one.rhythm), issue.starts_on).title)
                for issue in one.issues.all()[:ISSUES_SHOWN]
            ],
        }
        for one in delivery.subscriptions_of(actor)
    ]
    context = {"form": form, "rows": rows}
    return render(request, "insight/subscriptions.html", context, status=422 if form.errors else 200)


@page(SEE_REPORTS, "POST")
def ending(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    actions.unsubscribe(actor=request.actor, at=now(), subscription_id=subscription_id)
    messages.success(request, _("已取消订阅。"))
    return redirect("insight:subscriptions")


@page(None)
def issue(request: SignedInRequest, issue_id: int) -> HttpResponse:
    """The file, for whom it was made. Raises NotFound."""
    found = delivery.issue_of(request.actor, issue_id)
    kind = excel if found.subscription.format == Format.XLSX else paper
    with found.file.open("rb") as file:
        response = HttpResponse(file.read(), content_type=kind.CONTENT_TYPE)
    name = PurePath(found.file.name or "").name
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
