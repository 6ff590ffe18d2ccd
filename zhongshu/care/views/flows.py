"""The way of the accounts through the bands, from month to month."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.care.kinds import BAND_LABELS, Band
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.policies.months import month_ends
from zhongshu.care.queries import boards
from zhongshu.care.queries.boards import GONE, NEW, Flows, Moment
from zhongshu.care.templatetags.care import band_label
from zhongshu.care.views.looking import choices, looking
from zhongshu.identity.access import SignedInRequest, page

MONTHS_BACK = {"6": 6, "12": 12}


@page(VIEW_CARE)
def flow(request: SignedInRequest) -> HttpResponse:
    """The way of the accounts through the bands, from month to month; `step`: the one shown in full."""
    seen = looking(request)
    back = MONTHS_BACK.get(request.GET.get("months_back", ""), 6)
    flows = boards.flows(seen.site_id, [Moment(day) for day in month_ends(seen.on, back)], seen.wanted)
    typed = request.GET.get("step", "")
    step = int(typed) if typed.isdecimal() and int(typed[:3]) < back else back - 1
    shown = {
        "seen": seen,
        "months": _months(flows),
        "steps": _steps(flows),
        "matrix": _matrix(flows, step),
        "step": step,
        "back": back,
        "backs": MONTHS_BACK,
        "ways_out": [*Band, GONE],
        "plots": {"flow": _sankey(flows), "stack": _stack(flows)},
    }
    return render(request, "care/flow.html", shown | choices(request, seen))


def _months(flows: Flows) -> list[dict[str, Any]]:
    rows = zip(flows.days, flows.counts, flows.gold, strict=True)
    return [{"on": on, "counts": counts, "gold": gold, "total": sum(counts.values())} for on, counts, gold in rows]


def _steps(flows: Flows) -> list[dict[str, Any]]:
    """From each month's end to the next: how many fell, rose, came and went."""
    return [
        {"nth": nth, "before": flows.days[nth], "on": flows.days[nth + 1], **_sums(flows, nth)}
        for nth in range(len(flows.days) - 1)
    ]


def _sums(flows: Flows, nth: int) -> dict[str, int]:
    rows = [row for row in flows.flows if row.nth == nth]
    return {
        "fallen": sum(row.accounts for row in rows if row.fell),
        "risen": sum(row.accounts for row in rows if row.rose),
        NEW: sum(row.accounts for row in rows if row.before == NEW),
        GONE: sum(row.accounts for row in rows if row.after == GONE),
    }


def _matrix(flows: Flows, step: int) -> dict[str, Any]:
    found = {(row.before, row.after): row.accounts for row in flows.flows if row.nth == step}
    columns = [*Band, GONE]
    rows = [{"was": was, "cells": [(band, found.get((was, band), 0)) for band in columns]} for was in (*Band, NEW)]
    return {"before": flows.days[step], "on": flows.days[step + 1], "rows": rows}


def _sankey(flows: Flows) -> dict[str, Any]:
    """Nodes are `month·band`; only bands that somebody was in."""
    nodes = [
        {"name": f"{nth}·{band}", "depth": nth, "band": band, "label": f"{band_label(band)} {count}"}
        for nth, counts in enumerate(flows.counts)
        for band, count in counts.items()
        if count
    ]
    passed = [row for row in flows.flows if row.before != NEW and row.after != GONE]
    links = [
        {"source": f"{row.nth}·{row.before}", "target": f"{row.nth + 1}·{row.after}", "value": row.accounts}
        for row in passed
    ]
    return {"nodes": nodes, "links": links, "labels": [f"{day}" for day in flows.days]}


def _stack(flows: Flows) -> dict[str, Any]:
    """All but the best band, which would hide the others."""
    series = [
        {"name": str(BAND_LABELS[band]), "band": band, "data": [counts[band] for counts in flows.counts]}
        for band in list(Band)[1:]
    ]
    return {"labels": [f"{day}" for day in flows.days], "series": series}
