"""The merchant accounts of the sites."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import absent
from zhongshu.identity.queries import site_of_code, sites_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.remittance import actions
from zhongshu.remittance.engine.links import notify_url
from zhongshu.remittance.forms.online import MerchantForm
from zhongshu.remittance.kinds import PROVIDER_LABELS, Provider
from zhongshu.remittance.permissions import MANAGE_MERCHANTS
from zhongshu.remittance.queries import online as queries
from zhongshu.web.forms import show_refusal
from zhongshu.web.links import home_of


@page(MANAGE_MERCHANTS)
def merchants(request: SignedInRequest) -> HttpResponse:
    """Every site with what it has of each provider."""
    found = {(each.site_id, each.provider): each for each in queries.merchants_visible(request.actor)}
    sites = [site for site in sites_of(request.actor) if request.actor.may(MANAGE_MERCHANTS, site.pk)]
    rows = [(site, [(each, found.get((site.pk, each))) for each in Provider]) for site in sites]
    return render(request, "remittance/merchants.html", {"rows": rows, "labels": PROVIDER_LABELS})


@never_cache
@page(MANAGE_MERCHANTS, "GET", "POST")
def merchant(request: SignedInRequest, site_code: str, provider: str) -> HttpResponse:
    """One account with its settings; secrets are never shown."""
    site = site_of_code(site_code)
    if site is None or not request.actor.may(MANAGE_MERCHANTS, site.pk) or provider not in map(str, Provider):
        raise absent()
    shown = queries.merchants_visible(request.actor).filter(site=site, provider=provider).first()
    form = MerchantForm(request.POST or None, provider=Provider(provider), merchant=shown)
    if form.is_valid():
        said = form.values()
        try:
            actions.save_merchant(actor=request.actor, at=now(), site=site, provider=Provider(provider), values=said)
        except NotFound:
            raise
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("remittance:merchant", site.code, provider)
    context = {
        "merchant": shown,
        "site": site,
        "form": form,
        "label": PROVIDER_LABELS[Provider(provider)],
        "notify_url": notify_url(shown, home_of(request)) if shown else "",
    }
    return render(request, "remittance/merchant.html", context, status=422 if form.errors else 200)


@page(MANAGE_MERCHANTS, "POST")
def merchant_switch(request: SignedInRequest, merchant_id: int) -> HttpResponse:
    is_on = request.POST.get("is_on") == "1"
    switched = actions.switch_merchant(actor=request.actor, at=now(), merchant_id=merchant_id, is_on=is_on)
    messages.success(request, _("已启用。") if is_on else _("已停用，不再接受新订单。"))
    return redirect("remittance:merchant", switched.site.code, switched.provider)
