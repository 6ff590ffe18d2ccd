"""The counter: find who pays, see what is owed, take the money, hand out the receipt."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.billing.permissions import RECEIVE
from zhongshu.billing.queries import open_charges
from zhongshu.cashier import actions
from zhongshu.cashier.engine.drawers import stand_in_of
from zhongshu.cashier.forms import OpeningForm, TakingForm
from zhongshu.cashier.models import Taken
from zhongshu.cashier.permissions import COUNTER
from zhongshu.cashier.queries.shifts import left_drawers, shift_of
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_by_number, found, search_accounts
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.money import ZERO
from zhongshu.web.forms import attempt


def require_counter(request: SignedInRequest) -> None:
    """A cashier, or a stand-in of the day, or somebody whose shift goes on. Raises NotFound."""
    actor, site_id = request.actor, request.site.pk
    if not actor.may(RECEIVE, site_id) and not stand_in_of(actor, site_id, now()) and not shift_of(actor, site_id):
        raise NotFound(_("没有找到，或者您无权查看。"))


@never_cache
@page(COUNTER)
def counter(request: SignedInRequest) -> HttpResponse:
    """Without a shift: open one. With one: search, and the account that was found."""
    require_counter(request)
    shift = shift_of(request.actor, request.site.pk)
    if shift is None:
        return _show_opening(request, OpeningForm())
    number, text = request.GET.get("account", ""), request.GET.get("q", "").strip()
    if number:
        return _show(request, account_by_number(request.site.pk, number))
    hits = search_accounts(request.site.pk, text) if text else []
    if len(hits) == 1:
        return _show(request, hits[0], q=text)
    return render(request, "cashier/counter.html", {"shift": shift, "hits": hits, "q": text})


def _show(request: SignedInRequest, account: Account, form: TakingForm | None = None, **more: Any) -> HttpResponse:
    owed = open_charges(account.pk, day_of(now()))
    shown = {
        "shift": shift_of(request.actor, request.site.pk),
        "account": account,
        "owed": owed,
        "total": sum((charge.owed for charge in owed), ZERO),
        "form": form or TakingForm(owed=owed),
        **more,
    }
    return render(request, "cashier/counter.html", shown, status=422 if form and form.errors else 200)


@page(COUNTER, "POST")
def take(request: SignedInRequest, account_number: str) -> HttpResponse:
    """The money is there."""
    require_counter(request)
    account = account_by_number(request.site.pk, account_number)
    form = TakingForm(request.POST, owed=open_charges(account.pk, day_of(now())))
    made: list[Taken] = []

    def act(key: str, charges: list[int], **said: Any) -> None:
        facts = {"actor": request.actor, "at": now(), "account_id": account.pk, "designation": form.wish()}
        made.append(actions.take_payment(**facts, **said))

    if attempt(form, act):
        return redirect("cashier:receipt", made[0].payment.number)
    return _show(request, account, form)


@page(COUNTER, "POST")
def opening(request: SignedInRequest) -> HttpResponse:
    """The shift begins."""
    require_counter(request)
    form = OpeningForm(request.POST)
    left = next(iter(left_drawers(request.site.pk)), None)
    facts: dict[str, Any] = {"site_id": request.site.pk, "follows_id": left.shift_id if left else None}
    if attempt(form, lambda **said: actions.open_shift(actor=request.actor, at=now(), **facts, **said)):
        messages.success(request, _("已开班，可以收款了。"))
        return redirect("cashier:counter")
    return _show_opening(request, form)


def _show_opening(request: SignedInRequest, form: OpeningForm) -> HttpResponse:
    left = next(iter(left_drawers(request.site.pk)), None)
    if left and not form.is_bound:
        form.initial["opening_cash"] = left.amount
    shown = {"form": form, "left": left}
    return render(request, "cashier/opening.html", shown, status=422 if form.errors else 200)


def own_taken(request: SignedInRequest, number: str) -> Taken:
    """A payment of a shift that one may see. Raises NotFound."""
    taken = found(Taken.objects.filter(payment__number=number).select_related("shift", "payment__account__site"))
    if taken.shift.cashier_id != request.actor.user_id:
        request.actor.require(RECEIVE, taken.site_id)
    return taken
