"""Cards: the list, each with what moved it, and everything that is done with one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing.lifecycle import PROPOSAL_LABELS, ProposalState
from zhongshu.billing.queries import open_charges
from zhongshu.billing.views.doing import do
from zhongshu.cashier import actions
from zhongshu.cashier.forms.cards import (
    CardPayoutForm,
    CardReasonForm,
    CardRefundForm,
    CardRefusalForm,
    IssueCardForm,
    PayByCardForm,
    ReplaceForm,
    SpendForm,
    TopUpForm,
)
from zhongshu.cashier.lifecycle import CARD_LABELS, LIVE_CARD, CardState
from zhongshu.cashier.models import Card, CardRefund
from zhongshu.cashier.permissions import APPROVE_CARD_REFUNDS, MANAGE_CARDS, VIEW_CARDS
from zhongshu.cashier.queries.cards import (
    card_by_number,
    card_refunds_visible,
    cards_visible,
    household_of,
    movements_of,
    searched,
    single_items,
)
from zhongshu.estate.queries import account_by_number, found
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.money import ZERO
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_CARDS)
def cards(request: SignedInRequest) -> HttpResponse:
    """The site's, the latest first; by number, account, dwelling or holder. From here one is issued to an account."""
    text, state = _text(request, "q"), request.GET.get("state", "")
    unknown = ""
    if number := _text(request, "account"):
        try:
            return redirect("cashier:new_card", account_by_number(request.site.pk, number).number)
        except NotFound as refusal:
            unknown = refusal.message
    rows = searched(cards_visible(request.actor).filter(site=request.site), text)
    rows = rows.filter(state=state) if state in set(CardState) else rows
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "q": text,
        "state": state,
        "states": CARD_LABELS,
        "account": number,
        "unknown": unknown,
        "may_issue": request.actor.may(MANAGE_CARDS, request.site.pk),
    }
    return render(request, "cashier/cards.html", shown)


@page(MANAGE_CARDS, "GET", "POST")
def new_card(request: SignedInRequest, account_number: str) -> HttpResponse:
    """A card for one of the account's household."""
    request.actor.require(MANAGE_CARDS, request.site.pk)
    account, at = account_by_number(request.site.pk, account_number), now()
    form = IssueCardForm(request.POST or None, household=household_of(account, day_of(at)))
    made: list[Card] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": at, "account_id": account.pk}
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.issue_card(**facts, **said))):
        messages.success(request, _("已发卡，可以充值了。"))
        return redirect("cashier:card", made[0].number)
    shown = {"account": account, "form": form, "has": cards_visible(request.actor).filter(account=account)}
    return render(request, "cashier/card_new.html", shown, status=422 if form.errors else 200)


@page(VIEW_CARDS)
def card(request: SignedInRequest, card_number: str) -> HttpResponse:
    """What is on it, what moved it, what can be done with it."""
    return _show(request, _seen(request, card_number))


@page(MANAGE_CARDS, "POST")
def top_ups(request: SignedInRequest, card_number: str) -> HttpResponse:
    """Money onto it."""
    return _act(request, card_number, _Doing("top_up", TopUpForm, actions.top_up_card, _("已充值。")))


@page(MANAGE_CARDS, "POST")
def card_payments(request: SignedInRequest, card_number: str) -> HttpResponse:
    """It pays what the account owes."""
    return _act(request, card_number, _Doing("pay", PayByCardForm, actions.pay_with_card, _("已用一卡通缴费。")))


@page(MANAGE_CARDS, "POST")
def spendings(request: SignedInRequest, card_number: str) -> HttpResponse:
    """Something is bought with it."""
    form = partial(SpendForm, items=single_items(request.site.pk))
    return _act(request, card_number, _Doing("spend", form, actions.spend_with_card, _("已从一卡通扣款。")))


@page(MANAGE_CARDS, "POST")
def blocking(request: SignedInRequest, card_number: str) -> HttpResponse:
    """Lost."""
    return _act(request, card_number, _Doing("state", CardReasonForm, actions.block_card, _("已挂失。")))


@page(MANAGE_CARDS, "POST")
def unblocking(request: SignedInRequest, card_number: str) -> HttpResponse:
    """Found again."""
    return _act(request, card_number, _Doing("state", CardReasonForm, actions.unblock_card, _("已解除挂失。")))


@page(MANAGE_CARDS, "POST")
def card_closing(request: SignedInRequest, card_number: str) -> HttpResponse:
    """Given up."""
    return _act(request, card_number, _Doing("state", CardReasonForm, actions.close_card, _("已销卡。")))


@page(MANAGE_CARDS, "POST")
def replacement(request: SignedInRequest, card_number: str) -> HttpResponse:
    """Another card in its place."""
    return _act(request, card_number, _Doing("replace", ReplaceForm, actions.replace_card, _("已换卡，余额转到新卡。")))


@page(MANAGE_CARDS, "POST")
def card_refund_requests(request: SignedInRequest, card_number: str) -> HttpResponse:
    """Ask that what is on it be paid back."""
    said = _("已提交，等另一位同事批准后付款。")
    return _act(request, card_number, _Doing("refund", CardRefundForm, actions.propose_card_refund, said))


@page(VIEW_CARDS)
def card_refunds(request: SignedInRequest) -> HttpResponse:
    """The site's: those that wait, unless asked for others."""
    said = request.GET.get("state", ProposalState.PROPOSED.value)
    state = said if said in set(ProposalState) else ""
    rows = card_refunds_visible(request.actor).filter(site=request.site)
    rows = rows.filter(state=state) if state else rows
    shown = {"page": page_of(rows, request.GET.get("page")), "state": state, "states": PROPOSAL_LABELS}
    return render(request, "cashier/card_refunds.html", shown)


@page(APPROVE_CARD_REFUNDS, "POST")
def card_refund_approval(request: SignedInRequest, card_refund_id: int) -> HttpResponse:
    """Agreed."""
    return _decide(request, card_refund_id, actions.approve_card_refund, _("已批准，可以付款。"))


@page(MANAGE_CARDS, "POST")
def card_refund_withdrawal(request: SignedInRequest, card_refund_id: int) -> HttpResponse:
    """Taken back."""
    return _decide(request, card_refund_id, actions.withdraw_card_refund, _("已撤回。"))


@page(APPROVE_CARD_REFUNDS, "POST")
def card_refund_refusal(request: SignedInRequest, card_refund_id: int) -> HttpResponse:
    """Not agreed, and why."""
    doing = _Doing("refuse", CardRefusalForm, actions.refuse_card_refund, _("已退回申请人。"))
    return _form_of_refund(request, card_refund_id, doing)


@page(MANAGE_CARDS, "POST")
def card_refund_payout(request: SignedInRequest, card_refund_id: int) -> HttpResponse:
    """The money leaves."""
    doing = _Doing("payout", CardPayoutForm, actions.pay_card_refund, _("退款已付。"))
    return _form_of_refund(request, card_refund_id, doing)


@dataclass(frozen=True, slots=True)
class _Doing:
    """A form of the card's page by its name there, the action behind it, and what is said once it is done."""

    name: str
    form: Callable[..., forms.Form]
    act: Callable[..., object]
    said: str


def _text(request: SignedInRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()


def _seen(request: SignedInRequest, number: str) -> Card:
    return card_by_number(request.actor, request.site.pk, number)


def _refund(request: SignedInRequest, refund_id: int) -> CardRefund:
    return found(card_refunds_visible(request.actor).filter(pk=refund_id))


def _act(
    request: SignedInRequest,
    number: str,
    doing: _Doing,
) -> HttpResponse:
    """A form of the card's page; where a new card came of it, there."""
    seen, form = _seen(request, number), doing.form(request.POST)
    made: list[object] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "card_id": seen.pk}
    if attempt(form, lambda **typed: made.append(doing.act(**facts, **typed))):
        messages.success(request, doing.said)
        return redirect("cashier:card", made[0].number if isinstance(made[0], Card) else number)
    return _show(request, _seen(request, number), **{doing.name: form})


def _decide(request: SignedInRequest, refund_id: int, act: Callable[..., object], said: str) -> HttpResponse:
    seen = _refund(request, refund_id)
    acting = partial(act, actor=request.actor, at=now(), refund_id=seen.pk)
    return do(request, acting, said=said, to=("cashier:card", seen.card.number))


def _form_of_refund(
    request: SignedInRequest,
    refund_id: int,
    doing: _Doing,
) -> HttpResponse:
    seen, form = _refund(request, refund_id), doing.form(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "refund_id": seen.pk}
    if attempt(form, lambda **typed: doing.act(**facts, **typed)):
        messages.success(request, doing.said)
        return redirect("cashier:card", seen.card.number)
    return _show(request, cards_visible(request.actor).get(pk=seen.card_id), **{doing.name: form})


def _show(request: SignedInRequest, seen: Card, **typed: forms.Form) -> HttpResponse:
    owed = sum((charge.owed for charge in open_charges(seen.account_id, day_of(now()))), ZERO)
    items = single_items(seen.site_id)
    refund = next((one for one in _refunds(seen) if one.paid_at is None and one.state in _OPEN), None)
    first: dict[str, forms.Form] = {
        "top_up": TopUpForm(),
        "pay": PayByCardForm(initial={"amount": min(owed, seen.balance) or None}),
        "spend": SpendForm(items=items),
        "state": CardReasonForm(),
        "replace": ReplaceForm(),
        "refund": CardRefundForm(initial={"amount": seen.balance or None}),
        "refuse": CardRefusalForm(),
        "payout": CardPayoutForm(),
    }
    may = request.actor.may(MANAGE_CARDS, seen.site_id)
    shown = {
        "card": seen,
        "page": page_of(movements_of(seen), request.GET.get("page")),
        "owed": owed,
        "items": items,
        "forms": first | typed,
        "refund": refund,
        "is_own": refund is not None and refund.proposed_by_id == request.actor.user_id,
        "may": may,
        "may_decide": request.actor.may(APPROVE_CARD_REFUNDS, seen.site_id),
        "is_active": seen.state == CardState.ACTIVE,
        "is_live": seen.state in LIVE_CARD,
    }
    return render(request, "cashier/card.html", shown, status=422 if typed else 200)


_OPEN = (ProposalState.PROPOSED, ProposalState.APPROVED)


def _refunds(seen: Card) -> list[CardRefund]:
    return list(seen.refunds.select_related("proposed_by", "decided_by").order_by("-pk")[:5])
