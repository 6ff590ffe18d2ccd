"""What people are asked to do: the list, and one task on the desk and on the phone."""

from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.care import actions
from zhongshu.care.forms.tasks import LineForm, SignatureForm, handed_of, spoken_of
from zhongshu.care.kinds import MANNER_LABELS, RULE_LABELS, TASK_LABELS, Manner, Rule, TaskState
from zhongshu.care.models import Task
from zhongshu.care.permissions import DO_TASKS, FOLLOW_LEGAL, VIEW_CARE
from zhongshu.care.queries.showing import TaskView, task_view
from zhongshu.care.queries.tasks import Wanted, holders_of, task_seen, tasks_listed
from zhongshu.collecting.permissions import PURSUE, VIEW_ARREARS, VIEW_NOTICES
from zhongshu.estate.queries import own_territory
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.roles import ROLE_LABELS, Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.web import excel
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

MOST_EXPORTED: Final = 20_000
WHOSE: dict[str, Promise] = {"mine": gettext_lazy("我的"), "sign": gettext_lazy("待我签字")}
PAGES = {False: ("care:task", "care/task.html"), True: ("care:task_on_phone", "care/m/task.html")}


@page(VIEW_CARE)
def tasks(request: SignedInRequest) -> HttpResponse:
    """Narrowed by state, rule, manner, holder and household, what is late or waits for a signature; `export` gives
    the workbook."""
    request.actor.require(VIEW_CARE, request.site.pk)
    on, own = day_of(now()), own_territory(request.actor, VIEW_CARE, request.site.pk)
    rows = tasks_listed(request.actor, request.site.pk, _wanted(request), on=on)
    if request.GET.get("export") == "xlsx":
        return excel.download("tasks", [_sheet(list(rows[:MOST_EXPORTED]))])
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "on": on,
        "own": own,
        "typed": {"state": TaskState.OPEN} | request.GET.dict(),
        "states": TASK_LABELS,
        "rules": RULE_LABELS,
        "manners": MANNER_LABELS,
        "whose": WHOSE,
        "holders": [] if own else holders_of(request.site.pk),
    }
    return render(request, "care/tasks.html", shown)


def _wanted(request: SignedInRequest) -> Wanted:
    """What stands in the address; what is not understood narrows nothing. Without a state: what is open."""
    typed = {name: request.GET.get(name, "").strip() for name in ("rule", "manner", "holder", "whose", "q", "late")}
    state = request.GET.get("state", str(TaskState.OPEN))
    holder = typed["holder"]
    return Wanted(
        state=state if state in set(TaskState) else "",
        rule=typed["rule"] if typed["rule"] in set(Rule) else "",
        manner=typed["manner"] if typed["manner"] in set(Manner) else "",
        holder_id=int(holder) if holder.isdecimal() and len(holder) < 10 else None,
        whose=typed["whose"] if typed["whose"] in WHOSE else "",
        text=typed["q"],
        late=bool(typed["late"]),
    )


def _sheet(rows: list[Task]) -> excel.Sheet:
    header = [
        _("房号"), _("户号"), _("客户"), _("原因"), _("要求"), _("角色"), _("处理人"), _("任务日期"), _("应完成"),
        _("状态"),
    ]  # fmt: skip
    return excel.Sheet(_("预警任务"), header, [_cells(row) for row in rows])


def _cells(row: Task) -> list[Any]:
    holders = dict.fromkeys(line.holder.name for line in row.lines.all() if line.holder)
    roles = [str(ROLE_LABELS[Role(role)]) for role in row.roles]
    due_on = row.due_on  # type: ignore[attr-defined]
    return [
        row.account.unit.label if row.account.unit else "", row.account.number, row.account.customer.name,
        str(RULE_LABELS[Rule(row.rule)]), str(MANNER_LABELS[Manner(row.manner)]), ", ".join(roles), ", ".join(holders),
        row.opened_on, due_on, str(TASK_LABELS[TaskState(row.state)]),
    ]  # fmt: skip


@page(VIEW_CARE)
def task(request: SignedInRequest, task_id: int) -> HttpResponse:
    """On the desk."""
    return _shown(request, task_seen(request.actor, task_id))


@page(VIEW_CARE)
def task_on_phone(request: SignedInRequest, task_id: int) -> HttpResponse:
    """On the phone."""
    return _shown(request, task_seen(request.actor, task_id), is_phone=True)


@page(VIEW_CARE)
def task_state(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Asked by an open page every few seconds: nothing while the task is `open`, otherwise the page is shown anew."""
    answer = HttpResponse()
    if task_seen(request.actor, task_id).state != TaskState.OPEN:
        answer.headers["HX-Refresh"] = "true"
    return answer


@page(DO_TASKS, "POST")
def task_line(request: SignedInRequest, task_id: int, line_id: int) -> HttpResponse:
    """What one's role has done."""
    found = task_seen(request.actor, task_id)
    view = task_view(request.actor, found, at=now())
    form = LineForm(request.POST, request.FILES, asked=view.asked, with_others=view.has_others)

    def record(**typed: Any) -> None:
        said = {"spoken": spoken_of(typed), "handed": handed_of(typed), "did": typed.get("did", "")}
        together = bool(typed.get("together"))
        actions.record_line(actor=request.actor, at=now(), line_id=line_id, together=together, **said)

    if attempt(form, record):
        messages.success(request, _("已记录。"))
        return redirect(PAGES[_is_phone(request)][0], task_id)
    return _shown(request, task_seen(request.actor, task_id), is_phone=_is_phone(request), line_form=form)


@page(VIEW_CARE, "POST")
def task_signature(request: SignedInRequest, task_id: int, line_id: int) -> HttpResponse:
    """The next level up signs."""
    found, form = task_seen(request.actor, task_id), SignatureForm(request.POST)

    def sign(*, words: str) -> None:
        actions.sign_line(actor=request.actor, at=now(), line_id=line_id, words=words)

    if attempt(form, sign):
        messages.success(request, _("已签字。"))
        return redirect(PAGES[_is_phone(request)][0], task_id)
    return _shown(request, found, is_phone=_is_phone(request), sign_form=form)


def _is_phone(request: SignedInRequest) -> bool:
    return request.POST.get("from") == "phone"


def _shown(request: SignedInRequest, found: Task, *, is_phone: bool = False, **failed: Form) -> HttpResponse:
    view = task_view(request.actor, found, at=now())
    shown = {
        "view": view,
        "line_form": failed.get("line_form") or LineForm(asked=view.asked, with_others=view.has_others),
        "sign_form": failed.get("sign_form") or SignatureForm(),
        "on": day_of(now()),
        **_doors(request, view),
    }
    return render(request, PAGES[is_phone][1], shown, status=422 if failed else 200)


def _doors(request: SignedInRequest, view: TaskView) -> dict[str, bool]:
    rights = {"arrears": VIEW_ARREARS, "notices": VIEW_NOTICES, "papers": PURSUE, "legal": FOLLOW_LEGAL}
    return {f"may_{name}": request.actor.may(right, view.task.site_id) for name, right in rights.items()}
