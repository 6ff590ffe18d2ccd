"""A building seen from the front, coloured by band or by months in arrears."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.care.kinds import Band
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.policies.elevation import Block, Flat, blocks
from zhongshu.care.queries import boards
from zhongshu.care.queries.boards import Scored
from zhongshu.care.queries.elevations import flats_of
from zhongshu.care.views.looking import choices, looking
from zhongshu.identity.access import SignedInRequest, page

MOST_FLATS: Final = 5_000
STEPS: Final = (0, 1, 3, 6, 12)
"""Months in arrears from which the colour is another."""


@page(VIEW_CARE)
def elevation(request: SignedInRequest) -> HttpResponse:
    """A building by band, or by months in arrears (`by`): each flat leads to its account."""
    seen = looking(request)
    chosen = next((one for one in seen.buildings if one.path == seen.wanted.path), next(iter(seen.buildings), None))
    by = "months" if request.GET.get("by") == "months" else "band"
    shown = {"seen": seen, "building": chosen, "by": by, **choices(request, seen)}
    if chosen is not None:
        wanted = replace(seen.wanted, path=chosen.path)
        found = boards.listed(seen.site_id, seen.now, seen.now, wanted, size=MOST_FLATS, order="unit").rows
        homes = {row.unit_id: row for row in found}
        drawn = [_drawn(block, homes, by) for block in blocks(flats_of(chosen))]
        shown |= {"blocks": drawn, "legend": _legend(found, by), "total": len(found)}
    return render(request, "care/elevation.html", shown)


def _drawn(block: Block, homes: dict[int | None, Scored], by: str) -> dict[str, Any]:
    storeys = [
        {"floor": storey.floor, "cells": [_cell(flat, homes, by) for flat in storey.flats]} for storey in block.storeys
    ]
    return {"entrance": block.entrance, "doors": block.doors, "storeys": storeys}


def _cell(flat: Flat | None, homes: dict[int | None, Scored], by: str) -> dict[str, Any] | None:
    if flat is None:
        return None
    home = homes.get(flat.place_id)
    return {"flat": flat, "home": home, "look": _look(home, by) if home else "is-empty"}


def _look(home: Scored, by: str) -> str:
    return f"band-{home.band}" if by == "band" else f"months-{_step(home.months)}"


def _step(months: int) -> int:
    return max(step for step in STEPS if step <= months)


def _legend(found: list[Scored], by: str) -> list[dict[str, Any]]:
    """What each colour means, and how many there are of it."""
    looks = [_look(row, by) for row in found]
    if by == "band":
        return [{"band": band, "look": f"band-{band}", "count": looks.count(f"band-{band}")} for band in Band]
    untils = {**{step: after - 1 for step, after in pairwise(STEPS)}, STEPS[-1]: None}
    return [
        {"months": step or None, "until": until, "look": f"months-{step}", "count": looks.count(f"months-{step}")}
        for step, until in untils.items()
    ]
