"""What the channels know of a case, beside it."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.cases.permissions import VIEW_CASES
from zhongshu.cases.queries import case_by_number
from zhongshu.channels.forms import AngerForm
from zhongshu.channels.models import Alarm, Call, HotlineSheet, Letter
from zhongshu.channels.permissions import HOTLINE, KEEP_LETTERS, NOTE_LOAD
from zhongshu.identity.access import SignedInRequest, page


@page(VIEW_CASES)
def beside(request: SignedInRequest, number: str) -> HttpResponse:
    """Calls with their recordings, the order sheet, the letter, alarms; and a form for an angry contact."""
    case, actor = case_by_number(request.actor, number), request.actor
    context = {
        "case": case,
        "calls": Call.objects.filter(case=case).select_related("agent__user").order_by("-started_at"),
        "sheet": HotlineSheet.objects.filter(case=case).first() if actor.may(HOTLINE, case.site_id) else None,
        "letter": Letter.objects.filter(case=case).first() if actor.may(KEEP_LETTERS, case.site_id) else None,
        "alarms": Alarm.objects.filter(case=case).select_related("device__place").order_by("-last_raised_at"),
        "anger": AngerForm(initial={"case_number": case.number}) if actor.may(NOTE_LOAD, case.site_id) else None,
    }
    return render(request, "channels/parts/beside.html", context)
