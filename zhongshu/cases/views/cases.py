"""The list of cases."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.cases.forms import FilterForm
from zhongshu.cases.kinds import CATEGORY_LABELS
from zhongshu.cases.models import Case
from zhongshu.cases.permissions import OPEN_CASES, VIEW_CASES
from zhongshu.cases.queries import cases_visible, listed
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000


@page(VIEW_CASES)
def cases(request: SignedInRequest) -> HttpResponse:
    """Cases of the site, newest first, narrowed by what stands in the address."""
    form = FilterForm(request.GET)
    rows = listed(cases_visible(request.actor).filter(site=request.site), [form.condition()])
    if request.GET.get("export") == "xlsx":
        return download("cases", [Sheet(_("报事"), _header(), map(_line, rows[:MOST_EXPORTED].iterator(2000)))])
    context = {
        "form": form,
        "page": page_of(rows, request.GET.get("page")),
        "may_open": request.actor.may(OPEN_CASES, request.site.pk),
    }
    return render(request, "cases/cases.html", context)


def _header() -> list[str]:
    return [
        _("单号"),
        _("受理时间"),
        _("状态"),
        _("紧急程度"),
        _("类别"),
        _("渠道"),
        _("位置"),
        _("内容"),
        _("负责人"),
        _("关闭时间"),
    ]


def _line(case: Case) -> list[object]:
    return [
        case.number,
        case.opened_at,
        case.get_state_display(),
        case.urgency,
        str(CATEGORY_LABELS[case.category]),  # type: ignore[index]  # the column holds the enum's values
        case.get_channel_display(),
        case.place.label if case.place else case.place_text,
        case.text,
        case.owner.name if case.owner else "",
        case.closed_at,
    ]
