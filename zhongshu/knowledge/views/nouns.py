"""What can be done to an article or a version of it: one address and one form each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import User
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import now
from zhongshu.knowledge import actions, queries
from zhongshu.knowledge.engine.versions import writers_at
from zhongshu.knowledge.forms import NoteForm, OwnerForm, PublishForm, ReasonForm
from zhongshu.knowledge.lifecycle import VersionState
from zhongshu.knowledge.models import Version
from zhongshu.knowledge.permissions import REVIEW_KNOWLEDGE, WRITE_KNOWLEDGE
from zhongshu.web.forms import attempt

Act = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Noun:
    """`states`: of the version that is shown. `of_article`: it is done to the article, not to the version."""

    noun: str
    label: str | Promise
    icon: str
    right: Right
    form: type[forms.Form]
    act: Act
    states: frozenset[VersionState]
    of_article: bool = False


_DRAFT, _WAITING = frozenset({VersionState.DRAFT}), frozenset({VersionState.IN_REVIEW})
_IN_USE, _SETTLED = frozenset({VersionState.PUBLISHED}), frozenset({VersionState.PUBLISHED, VersionState.RETIRED})
NOUNS = {
    noun.noun: noun
    for noun in (
        Noun("submission", gettext_lazy("送审"), "send", WRITE_KNOWLEDGE, NoteForm, actions.submit, _DRAFT),
        Noun("publication", gettext_lazy("发布"), "check", REVIEW_KNOWLEDGE, PublishForm, actions.publish, _WAITING),
        Noun(
            "return", gettext_lazy("退回修改"), "arrow-back", REVIEW_KNOWLEDGE, ReasonForm, actions.send_back, _WAITING
        ),
        Noun(
            "confirmation",
            gettext_lazy("复核无误"),
            "circle-check",
            WRITE_KNOWLEDGE,
            NoteForm,
            actions.confirm_right,
            _IN_USE,
            of_article=True,
        ),
        Noun(
            "owner",
            gettext_lazy("指定负责人"),
            "user",
            WRITE_KNOWLEDGE,
            OwnerForm,
            actions.give_to,
            _SETTLED,
            of_article=True,
        ),
        Noun(
            "retirement",
            gettext_lazy("停用"),
            "x",
            REVIEW_KNOWLEDGE,
            ReasonForm,
            actions.retire,
            _IN_USE,
            of_article=True,
        ),
        Noun("disposal", gettext_lazy("作废草稿"), "x", WRITE_KNOWLEDGE, forms.Form, actions.discard, _DRAFT),
    )
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done now, with its form."""

    noun: Noun
    form: forms.Form
    is_open: bool = False


def offered(request: SignedInRequest, version: Version, *, at: datetime, tried: Offer | None = None) -> list[Offer]:
    """What this person can do to this version now; what was tried in vain stands open, as it was filled in."""
    offers = []
    state = VersionState(version.state)
    for noun in NOUNS.values():
        if state in noun.states and queries.may_at(request.actor, noun.right, version.article.site_id):
            is_tried = tried is not None and tried.noun is noun
            offers.append(tried if tried and is_tried else Offer(noun, _form(noun, version, at=at)))
    return offers


def _form(noun: Noun, version: Version, data: Any = None, *, at: datetime) -> forms.Form:
    initial = {"review_months": version.article.review_months, "owner": version.article.owner_id}
    form = noun.form(data, initial=initial)
    if isinstance(form, OwnerForm):
        able = writers_at(version.article.site_id, at=at).values("user")
        form.fields["owner"].queryset = User.objects.filter(pk__in=able).order_by("name")  # type: ignore[attr-defined]
    return form


@page(WRITE_KNOWLEDGE, "POST")
def doing(request: SignedInRequest, article_id: int, number: int, noun: str) -> HttpResponse:
    """One of `NOUNS` done to a version; refused, the page says why."""
    from zhongshu.knowledge.views.reading import shown_article

    chosen, at = NOUNS[noun], now()
    version = _version(request, article_id, number)
    form = _form(chosen, version, request.POST, at=at)
    target = {"article_id": article_id} if chosen.of_article else {"version_id": version.pk}
    if attempt(form, lambda **said: chosen.act(actor=request.actor, at=at, **target, **said)):
        messages.success(request, _("已完成：%(what)s") % {"what": chosen.label})
        return redirect("knowledge:article", article_id=article_id)
    shown = shown_article(request, article_id)
    offers = offered(request, version, at=at, tried=Offer(chosen, form, is_open=True))
    return render(request, "knowledge/article.html", shown | {"version": version, "offered": offers}, status=422)


def _version(request: SignedInRequest, article_id: int, number: int) -> Version:
    article = queries.article_by_id(request.actor, article_id)
    version = queries.versions_of(request.actor, article).filter(number=number).first()
    if version is None:
        raise queries.not_found()
    version.article = article
    return version
