"""The service guide and the law in plain words, for residents."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Refusal
from zhongshu.knowledge import actions, queries
from zhongshu.knowledge.kinds import FOR_RESIDENTS, KIND_LABELS
from zhongshu.knowledge.models import Version
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.web.paging import page_of

MOST_TEXT = 100


@page(USE_PORTAL)
def guide(request: SignedInRequest) -> HttpResponse:
    """What residents may read at the site, searched and narrowed."""
    text, kind = request.GET.get("q", "").strip()[:MOST_TEXT], request.GET.get("kind", "")
    rows = _readable(request, kind)
    if not text:
        kinds = {each: KIND_LABELS[each] for each in KIND_LABELS if each not in ("sop", "script")}
        shown = {"page": page_of(rows, request.GET.get("page")), "kind": kind, "kinds": kinds}
        return render(request, "portal/guide.html", shown)
    found = queries.search(rows, text)
    if not found:
        actions.note_missed(text=text, site_id=request.site.pk, by_resident=True, at=now())
    return render(request, "portal/guide.html", {"q": text, "found": found})


@page(USE_PORTAL)
def article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """One of them."""
    return render(request, "portal/guide_article.html", {"version": _readable_one(request, article_id)})


@page(USE_PORTAL, "POST")
def helped(request: SignedInRequest, article_id: int) -> HttpResponse:
    """It helped, or not."""
    version = _readable_one(request, article_id)
    said = {"is_helpful": request.POST.get("helped") == "yes", "note": request.POST.get("note", "")}
    try:
        actions.say_helpful(actor=request.actor, at=now(), version=version, site_id=request.site.pk, **said)  # type: ignore[arg-type]
        messages.success(request, _("谢谢，已记下。"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("portal:guide_article", article_id=article_id)


def _readable(request: SignedInRequest, kind: str = "") -> QuerySet[Version]:
    return queries.shown(queries.in_force_at(request.site.pk, day_of(now())), FOR_RESIDENTS, kind)


def _readable_one(request: SignedInRequest, article_id: int) -> Version:
    version = _readable(request).filter(article=article_id).first()
    if version is None:
        raise queries.not_found()
    return version
