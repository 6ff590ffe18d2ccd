"""The audit."""

from dataclasses import dataclass
from json import dumps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.identity import queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.permissions import VIEW_AUDIT
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of

FILTERS = ("who", "verb", "target", "site")
EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; None where there was nothing."""

    name: str
    before: Any
    after: Any


@page(VIEW_AUDIT)
def history(request: SignedInRequest) -> HttpResponse:
    wanted, days = {name: request.GET.get(name, "") for name in FILTERS}, Days.of(request.GET)
    rows = queries.audit_entries(
        request.actor,
        **{name: wanted[name].strip() for name in FILTERS},
        since=days.starts_at,
        before=days.ends_at,
    )
    if request.GET.get("export") == "xlsx":
        return download("audit", [_sheet(list(rows[:EXPORTED]))])
    shown = page_of(rows, request.GET.get("page"))
    lines = [(entry, changes_of(entry)) for entry in shown.rows]
    return render(request, "identity/audit.html", {"page": shown, "lines": lines, "wanted": wanted, "days": days})


def changes_of(entry: AuditEntry) -> list[Change]:
    """Before and after, side by side, in the order in which the action named them."""
    before, after = entry.before or {}, entry.after or {}
    names = [*before, *(name for name in after if name not in before)]
    return [Change(name, _plain(before.get(name)), _plain(after.get(name))) for name in names]


def _plain(value: Any) -> Any:
    return dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else value


def _sheet(entries: list[AuditEntry]) -> Sheet:
    header = [_("时间"), _("操作人"), _("来源"), _("IP 地址"), _("项目"), _("操作"), _("对象"), _("之前"), _("之后")]
    rows = [
        [
            e.at,
            e.actor_name,
            e.origin,
            e.ip,
            e.site_name,  # type: ignore[attr-defined]
            e.verb,
            f"{e.target_type}:{e.target_id}",
            dumps(e.before, ensure_ascii=False) if e.before else "",
            dumps(e.after, ensure_ascii=False) if e.after else "",
        ]
        for e in entries
    ]
    return Sheet(_("操作审计"), header, rows)
