"""Legal's page: accounts whose final demand ran out, the papers for a court, and the steps taken."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.care import actions
from zhongshu.care.forms.tasks import StepForm
from zhongshu.care.kinds import LEGAL_STEP_LABELS
from zhongshu.care.permissions import FOLLOW_LEGAL
from zhongshu.care.queries.legal import legal_account, legal_cases, legal_tasks_of, steps_of
from zhongshu.collecting.permissions import PURSUE
from zhongshu.collecting.queries.arrears import Narrowed, owing
from zhongshu.collecting.queries.notices import notices_of
from zhongshu.estate.models import Account
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt


@page(FOLLOW_LEGAL)
def legal(request: SignedInRequest) -> HttpResponse:
    """Everything in the legal tier of the site, narrowed by the step taken."""
    request.actor.require(FOLLOW_LEGAL, request.site.pk)
    on, step = day_of(now()), request.GET.get("step", "")
    step = step if step in {"none", *LEGAL_STEP_LABELS} else ""
    found = legal_cases(request.actor, request.site.pk, on=on, step=step, number=request.GET.get("page"))
    shown = {"page": found, "on": on, "step": step, "steps": LEGAL_STEP_LABELS}
    return render(request, "care/legal.html", shown | _doors(request, request.site.pk))


@page(FOLLOW_LEGAL, "GET", "POST")
def legal_case(request: SignedInRequest, account_number: str) -> HttpResponse:
    """One account: its letters, what the others have gathered, the steps; a step is recorded here."""
    account = legal_account(request.actor, account_number, day_of(now()))
    form = StepForm(request.POST or None, initial={"on": day_of(now())})

    def record(**typed: Any) -> None:
        actions.record_legal_step(actor=request.actor, at=now(), account_id=account.pk, **typed)

    if request.method == "POST" and attempt(form, record):
        messages.success(request, _("法律步骤已记录。"))
        return redirect("care:legal_case", account.number)
    return _shown(request, account, form)


def _shown(request: SignedInRequest, account: Account, form: Form) -> HttpResponse:
    owed = owing(account.site_id, day_of(now()), Narrowed(account_ids=[account.pk]), size=1).rows
    shown = {
        "account": account,
        "owing": owed[0] if owed else None,
        "form": form,
        "steps": steps_of(account),
        "notices": notices_of(account.pk),
        "tasks": legal_tasks_of(account),
    }
    status = 422 if form.errors else 200
    return render(request, "care/legal_case.html", shown | _doors(request, account.site_id), status=status)


def _doors(request: SignedInRequest, site_id: int) -> dict[str, bool]:
    return {"may_papers": request.actor.may(PURSUE, site_id)}
