"""A receipt, as the screen and the paper show it."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.billing.kinds import ORDER_USED_LABELS, PART_LABELS, OutflowKind, Part
from zhongshu.billing.models import Payment, Prepayment
from zhongshu.billing.queries.credit import credit_of
from zhongshu.billing.queries.money import ReceiptFacts, ReceiptLine, receipt
from zhongshu.cashier.models import Taken
from zhongshu.kernel.capitals import in_capitals
from zhongshu.kernel.clock import local
from zhongshu.web.paper import pdf

PAPER = Path(__file__).resolve().parents[1] / "papers" / "receipt.typ"


def receipt_shown(taken: Taken) -> dict[str, Any]:
    """What the page shows of it."""
    payment = taken.payment
    facts = receipt(payment)
    return {
        "taken": taken,
        "payment": payment,
        "facts": facts,
        "rules": rules_used(facts),
        "ahead": _ahead(payment),
        "capitals": in_capitals(payment.amount),
        "is_cancelled": payment.outflows.filter(kind=OutflowKind.BOUNCE).exists(),
    }


def rules_used(facts: ReceiptFacts) -> list[str]:
    """By which rules money went to the debts, in words, in the order of the lines."""
    return [str(ORDER_USED_LABELS[rule]) for rule in dict.fromkeys(line.rule for line in facts.lines)]


def receipt_pdf(taken: Taken, *, at: datetime) -> bytes:
    """On paper. Printing it is an action of its own: it counts the copies handed out."""
    return pdf(PAPER, paper_of(taken, at=at), at=at)


def paper_of(taken: Taken, *, at: datetime) -> dict[str, Any]:
    """The data of papers/receipt.typ."""
    shown, payment = receipt_shown(taken), taken.payment
    account = payment.account
    return {
        "title": _("收款收据"),
        "company": account.site.company.name,
        "site": account.site.name,
        "copy": _("补打 第%(copy)s次") % {"copy": taken.printed} if taken.printed > 1 else "",
        "void": _("已撤销") if shown["is_cancelled"] else "",
        "facts": _facts(taken),
        "header": [_("收费项目"), _("所属期间"), _("类别"), _("金额（元）")],
        "lines": [*map(_line, shown["facts"].lines), *_ahead_line(shown["ahead"]), *_credit_line(shown)],
        "total": [_("合计"), f"{payment.amount:,.2f}", shown["capitals"]],
        "notes": _notes(shown),
        "foot": [
            [_("收款人"), taken.shift.cashier.name],
            [_("收款时间"), _minute(payment.recorded_at)],
            [_("打印时间"), _minute(at)],
        ],
    }


def _facts(taken: Taken) -> list[list[str]]:
    payment, account = taken.payment, taken.payment.account
    return [
        [_("收款单号"), payment.number],
        [_("户号"), account.number],
        [_("房号"), account.unit.label if account.unit else "—"],
        [_("付款人"), payment.payer_name or account.customer.name],
        [_("收款方式"), payment.get_method_display()],
        [_("凭证号"), payment.reference],
    ]


def _line(line: ReceiptLine) -> list[str]:
    name = f"{line.item_name} · {line.place}" if line.place else line.item_name
    return [name, _period(line.period_start, line.period_end), str(PART_LABELS[Part(line.part)]), f"{line.amount:,.2f}"]


def _ahead(payment: Payment) -> Prepayment | None:
    return Prepayment.objects.filter(payment=payment).select_related("item", "place").first()


def _ahead_line(ahead: Prepayment | None) -> list[list[str]]:
    if ahead is None:
        return []
    words = [f"{ahead.item.name} · {ahead.place.label}", _period(ahead.starts_on, ahead.ends_on)]
    return [[*words, _("预交 %(months)s 个月") % {"months": ahead.months}, f"{ahead.paid_amount:,.2f}"]]


def _credit_line(shown: dict[str, Any]) -> list[list[str]]:
    left = shown["facts"].credit
    if shown["ahead"] is not None or not left:
        return []
    return [[_("转入预存款"), "", "", f"{left:,.2f}"]]


def _notes(shown: dict[str, Any]) -> list[str]:
    taken, notes = shown["taken"], []
    if shown["rules"]:
        notes.append(_("清偿顺序：%(rules)s") % {"rules": "，".join(shown["rules"])})
    if taken.tendered is not None:
        notes.append(_("实收现金 %(tendered)s，找零 %(change)s") % {"tendered": taken.tendered, "change": taken.change})
    credit = credit_of(taken.payment.account_id)
    return [*notes, _("账户预存款余额 %(credit)s 元") % {"credit": f"{credit:,.2f}"}]


def _period(start: date, end: date) -> str:
    last = end - timedelta(days=1)
    return f"{start:%Y-%m-%d}" if last <= start else f"{start:%Y-%m-%d} – {last:%Y-%m-%d}"


def _minute(at: datetime) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M")
