"""How each site is run."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity import actions
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.kinds import OPERATING_MODEL_LABELS
from zhongshu.identity.models import Site
from zhongshu.identity.permissions import MANAGE_SITES
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal


@page(MANAGE_SITES)
def sites(request: SignedInRequest) -> HttpResponse:
    """The sites one may run another way, each with its operating model."""
    return _show(request)


@page(MANAGE_SITES, "POST")
def operating_model(request: SignedInRequest, code: str) -> HttpResponse:
    """Switch a site to another operating model."""
    site = get_object_or_404(request.actor.visible(Site.objects.all(), MANAGE_SITES, by="pk"), code=code)
    try:
        actions.switch_operating_model(
            actor=request.actor, at=now(), site_id=site.pk, model=request.POST.get("model", "")
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, {"site": site, "message": refusal.message}, status=refusal.status)
    messages.success(
        request, _("%(name)s 的运营模式已切换；未结束的工单不变，只是下一步由谁处理不同。") % {"name": site.name}
    )
    return redirect("identity:sites")


def _show(request: SignedInRequest, refused: dict[str, object] | None = None, *, status: int = 200) -> HttpResponse:
    rows = request.actor.visible(Site.objects.order_by("code"), MANAGE_SITES, by="pk")
    context = {"rows": rows, "models": OPERATING_MODEL_LABELS.items(), "refused": refused or {}}
    return render(request, "identity/sites.html", context, status=status)
