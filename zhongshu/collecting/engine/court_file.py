"""The papers of an account for a court, as one file: statement, history, notices, evidence, signed plans."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from zhongshu.billing.engine.statement_paper import statement_pdf
from zhongshu.collecting.engine.letters import PAPER as LETTER
from zhongshu.collecting.engine.letters import notice_letters, paper_of
from zhongshu.collecting.kinds import PLAN_STATE_LABELS
from zhongshu.collecting.models import Notice, PaymentPlan
from zhongshu.collecting.queries.accounts import Dossier
from zhongshu.collecting.queries.limitation import debts
from zhongshu.kernel.clock import day_of, local
from zhongshu.web.paper import pdf

HISTORY = Path(__file__).resolve().parents[1] / "papers" / "history.typ"
_NOTHING = "—"


def court_file(view: Dossier, *, at: datetime, home: str) -> bytes:
    """A ZIP. `home`: the address of the program, for the codes on the letters."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as file:
        for name, content in _papers(view, at=at, home=home):
            file.writestr(name, content)
    return buffer.getvalue()


def _papers(view: Dossier, *, at: datetime, home: str) -> Iterator[tuple[str, bytes]]:
    yield "1-statement.pdf", statement_pdf(view.account, view.statement, at=at)
    yield "2-history.pdf", pdf(HISTORY, history_of(view, at=at), at=at)
    notices = view.notices[::-1]
    if notices:
        yield "3-notices.pdf", pdf(LETTER, paper_of(notice_letters(notices, home=home)), at=at)
    for notice in notices:
        for delivery in notice.deliveries.all():
            if delivery.file:
                yield _named(f"evidence/{notice.number}-{delivery.pk}", delivery.file)
    for plan in PaymentPlan.objects.filter(account=view.account).exclude(file=""):
        yield _named(f"plans/{plan.agreed_on}-{plan.pk}", plan.file)


def _named(name: str, file: Any) -> tuple[str, bytes]:
    with file.open("rb") as opened:
        return f"{name}.{str(file.name).rpartition('.')[2]}", opened.read()


def history_of(view: Dossier, *, at: datetime) -> dict[str, Any]:
    """The data of papers/history.typ."""
    account, on = view.account, day_of(at)
    unit = account.unit.label if account.unit else _NOTHING
    who = [account.site.company.name, account.site.name, account.number, account.customer.name, unit, str(on)]
    return {
        "title": _("催费经过"),
        "sub": " · ".join(who),
        "nothing": _("没有记录"),
        "tables": [_notices(view), _contacts(view), _plans(view), _reasons(view), _disputes(view), _clocks(view, at)],
    }


def _notices(view: Dossier) -> list[Any]:
    header = [_("日期"), _("文书"), _("编号"), _("本金（元）"), _("违约金（元）"), _("答复期限"), _("送达")]
    rows = [
        [str(one.on), one.get_kind_display(), one.number, str(one.principal), str(one.late_fees), _day(one.answer_by),
         _ways(one)]
        for one in view.notices
    ]  # fmt: skip
    return [_("催费文书"), header, rows]


def _ways(notice: Notice) -> str:
    deliveries = notice.deliveries.all()
    words = [f"{_minute(each.at)} {each.get_channel_display()} {each.get_evidence_display()}" for each in deliveries]
    return "\n".join(words) or str(notice.get_state_display())


def _contacts(view: Dossier) -> list[Any]:
    header = [_("时间"), _("方式"), _("结果"), _("承诺交费日期"), _("备注"), _("由谁登记")]
    rows = [
        [_minute(one.at), one.get_manner_display(), one.get_outcome_display() or _NOTHING, _day(one.promised_on),
         one.note, one.by.name if one.by else _NOTHING]
        for one in view.contacts
    ]  # fmt: skip
    return [_("联系记录"), header, rows]


def _plans(view: Dossier) -> list[Any]:
    header = [_("约定日期"), _("总额（元）"), _("已还（元）"), _("状态")]
    rows = [
        [str(one.agreed_on), str(one.total), str(one.paid), str(PLAN_STATE_LABELS[one.state])] for one in view.plans
    ]
    return [_("分期协议"), header, rows]


def _reasons(view: Dossier) -> list[Any]:
    header = [_("从"), _("到"), _("欠费原因"), _("备注")]
    rows = [[str(one.starts_on), _day(one.ends_on), one.get_kind_display(), one.note] for one in view.reasons]
    return [_("欠费原因"), header, rows]


def _disputes(view: Dossier) -> list[Any]:
    header = [_("从"), _("到"), _("收费项目"), _("争议内容"), _("结果")]
    rows = [
        [str(one.starts_on), _day(one.ends_on), one.charge.item.name, one.reason, one.outcome or _NOTHING]
        for one in view.disputes
    ]
    return [_("争议"), header, rows]


def _clocks(view: Dossier, at: datetime) -> list[Any]:
    header = [_("收费项目"), _("应付日期"), _("未清（元）"), _("时效起算"), _("起算事由"), _("时效届满")]
    found = debts(view.account.site_id, on=day_of(at), account_ids=[view.account.pk])
    rows = [
        [debt.item, str(debt.due_on), str(debt.open_amount), str(debt.since), debt.cause_label, str(debt.barred_on)]
        for debt in found
    ]
    return [_("诉讼时效"), header, rows]


def _day(day: Any) -> str:
    return str(day) if day else _NOTHING


def _minute(at: datetime) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M")
