"""Letters: the list, a new one, one with its pages, and what was written back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.channels import actions
from zhongshu.channels.forms import LetterFilterForm, LetterForm, LetterReplyForm
from zhongshu.channels.models import Letter
from zhongshu.channels.permissions import KEEP_LETTERS
from zhongshu.channels.queries.letters import letter_seen, letters_listed, page_seen
from zhongshu.channels.views.answers import form_page, tried
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000


@page(KEEP_LETTERS)
def letters(request: SignedInRequest) -> HttpResponse:
    """Letters of the site, the latest first."""
    form = LetterFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = letters_listed(request.actor, site_id=request.site.pk, **said)
    if request.GET.get("export") == "xlsx":
        return download("letters", [Sheet(_("信件"), _header(), map(_line, rows[:MOST_EXPORTED]))])
    return render(request, "channels/letters.html", {"form": form, "page": page_of(rows, request.GET.get("page"))})


def _header() -> list[str]:
    return [_("收信日期"), _("写信人"), _("内容"), _("报事"), _("回信日期"), _("回信内容")]


def _line(letter: Letter) -> list[object]:
    case = letter.case
    return [letter.received_on, letter.sender, case.text, case.number, letter.replied_on, letter.reply]


@page(KEEP_LETTERS, "GET", "POST")
def new_letter(request: SignedInRequest) -> HttpResponse:
    """A letter with its scans becomes a case."""
    request.actor.require(KEEP_LETTERS, request.site.pk)
    form = LetterForm(request.POST or None, request.FILES or None, initial={"received_on": day_of(now())})
    kept: list[Letter] = []

    def keep(**said: Any) -> None:
        kept.append(actions.keep_letter(actor=request.actor, at=now(), site=request.site, **said))

    if tried(request, form, keep):
        messages.success(request, _("信件已登记并派单。"))
        return redirect("channels:letter", kept[0].pk)
    return form_page(request, form, title=_("登记信件"), back=reverse("channels:letters"), is_upload=True)


@page(KEEP_LETTERS)
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """One letter, its case, and the reply."""
    return _show(request, letter_seen(request.actor, pk), LetterReplyForm(initial={"replied_on": day_of(now())}))


@page(KEEP_LETTERS, "POST")
def letter_reply(request: SignedInRequest, pk: int) -> HttpResponse:
    form = LetterReplyForm(request.POST, request.FILES)

    def reply(**said: Any) -> None:
        actions.reply_to_letter(actor=request.actor, at=now(), letter_id=pk, **said)

    if attempt(form, reply):
        messages.success(request, _("回信已登记。"))
        return redirect("channels:letter", pk)
    return _show(request, letter_seen(request.actor, pk), form)


def _show(request: SignedInRequest, found: Letter, form: LetterReplyForm) -> HttpResponse:
    context = {"letter": found, "form": form, "pages": found.pages.all()}
    return render(request, "channels/letter.html", context, status=422 if form.errors else 200)


@page(KEEP_LETTERS)
def letter_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """A page as a picture."""
    with page_seen(request.actor, pk).file.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg", headers={"Cache-Control": "private"})
