"""The counter's days: closed by finance, each with its report on page, in a workbook and on paper."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, PaymentMethod
from zhongshu.cashier import actions
from zhongshu.cashier.forms import CloseForm
from zhongshu.cashier.models import DailyClose
from zhongshu.cashier.permissions import CLOSE_DAY, VIEW_SHIFTS
from zhongshu.cashier.queries.days import DayFigures, close_of, closes_seen, figures_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web import excel, paper
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

PAPER = Path(__file__).resolve().parents[1] / "papers" / "day.typ"


@page(VIEW_SHIFTS, "GET", "POST")
def closes(request: SignedInRequest) -> HttpResponse:
    """Days closed so far; the next is looked at and closed."""
    site_id = request.site.pk
    request.actor.require(CLOSE_DAY if request.method == "POST" else VIEW_SHIFTS, site_id)
    coming = _next_day(site_id)
    form = CloseForm(request.POST or None, initial={"day": coming})
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    made: list[DailyClose] = []
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.close_day(**facts, **said))):
        messages.success(request, _("已日结。"))
        return redirect("cashier:close", made[0].day.isoformat())
    day = (form.cleaned_data.get("day") if form.is_bound and form.is_valid() else None) or coming
    shown = {
        "page": page_of(closes_seen(request.actor, site_id), request.GET.get("page")),
        "form": form,
        "may_close": request.actor.may(CLOSE_DAY, site_id),
        "figures": figures_of(site_id, day),
        "day": day,
    }
    return render(request, "cashier/closes.html", shown, status=422 if form.errors else 200)


def _next_day(site_id: int) -> date:
    """The day after the last that is closed, but no day to come; today where none is."""
    today = day_of(now())
    last = DailyClose.objects.filter(site_id=site_id).order_by("-day").first()
    return min(last.day + timedelta(days=1), today) if last else today


@page(VIEW_SHIFTS)
def close(request: SignedInRequest, day: str) -> HttpResponse:
    """A day as it stood when it was closed; `export` gives the workbook or the paper."""
    seen = close_of(request.actor, request.site.pk, _day(day))
    figures = DayFigures.of(seen.figures)
    match request.GET.get("export"):
        case "xlsx":
            return excel.download(f"counter-{seen.day}", [excel.Sheet(*table) for table in _tables(figures)])
        case "pdf":
            return paper.download(f"counter-{seen.day}", paper.pdf(PAPER, _paper(seen, figures), at=seen.at))
    return render(request, "cashier/close.html", {"close": seen, "figures": figures})


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return day


def _paper(seen: DailyClose, figures: DayFigures) -> dict[str, Any]:
    site: Site = seen.site
    by = seen.by.name if seen.by else ""
    told = {"by": by, "note": seen.note}
    return {
        "title": _("柜台日结表 %(day)s") % {"day": seen.day},
        "sub": f"{site.company.name} · {site.name}",
        "tables": [[title, header, [[_text(cell) for cell in row] for row in rows]]
                   for title, header, rows in _tables(figures)],
        "foot": [_("结账人：%(by)s") % told, *([_("差额说明：%(note)s") % told] if seen.note else [])],
        "at": seen.at,
    }  # fmt: skip


def _text(cell: Any) -> str:
    return f"{cell:,.2f}" if isinstance(cell, Decimal) else str("" if cell is None else cell)


def _tables(figures: DayFigures) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Title, header and rows of each table of the report."""
    return [
        (
            _("收款方式"),
            [_("方式"), _("笔数"), _("柜台收款（元）"), _("撤销（元）"), _("账上收款（元）"), _("柜台以外（元）")],
            [
                [str(PAYMENT_METHOD_LABELS[PaymentMethod(line.method)]), line.count, line.taken, line.cancelled,
                 line.books, line.outside]
                for line in figures.methods
            ],
        ),
        (_("现金"), [_("所在"), _("金额（元）")], cash_lines(figures)),
        (
            _("班次"),
            [_("班次"), _("收款人"), _("收款（元）"), _("清点差额（元）"), _("差额说明")],
            [[line.number, line.cashier, line.taken, line.difference, line.reason] for line in figures.shifts],
        ),
    ]  # fmt: skip


def cash_lines(figures: DayFigures) -> list[list[Any]]:
    """Where the cash lies against what the books say, and what moved on the day."""
    cash = figures.cash
    return [
        [_("账面现金余额"), cash.books],
        [_("班次抽屉"), cash.drawers],
        [_("交接途中"), cash.on_way],
        [_("同事手中待存"), cash.in_hands],
        [_("留作备用金"), cash.left],
        [_("实物合计减账面"), cash.difference],
        [_("当日存入银行"), figures.banked],
        [_("当日现金退款"), figures.paid_back],
    ]
