"""How a figure and the ledger are laid side by side: what the figure is made of, and where it stands in the books."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.insight.queries.money_books import Cleared, Receivable, Received, Reconciled, ledger_accounts
from zhongshu.insight.queries.scopes import Scope
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.kinds import BANK, CARD, CASH, CHART, CLEARING, CREDIT, FUND_LABELS, RECEIVABLE, Fund
from zhongshu.ledger.models import LedgerAccount

MONEY_CODES = (CASH, BANK, CLEARING, CARD)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in the books: by its own days, by those of the books, and in the ledger; links to the statements."""

    label: str
    told: Decimal
    booked: Decimal
    ledger: Decimal
    links: Sequence[Link] = ()

    @property
    def shift(self) -> Decimal:
        return self.booked - self.told

    @property
    def difference(self) -> Decimal:
        return self.ledger - self.booked


@dataclass(frozen=True, slots=True)
class Panel:
    """`parts`: what the figures of the page add up to, so that they are the first line's `told`."""

    parts: Sequence[tuple[str, Decimal]]
    lines: Sequence[Line]

    @property
    def is_even(self) -> bool:
        return all(line.difference == 0 for line in self.lines)


def of_cleared(rows: Sequence[Cleared], scope: Scope, *, since: date, on: date) -> Panel:
    """What money cleared, against the money that came and what account credit fell by."""
    parts = [
        (_("本年应收中本年收到的"), _sum(row.current for row in rows)),
        (_("清欠回收"), _sum(row.old for row in rows)),
        (_("尚未到期、提前收到的"), _sum(row.later for row in rows)),
        (_("违约金"), _sum(row.late_fees for row in rows)),
        (_("押金"), _sum(row.deposits for row in rows)),
    ]
    links = _links(scope, (*MONEY_CODES, CREDIT), since=since, on=on)
    return Panel(parts, _by_site(rows, scope, _("用收款结清的合计"), links))


def of_receivable(rows: Sequence[Receivable], scope: Scope, *, on: date) -> Panel:
    """Everything open, against the receivables."""
    parts = [
        (_("未结费用（逾期和未到期）"), _sum(row.fees for row in rows)),
        (_("已计未收的违约金"), _sum(row.late_fees for row in rows)),
        (_("应收押金"), _sum(row.deposits for row in rows)),
    ]
    return Panel(parts, _by_site(rows, scope, _("未结合计"), _links(scope, (RECEIVABLE,), since=None, on=on)))


def of_received(rows: Sequence[Received], scope: Scope, *, since: date, on: date) -> Panel:
    """Money received less paid back, by the ledger's account of its method."""
    links = _links(scope, MONEY_CODES, since=since, on=on)
    lines = []
    for code in MONEY_CODES:
        mine = [row for row in rows if row.code == code]
        if mine:
            label = f"{code} {CHART[code].name}"
            lines.append(_line(label, mine, [link for link in links if link.label.startswith(code)]))
    return Panel([], lines)


def _by_site(rows: Sequence[Reconciled], scope: Scope, label: str, links: Sequence[Link]) -> list[Line]:
    """The whole, and of several sites each."""
    whole = _line(label, rows, links)
    if len(scope.sites) < 2:
        return [whole]
    names = {site.pk: site.name for site in scope.sites}
    return [whole, *(_line(names[row.site_id], [row], []) for row in rows)]


def _line(label: str, rows: Sequence[Reconciled], links: Sequence[Link]) -> Line:
    told, booked = _sum(row.told for row in rows), _sum(row.booked for row in rows)
    return Line(label, told, booked, _sum(row.ledger for row in rows), links)


def _links(scope: Scope, codes: Sequence[str], *, since: date | None, on: date) -> list[Link]:
    """The statements of a single site's accounts over the days."""
    if scope.site is None:
        return []
    days = {"since": since.isoformat() if since else "", "until": on.isoformat()}
    return [
        Link(_account_name(account), reverse("ledger:account", args=[account.pk]) + "?" + urlencode(days))
        for account in ledger_accounts(scope.site_ids, codes)
    ]


def _account_name(account: LedgerAccount) -> str:
    name = f"{account.code} {CHART[account.code].name}"
    return name if account.fund == Fund.OPERATING else f"{name}（{FUND_LABELS[Fund(account.fund)]}）"


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
