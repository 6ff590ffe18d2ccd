"""Reading: the list with its search, an article, what stands beside a call; on a desk and on a phone."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import Site
from zhongshu.identity.queries import site_of_code
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Refusal
from zhongshu.knowledge import actions, queries
from zhongshu.knowledge.kinds import FOR_STAFF, KIND_LABELS
from zhongshu.knowledge.permissions import ASK_TO_READ, READ_KNOWLEDGE, VIEW_READERS, WRITE_KNOWLEDGE
from zhongshu.knowledge.queries import Beside
from zhongshu.knowledge.views.nouns import offered
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import CATEGORY_LABELS, URGENCY_LABELS

MOST_TEXT = 100


@page(READ_KNOWLEDGE)
def articles(request: SignedInRequest) -> HttpResponse:
    """What counts at the site, searched and narrowed."""
    return render(request, "knowledge/articles.html", _listed(request))


@page(READ_KNOWLEDGE)
def phone(request: SignedInRequest) -> HttpResponse:
    """The same in one hand, with what one has to read first."""
    to_read = [task for task in queries.my_tasks(request.actor)[:50] if task.read_at is None]
    return render(request, "knowledge/phone/articles.html", _listed(request) | {"to_read": queries.titled(to_read)})


def _listed(request: SignedInRequest) -> dict[str, Any]:
    kind, category = request.GET.get("kind", ""), request.GET.get("category", "")
    text = request.GET.get("q", "").strip()[:MOST_TEXT]
    at = now()
    rows = queries.shown(queries.in_force_at(request.site.pk, day_of(at)), FOR_STAFF, kind, category)
    shown: dict[str, Any] = {
        "q": text,
        "kind": kind,
        "category": category,
        "kinds": KIND_LABELS,
        "categories": CATEGORY_LABELS,
        "may_write": request.actor.may(WRITE_KNOWLEDGE),
        "may_view_readers": request.actor.may(VIEW_READERS),
    }
    if not text:
        return shown | {"page": page_of(rows, request.GET.get("page"))}
    found = queries.search(rows, text)
    if not found and not (kind or category):
        actions.note_missed(text=text, site_id=request.site.pk, by_resident=False, at=at)
    return shown | {"found": found}


@page(READ_KNOWLEDGE)
def article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """One article; `?version=` an earlier one."""
    return render(request, "knowledge/article.html", shown_article(request, article_id))


def shown_article(request: SignedInRequest, article_id: int) -> dict[str, Any]:
    """What the page of an article shows."""
    number = request.GET.get("version", "")
    at, actor = now(), request.actor
    article = queries.article_by_id(actor, article_id)
    wanted_number = int(number) if number.isdecimal() and len(number) < 6 else None
    version = queries.version_of(actor, article, day_of(at), wanted_number)
    may_write = queries.may_at(actor, WRITE_KNOWLEDGE, article.site_id)
    return {
        "article": article,
        "version": version,
        "counts": queries.counts_on(version, day_of(at)),
        "versions": list(queries.versions_of(actor, article)),
        "entries": article.entries.order_by("-pk")[:50] if may_write else [],
        "to_read": queries.my_open_tasks(actor, article).select_related("request").first(),
        "useful": queries.useful(article) if may_write else None,
        "offered": offered(request, version, at=at),
        "may_write": may_write,
        "may_ask": actor.may(ASK_TO_READ),
        "may_adapt": article.site_id is None and actor.may(WRITE_KNOWLEDGE, request.site.pk),
    }


@page(READ_KNOWLEDGE)
def phone_article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """An article in one hand."""
    at = now()
    article = queries.article_by_id(request.actor, article_id)
    shown = {
        "article": article,
        "version": queries.version_of(request.actor, article, day_of(at)),
        "to_read": queries.my_open_tasks(request.actor, article).select_related("request").first(),
    }
    return render(request, "knowledge/phone/article.html", shown)


@page(READ_KNOWLEDGE)
def beside(request: SignedInRequest) -> HttpResponse:
    """The procedure and the words for a category and urgency, as a part of other pages. Two statements at most."""
    code = request.GET.get("site", "")
    site = site_of_code(code) if code and code != request.site.code else request.site
    if site is None or not request.actor.may(READ_KNOWLEDGE, site.pk):
        raise queries.not_found()
    found = _beside(request, site)
    key = " ".join(map(str, found.version_ids)) if found else ""
    if key and key == request.GET.get("beside_shown"):
        return HttpResponse(status=204)  # the same as stands there: what was ticked stays ticked
    shown = {"beside": found, "key": key, "is_phone": request.GET.get("look") == "phone"}
    return render(request, "knowledge/parts/beside.html", shown)


def _beside(request: SignedInRequest, site: Site) -> Beside | None:
    """As chosen, else as suggested; nothing for words that are none of ours."""
    said = request.GET
    category = said.get("category") or said.get("suggested_category", "")
    urgency = said.get("urgency") or said.get("suggested_urgency", "")
    if category not in CATEGORY_LABELS or urgency not in {"", *URGENCY_LABELS}:
        return None
    told = {"order_kind": said.get("kind", ""), "text": said.get("text", "")}
    return queries.beside(site.pk, day_of(now()), category=category, urgency=urgency, **told)


@page(READ_KNOWLEDGE, "POST")
def receipt(request: SignedInRequest, article_id: int) -> HttpResponse:
    """I have read it."""
    try:
        actions.confirm_read(actor=request.actor, at=now(), article_id=article_id)
        messages.success(request, _("已确认阅读，谢谢。"))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.message)
    return _back(request, article_id)


@page(READ_KNOWLEDGE, "POST")
def feedback(request: SignedInRequest, article_id: int) -> HttpResponse:
    """It helped, or not."""
    at = now()
    article = queries.article_by_id(request.actor, article_id)
    try:
        actions.say_helpful(
            actor=request.actor,
            at=at,
            version=queries.version_of(request.actor, article, day_of(at)),
            site_id=request.site.pk,
            is_helpful=request.POST.get("helped") == "yes",
            note=request.POST.get("note", ""),
        )
        messages.success(request, _("谢谢，已记下。"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _back(request, article_id)


def _back(request: SignedInRequest, article_id: int) -> HttpResponse:
    is_phone = request.POST.get("from") == "phone"
    return redirect("knowledge:phone_article" if is_phone else "knowledge:article", article_id=article_id)
