"""Customers to call back, on the phone: one card at a time, answered with one thumb."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.cases.permissions import FOLLOW_UP_CASES
from zhongshu.cases.queries import calls_due
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now

LISTED = 20
SCORES = (5, 4, 3, 2, 1)


@page(FOLLOW_UP_CASES)
def calls_to_make(request: SignedInRequest) -> HttpResponse:
    """The calls that are mine to make first, then the others, by when they are due."""
    rows = list(calls_due(request.actor, request.site.pk)[: LISTED * 2])
    rows.sort(key=lambda call: call.caller_id != request.user.pk)
    calls = rows[:LISTED]
    picked = next((call for call in calls if str(call.pk) == request.GET.get("call")), next(iter(calls), None))
    context = {"calls": calls, "picked": picked, "scores": SCORES, "now": now()}
    return render(request, "console/phone/calls.html", context)
