"""The page of a contractor without an account: one link for one job, dead when it is over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.middleware import client_ip
from zhongshu.kernel.clock import now
from zhongshu.web.forms import attempt
from zhongshu.web.links import private
from zhongshu.work import actions, queries
from zhongshu.work.actions.contractors import BY_LINK
from zhongshu.work.errors import LinkOver
from zhongshu.work.forms.extras import JobStepForm
from zhongshu.work.lifecycle import JobState, job_possible


@never_cache
@require_http_methods(["GET", "POST"])
def outside(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be done and where; confirm, arrive, finish. Without a name or number of the customer."""
    try:
        job = queries.job_by_token(token)
    except LinkOver as over:
        return private(render(request, "work/outside.html", {"over": over.message}, status=404))
    verbs = [verb for verb in job_possible(JobState(job.state)) if verb in BY_LINK]
    form = JobStepForm(request.POST or None, verbs=verbs)
    actor = Actor(user_id=None, name=job.contractor.name, origin=Origin.WEB, ip=client_ip(request))
    if request.method == "POST" and attempt(
        form, lambda **said: actions.move_job_by_link(actor=actor, at=now(), token=token, **said)
    ):
        if job.order.contractor_jobs.filter(pk=job.pk, state=JobState.FINISHED).exists():
            return private(render(request, "work/outside.html", {"over": _("已登记完工，谢谢。")}))
        return private(redirect("work:outside", token=token))
    context = {"job": job, "order": job.order, "form": form}
    return private(render(request, "work/outside.html", context, status=422 if form.errors else 200))
