"""What can be written down about an order besides its moves, as addresses take it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from zhongshu.identity.actor import Actor
from zhongshu.work import actions
from zhongshu.work.forms import MoveForm
from zhongshu.work.forms.extras import (
    AgreementForm,
    AidForm,
    ChecklistForm,
    ContractorStepForm,
    HandingForm,
    MaterialForm,
    ProgressForm,
    StrikeForm,
    VisitForm,
)
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import ENDED, JOB_OPEN, State
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import CORRECT_ORDERS, DISPATCH_ORDERS, is_assignee, is_given, may_record
from zhongshu.work.queries import Belongings

SAVED = gettext_lazy("已保存。")
BOOKABLE = frozenset({State.NEW, State.REOPENED, State.DISPATCHED, State.ACCEPTED, State.ON_HOLD})


@dataclass(frozen=True, slots=True)
class Extra:
    """`title` heads its page; `act` takes the form's fields; `done` is said afterwards."""

    noun: str
    title: Any
    form: type[MoveForm]
    act: Callable[..., Any]
    done: Any = SAVED


def _book(*, slot: str, **said: Any) -> Any:
    window_id, _dash, on = slot.partition("-")
    return actions.book_visit(window_id=int(window_id), on=date.fromisoformat(on), **said)


EXTRAS = {
    extra.noun: extra
    for extra in (
        Extra("materials", gettext_lazy("登记材料"), MaterialForm, actions.add_material),
        Extra("struck-materials", gettext_lazy("划去材料"), StrikeForm, actions.strike_material),
        Extra("agreement", gettext_lazy("登记客户同意的价格"), AgreementForm, actions.agree_price),
        Extra("checklist", gettext_lazy("填写检查表"), ChecklistForm, actions.enter_checklist),
        Extra("visit", gettext_lazy("预约上门"), VisitForm, _book, gettext_lazy("已预约。")),
        Extra("visit-release", gettext_lazy("取消预约"), MoveForm, actions.release_visit, gettext_lazy("已取消预约。")),
        Extra("aid", gettext_lazy("请求支援"), AidForm, actions.ask_for_aid, gettext_lazy("已请求支援。")),
        Extra("contractor", gettext_lazy("委托外单位"), HandingForm, actions.hand_to_contractor),
        Extra("contractor-step", gettext_lazy("登记委外进展"), ContractorStepForm, actions.move_job),
        Extra("contractor-link", gettext_lazy("重发委外链接"), MoveForm, actions.renew_link),
        Extra("progress", gettext_lazy("汇报进度"), ProgressForm, actions.report_progress),
    )
}
#: These hand out the token of a link, which is shown once.
WITH_LINK = frozenset({"contractor", "contractor-link"})


def offered(actor: Actor, order: WorkOrder, shown: Belongings) -> list[Extra]:
    """What this person may write down about the order now."""
    state = State(order.state)
    if state in ENDED or state in (State.DONE, State.SIGNED_OFF):
        return []
    handles = is_assignee(actor, order) or actor.may(DISPATCH_ORDERS, order.site_id)
    books = is_assignee(actor, order) or actor.may(CORRECT_ORDERS, order.site_id)
    has_job = shown.job is not None and shown.job.state in JOB_OPEN
    open_to = {
        "materials": may_record(actor, order),
        "visit": books and state in BOOKABLE and order.team is not None and order.urgency != Urgency.P1,
        "visit-release": books and shown.visit is not None and state in BOOKABLE,
        "aid": handles,
        "contractor": handles and not has_job,
        "contractor-step": handles and has_job,
        "contractor-link": handles and has_job,
        "progress": is_given(order) and is_assignee(actor, order),
    }
    open_to["agreement"] = open_to["materials"]
    open_to["checklist"] = open_to["materials"] and bool(shown.items)
    return [extra for noun, extra in EXTRAS.items() if open_to.get(noun)]
