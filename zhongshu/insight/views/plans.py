"""Hot spots on a plan of the site."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.insight import actions
from zhongshu.insight.forms import PictureForm, PointsForm
from zhongshu.insight.kinds import RHYTHM_LABELS
from zhongshu.insight.permissions import EDIT_PLAN, SEE_REPORTS
from zhongshu.insight.policies.plan import WIDTH, drawing
from zhongshu.insight.queries import plans, reports
from zhongshu.insight.queries.scopes import scope_named
from zhongshu.insight.views._looking import looking
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.forms import attempt
from zhongshu.work.kinds import CATEGORY_LABELS


@page(SEE_REPORTS, "GET", "POST")
def plan(request: SignedInRequest) -> HttpResponse:
    """The site's plan, shaded by the number of cases of a category over a period, with the same as a table.

    POST sends a picture or coordinates for the plan.
    """
    forms = {"picture": PictureForm(auto_id="plan-%s"), "points": PointsForm(auto_id="plan-%s")}
    if request.method == "POST":
        request.actor.require(EDIT_PLAN, request.site.pk)
        which = "points" if "points" in request.FILES else "picture"
        forms[which] = type(forms[which])(request.POST, request.FILES, auto_id="plan-%s")
        if _taken(request, which, forms[which]):
            return redirect("insight:plan")
    refused = any(form.errors for form in forms.values())
    return render(request, "insight/plan.html", _context(request) | {"forms": forms}, status=422 if refused else 200)


def _taken(request: SignedInRequest, which: str, form: Any) -> bool:
    act = actions.put_picture if which == "picture" else actions.import_coordinates
    if not attempt(form, lambda **given: act(actor=request.actor, at=now(), site=request.site, **given)):
        return False
    messages.success(request, _("平面图已更新。"))
    return True


def _context(request: SignedInRequest) -> dict[str, Any]:
    seen = looking(request)
    site = seen.scope.site or request.site
    single = [scope for scope in seen.scopes if scope.site]
    scope = next((one for one in single if one.site == site), None)
    if scope is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    category = request.GET.get("category", "")
    category = category if category in CATEGORY_LABELS else ""
    of = reports.slice_of(scope, seen.period, at=seen.at, **({"category": category} if category else {}))
    nodes, picture = plans.nodes_of(site, of), plans.picture_of(site)
    height = WIDTH * picture.height / picture.width if picture and picture.width else 0
    drawn = drawing(nodes, height=height)
    return {
        "seen": seen,
        "scopes": single,
        "scope": scope,
        "period": seen.period,
        "rhythm_labels": RHYTHM_LABELS,
        "category": category,
        "categories": CATEGORY_LABELS,
        "drawn": drawn,
        "picture": picture if drawn.placed else None,
        "ranked": sorted((n for n in nodes if n.number), key=lambda node: -node.number),
        "common": plans.COMMON_BAND,
        "may_edit": request.actor.may(EDIT_PLAN, site.pk),
        "has_places": bool(nodes),
    }


@page(SEE_REPORTS)
def picture(request: SignedInRequest, site: str) -> HttpResponse:
    """The uploaded plan of a site one may see the figures of. Raises NotFound."""
    scope = scope_named(request.actor, f"site-{site}")
    found = plans.picture_of(scope.site) if scope.site else None
    if found is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    with found.picture.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
