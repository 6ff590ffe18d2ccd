"""Printing the codes of dwellings, sixteen on a sheet."""

from pathlib import Path

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.remittance import actions
from zhongshu.remittance.engine.links import code_url
from zhongshu.remittance.forms.online import CodesForm
from zhongshu.remittance.models import PayCode
from zhongshu.remittance.permissions import MAKE_CODES
from zhongshu.web.forms import show_refusal
from zhongshu.web.links import home_of
from zhongshu.web.paper import download, pdf

PAPER = Path(__file__).resolve().parents[1] / "papers" / "codes.typ"


@page(MAKE_CODES, "GET", "POST")
def codes(request: SignedInRequest) -> HttpResponse:
    """Choose a building or an entrance; its sheet comes as a PDF."""
    form = CodesForm(request.POST or None, site_id=request.site.pk)
    if form.is_valid():
        try:
            made = actions.make_codes(actor=request.actor, at=now(), place=form.found())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            if made:
                return download(f"pay-codes-{form.cleaned_data['place']}", _sheet(made, home_of(request), request))
            form.add_error("place", _("这里没有住户或商铺。"))
    return render(request, "remittance/codes.html", {"form": form}, status=422 if form.errors else 200)


def _sheet(made: list[PayCode], home: str, request: SignedInRequest) -> bytes:
    cells = [[code.place.label, _drawn(code_url(code, home))] for code in made]
    data = {
        "title": _("扫码缴费"),
        "site": request.site.name,
        "hint": _("微信或浏览器扫一扫，查账并缴费"),
        "cells": cells,
    }
    return pdf(PAPER, data, at=now())


def _drawn(url: str) -> str:
    return str(segno.make(url, error="m").svg_inline(scale=4, dark="#000", light="#fff", border=2))
