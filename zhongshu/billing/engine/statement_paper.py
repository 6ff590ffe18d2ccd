"""The statement of an account on paper."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.billing.queries.statements import Line, Statement
from zhongshu.estate.models import Account
from zhongshu.kernel.clock import local
from zhongshu.web.paper import pdf

PAPER = Path(__file__).resolve().parents[1] / "papers" / "statement.typ"
_A_DAY = timedelta(days=1)


def statement_pdf(account: Account, found: Statement, *, at: datetime) -> bytes:
    """PDF/A; the same statement printed at the same instant gives the same bytes."""
    return pdf(PAPER, paper_of(account, found, at=at), at=at)


def paper_of(account: Account, found: Statement, *, at: datetime) -> dict[str, Any]:
    """The data of papers/statement.typ."""
    return {
        "title": _("账户对账单"),
        "sub": f"{account.site.company.name} · {account.site.name}",
        "facts": [
            [_("户号"), account.number],
            [_("房号"), account.unit.label if account.unit else "—"],
            [_("客户"), account.customer.name],
            [_("截至"), str(found.on)],
            [_("欠费月数"), str(found.months_in_arrears)],
            [_("打印时间"), local(at).strftime("%Y-%m-%d %H:%M")],
        ],
        "lines_title": _("未清账单"),
        "nothing": _("没有未清的账单"),
        "header": [
            _("收费项目"), _("账期"), _("应付日期"), _("金额（元）"), _("未清（元）"), _("违约金（元）"),
        ],
        "lines": [_line(line) for line in found.lines],
        "sums_title": _("合计"),
        "sums": [
            [_("未清本金"), _yuan(found.principal)],
            [_("违约金"), _yuan(found.late_fees)],
            [_("应收合计"), _yuan(found.total)],
            [_("预存款"), _yuan(found.credit)],
        ],
        "notes": [*_paid(found), _("违约金算到当天日终，已含当天收到的款。")],
    }  # fmt: skip


def _line(line: Line) -> list[str]:
    name = f"{line.item_name} · {line.place}" if line.place else line.item_name
    name += f" · {_('有争议')}" if line.is_disputed else ""
    period = f"{line.period_start} – {line.period_end - _A_DAY}"
    return [name, period, str(line.due_on), *map(_yuan, (line.amount, line.open_amount, line.late_fee))]


def _paid(found: Statement) -> list[str]:
    words = _("%(item)s 已交到：%(day)s")
    return [words % {"item": code, "day": day or "–"} for code, day in found.paid_until.items()]


def _yuan(amount: Any) -> str:
    return f"{amount:,.2f}"
