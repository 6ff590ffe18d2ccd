"""The words of documents, lawyers, hours of contact."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.collecting import actions
from zhongshu.collecting.forms.notices import HoursForm, LawyerForm, WordsForm
from zhongshu.collecting.kinds import DOCUMENT_LABELS
from zhongshu.collecting.models import DunningTemplate, Lawyer
from zhongshu.collecting.permissions import EDIT_WORDS, MAKE_NOTICES, REGISTER_LAWYERS, VIEW_NOTICES
from zhongshu.collecting.policies.shipped import PLACEHOLDERS, SHIPPED, Words, preview_values
from zhongshu.collecting.policies.words import fault_in, filled
from zhongshu.collecting.queries.contacts import hours_at
from zhongshu.collecting.queries.notices import templates_in_force, versions_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import may_everywhere
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt


@page(VIEW_NOTICES)
def templates(request: SignedInRequest) -> HttpResponse:
    """Every document with the words in force."""
    request.actor.require(VIEW_NOTICES, request.site.pk)
    used = templates_in_force(request.site, day_of(now()))
    rows = [(kind, label, used.get(kind), _shown(kind, used.get(kind))) for kind, label in DOCUMENT_LABELS.items()]
    shown = {"rows": rows, "may_edit": request.actor.may(EDIT_WORDS, request.site.pk)}
    return render(request, "collecting/templates.html", shown)


def _shown(kind: str, template: DunningTemplate | None) -> Words:
    return Words(template.title, template.text) if template else SHIPPED[kind]


@page(EDIT_WORDS, "GET", "POST")
def template(request: SignedInRequest, kind: str) -> HttpResponse:
    """Edited beside its preview; every save is a new version."""
    request.actor.require(EDIT_WORDS, request.site.pk)
    if kind not in DOCUMENT_LABELS:
        raise Http404
    today, may_company = day_of(now()), may_everywhere(request.actor, EDIT_WORDS)
    used = templates_in_force(request.site, today).get(kind)
    words = _shown(kind, used)
    form = WordsForm(request.POST or None, initial={"title": words.title, "text": words.text, "starts_on": today})
    site = None if may_company and request.POST.get("scope") == "company" else request.site
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "company_id": request.site.company_id}
    if request.method == "POST" and attempt(
        form, lambda **said: actions.save_template(**facts, site=site, kind=kind, **said)
    ):
        messages.success(request, _("已保存为新版本，以前的文书不变。"))
        return redirect("collecting:templates")
    shown = {
        "form": form, "kind": kind, "label": DOCUMENT_LABELS[kind], "used": used, "placeholders": PLACEHOLDERS,
        "versions": versions_of(request.site, kind), "may_company": may_company,
    }  # fmt: skip
    return render(request, "collecting/template.html", shown, status=422 if form.errors else 200)


@page(EDIT_WORDS, "POST")
def preview(request: SignedInRequest) -> HttpResponse:
    """The words as they would stand on paper, or what is wrong with them."""
    words = Words(request.POST.get("title", "")[:200], request.POST.get("text", "")[:5000])
    values = preview_values()
    parts = [filled(part, values) for part in words.text.splitlines() if part.strip()]
    shown = {"fault": fault_in(words), "title": filled(words.title, values), "parts": parts}
    return render(request, "collecting/parts/preview.html", shown)


@page(REGISTER_LAWYERS, "GET", "POST")
def lawyers(request: SignedInRequest) -> HttpResponse:
    """Who may sign lawyer's letters for the site, now and before."""
    site_id = request.site.pk
    request.actor.require(REGISTER_LAWYERS, site_id)
    form = LawyerForm(request.POST or None)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if request.method == "POST" and attempt(form, lambda **said: actions.register_lawyer(**facts, **said)):
        messages.success(request, _("已登记，从今天起可以发律师函。"))
        return redirect("collecting:lawyers")
    shown = {"form": form, "rows": Lawyer.objects.filter(site_id=site_id).order_by("-starts_on", "-pk")}
    return render(request, "collecting/lawyers.html", shown, status=422 if form.errors else 200)


@page(REGISTER_LAWYERS, "POST")
def lawyer_ending(request: SignedInRequest, lawyer_id: int) -> HttpResponse:
    """No more letters by this lawyer."""
    actions.end_lawyer(actor=request.actor, at=now(), lawyer_id=lawyer_id)
    messages.success(request, _("已停用。"))
    return redirect("collecting:lawyers")


@page(MAKE_NOTICES, "GET", "POST")
def contact_hours(request: SignedInRequest) -> HttpResponse:
    """When and how often an account may be spoken to about money."""
    site_id = request.site.pk
    request.actor.require(MAKE_NOTICES, site_id)
    form = HoursForm(request.POST or None, initial=hours_at(site_id, day_of(now()))._asdict())
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if request.method == "POST" and attempt(form, lambda **said: actions.set_contact_rule(**facts, **said)):
        messages.success(request, _("已保存，从今天起生效。"))
        return redirect("collecting:contact_hours")
    return render(request, "collecting/contact_hours.html", {"form": form}, status=422 if form.errors else 200)
