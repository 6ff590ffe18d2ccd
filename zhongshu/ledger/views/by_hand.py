"""Entries by hand: proposing one, proposing a reversal, deciding about a colleague's."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.ledger import actions, queries
from zhongshu.ledger.forms import FEWEST_LINES, MORE, DeclineForm, EntryForm, ReversalForm
from zhongshu.ledger.kinds import VOUCHER_STATE_LABELS, VoucherState
from zhongshu.ledger.models import Proposal
from zhongshu.ledger.permissions import POST_MANUALLY, VIEW_LEDGER
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_LEDGER)
def proposals(request: SignedInRequest) -> HttpResponse:
    """Those of the site: what waits first, then the latest."""
    request.actor.require(VIEW_LEDGER, request.site.pk)
    rows, state = queries.proposals_visible(request.actor).filter(site=request.site), request.GET.get("state", "")
    rows = rows.filter(state=state) if state in set(VoucherState) else rows
    shown = {
        "page": page_of(queries.waiting_first(rows), request.GET.get("page")),
        "state": state,
        "states": VOUCHER_STATE_LABELS,
        "may_propose": request.actor.may(POST_MANUALLY, request.site.pk),
    }
    return render(request, "ledger/proposals.html", shown)


@page(POST_MANUALLY, "GET", "POST")
def new(request: SignedInRequest) -> HttpResponse:
    """A voucher to fill in. `more` adds lines and keeps what was typed."""
    request.actor.require(POST_MANUALLY, request.site.pk)
    at, made = now(), list[Proposal]()
    count = _count(request)
    if "more" in request.POST:
        typed = EntryForm(initial=request.POST.dict(), count=count + MORE)
        return render(request, "ledger/new.html", {"form": typed})
    form = EntryForm(request.POST or None, count=count, initial={"dated_on": day_of(at)})
    facts: dict[str, Any] = {"actor": request.actor, "at": at, "site": request.site}
    if request.method == "POST" and attempt(form, lambda **typed: made.append(actions.propose(**facts, **typed))):
        messages.success(request, _("已提交，等另一位同事复核后记账。"))
        return redirect("ledger:proposal", made[0].pk)
    return render(request, "ledger/new.html", {"form": form}, status=422 if form.errors else 200)


@page(POST_MANUALLY, "GET", "POST")
def reversal(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for an entry by hand to be undone."""
    entry, at, made = queries.entry_by_number(request.actor, number), now(), list[Proposal]()
    request.actor.require(POST_MANUALLY, entry.site_id)
    form = ReversalForm(request.POST or None, initial={"dated_on": day_of(at)})

    def ask(**typed: Any) -> None:
        made.append(actions.propose_reversal(actor=request.actor, at=at, number=number, **typed))

    if request.method == "POST" and attempt(form, ask):
        messages.success(request, _("已提交，等另一位同事复核后记账。"))
        return redirect("ledger:proposal", made[0].pk)
    shown = {"entry": entry, "legs": entry.legs.select_related("account"), "form": form}
    return render(request, "ledger/reversal.html", shown, status=422 if form.errors else 200)


@page(VIEW_LEDGER)
def proposal(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """One proposal, and what the person may do about it."""
    return _show(request, queries.proposal_by_id(request.actor, proposal_id), DeclineForm())


@page(POST_MANUALLY, "POST")
def approval(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """Post it."""
    try:
        entry = actions.approve(actor=request.actor, at=now(), proposal_id=proposal_id)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("ledger:proposal", proposal_id)
    messages.success(request, _("已记账：%(number)s。") % {"number": entry.number})
    return redirect("ledger:entry", entry.number)


@page(POST_MANUALLY, "POST")
def declining(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """Send it back."""
    found, form = queries.proposal_by_id(request.actor, proposal_id), DeclineForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "proposal_id": proposal_id}
    if attempt(form, lambda **typed: actions.decline(**facts, **typed)):
        messages.success(request, _("已退回。"))
        return redirect("ledger:proposal", proposal_id)
    return _show(request, found, form)


@page(POST_MANUALLY, "POST")
def withdrawal(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """Take back one's own."""
    try:
        actions.withdraw(actor=request.actor, at=now(), proposal_id=proposal_id)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已撤回。"))
    return redirect("ledger:proposal", proposal_id)


def _show(request: SignedInRequest, found: Proposal, form: DeclineForm) -> HttpResponse:
    may = request.actor.may(POST_MANUALLY, found.site_id) and found.state == VoucherState.OPEN
    is_own = found.proposed_by_id == request.actor.user_id
    shown = {
        "proposal": found,
        "legs": queries.legs_proposed(found),
        "form": form,
        "may_decide": may and not is_own,
        "may_withdraw": may and is_own,
    }
    return render(request, "ledger/proposal.html", shown, status=422 if form.errors else 200)


def _count(request: SignedInRequest) -> int:
    said = request.POST.get("count", "")
    return int(said) if said.isdecimal() and len(said) < 4 else FEWEST_LINES
