"""API tokens."""

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.identity import actions, queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.forms import TokenForm
from zhongshu.identity.models import ApiToken, User
from zhongshu.identity.permissions import MANAGE_TOKENS
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.errors import Refusal
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of


@page(MANAGE_TOKENS)
def tokens(request: SignedInRequest) -> HttpResponse:
    wanted = {name: request.GET.get(name, "") for name in ("q", "state")}
    rows = queries.tokens_visible(request.actor, at=now(), **wanted)
    if request.GET.get("export") == "xlsx":
        return download("tokens", [_sheet(list(rows))])
    context = {"page": page_of(rows, request.GET.get("page")), "wanted": wanted, "now": now()}
    return render(request, "identity/tokens.html", context)


@never_cache
@page(MANAGE_TOKENS, "GET", "POST")
def new_token(request: SignedInRequest) -> HttpResponse:
    """First the user is named, then the rights that user holds are offered."""
    username = request.POST.get("username") or request.GET.get("username", "")
    user = queries.user_named(request.actor, username, at=now()) if username else None
    if user is None:
        return render(request, "identity/token_user.html", {"username": username})
    form = TokenForm(request.POST or None, initial={"username": username}, codes=queries.rights_of(user, at=now()))
    if form.is_valid():
        try:
            token, secret = _create(request, user, form)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return render(request, "identity/new_secret.html", {"token": token, "secret": secret})
    return render(request, "identity/new_token.html", {"form": form, "person": user})


@page(MANAGE_TOKENS, "POST")
def revocation(request: SignedInRequest, token_id: int) -> HttpResponse:
    actions.revoke_token(actor=request.actor, at=now(), token_id=token_id)
    messages.success(request, _("令牌已撤销，立即失效。"))
    return redirect("identity:tokens")


def _create(request: SignedInRequest, user: User, form: TokenForm) -> tuple[ApiToken, str]:
    data = form.cleaned_data
    last = data["expires_on"]
    expires_at = datetime.combine(last, time.min, SITE_ZONE) if last else None
    return actions.create_token(
        actor=request.actor, at=now(), user=user, name=data["name"], scopes=data["scopes"], expires_at=expires_at
    )


def _sheet(tokens: list[ApiToken]) -> Sheet:
    header = [
        _("用途"),
        _("代表的用户"),
        _("开头"),
        _("权限"),
        _("创建时间"),
        _("到期时间"),
        _("撤销时间"),
        _("最近使用"),
    ]
    rows = [
        [t.name, t.user.name, t.prefix, " ".join(t.scopes), t.created_at, t.expires_at, t.revoked_at, t.last_used_at]
        for t in tokens
    ]
    return Sheet(_("接口令牌"), header, rows)
