"""What a site works with: each a list with a form to add to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.kernel.periods import not_ended
from zhongshu.people.actions import set_handing
from zhongshu.people.models import Team
from zhongshu.web.forms import attempt
from zhongshu.work import actions, queries
from zhongshu.work.forms.settings import (
    ContractorForm,
    PriceItemForm,
    SiteForm,
    TeamHandingForm,
    TemplateForm,
    WindowForm,
)
from zhongshu.work.kinds import CATEGORY_LABELS, ORDER_KIND_LABELS
from zhongshu.work.models import ChecklistTemplate, Contractor, SlotWindow
from zhongshu.work.permissions import ARRANGE_WORK
from zhongshu.work.policies.checklists import items_of


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what its cells say; `pk` where it can be ended."""

    cells: tuple[Any, ...]
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of settings: its columns, its rows at a site, the form that adds one, how one is ended."""

    noun: str
    title: Any
    columns: tuple[Any, ...]
    rows: Callable[[Site], Iterable[Row]]
    form: type[SiteForm]
    add: Callable[..., Any]
    end: Callable[..., Any] | None = None
    hint: Any = ""

    @property
    def can_end(self) -> bool:
        """For templates, which would call `end` to look at it."""
        return self.end is not None


def _prices(site: Site) -> Iterable[Row]:
    for item in queries.price_list(site.pk, day_of(now())):
        yield Row((item.code, item.name, item.unit, f"¥{item.unit_price}", item.starts_on), item.pk)


def _windows(site: Site) -> Iterable[Row]:
    rows = SlotWindow.objects.filter(not_ended(day_of(now())), site=site).select_related("team")
    for one in rows:
        span = f"{one.opens:%H:%M}–{one.closes:%H:%M}"
        yield Row((one.team.name, span, one.capacity, one.starts_on, one.ends_on or "—"), one.pk)


def _contractors(site: Site) -> Iterable[Row]:
    for one in Contractor.objects.filter(not_ended(day_of(now())), site=site):
        kinds = "、".join(str(ORDER_KIND_LABELS.get(kind, kind)) for kind in one.kinds) or _("全部类型")
        categories = "、".join(str(CATEGORY_LABELS.get(code, code)) for code in one.categories) or _("全部类别")
        span = f"{one.starts_on} – {one.ends_on or ''}"
        yield Row((one.name, f"{one.contact_name} {one.phone}", kinds, categories, one.arrive_minutes, span), one.pk)


def _templates(site: Site) -> Iterable[Row]:
    rows = ChecklistTemplate.objects.filter(ends_at__isnull=True)
    for one in rows.filter(site__isnull=True) | rows.filter(site=site):
        kind = ORDER_KIND_LABELS.get(one.kind, _("全部类型"))  # type: ignore[call-overload]  # a plain word
        category = CATEGORY_LABELS.get(one.category, _("全部类别"))
        items = "；".join(item.line for item in items_of(one.items))
        yield Row((_("本项目") if one.site_id else _("公司"), kind, category, one.name, one.version, items))


def _handings(site: Site) -> Iterable[Row]:
    for team in Team.objects.filter(site=site).select_related("lead__user"):
        kinds = "、".join(str(ORDER_KIND_LABELS.get(kind, kind)) for kind in team.pool_kinds) or _("全部类型")
        lead = team.lead.user.name if team.lead else "—"
        yield Row((team.name, lead, team.get_handing_display(), team.handing_minutes, kinds))


def _set_handing(*, site: Site, **said: Any) -> Any:
    return set_handing(**said)


def _add_window(*, site: Site, **said: Any) -> Any:
    return actions.add_window(**said)


SHELVES = {
    shelf.noun: shelf
    for shelf in (
        Shelf(
            "handing",
            gettext_lazy("派单方式"),
            (
                gettext_lazy("班组"),
                gettext_lazy("主管"),
                gettext_lazy("新工单怎样派"),
                gettext_lazy("等候分钟数"),
                gettext_lazy("进入抢单池的类型"),
            ),
            _handings,
            TeamHandingForm,
            _set_handing,
            hint=gettext_lazy("特急工单永远直接派出；无人可抢或主管不当班时也直接派出。"),
        ),
        Shelf(
            "windows",
            gettext_lazy("上门时段"),
            (
                gettext_lazy("班组"),
                gettext_lazy("时段"),
                gettext_lazy("每天可约户数"),
                gettext_lazy("启用日期"),
                gettext_lazy("停用日期"),
            ),
            _windows,
            WindowForm,
            _add_window,
            actions.end_window,
        ),
        Shelf(
            "prices",
            gettext_lazy("价目表"),
            (
                gettext_lazy("编码"),
                gettext_lazy("名称"),
                gettext_lazy("单位"),
                gettext_lazy("单价（元）"),
                gettext_lazy("启用日期"),
            ),
            _prices,
            PriceItemForm,
            actions.set_price,
            actions.end_price,
            hint=gettext_lazy("同一编码再保存一次就是改价，从今天起生效。"),
        ),
        Shelf(
            "checklists",
            gettext_lazy("检查表"),
            (
                gettext_lazy("范围"),
                gettext_lazy("工单类型"),
                gettext_lazy("类别"),
                gettext_lazy("名称"),
                gettext_lazy("版本"),
                gettext_lazy("检查项"),
            ),
            _templates,
            TemplateForm,
            actions.publish_checklist,
            hint=gettext_lazy("保存即成为本项目的新版本，用于之后新开的工单；已开的工单仍用原来的版本。"),
        ),
        Shelf(
            "contractors",
            gettext_lazy("委外单位"),
            (
                gettext_lazy("单位名称"),
                gettext_lazy("联系人"),
                gettext_lazy("工单类型"),
                gettext_lazy("类别"),
                gettext_lazy("到场时限（分钟）"),
                gettext_lazy("合同期"),
            ),
            _contractors,
            ContractorForm,
            actions.add_contractor,
            actions.end_contractor,
        ),
    )
}


@page(ARRANGE_WORK, "GET", "POST")
def shelf(request: SignedInRequest, noun: str) -> HttpResponse:
    """One page of settings; posting adds a row."""
    request.actor.require(ARRANGE_WORK, request.site.pk)
    shown = SHELVES[noun]
    form = shown.form(request.POST or None, site=request.site, initial={"starts_on": day_of(now())})
    act = partial(shown.add, actor=request.actor, at=now(), site=request.site)
    if request.method == "POST" and attempt(form, act):
        messages.success(request, _("已保存。"))
        return redirect(f"work:{noun}")
    context = {"shelf": shown, "shelves": SHELVES.values(), "rows": list(shown.rows(request.site)), "form": form}
    return render(request, "work/shelf.html", context, status=422 if form.errors else 200)


@page(ARRANGE_WORK, "POST")
def ending(request: SignedInRequest, noun: str, pk: int) -> HttpResponse:
    """End a row: it counts no longer from today on."""
    act = SHELVES[noun].end
    if act is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    name = {"windows": "window_id", "prices": "item_id", "contractors": "contractor_id"}[noun]
    try:
        act(actor=request.actor, at=now(), **{name: pk})
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已停用。"))
    return redirect(f"work:{noun}")
