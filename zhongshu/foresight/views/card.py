"""The card of the formula: what it looks at, how good it is, where it is on; switching and learning."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from zhongshu.foresight import actions, jobs
from zhongshu.foresight.forms import SwitchForm
from zhongshu.foresight.kinds import FEATURE_LABELS, OURS, Feature
from zhongshu.foresight.models import Learning
from zhongshu.foresight.permissions import LEARN_FORESIGHT, SWITCH_FORESIGHT, VIEW_FORESIGHT, require_company
from zhongshu.foresight.policies.quality import Quality
from zhongshu.foresight.queries import forecasts
from zhongshu.foresight.queries.state import in_use, last_switch, quality_of, state_of
from zhongshu.foresight.queries.telling import weights_told
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_FORESIGHT)
def card(request: SignedInRequest) -> HttpResponse:
    """What everybody who sees a forecast may know about where it comes from."""
    return _shown(request, SwitchForm(initial={"scope": "site", "position": "on"}))


@page(SWITCH_FORESIGHT, "POST")
def switches(request: SignedInRequest) -> HttpResponse:
    """On or off, with the reason."""
    form = SwitchForm(request.POST)

    def switched(scope: str, position: str, reason: str) -> None:
        site = None if scope == "company" else request.site
        actions.switch(actor=request.actor, at=now(), site=site, is_on=position == "on", reason=reason)

    if attempt(form, switched):
        messages.success(request, _("开关已记录。"))
        return redirect("foresight:card")
    return _shown(request, form, status=422)


@page(LEARN_FORESIGHT, "POST")
def learnings(request: SignedInRequest) -> HttpResponse:
    """Ask for a learning; a worker does it."""
    require_company(request.actor, LEARN_FORESIGHT)
    try:
        with transaction.atomic():  # somebody may have asked a moment ago
            jobs.learn.defer(user_id=request.actor.user_id)
    except AlreadyEnqueued:
        messages.info(request, _("已经在排队学习，请稍后刷新。"))
    else:
        messages.success(request, _("已开始学习，需要几分钟；结果会列在下面。"))
    return redirect("foresight:card")


def _shown(request: SignedInRequest, form: SwitchForm, status: int = 200) -> HttpResponse:
    using, site = in_use(), request.site
    quality = quality_of(using) if using else None
    context = {
        "state": state_of(site.pk),
        "switched": [last_switch(None), last_switch(site.pk)],
        "in_use": using,
        "quality": quality,
        "skill_percent": f"{100 * quality.skill:.0f}" if quality else "",
        "plot": _plot(quality) if quality else None,
        "bins": [_bin(each) for each in quality.bins] if quality else [],
        "weights": _weights(using) if using else [],
        "labels": FEATURE_LABELS.values(),
        "lived": forecasts.lived(site.pk),
        "objections": forecasts.objections(request.actor, site.pk)[:50],
        "page": page_of(Learning.objects.order_by("-pk"), request.GET.get("page")),
        "form": form,
        "may_switch": request.actor.may(SWITCH_FORESIGHT, site.pk),
        "may_learn": request.actor.sites(LEARN_FORESIGHT) is None,
    }
    return render(request, "foresight/card.html", context, status=status)


def _plot(quality: Quality) -> dict[str, Any]:
    points = [[round(100 * each.foreseen, 1), round(100 * each.happened, 1), each.count] for each in quality.bins]
    return {"points": points, "x": _("预见的概率（%）"), "y": _("真正发生的（%）"), "name": _("预见与结果")}


def _bin(each: Any) -> dict[str, str | int]:
    return {
        "range": f"{100 * each.low:.0f}–{100 * each.high:.0f}%",
        "count": each.count,
        "foreseen": f"{100 * each.foreseen:.1f}%",
        "happened": f"{100 * each.happened:.1f}%",
    }


def _weights(learning: Learning) -> list[dict[str, Any]]:
    """The strongest first; what the past never showed has none."""
    told = sorted(weights_told(learning).items(), key=lambda pair: -abs(pair[1]))
    return [
        {"label": FEATURE_LABELS[Feature(name)], "weight": f"{weight:+.2f}", "ours": Feature(name) in OURS}
        for name, weight in told
        if weight
    ]
