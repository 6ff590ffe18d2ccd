"""Users and their roles."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.identity import actions, queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.forms import STAFF_ROLES, GrantForm, NewUserForm, ReasonForm, RolesForm, UserForm
from zhongshu.identity.guards import absent, may_everywhere, may_over
from zhongshu.identity.masking import masked
from zhongshu.identity.models import Site, User
from zhongshu.identity.permissions import MANAGE_USERS, VIEW_USERS
from zhongshu.identity.roles import ROLE_LABELS, Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Invalid, Refusal
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_USERS)
def users(request: SignedInRequest) -> HttpResponse:
    wanted = {name: request.GET.get(name, "") for name in ("q", "role", "site", "state")}
    rows = queries.users_visible(request.actor, at=now(), **wanted)
    if request.GET.get("export") == "xlsx":
        return download("users", [_sheet(list(rows))])
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "wanted": wanted,
        "roles": STAFF_ROLES,
        "today": day_of(now()),
        "may_manage": request.actor.may(MANAGE_USERS),
        "may_everywhere": may_everywhere(request.actor, MANAGE_USERS),
    }
    return render(request, "identity/users.html", context)


@never_cache
@page(MANAGE_USERS, "GET", "POST")
def new_user(request: SignedInRequest) -> HttpResponse:
    form = NewUserForm(request.POST or None, initial={"starts_on": day_of(now())}, **_givable(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            user, initial = actions.create_user(
                actor=request.actor,
                at=now(),
                username=data["username"],
                name=data["name"],
                phone=data["phone"],
                role=Role(data["role"]),
                site=form.chosen_site(),
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return render(request, "identity/first_password.html", {"person": user, "initial": initial})
    return render(request, "identity/new_user.html", {"form": form})


@page(VIEW_USERS, "GET", "POST")
def user(request: SignedInRequest, user_id: int) -> HttpResponse:
    person = queries.user_visible(request.actor, user_id, at=now())
    form = UserForm(request.POST or None, initial={"name": person.name, "phone": masked(person.phone)})
    if attempt(form, partial(actions.edit_user, actor=request.actor, at=now(), user_id=user_id)):
        messages.success(request, _("已保存。"))
        return redirect("identity:user", user_id)
    grant_form = GrantForm(initial={"starts_on": day_of(now())}, **_givable(request))
    return _show(request, person, form, grant_form)


@page(MANAGE_USERS, "POST")
def grants(request: SignedInRequest, user_id: int) -> HttpResponse:
    person = queries.user_visible(request.actor, user_id, at=now())
    form = GrantForm(request.POST, **_givable(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.grant_role(
                actor=request.actor,
                at=now(),
                user=person,
                role=Role(data["role"]),
                site=form.chosen_site(),
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("角色已授予。"))
            return redirect("identity:user", user_id)
    return _show(request, person, UserForm(initial={"name": person.name, "phone": person.phone}), form)


@page(MANAGE_USERS, "POST")
def grant_end(request: SignedInRequest, grant_id: int) -> HttpResponse:
    grant = actions.end_grant(actor=request.actor, at=now(), grant_id=grant_id, ends_on=_day(request))
    messages.success(request, _("角色已结束。"))
    return redirect("identity:user", grant.user_id)


@never_cache
@page(MANAGE_USERS, "POST")
def password_reset(request: SignedInRequest, user_id: int) -> HttpResponse:
    initial = actions.reset_password(actor=request.actor, at=now(), user_id=user_id)
    person = queries.user_visible(request.actor, user_id, at=now())
    return render(request, "identity/first_password.html", {"person": person, "initial": initial})


@page(MANAGE_USERS, "POST")
def deactivation(request: SignedInRequest, user_id: int) -> HttpResponse:
    actions.deactivate_user(actor=request.actor, at=now(), user_id=user_id)
    messages.success(request, _("账号已停用，该用户的登录与令牌立即失效。"))
    return redirect("identity:user", user_id)


@page(MANAGE_USERS, "POST")
def activation(request: SignedInRequest, user_id: int) -> HttpResponse:
    actions.reactivate_user(actor=request.actor, at=now(), user_id=user_id)
    messages.success(request, _("账号已恢复。"))
    return redirect("identity:user", user_id)


@page(MANAGE_USERS, "POST")
def sessions_ending(request: SignedInRequest, user_id: int) -> HttpResponse:
    ended = actions.end_user_sessions(actor=request.actor, at=now(), user_id=user_id)
    messages.success(request, _("该用户已在 %(n)s 台设备上退出。") % {"n": ended})
    return redirect("identity:user", user_id)


@page(MANAGE_USERS, "GET", "POST")
def second_factor_removal(request: SignedInRequest, user_id: int) -> HttpResponse:
    person = queries.user_visible(request.actor, user_id, at=now())
    form = ReasonForm(request.POST or None)
    if attempt(form, partial(actions.remove_second_factor, actor=request.actor, at=now(), user_id=user_id)):
        messages.success(request, _("二次验证已解除，该用户已在所有设备上退出。"))
        return redirect("identity:user", user_id)
    return render(request, "identity/second_factor_removal.html", {"person": person, "form": form})


@page(MANAGE_USERS, "GET", "POST")
def second_factor_roles(request: SignedInRequest) -> HttpResponse:
    if not may_everywhere(request.actor, MANAGE_USERS):
        raise absent()
    form = RolesForm(request.POST or None, initial={"roles": queries.roles_with_second_factor()})
    if request.method == "POST" and form.is_valid():
        actions.choose_second_factor_roles(actor=request.actor, at=now(), **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("identity:second_factor_roles")
    return render(request, "identity/second_factor_roles.html", {"form": form})


def _show(request: SignedInRequest, person: User, form: UserForm, grant_form: GrantForm) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "grant_form": grant_form,
        "grants": person.role_grants.select_related("site").order_by("-starts_on", "role"),
        "today": day_of(now()),
        "may_manage": may_over(request.actor, MANAGE_USERS, person, at=now()),
        "factor": queries.second_factor_of(person),
        "sessions": len(queries.sessions_of(person, at=now())),
    }
    return render(request, "identity/user.html", context)


def _givable(request: SignedInRequest) -> dict[str, Any]:
    """The sites at which the actor may give roles, and whether at all of them."""
    covered = request.actor.sites(MANAGE_USERS)
    sites: list[Site] = [site for site in request.sites if covered is None or site.pk in covered]
    return {"sites": sites, "everywhere": may_everywhere(request.actor, MANAGE_USERS)}


def _day(request: SignedInRequest) -> date:
    """The day given, else today."""
    given = request.POST.get("ends_on", "")
    try:
        day = parse_date(given) if given else day_of(now())
    except ValueError:
        day = None
    if day is None:
        raise Invalid(_("日期应写成 2026-03-05 这样。"), field="ends_on")
    return day


def _sheet(people: list[User]) -> Sheet:
    header = [_("用户名"), _("姓名"), _("手机号"), _("角色"), _("状态"), _("最近登录")]
    rows = [
        [p.username, p.name, masked(p.phone), _roles(p), _("正常") if p.is_active else _("已停用"), p.last_login]
        for p in people
    ]
    return Sheet(_("用户"), header, rows)


def _roles(person: User) -> str:
    held = person.current_grants  # type: ignore[attr-defined]
    return "；".join(f"{ROLE_LABELS[Role(g.role)]}（{g.site.name if g.site else _('全部项目')}）" for g in held)
