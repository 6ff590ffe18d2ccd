"""Papers for the customer: a copy of the explanation, and the slip with the link to it."""

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.utils.translation import gettext as _

from zhongshu.care.kinds import BAND_LABELS, CUSTOMER_NOTES
from zhongshu.care.models import ExplanationLink
from zhongshu.care.queries.contesting import OwnView, Past
from zhongshu.care.queries.explaining import Line
from zhongshu.kernel.clock import local
from zhongshu.web.paper import pdf

_PAPERS = Path(__file__).resolve().parents[1] / "papers"


def copy_pdf(view: OwnView, *, at: datetime) -> bytes:
    """Everything the page shows. Without the customer's name: who has it knows whose it is."""
    return pdf(_PAPERS / "copy.typ", copy_of(view, at=at), at=at)


def copy_of(view: OwnView, *, at: datetime) -> dict[str, Any]:
    """The data of papers/copy.typ."""
    account, shown = view.account, view.shown
    return {
        "title": _("情感值说明"),
        "sub": f"{account.site.name} · {account.unit.label if account.unit else ''}",
        "facts": [
            [_("户号"), account.number],
            [_("截至"), str(shown.on)],
            [_("情感值"), f"{shown.score} · {BAND_LABELS[shown.band]}"],
            [_("欠费月数"), str(shown.months_in_arrears)],
            [_("打印时间"), local(at).strftime("%Y-%m-%d %H:%M")],
        ],
        "header": [_("日期"), _("分"), _("原因"), _("计到")],
        "parts": [
            {
                "title": _("为什么是这个分数"),
                "nothing": _("没有加分或扣分，是起始分。"),
                "rows": [_row(line, line.until) for line in view.entries],
            },
            {
                "title": _("以前计过、现在不再计的"),
                "nothing": _("没有。"),
                "rows": [_row(past, past.until) for past in view.past],
            },
        ],
        "notes": [str(words) for words in CUSTOMER_NOTES],
    }


def _row(line: Line | Past, until: date | None) -> list[str]:
    return [str(line.effective_on), f"{line.points:+d}", line.customer_reason, str(until) if until else "—"]


def slip_pdf(link: ExplanationLink, address: str, *, at: datetime) -> bytes:
    """To be handed over: the code leads to `address`, which holds the secret. Without the customer's name."""
    account = link.account
    data = {
        "title": _("您的情感值说明"),
        "sub": f"{account.site.name} · {account.unit.label if account.unit else account.number}",
        "words": [
            _("扫一扫，可以看到本户的情感值是怎么来的、留一份副本，有意见可以申请人工复核。"),
            _("只能在第一次打开的手机上查看。打不开时，请向管家另要一张。"),
        ],
        "until": _("有效期至 %(day)s") % {"day": local(link.valid_until).date()},
        "code": _code(address),
        "address": address,
    }
    return pdf(_PAPERS / "slip.typ", data, at=at)


def _code(address: str) -> Iterable[int]:
    to = BytesIO()
    segno.make(address, error="m", micro=False).save(to, kind="png", border=2)
    return list(to.getvalue())
