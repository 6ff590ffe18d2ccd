"""Documents as the paper shows them: what is asked, line by line, in the words that were in force."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhongshu.billing.queries.statements import Line, Statement, statements
from zhongshu.collecting.engine.pay_links import pay_links
from zhongshu.collecting.kinds import BILL, NoticeKind
from zhongshu.collecting.models import DunningTemplate, Lawyer, Notice, NoticeCharge
from zhongshu.collecting.policies.shipped import SHIPPED, Words
from zhongshu.collecting.policies.words import filled
from zhongshu.collecting.queries.notices import templates_in_force
from zhongshu.estate.models import Account
from zhongshu.kernel.capitals import in_capitals
from zhongshu.kernel.money import ZERO

PAPER: Final = Path(__file__).resolve().parents[1] / "papers" / "letter.typ"
RELATED: Final = ("account__site__company", "account__customer", "account__unit", "template", "lawyer")
"""Of notices that are to be printed."""

Letter = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks of an account, in yuan."""

    account: Account
    kind: str
    on: date
    rows: Sequence[Line]
    months: int
    number: str = ""
    answer_by: date | None = None
    lawyer: Lawyer | None = None

    @property
    def principal(self) -> Decimal:
        return sum((row.open_amount for row in self.rows), ZERO)

    @property
    def late_fees(self) -> Decimal:
        return sum((row.late_fee for row in self.rows), ZERO)

    @property
    def total(self) -> Decimal:
        return self.principal + self.late_fees


@override("zh-hans")
def paper_of(letters: Sequence[Letter]) -> dict[str, Any]:
    """The data of papers/letter.typ, for one letter or many."""
    return {
        "title": letters[0]["title"] if letters else _("账单"),
        "letters": letters,
        "header": [_("收费项目"), _("所属期间"), _("应交日"), _("未交金额"), _("违约金")],
        "scan": _("扫码交费"),
    }


@override("zh-hans")
def notice_letters(notices: Sequence[Notice], *, home: str) -> list[Letter]:
    """In their order. `home`: the address of our pages, for the code to scan. Three statements for any number."""
    named: dict[int, list[Line]] = defaultdict(list)
    rows = NoticeCharge.objects.filter(notice__in=notices).select_related("charge__item", "charge__place")
    for row in rows.order_by("charge__due_on", "charge__item__code", "pk"):
        named[row.notice_id].append(_line(row))
    codes = _codes([notice.account for notice in notices], home)
    return [_letter(_asked(one, named[one.pk]), one.template, codes) for one in notices]


@override("zh-hans")
def bill_letters(accounts: Sequence[Account], *, on: date, home: str) -> list[Letter]:
    """Bills of accounts of one site: what is open at the end of the day."""
    if not accounts:
        return []
    site = accounts[0].site
    found, template = statements(site.pk, [one.pk for one in accounts], on), templates_in_force(site, on).get(BILL)
    codes = _codes(accounts, home)
    return [_letter(_billed(one, found[one.pk]), template, codes) for one in accounts]


def words_of(kind: str, template: DunningTemplate | None) -> Words:
    """The company's words, or the shipped ones."""
    return Words(template.title, template.text) if template else SHIPPED[kind]


def _line(row: NoticeCharge) -> Line:
    charge = row.charge
    place = charge.place.label if charge.place else ""
    facts = (charge.pk, charge.item.code, charge.item.name, place, charge.period_start, charge.period_end)
    return Line(*facts, charge.due_on, charge.amount, row.open_amount, row.late_fee, is_disputed=False)


def _asked(notice: Notice, rows: Sequence[Line]) -> Asked:
    facts = (notice.number, notice.answer_by, notice.lawyer)
    return Asked(notice.account, notice.kind, notice.on, rows, notice.months, *facts)


def _billed(account: Account, said: Statement) -> Asked:
    return Asked(account, BILL, said.on, said.lines, said.months_in_arrears, number=account.number)


def _letter(asked: Asked, template: DunningTemplate | None, codes: Mapping[int, list[int]]) -> Letter:
    words, account = words_of(asked.kind, template), asked.account
    values = _values(asked)
    return {
        "from": account.site.company.name,
        "number": asked.number,
        "title": words.title,
        "text": [filled(part, values) for part in words.text.split("\n") if part.strip()],
        "lines": [_cells(row) for row in asked.rows],
        "total": [_("合计"), in_capitals(asked.total), f"{asked.total:,.2f}"],
        "facts": _facts(asked),
        "code": codes.get(account.unit_id or 0),
        "signed": _signed(asked),
    }


def _values(asked: Asked) -> dict[str, str]:
    account, lawyer = asked.account, asked.lawyer
    oldest = min((row.due_on for row in asked.rows), default=None)
    return {
        "户名": account.customer.name,  # matter
        "房屋": account.unit.label if account.unit else account.number,  # matter
        "户号": account.number,  # matter
        "合计": f"{asked.total:,.2f}",  # matter
        "合计大写": in_capitals(asked.total),  # matter
        "本金": f"{asked.principal:,.2f}",  # matter
        "违约金": f"{asked.late_fees:,.2f}",  # matter
        "欠费月数": str(asked.months),  # matter
        "最早应交日": _day(oldest),  # matter
        "截止日期": _day(asked.answer_by) or _("近日"),  # matter
        "日期": _day(asked.on),  # matter
        "编号": asked.number,  # matter
        "项目": account.site.name,  # matter
        "公司": account.site.company.name,  # matter
        "电话": account.site.phone or "—",  # matter
        "律师": lawyer.name if lawyer else "",  # matter
        "律所": lawyer.firm if lawyer else "",  # matter
        "执业证号": lawyer.licence if lawyer else "",  # matter
    }


def _cells(row: Line) -> list[str]:
    name = f"{row.item_name} · {row.place}" if row.place else row.item_name
    last = row.period_end - timedelta(days=1)
    period = f"{row.period_start} – {last}" if last > row.period_start else f"{row.period_start}"
    return [name, period, f"{row.due_on}", f"{row.open_amount:,.2f}", f"{row.late_fee:,.2f}"]


def _facts(asked: Asked) -> list[list[str]]:
    site = asked.account.site
    where = _("%(site)s物业服务中心，电话 %(phone)s") % {"site": site.name, "phone": site.phone or "—"}
    until = [[_("截止日期"), _day(asked.answer_by)]] if asked.answer_by else []
    return [*until, [_("交费地点"), where], [_("户号"), asked.account.number]]


def _signed(asked: Asked) -> list[str]:
    lawyer = asked.lawyer
    if asked.kind == NoticeKind.LAWYER_LETTER and lawyer:
        who = [
            lawyer.firm,
            _("律师：%(name)s（执业证号 %(licence)s）") % {"name": lawyer.name, "licence": lawyer.licence},
        ]
    else:
        who = [asked.account.site.company.name, asked.account.site.name]
    return [*who, _day(asked.on)]


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""  # matter


def _codes(accounts: Sequence[Account], home: str) -> dict[int, list[int]]:
    """By dwelling, the bytes of its code's picture: one fixed mask, since choosing it costs more than all the rest."""
    if not home:
        return {}
    links = pay_links({one.unit_id for one in accounts if one.unit_id})
    return {place_id: _drawn(home + link) for place_id, link in links.items()}


def _drawn(url: str) -> list[int]:
    to = BytesIO()
    segno.make(url, error="m", mask=2, micro=False, boost_error=False).save(to, kind="png", border=2)
    return list(to.getvalue())
