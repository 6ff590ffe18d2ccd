"""Reading the books: trial balance, statement of an account, entries."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.ledger import queries
from zhongshu.ledger.kinds import CHART, ENTRY_KIND_LABELS, FUND_LABELS, EntryKind, Fund
from zhongshu.ledger.models import Entry, LedgerAccount, Leg
from zhongshu.ledger.permissions import POST_MANUALLY, VIEW_LEDGER
from zhongshu.ledger.policies import first_of
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of

EXPORTED = 50_000


@page(VIEW_LEDGER)
def trial_balance(request: SignedInRequest) -> HttpResponse:
    """Every account of the site on a day, fund by fund."""
    request.actor.require(VIEW_LEDGER, request.site.pk)
    today = day_of(now())
    typed = request.GET.get("on", "")
    on = _day(typed)
    funds = queries.totals(queries.trial_balance(request.site.pk, on or today))
    if request.GET.get("export") == "xlsx":
        return download(f"trial-balance-{on or today}", [_balances_sheet(funds)])
    shown = {
        "on": on or today,
        "typed": typed or today.isoformat(),
        "wrong": bool(typed) and on is None,
        "month": first_of(on or today),
        "funds": funds,
    }
    return render(request, "ledger/trial_balance.html", shown)


@page(VIEW_LEDGER)
def account(request: SignedInRequest, account_id: int) -> HttpResponse:
    """What moved on an account, with the balance after each line; this month unless other days are asked for."""
    found = queries.account_by_id(request.actor, account_id)
    asked = request.GET if {"since", "until"} & request.GET.keys() else {"since": str(first_of(day_of(now())))}
    days = Days.of(asked)
    rows = queries.legs_on(found, since=days.since, until=days.until)
    sums = queries.turnover(found, since=days.since, until=days.until)
    if request.GET.get("export") == "xlsx":
        sheet = _statement_sheet(found, queries.running(rows[:EXPORTED], sums.opening))
        return download(f"account-{found.code}", [sheet])
    leaf = page_of(rows, request.GET.get("page"))
    lines = queries.with_balances(found, leaf.rows)
    shown = {"account": found, "days": days, "sums": sums, "page": leaf, "lines": lines}
    return render(request, "ledger/account.html", shown)


@page(VIEW_LEDGER)
def entries(request: SignedInRequest) -> HttpResponse:
    """Every entry of the site, the latest first."""
    request.actor.require(VIEW_LEDGER, request.site.pk)
    days, kind = Days.of(request.GET), request.GET.get("kind", "")
    rows = _narrowed(queries.entries_visible(request.actor).filter(site=request.site), days, kind)
    shown = {"page": page_of(rows, request.GET.get("page")), "days": days, "kind": kind, "kinds": ENTRY_KIND_LABELS}
    return render(request, "ledger/entries.html", shown)


@page(VIEW_LEDGER)
def entry(request: SignedInRequest, number: str) -> HttpResponse:
    """One entry: its legs, where it came from, what undid it."""
    found = queries.entry_by_number(request.actor, number)
    may_reverse = found.kind == EntryKind.MANUAL and request.actor.may(POST_MANUALLY, found.site_id)
    shown = {
        "entry": found,
        "legs": found.legs.select_related("account"),
        "reversed_by": queries.reversal_of(found),
        "proposal": found.proposal if hasattr(found, "proposal") else None,
        "may_reverse": may_reverse,
    }
    return render(request, "ledger/entry.html", shown)


def _narrowed(rows: "QuerySet[Entry]", days: Days, kind: str) -> "QuerySet[Entry]":
    rows = rows.filter(kind=kind) if kind in set(EntryKind) else rows
    rows = rows.filter(dated_on__gte=days.since) if days.since else rows
    rows = rows.filter(dated_on__lte=days.until) if days.until else rows
    return rows.order_by("-dated_on", "-id")


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and date(1900, 1, 1) <= found < date(3000, 1, 1) else None


def _balances_sheet(funds: list[queries.Totals]) -> Sheet:
    header = [_("资金"), _("科目"), _("科目名称"), _("期初余额"), _("本月借方"), _("本月贷方"), _("期末余额")]
    rows = [[*_named(row), row.opening, row.debit, row.credit, row.closing] for fund in funds for row in fund.rows]
    return Sheet(
        _("科目余额表"), header, [[str(cell) if i < 3 else cell for i, cell in enumerate(row)] for row in rows]
    )


def _named(row: queries.Balances) -> list[str]:
    return [str(FUND_LABELS[Fund(row.fund)]), row.code, str(CHART[row.code].name)]


def _statement_sheet(account: LedgerAccount, lines: Iterable[queries.Line]) -> Sheet:
    header = [_("日期"), _("凭证号"), _("类型"), _("摘要"), _("来源"), _("借方"), _("贷方"), _("余额")]
    rows = (_statement_row(line.leg, line.balance) for line in lines)
    return Sheet(f"{account.code}", header, rows)


def _statement_row(leg: Leg, balance: Decimal) -> list[Any]:
    said = leg.entry
    sides = (leg.amount, None) if leg.amount > 0 else (None, -leg.amount)
    return [said.dated_on, said.number, said.kind_label, said.memo, said.source, *sides, balance]
