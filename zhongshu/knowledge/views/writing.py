"""Writing: what is in the works, a new article, a draft, what changed between versions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import may_everywhere
from zhongshu.identity.models import Site
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Refusal
from zhongshu.knowledge import actions, queries
from zhongshu.knowledge.forms import ContentForm, NewForm, initial_of
from zhongshu.knowledge.lifecycle import VersionState
from zhongshu.knowledge.models import Version
from zhongshu.knowledge.permissions import READ_KNOWLEDGE, WRITE_KNOWLEDGE
from zhongshu.knowledge.policies.content import Content, differences
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

COMPANY = "company"


@page(WRITE_KNOWLEDGE)
def desk(request: SignedInRequest) -> HttpResponse:
    """Drafts, what waits for review, what is to be looked at again."""
    due = queries.review_due(request.actor, day_of(now()))
    shown = {"page": page_of(queries.desk_of(request.actor), request.GET.get("page")), "due": due}
    return render(request, "knowledge/desk.html", shown)


@page(WRITE_KNOWLEDGE, "GET", "POST")
def new(request: SignedInRequest) -> HttpResponse:
    """A new article."""
    form = NewForm(request.POST or None, scopes=scopes_of(request, WRITE_KNOWLEDGE))
    drafted: list[Version] = []

    def draft(scope: str, kind: str, **said: Any) -> None:
        site, content = site_of_scope(request, scope), Content(**as_content(said))
        drafted.append(actions.draft_article(actor=request.actor, at=now(), site=site, kind=kind, content=content))

    if request.method == "POST" and attempt(form, draft):
        messages.success(request, _("草稿已保存。"))
        return redirect("knowledge:article", article_id=drafted[0].article_id)
    return render(request, "knowledge/new.html", {"form": form}, status=422 if form.errors else 200)


@page(WRITE_KNOWLEDGE, "GET", "POST")
def draft(request: SignedInRequest, article_id: int) -> HttpResponse:
    """The draft of an article, to be changed."""
    article = queries.article_by_id(request.actor, article_id)
    version = queries.versions_of(request.actor, article).filter(state=VersionState.DRAFT).first()
    if version is None or not queries.may_at(request.actor, WRITE_KNOWLEDGE, article.site_id):
        raise queries.not_found()
    form = ContentForm(request.POST or None, initial=initial_of(version.content))

    def edit(**said: Any) -> None:
        content = Content(**as_content(said))
        actions.edit_draft(actor=request.actor, at=now(), version_id=version.pk, content=content)

    if request.method == "POST" and attempt(form, edit):
        messages.success(request, _("草稿已保存。"))
        return redirect("knowledge:article", article_id=article_id)
    shown = {"form": form, "article": article, "version": version}
    return render(request, "knowledge/draft.html", shown, status=422 if form.errors else 200)


@page(WRITE_KNOWLEDGE, "POST")
def versions(request: SignedInRequest, article_id: int) -> HttpResponse:
    """A draft of the next version."""
    return _begun(
        request, article_id, lambda: actions.new_version(actor=request.actor, at=now(), article_id=article_id)
    )


@page(WRITE_KNOWLEDGE, "POST")
def own(request: SignedInRequest, article_id: int) -> HttpResponse:
    """The site's own version of a company-wide article."""
    site = request.site
    return _begun(
        request, article_id, lambda: actions.adapt(actor=request.actor, at=now(), article_id=article_id, site=site)
    )


def _begun(request: SignedInRequest, article_id: int, begin: Any) -> HttpResponse:
    try:
        version = begin()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.message)
        return redirect("knowledge:article", article_id=article_id)
    return redirect("knowledge:draft", article_id=version.article_id)


@page(READ_KNOWLEDGE)
def difference(request: SignedInRequest, article_id: int, number: int) -> HttpResponse:
    """What a version changed against the one before it."""
    article = queries.article_by_id(request.actor, article_id)
    rows = {row.number: row for row in queries.versions_of(request.actor, article)}
    if number not in rows:
        raise queries.not_found()
    before = next((rows[n] for n in sorted(rows, reverse=True) if n < number), None)
    changes = differences(before.content, rows[number].content) if before else []
    labels = {name: field.label for name, field in ContentForm.base_fields.items()}
    shown = {"article": article, "version": rows[number], "before": before, "changes": changes, "labels": labels}
    return render(request, "knowledge/difference.html", shown)


def as_content(said: dict[str, Any]) -> dict[str, Any]:
    """The form's lists as the content's tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def scopes_of(request: SignedInRequest, right: Right) -> list[tuple[str, str]]:
    """The site, and the company for who holds the right at every site."""
    found = [(request.site.code, request.site.name)] if request.actor.may(right, request.site.pk) else []
    return [*found, (COMPANY, _("公司通用"))] if may_everywhere(request.actor, right) else found


def site_of_scope(request: SignedInRequest, scope: str) -> Site | None:
    """The site that was chosen; None: the company."""
    return None if scope == COMPANY else request.site
