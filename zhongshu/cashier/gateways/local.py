"""Invoices that nobody's tax office knows: a sample (样张) to work with until a platform is connected.

Numbers follow from our own keys, so that whatever is asked twice is answered the same without anything being kept.
"""  # matter

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhongshu.cashier.gateways.base import Absent, Confirmed, Issued, Pending, RedSheet, Refused, Sheet
from zhongshu.cashier.kinds import InvoiceKind
from zhongshu.cashier.policies.invoices import tax_by_rate
from zhongshu.kernel.capitals import in_capitals
from zhongshu.kernel.clock import local
from zhongshu.web.paper import pdf

TEMPLATE = Path(__file__).parent.parent / "papers" / "invoice.typ"
_BLUE, _RED = "0", "1"


class LocalGateway:
    label = _("本地样张（未连接税务平台）")

    def issue(self, sheet: Sheet) -> Issued | Pending | Refused:
        return self._issued(sheet, _BLUE)

    def query(self, sheet: Sheet) -> Issued | Pending | Refused | Absent:
        return self.issue(sheet)

    def confirm_red(self, red: RedSheet) -> Confirmed | Pending | Refused:
        return Confirmed(f"LOCAL{red.sheet.id:015d}")

    def red(self, red: RedSheet) -> Issued | Pending | Refused:
        return self._issued(red.sheet, _RED, red)

    def _issued(self, sheet: Sheet, colour: str, red: RedSheet | None = None) -> Issued:
        """The year, no region (00), the colour, and our key: 20 digits that no tax office gives out."""
        number = f"{local(sheet.at):%y}00{colour}{sheet.id:015d}"
        return Issued(number, sheet.at, pdf(TEMPLATE, _printed(sheet, number, red), at=sheet.at))


def _printed(sheet: Sheet, number: str, red: RedSheet | None) -> dict[str, Any]:
    sign = "-" if red else ""
    rates = tax_by_rate((line.tax_rate, line.amount, line.tax_amount) for line in sheet.lines)
    return {
        "title": "电子发票（普通发票）" if sheet.kind == InvoiceKind.NORMAL else "电子发票（增值税专用发票）",  # matter
        "number": number,
        "day": local(sheet.at).strftime("%Y-%m-%d"),
        "serial": sheet.serial,
        "red_of": red.number if red else "",
        "confirmation": red.confirmation if red else "",
        "reason": red.reason if red else "",
        "seller": [sheet.seller.title, sheet.seller.tax_number],
        "buyer": [sheet.buyer.title, sheet.buyer.tax_number],
        "lines": [
            [
                line.name,
                f"{line.period_start:%Y-%m-%d} — {line.period_end:%Y-%m-%d}",
                f"{sign}{line.amount - line.tax_amount:.2f}",
                f"{line.tax_rate:.2%}",
                f"{sign}{line.tax_amount:.2f}",
            ]
            for line in sheet.lines
        ],
        "rates": [[f"{each.rate:.2%}", f"{sign}{each.net:.2f}", f"{sign}{each.tax:.2f}"] for each in rates],
        "net": f"{sign}{sheet.amount - sheet.tax_amount:.2f}",
        "tax": f"{sign}{sheet.tax_amount:.2f}",
        "amount": f"{sign}{sheet.amount:.2f}",
        "capitals": ("（负数）" if red else "") + in_capitals(sheet.amount),  # matter
        "note": sheet.note,
        "drawn_by": sheet.drawn_by,
    }
