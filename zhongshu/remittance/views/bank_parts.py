"""What the pages of the bank side share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest
from zhongshu.kernel.errors import Invalid
from zhongshu.remittance.layouts.files import LARGEST
from zhongshu.web.forms import attempt

MOST_EXPORTED = 20_000


def tried(request: SignedInRequest, form: forms.Form, act: Callable[..., object]) -> bool:
    """Whether something was sent, was right and was done."""
    return request.method == "POST" and attempt(form, act)


def form_page(
    request: SignedInRequest, form: forms.Form, *, title: str, verb: str, back: str, hint: str = "", **more: Any
) -> HttpResponse:
    """A page that is one form; `back` is where one gets out."""
    context = {"form": form, "title": title, "verb": verb, "back": back, "hint": hint, **more}
    return render(request, "remittance/bank_form.html", context, status=422 if form.errors else 200)


def bytes_of(file: Any) -> bytes:
    """What was uploaded. Raises Invalid beyond the largest file that is read."""
    if file.size > LARGEST:
        raise Invalid(_("文件太大，最大 %(most)s MB") % {"most": LARGEST // 2**20}, field="file")
    content: bytes = file.read()
    return content
