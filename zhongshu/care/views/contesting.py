"""The customer's side as staff see it: what the customer reads, the link to it, and what was contested."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.care import actions
from zhongshu.care.engine.papers import slip_pdf
from zhongshu.care.forms.following import AnswerForm
from zhongshu.care.kinds import REVIEW_LABELS, ReviewOutcome
from zhongshu.care.permissions import HAND_OUT, REVIEW_SCORES, VIEW_CARE
from zhongshu.care.queries import contesting as queries
from zhongshu.care.queries.accounts import scored_account
from zhongshu.estate.models import Account
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Invalid
from zhongshu.web.forms import attempt
from zhongshu.web.links import home_of
from zhongshu.web.paging import page_of
from zhongshu.web.paper import download


def _account(request: SignedInRequest, number: str) -> Account:
    return scored_account(number, day_of(now()), among=request.actor.visible(Account.objects.all(), VIEW_CARE))


@page(VIEW_CARE)
def explanation(request: SignedInRequest, account_number: str) -> HttpResponse:
    """As the customer reads it, and the links that were handed out."""
    account = _account(request, account_number)
    shown = {
        "account": account,
        "view": queries.own_view(account, day_of(now())),
        "links": queries.links_of(account)[:5],
        "may_hand_out": request.actor.may(HAND_OUT, account.site_id),
        "now": now(),
    }
    return render(request, "care/explanation.html", shown)


@never_cache
@page(HAND_OUT, "POST")
def slip(request: SignedInRequest, account_number: str) -> HttpResponse:
    """A new link on paper: what is printed is shown nowhere else."""
    account, at = _account(request, account_number), now()
    link, secret = actions.make_link(actor=request.actor, at=at, account_id=account.pk)
    address = home_of(request) + reverse("care:own", args=[secret])
    return download(f"explanation-{link.pk}", slip_pdf(link, address, at=at))


@page(HAND_OUT, "POST")
def message(request: SignedInRequest, account_number: str) -> HttpResponse:
    """A new link, told to the customer."""
    account = _account(request, account_number)
    try:
        actions.send_link(actor=request.actor, at=now(), account_id=account.pk, home=home_of(request))
        messages.success(request, _("链接已发给客户。"))
    except Invalid as refusal:
        messages.error(request, refusal.message)
    return redirect("care:explanation", account.number)


@page(VIEW_CARE)
def reviews(request: SignedInRequest) -> HttpResponse:
    """What customers asked a person to look at: what waits, by when."""
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in set(ReviewOutcome) else ""
    rows = queries.requests_listed(request.actor, request.site.pk, outcome=outcome)
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "outcome": outcome,
        "outcomes": choices(REVIEW_LABELS),
        "today": day_of(now()),
    }
    return render(request, "care/reviews.html", shown)


@page(VIEW_CARE, "GET", "POST")
def review(request: SignedInRequest, review_id: int) -> HttpResponse:
    """What was contested, and the answer with its reasons."""
    found, today = queries.request_seen(request.actor, review_id), day_of(now())
    lines = queries.contested(found, today)
    form = AnswerForm(request.POST or None, lines=lines)
    answer = partial(actions.answer_review, actor=request.actor, at=now(), request_id=found.pk)
    if request.method == "POST" and attempt(form, answer):
        messages.success(request, _("已答复，客户会收到。"))
        return redirect("care:review", found.pk)
    ids = [found.entry_id] if found.entry_id else [line.entry_id for line in lines]
    is_involved = request.user.pk in queries.involved_in(found.account, ids)
    may_answer = found.outcome == ReviewOutcome.WAITING and request.actor.may(REVIEW_SCORES, found.site_id)
    shown = {
        "review": found,
        "lines": lines,
        "form": form,
        "may_answer": may_answer and not is_involved,
        "is_involved": may_answer and is_involved,
        "today": today,
    }
    return render(request, "care/review.html", shown, status=422 if form.errors else 200)
