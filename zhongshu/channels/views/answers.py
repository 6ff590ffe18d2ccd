"""What the pages of the channels share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.identity.access import SignedInRequest
from zhongshu.web.forms import attempt


def tried(request: SignedInRequest, form: forms.Form, act: Callable[..., object]) -> bool:
    """Whether something was sent, was right and was done."""
    return request.method == "POST" and attempt(form, act)


def form_page(request: SignedInRequest, form: forms.Form, *, title: str, back: str, **more: Any) -> HttpResponse:
    """A page that is one form; `back` is where one gets out."""
    context = {"form": form, "title": title, "back": back, **more}
    return render(request, "channels/form.html", context, status=422 if form.errors else 200)
