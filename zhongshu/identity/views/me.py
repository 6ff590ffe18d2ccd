"""One's own account, the site one looks at, and numbers revealed."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.identity import actions, audit, queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.forms import MeForm
from zhongshu.identity.guards import absent
from zhongshu.identity.views.door import safe_next
from zhongshu.kernel.clock import now
from zhongshu.web.forms import attempt


@page(None, "GET", "POST")
def me(request: SignedInRequest) -> HttpResponse:
    form = MeForm(request.POST or None, initial=audit.values(request.user, actions.me.CHOSEN))
    if attempt(form, partial(actions.edit_me, actor=request.actor, at=now())):
        messages.success(request, _("已保存。"))
        return redirect("identity:me")
    grants = queries.grants_not_ended(request.user, at=now()).select_related("site").order_by("starts_on")
    return render(request, "identity/me.html", {"form": form, "grants": grants})


@page(None, "POST")
def choose_site(request: SignedInRequest) -> HttpResponse:
    wanted = request.POST.get("site", "")
    if not any(str(site.pk) == wanted for site in request.sites):
        raise absent()
    request.session["site_id"] = int(wanted)
    return HttpResponseRedirect(safe_next(request))


@never_cache
@page(None, "POST")
def reveal_phone(request: SignedInRequest) -> HttpResponse:
    wanted = {name: request.POST.get(name, "") for name in ("target_type", "target_id", "reason")}
    number = actions.reveal_phone(actor=request.actor, at=now(), **wanted)
    return render(request, "identity/parts/revealed.html", {"number": number})
